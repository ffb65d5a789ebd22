"""Reflectance: what is left of a face when slow changes of light are taken out.

A picture is taken as light times reflectance, and light as its low frequencies. The results have
no brightness of their own, so all are brought to one: mean 127.5, three times the mean absolute
deviation to black and white, what lies beyond clipped (which, unlike a stretch from minimum to
maximum, one hard edge does not spoil). A picture without detail becomes 128 all over. None of
these is idempotent: a repetition filters a reflectance as if it were a picture.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from fercurate.transforms.base import Batch
from fercurate.transforms.illumination.luma import Planes, Reals, on_luma, per_picture, rounded
from fercurate.transforms.illumination.spectrum import (
    Gain,
    diffusion,
    filtered,
    gaussian,
    high_emphasis,
    truncation,
)

_SPREAD = 3.0
"""Mean absolute deviations from mid-gray to black or white."""

_NOISE = 1e-9
"""Below this a difference is rounding error; one gray level in a picture gives far more."""

_LOG = np.log1p(np.arange(256))
_ALPHA, _TAU = 0.1, 10.0
"""Exponent and limit of Tan and Triggs's contrast equalization, as in their paper."""


@dataclass(frozen=True, slots=True)
class DctNormalization:
    """Take the lowest cosine frequencies out of log(1 + v).

    The constant and the first ``discard`` other coefficients of the type-II transform, in zig-zag
    order, are set to zero; the rest, transformed back, is the result (in the logarithm, without
    exp). The paper sets the constant to one value for all pictures, which the common mean of the
    results does here. Not idempotent. A picture of one gray value becomes 128.

    Source: Chen, Er and Wu, Illumination compensation and normalization for robust face recognition
    using discrete cosine transform in logarithm domain, IEEE Trans. SMC-B 36(2), 2006.
    """

    discard: int = 20
    kind: Literal["dct"] = "dct"

    equalizes: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not 1 <= self.discard <= 500:
            raise ValueError(f"discard is {self.discard}; expected 1..500 coefficients")

    @property
    def label(self) -> str:
        """``dct(discard=20)``."""
        return f"dct(discard={self.discard})"

    def apply(self, batch: Batch) -> Batch:
        """Return the normalized pictures, of the same shape (N, H, W[, 3])."""
        gain = truncation(batch.shape[1:3], self.discard)
        return on_luma(batch, lambda planes: _shown(filtered(_LOG[planes], gain)))


@dataclass(frozen=True, slots=True)
class DifferenceOfGaussians:
    """Gamma, band-pass by two Gaussians, contrast equalization: the chain of Tan and Triggs.

    v^gamma is smoothed by Gaussians of ``inner`` and of ``outer`` pixels and the second result is
    taken from the first; differences d become d / mean(|d|^0.1)^10, then
    d / mean(min(10, |d|)^0.1)^10, then 10 tanh(d / 10), the means over each picture. Their optional
    mask is left out. Not idempotent. A picture of one gray value becomes 128.

    Source: Tan and Triggs, Enhanced local texture feature sets for face recognition under
    difficult lighting conditions, IEEE Trans. Image Processing 19(6), 2010.
    """

    gamma: float = 0.2
    inner: float = 1.0
    outer: float = 2.0
    kind: Literal["difference_of_gaussians"] = "difference_of_gaussians"

    equalizes: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not 0.01 <= self.gamma <= 1:
            raise ValueError(f"gamma is {self.gamma}; expected 0.01..1")
        if not 0.1 <= self.inner < self.outer <= 64:
            raise ValueError(
                f"inner is {self.inner} and outer is {self.outer}; expected "
                "0.1 <= inner < outer <= 64 pixels"
            )

    @property
    def label(self) -> str:
        """``difference_of_gaussians(gamma=0.2, inner=1.0, outer=2.0)``."""
        values = f"gamma={float(self.gamma)!r}, inner={float(self.inner)!r}"
        return f"difference_of_gaussians({values}, outer={float(self.outer)!r})"

    def apply(self, batch: Batch) -> Batch:
        """Return the band-passed pictures, of the same shape (N, H, W[, 3])."""
        shape = batch.shape[1:3]
        gain = gaussian(shape, self.inner) - gaussian(shape, self.outer)
        table = np.arange(256, dtype=np.float64) ** self.gamma
        return on_luma(
            batch, lambda planes: _shown(_contrast_equalized(filtered(table[planes], gain)))
        )


