"""Gamma: a power law of gray values, fixed or fitted to each picture."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.base import Batch
from fercurate.transforms.illumination.luma import Planes, on_luma, rounded

_LOWEST, _HIGHEST = 0.1, 10.0


@dataclass(frozen=True, slots=True)
class Gamma:
    """Power law: a gray value v becomes 255 (v / 255) ^ exponent; below 1 it brightens.

    With ``auto`` each picture has the exponent log(1/2) / log(mean / 255), kept within
    0.1..10, that takes its mean gray value to mid-gray. Black and white always stay. A picture of
    one other gray value becomes 128 with ``auto``, or as near as the largest exponent allows (from
    239 on). Not idempotent: fixed exponents multiply; with ``auto`` a repetition changes little.

    Source: Gonzalez and Woods, Digital Image Processing, section 3.2.3.
    """

    exponent: float | Literal["auto"] = "auto"
    kind: Literal["gamma"] = "gamma"

    equalizes: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.exponent != "auto" and not _LOWEST <= self.exponent <= _HIGHEST:
            raise ValueError(
                f"exponent is {self.exponent}; expected 0.1..10 (0.5 brightens) or auto"
            )

    @property
    def label(self) -> str:
        """``gamma(exponent=0.5)``."""
        shown = self.exponent if self.exponent == "auto" else repr(float(self.exponent))
        return f"gamma(exponent={shown})"

    def apply(self, batch: Batch) -> Batch:
        """Return the corrected pictures, of the same shape (N, H, W[, 3])."""
        return on_luma(batch, self._corrected)

    def _corrected(self, planes: Planes) -> Planes:
        if self.exponent == "auto":
            exponents = _fitted(planes)
        else:
            exponents = np.full(len(planes), float(self.exponent))
        tables = rounded(255 * (np.arange(256) / 255) ** exponents[:, None])
        return tables[np.arange(len(planes))[:, None, None], planes]


def _fitted(planes: Planes) -> NDArray[np.float64]:
    means = planes.reshape(len(planes), -1).mean(axis=1) / 255
    exponents = np.log(0.5) / np.log(np.clip(means, 1e-4, 1 - 1e-4))
    within: NDArray[np.float64] = np.clip(exponents, _LOWEST, _HIGHEST)
    return within
