"""Face detectors behind one interface: YuNet, and the cascades that come with OpenCV."""

from fercurate.screening.face.base import FACE_CRITERIA, found_faces
from fercurate.screening.face.choice import detector

__all__ = ["FACE_CRITERIA", "detector", "found_faces"]
