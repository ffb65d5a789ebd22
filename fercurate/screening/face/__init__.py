"""Face detectors behind one interface: YuNet, and the cascades that come with OpenCV.

base      what a detector measures of a picture, and the criteria that rest on it
haar      the cascades
yunet     the network
choice    which one to use
"""

from fercurate.screening.face.base import FACE_CRITERIA, has_face
from fercurate.screening.face.choice import detector

__all__ = ["FACE_CRITERIA", "detector", "has_face"]