@dataclass(frozen=True, slots=True)
class Homomorphic:
    """Damp slow changes of log(1 + v) and raise fast ones, then take exp.

    The gain goes from ``low`` at frequency 0 to ``high`` at high frequencies:
    low + (high - low) (1 - exp(-(D / cutoff)^2)) at D cycles a picture, the Gaussian high-emphasis
    filter. Not idempotent. A picture of one gray value becomes 128.

    Source: Oppenheim, Schafer and Stockham, Nonlinear filtering of multiplied and convolved
    signals, Proc. IEEE 56(8), 1968; Gonzalez and Woods, Digital Image Processing, section 4.9.6.
    """

    low: float = 0.25
    high: float = 1.5
    cutoff: float = 2.0
    kind: Literal["homomorphic"] = "homomorphic"

    equalizes: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not 0 <= self.low < self.high <= 4:
            raise ValueError(
                f"low is {self.low} and high is {self.high}; expected 0 <= low < high <= 4"
            )
        if not 0.1 <= self.cutoff <= 500:
            raise ValueError(f"cutoff is {self.cutoff}; expected 0.1..500 cycles a picture")

    @property
    def label(self) -> str:
        """``homomorphic(low=0.25, high=1.5, cutoff=2.0)``."""
        values = f"low={float(self.low)!r}, high={float(self.high)!r}"
        return f"homomorphic({values}, cutoff={float(self.cutoff)!r})"

    def apply(self, batch: Batch) -> Batch:
        """Return the filtered pictures, of the same shape (N, H, W[, 3])."""
        gain = high_emphasis(batch.shape[1:3], self.low, self.high, self.cutoff)
        gain[0, 0] = 0  # a common factor of the result, without effect on its contrast
        return on_luma(batch, lambda planes: _shown(np.exp(filtered(_LOG[planes], gain))))


@dataclass(frozen=True, slots=True)
class IsotropicDiffusion:
    """Divide the picture by its diffused self: isotropic smoothing as the estimate of light.

    The light L minimizes sum (L - I)^2 + smoothness x sum |grad L|^2 with I = 1 + v, which is one
    implicit step of the heat equation, L - smoothness x laplace(L) = I, solved exactly; nothing
    flows across the borders. The result is I / L. ``smoothness`` is in square pixels: for twice the
    picture size take four times the value. Not idempotent. A picture of one gray value becomes 128.

    Source: the isotropic variant, by Heusch, Cardinaux and Marcel, Lighting normalization
    algorithms for face verification, IDIAP-com 05-03, 2005, of Gross and Brajovic, An image
    preprocessing algorithm for illumination invariant face recognition, AVBPA 2003.
    """

    smoothness: float = 7.0
    kind: Literal["isotropic_diffusion"] = "isotropic_diffusion"

    equalizes: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if not 0.1 <= self.smoothness <= 10_000:
            raise ValueError(f"smoothness is {self.smoothness}; expected 0.1..10000 square pixels")

    @property
    def label(self) -> str:
        """``isotropic_diffusion(smoothness=7.0)``."""
        return f"isotropic_diffusion(smoothness={float(self.smoothness)!r})"

    def apply(self, batch: Batch) -> Batch:
        """Return the pictures without their light, of the same shape (N, H, W[, 3])."""
        gain = diffusion(batch.shape[1:3], self.smoothness)
        return on_luma(batch, lambda planes: _shown(_quotient(planes, gain)))


def _quotient(planes: Planes, gain: Gain) -> Reals:
    pictures = planes.astype(np.float64) + 1
    return pictures / filtered(pictures, gain)


def _contrast_equalized(detail: Reals) -> Reals:
    detail = np.where(np.abs(detail) < _NOISE, 0, detail)
    powers = np.abs(detail) ** _ALPHA
    first = np.maximum(_mean(powers), _NOISE)
    powers = np.minimum(powers / first, _TAU**_ALPHA)
    second = np.maximum(_mean(powers), _NOISE)
    compressed: Reals = np.tanh(detail / (first * second) ** (1 / _ALPHA) / _TAU)
    return compressed


def _mean(values: Reals) -> Reals:
    return per_picture(values.reshape(len(values), -1).mean(axis=1))


def _shown(values: Reals) -> Planes:
    """Bring each picture to mean 127.5, ``_SPREAD`` mean deviations to black and white."""
    centered = values - _mean(values)
    deviation = _mean(np.abs(centered))
    scale = np.where(deviation > _NOISE, 127.5 / _SPREAD / np.maximum(deviation, _NOISE), 0.0)
    return rounded(centered * scale + 127.5)
