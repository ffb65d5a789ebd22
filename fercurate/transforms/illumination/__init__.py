"""Illumination: light evened out picture by picture, the same way for every split.

``EQUALIZERS`` redistribute gray values by their histogram, ``REFLECTANCES`` estimate what is left
of a face without its light. Two steps of the same group in one chain only amplify noise; one of
each is in use. ``docs/illumination.md`` shows what each does to a face.

    luma          what all these steps share: luma, blocks, rounding
    histogram     gray values redistributed by their histogram
    clahe         the same tile by tile, with limited contrast
    gamma         a power law, fixed or fitted to each picture
    spectrum      filters in the cosine domain
    reflectance   what is left when slow changes of light are taken out
"""

from fercurate.transforms.base import Transform
from fercurate.transforms.illumination.clahe import Clahe
from fercurate.transforms.illumination.gamma import Gamma
from fercurate.transforms.illumination.histogram import EqualizeLinear, HistogramEqualization
from fercurate.transforms.illumination.reflectance import (
    DctNormalization,
    DifferenceOfGaussians,
    Homomorphic,
    IsotropicDiffusion,
)

__all__ = [
    "EQUALIZERS",
    "ILLUMINATION",
    "REFLECTANCES",
    "Clahe",
    "DctNormalization",
    "DifferenceOfGaussians",
    "EqualizeLinear",
    "Gamma",
    "HistogramEqualization",
    "Homomorphic",
    "IsotropicDiffusion",
]

EQUALIZERS: tuple[type[Transform], ...] = (HistogramEqualization, Clahe, EqualizeLinear)
"""Steps that spread the histogram (``equalizes`` is true); a second one must not follow."""

REFLECTANCES: tuple[type[Transform], ...] = (
    DctNormalization,
    DifferenceOfGaussians,
    Homomorphic,
    IsotropicDiffusion,
)
"""Steps that remove slow changes of light; a second one must not follow either."""

ILLUMINATION: tuple[type[Transform], ...] = (*EQUALIZERS, Gamma, *REFLECTANCES)
"""All of them."""
