"""Mirrored and quarter-turned copies: the seven other symmetries of a square picture."""

from collections.abc import Callable

import numpy as np

from fercurate.screening.duplicates.thumbnails import Small

MIRRORED, TURNED = "mirrored", "turned"


def _turned(quarters: int) -> Callable[[Small], Small]:
    return lambda small: np.rot90(small, quarters, axes=(1, 2))


def _mirrored(quarters: int) -> Callable[[Small], Small]:
    return lambda small: np.rot90(small[:, :, ::-1], quarters, axes=(1, 2))


SYMMETRIES: tuple[tuple[str, Callable[[Small], Small]], ...] = (
    (MIRRORED, _mirrored(0)),
    *((TURNED, _turned(quarters)) for quarters in (1, 2, 3)),
    *((MIRRORED, _mirrored(quarters)) for quarters in (1, 2, 3)),
)
"""Kinds of changed copies and what makes thumbnails (N, 32, 32) of one; the picture itself aside.

Mirrored and also turned counts as mirrored: upside down is one of these."""
