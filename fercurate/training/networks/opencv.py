"""OpenCV, which only predict.py needs, or one line that says how to get it."""

import os
import sys

# Faults are reported once, by the script.
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")

try:
    import cv2
except ImportError as error:
    sys.exit(
        f"error: predict.py needs OpenCV ({error}); get it with: "
        "pip install 'opencv-python-headless<5'"
    )

__all__ = ["cv2"]
