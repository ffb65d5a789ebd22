"""The transforms by name."""

from fercurate.transforms.base import CopyTransform, FaceStep, Transform
from fercurate.transforms.face.align import Align
from fercurate.transforms.face.crop import Crop
from fercurate.transforms.face.frontal import Frontalize
from fercurate.transforms.geometry import Flip, Grayscale, Resize, Rotate, ToRgb, Zoom
from fercurate.transforms.illumination import ILLUMINATION

NORMALIZERS: tuple[type[Transform] | type[FaceStep], ...] = (
    Crop,
    Align,
    Frontalize,
    Grayscale,
    ToRgb,
    Resize,
    *ILLUMINATION,
)
"""Steps of ``normalize``: deterministic, applied to every split alike."""

COPIES: tuple[type[CopyTransform], ...] = (Rotate, Zoom, Flip)
"""What an exact offline copy may be."""
