"""What every transform offers, and every step that needs to know where the face is."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import Pixels
from fercurate.transforms.face.geometry import FaceGeometry

Batch = NDArray[np.uint8]
"""Pictures of one size: (N, H, W) or (N, H, W, 3) uint8, values 0..255."""

Sizes = NDArray[np.float64]
"""Heights and widths (N, 2) of N pictures, in pixels."""

Missing = Literal["keep", "drop"]
"""What is done to a sample of which a face step does not know the face."""

MISSING: dict[str, str] = {
    "description": "Pictures of which the face is not known: keep them, or drop them"
}
"""Metadata of the key ``missing``."""


class Transform(Protocol):
    """A deterministic change of pictures; its fields are its parameters in a recipe."""

    @property
    def kind(self) -> str:
        """Name of the transform in recipes."""
        ...

    @property
    def label(self) -> str:
        """Name with parameters, as recorded in exports: ``rotate(degrees=90)``."""
        ...

    def apply(self, batch: Batch) -> Batch:
        """Return the changed pictures; the input is not modified."""
        ...


class CopyTransform(Transform, Protocol):
    """A transform that makes offline copies: it keeps the size of square pictures."""

    family: ClassVar[str]
    """Which family of rows its copies belong to: ``rotated``, ``scaled`` or ``flipped``."""

    draws: ClassVar[bool]
    """Whether it draws at random: never."""


class FaceStep(ABC):
    """A step that needs to know where the face is; its attributes are its keys in a recipe.

    A chain has at most one, and it comes first: face geometry belongs to the stored pictures.
    """

    kind: str

    missing: Missing
    """Whether a sample of which the face is not known stays in the data set."""

    resizes_unplaced: ClassVar[bool] = True
    """Whether a picture without geometry is only resized; else it stays whole."""

    needs_eyes: ClassVar[bool] = False
    """Whether a face without eyes is of no use."""

    needs_mean_shape: ClassVar[bool] = False
    """Whether it rests on the mean shape of all faces."""

    @property
    @abstractmethod
    def by(self) -> str:
        """Whose geometry: the corpus's ``box`` or ``landmarks``, a ``detector``'s, or ``both``."""

    @property
    @abstractmethod
    def label(self) -> str:
        """Name with parameters, as recorded in exports."""

    @property
    def needed(self) -> str:
        """What it needs to know of a face, as messages say it."""
        return self.by

    @abstractmethod
    def extents(self, sizes: Sizes, geometry: FaceGeometry) -> Sizes:
        """Height and width (N, 2), in stored pixels, of what it takes out of each picture.

        NaN where it does not know the face. ``sizes`` (N, 2) are those of the stored pictures.
        """

    @abstractmethod
    def apply_at(self, images: Sequence[Pixels], geometry: FaceGeometry) -> list[Pixels]:
        """Return N changed pictures of N pictures (H, W[, 3]) of any sizes."""
