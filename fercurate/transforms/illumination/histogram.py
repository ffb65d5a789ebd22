"""Equalization: gray values redistributed by their histogram."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import cv2
import numpy as np

from fercurate.transforms.base import Batch
from fercurate.transforms.illumination.luma import Planes, Reals, on_luma, rounded


@dataclass(frozen=True, slots=True)
class HistogramEqualization:
    """Spread each picture's gray values evenly over 0..255 (global histogram equalization).

    A gray value v becomes 255 (c(v) - c0) / (n - c0), where c(v) of the n pixels are no brighter
    than v and c0 are the darkest ones. As in OpenCV's ``equalizeHist``. A picture of one gray value
    stays as it is. Idempotent to one gray level on gray pictures: repeating it is pointless.

    Source: Gonzalez and Woods, Digital Image Processing, section 3.3.
    """

    kind: Literal["equalize_histogram"] = "equalize_histogram"

    equalizes: ClassVar[bool] = True

    @property
    def label(self) -> str:
        """``equalize_histogram()``."""
        return "equalize_histogram()"

    def apply(self, batch: Batch) -> Batch:
        """Return the equalized pictures, of the same shape (N, H, W[, 3])."""
        return on_luma(batch, _equalized)


@dataclass(frozen=True, slots=True)
class EqualizeLinear:
    """The weighted sum of histogram equalization and linear mapping.

    weight x equalized + (1 - weight) x 255 (v - min) / (max - min): equalization alone exaggerates
    local contrast, the linear map tempers it. ``weight`` 1 is ``equalize_histogram``, 0 a mere
    stretch. A picture of one gray value stays as it is. Not idempotent, except for weight 0:
    every repetition comes closer to full equalization.

    Source: Kuo, Lai and Sarkis, A compact deep learning model for robust facial expression
    recognition, CVPR Workshops 2018.
    """

    weight: float = 0.5
    kind: Literal["equalize_linear"] = "equalize_linear"

    equalizes: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 0 <= self.weight <= 1:
            raise ValueError(f"weight is {self.weight}; expected 0..1, the share of equalization")

    @property
    def label(self) -> str:
        """``equalize_linear(weight=0.5)``."""
        return f"equalize_linear(weight={float(self.weight)!r})"

    def apply(self, batch: Batch) -> Batch:
        """Return the mixed pictures, of the same shape (N, H, W[, 3])."""
        return on_luma(batch, self._mixed)

    def _mixed(self, planes: Planes) -> Planes:
        return rounded(self.weight * _equalized(planes) + (1 - self.weight) * _stretched(planes))


def _equalized(planes: Planes) -> Planes:
    return np.stack([cv2.equalizeHist(plane) for plane in planes])


def _stretched(planes: Planes) -> Reals:
    """Map the darkest pixel to 0 and the brightest to 255; pictures of one gray value stay."""
    low = planes.min(axis=(1, 2), keepdims=True).astype(np.float64)
    span = planes.max(axis=(1, 2), keepdims=True) - low
    stretched = (planes - low) * (255 / np.maximum(span, 1))
    return np.where(span > 0, stretched, planes)
