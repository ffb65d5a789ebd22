"""What every splitter offers, and what it is told."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import SplitAssignment
from fercurate.domain.seeding import draw_key
from fercurate.domain.segments.base import Rows

ANYWHERE = "all"
"""The side of a sample that may come to stand in any split."""


@dataclass(frozen=True)
class SplitEvidence:
    """What a splitter may look at.

    Attributes:
        manifest: all N stored samples.
        rows: (M,) the samples to split, in manifest order.
        labels: (N,) int64 classes.
        seed: the recipe's.
        kin: gives for rows (K,) the groups (K,) of those who must stay together: the same person,
            recording, or identical, nearly identical or changed picture.
    """

    manifest: Manifest
    rows: Rows
    labels: NDArray[np.int64]
    seed: int
    kin: Callable[[Rows], Groups]

    @property
    def draw_keys(self) -> NDArray[np.object_]:
        """Random texts (M,) of seed and sample id alone, to order samples by."""
        names = self.manifest.text("id")[self.rows]
        return np.array([draw_key(self.seed, name) for name in names], dtype=object)

    @property
    def people(self) -> NDArray[np.object_]:
        """Source and subject (M,) of each sample; empty where the subject is not known."""
        source = self.manifest.text("source")[self.rows]
        subject = self.manifest.text("subject")[self.rows]
        return np.where(subject == "", "", source + ":" + subject)


class Splitter(ABC):
    """A way to split: a frozen dataclass whose fields are its keys in a recipe.

    The attribute ``kind`` is its name there.
    """

    kind: str

    unassigned: ClassVar[str] = "in no split"
    """The reason by which samples are left out that it puts into no split."""

    native: ClassVar[bool] = False
    """Whether it is known beforehand in which split a sample will stand."""

    @property
    def looks_for_duplicates(self) -> bool:
        """Whether its groups rest on nearly identical pictures."""
        return False

    @property
    def cross_validates(self) -> bool:
        """Whether it makes folds of one train split."""
        return False

    @property
    def drawn_splits(self) -> tuple[str, ...]:
        """The splits between which chance decides where a sample stands."""
        return ()

    @property
    def names(self) -> tuple[str, ...]:
        """The splits that it makes, in the order train, val, test."""
        return ("train",)

    @property
    def writes_fold_files(self) -> bool:
        """Whether every fold also gets files of its own."""
        return False

    def sides(self, manifest: Manifest) -> NDArray[np.object_]:
        """The split (N,) that a sample will stand in if it is kept, or ``ANYWHERE``.

        Raises:
            ValueError: the recipe's names contradict each other.
        """
        return np.full(len(manifest), ANYWHERE, dtype=object)

    @abstractmethod
    def assign(self, evidence: SplitEvidence) -> SplitAssignment:
        """Put samples into splits; for cross-validation all into train.

        Raises:
            ValueError: it cannot be done; the message says why.
        """

    def assign_folds(self, evidence: SplitEvidence) -> NDArray[np.int64]:
        """The fold (M,) that tests each sample of train (cross-validation only).

        Raises:
            ValueError: it cannot be done; the message says why.
        """
        raise NotImplementedError(f"{self.kind} makes no folds")
