"""Which face detector to use."""

from pathlib import Path

from fercurate.screening.face.base import FaceDetector
from fercurate.screening.face.haar import Haar
from fercurate.screening.face.yunet import YuNet


def detector(path: Path | None) -> FaceDetector:
    """YuNet from its ONNX file, or without one the Haar cascades that OpenCV carries.

    Raises:
        InputError: the file is no such model.
    """
    return Haar() if path is None else YuNet(path)
