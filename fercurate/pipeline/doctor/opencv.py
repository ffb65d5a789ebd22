"""OpenCV: the instructions that it uses, its cascades, and whether it runs the screener."""

from collections.abc import Iterator

import cv2
import numpy as np

from fercurate.pipeline.doctor.finding import Finding
from fercurate.pipeline.engine.stages import canary_pictures
from fercurate.pipeline.measure.models import find_face_model
from fercurate.screening.face.haar import cascades_are_there
from fercurate.screening.screener import Screener


def opencv_findings() -> Iterator[Finding]:
    """Yield what is found of OpenCV."""
    yield _instructions()
    yield _cascades()
    yield _screener()


def _instructions() -> Finding:
    features = " ".join(cv2.getCPUFeaturesLine().split())
    lacking = [one for one in features.split() if one.endswith("?")]
    if cv2.useOptimized() and not lacking:
        return Finding("opencv instructions", "ok", features)
    return Finding(
        "opencv instructions",
        "note",
        f"{features}: some are switched off or not there; slower, and other last digits of the "
        "screener and YuNet",
        "Unset OPENCV_CPU_DISABLE; on a cluster, measure on machines of one kind",
    )


def _cascades() -> Finding:
    if cascades_are_there():
        return Finding("haar cascades", "ok", "there")
    found = f"OpenCV {cv2.__version__} comes without them"
    if find_face_model(None) is not None:
        return Finding("haar cascades", "note", f"{found}; YuNet takes their place")
    return Finding(
        "haar cascades",
        "fault",
        f"{found}: no_face and off_center cannot be measured",
        "pip install 'opencv-python-headless<5', or: fercurate models fetch yunet",
    )


def _screener() -> Finding:
    try:
        found = Screener().measure(canary_pictures())
    except (cv2.error, OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0][:200]
        return Finding(
            "screener", "fault", f"does not run ({reason})", "Install fercurate and OpenCV anew"
        )
    if not np.isfinite(found).all():
        return Finding("screener", "fault", "gives no numbers", "Install OpenCV anew")
    return Finding("screener", "ok", f"{Screener().method} runs")
