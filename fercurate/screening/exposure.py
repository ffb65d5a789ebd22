"""How a picture is lit: levels, contrast, clipping and entropy, from its histogram."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Criterion, Gray, Score, Values, View

_COLUMNS = ("mean", "minimum", "p5", "p95", "maximum", "clipped", "entropy")
_LEVELS = np.arange(256)
_BLOCK = 32
"""Pictures whose histograms are looked at together: few enough to stay in the cache."""

_Histograms = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Exposure:
    """Gray levels of a picture.

    Columns: mean level, lowest, 5th and 95th percentile and highest level, all 0..255 (a
    percentile is the lowest level that so many of the pixels do not exceed); ``clipped``, the
    share 0..1 of pixels at 0 or 255; ``entropy`` of the levels in bits, 0..8. A picture without
    pixels gives NaN.
    """

    kind: ClassVar[str] = "exposure"
    method: ClassVar[str] = "exposure-1"
    view: ClassVar[View] = "face"
    columns: ClassVar[tuple[str, ...]] = _COLUMNS

    def measure(self, pictures: Sequence[Gray]) -> Values:
        """Return the measurements (N, 7) float32 of N gray pictures of any sizes."""
        values = np.full((len(pictures), len(_COLUMNS)), np.nan, dtype=np.float32)
        filled = [place for place, picture in enumerate(pictures) if picture.size]
        for start in range(0, len(filled), _BLOCK):
            block = filled[start : start + _BLOCK]
            values[block] = _levels(np.stack([_histogram(pictures[place]) for place in block]))
        return values


def _histogram(picture: Gray) -> NDArray[np.float32]:
    counts = cv2.calcHist([picture], [0], None, [256], [0, 256])
    return np.asarray(counts[:, 0], dtype=np.float32)


def _levels(counts: NDArray[np.float32]) -> Values:
    """The measurements (B, 7) from histograms (B, 256)."""
    below = np.cumsum(counts, axis=1, dtype=np.float64)
    total = below[:, -1:]
    share = counts / total
    present = counts > 0
    levels = [
        share @ _LEVELS,
        present.argmax(axis=1),
        _percentile(below, total, 5),
        _percentile(below, total, 95),
        255 - present[:, ::-1].argmax(axis=1),
        share[:, 0] + share[:, 255],
        _entropy(share),
    ]
    return np.stack(levels, axis=1).astype(np.float32)


def _percentile(below: _Histograms, total: _Histograms, percent: int) -> NDArray[np.int64]:
    return np.asarray((100 * below >= percent * total).argmax(axis=1))


def _entropy(share: _Histograms) -> NDArray[np.float64]:
    bits = np.log2(share, where=share > 0, out=np.zeros_like(share))
    return np.asarray(np.maximum(-(share * bits).sum(axis=1), 0.0))


def _column(values: Values, name: str) -> Score:
    return values[:, _COLUMNS.index(name)].astype(np.float64)


def _too_dark(values: Values) -> Score:
    return 1 - _column(values, "p95") / 255


def _too_bright(values: Values) -> Score:
    return _column(values, "p5") / 255


def _low_contrast(values: Values) -> Score:
    return 1 - (_column(values, "p95") - _column(values, "p5")) / 255


def _clipped(values: Values) -> Score:
    return _column(values, "clipped")


def _constant(values: Values) -> Score:
    spread = _column(values, "maximum") - _column(values, "minimum")
    return np.where(np.isnan(spread), np.nan, spread == 0)


def _low_information(values: Values) -> Score:
    return 1 - _column(values, "entropy") / 8


EXPOSURE_CRITERIA: tuple[Criterion, ...] = (
    Criterion("constant", "exposure", "all pixels have one gray level", _constant),
    Criterion("too_dark", "exposure", "even the brightest parts are dark", _too_dark),
    Criterion("too_bright", "exposure", "even the darkest parts are bright", _too_bright),
    Criterion(
        "low_contrast", "exposure", "dark and bright parts are close together", _low_contrast
    ),
    Criterion("clipped", "exposure", "share of pixels that are pure black or white", _clipped),
    Criterion("low_information", "exposure", "few gray levels carry the picture", _low_information),
)
"""Scores 0..1, in this order: 1.0 or 0.0; 1 - p95/255; p5/255; 1 - (p95 - p5)/255; the clipped
share; 1 - entropy/8. Percentiles instead of extremes, so that a caption or an eye's glint does
not hide a fault. NaN for a picture without pixels.
"""
