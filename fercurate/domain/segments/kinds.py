"""The kinds of segment: originals, repeats, exact copies, drawn copies, mixtures."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.segments.base import (
    ORIGINAL,
    REPEAT,
    DrawnValues,
    Numbers,
    Parents,
    PictureMaker,
    Pictures,
    Segment,
    numbered_names,
)
from fercurate.domain.text import Encoded


@dataclass(frozen=True, eq=False)
class Originals(Segment):
    """Samples as they are."""

    derived: ClassVar[bool] = False
    exact: ClassVar[bool] = True

    @property
    def op(self) -> str:
        """``original``."""
        return ORIGINAL

    @property
    def family(self) -> str:
        """``real``."""
        return "real"

    def take(self, positions: Numbers | slice) -> "Originals":
        """Some of these rows, in the order asked for."""
        return Originals(self.rows[positions])

    def parent_names(self, ids: Encoded) -> tuple[Encoded, Encoded]:
        """An original has no parent."""
        none = np.full(len(self.rows), b"", dtype=ids.dtype)
        return none, none


@dataclass(frozen=True, eq=False)
class Repeats(Segment):
    """Samples that stand there again, unchanged; ``numbers`` (N,) count them."""

    numbers: Numbers

    numbered: ClassVar[bool] = True

    @property
    def op(self) -> str:
        """``repeat``."""
        return REPEAT

    @property
    def family(self) -> str:
        """``repeated``."""
        return "repeated"

    @property
    def copies(self) -> Numbers:
        """The number (N,) of each repetition, from 1."""
        return self.numbers

    def take(self, positions: Numbers | slice) -> "Repeats":
        """Some of these rows, in the order asked for."""
        return Repeats(self.rows[positions], self.numbers[positions])


@dataclass(frozen=True, eq=False)
class ExactCopies(Segment):
    """Copies by an operation that always gives the same; ``kind`` is their family."""

    operation: str
    kind: str

    exact: ClassVar[bool] = True

    @property
    def op(self) -> str:
        """The operation with its parameters: ``rotate(degrees=90)``."""
        return self.operation

    @property
    def family(self) -> str:
        """``rotated``, ``scaled`` or ``flipped``."""
        return self.kind

    def take(self, positions: Numbers | slice) -> "ExactCopies":
        """Some of these rows, in the order asked for."""
        return ExactCopies(self.rows[positions], self.operation, self.kind)


@dataclass(frozen=True, eq=False)
class DrawnCopies(Segment):
    """Copies by an operation that draws at random; ``numbers`` (N,) tell those of one sample."""

    operation: str
    numbers: Numbers

    numbered: ClassVar[bool] = True

    @property
    def op(self) -> str:
        """The operation with its parameters, or the name of its set."""
        return self.operation

    @property
    def family(self) -> str:
        """``augmented``."""
        return "augmented"

    @property
    def copies(self) -> Numbers:
        """The number (N,) of each copy, from 1."""
        return self.numbers

    def take(self, positions: Numbers | slice) -> "DrawnCopies":
        """Some of these rows, in the order asked for."""
        return DrawnCopies(self.rows[positions], self.operation, self.numbers[positions])

    def make(self, maker: PictureMaker) -> tuple[Pictures, DrawnValues]:
        """Make the pictures; also what was drawn for each."""
        return maker.augmented(self.rows, self.operation, self.numbers)


@dataclass(frozen=True, eq=False)
class Mixtures(Segment):
    """Synthetic rows between two parents each: ``shares`` (N,) float64, 0..1 from a to b."""

    operation: str
    first: Parents
    second: Parents
    shares: NDArray[np.float64]
    numbers: Numbers

    numbered: ClassVar[bool] = True

    @classmethod
    def between(
        cls, operation: str, first: Parents, second: Parents, shares: NDArray[np.float64]
    ) -> "Mixtures":
        """Mixtures of pairs of parents (N,), numbered from 1."""
        numbers = np.arange(1, len(shares) + 1)
        return cls(first.rows, operation, first, second, shares, numbers)

    @property
    def op(self) -> str:
        """The step that mixed them: ``smote``."""
        return self.operation

    @property
    def family(self) -> str:
        """``synthetic``."""
        return "synthetic"

    @property
    def copies(self) -> Numbers:
        """The number (N,) of each mixture, from 1."""
        return self.numbers

    @property
    def mix(self) -> NDArray[np.float64]:
        """How far (N,) each row lies from its first parent to its second, 0..1."""
        return self.shares

    def take(self, positions: Numbers | slice) -> "Mixtures":
        """Some of these rows, in the order asked for."""
        first, second = self.first.take(positions), self.second.take(positions)
        shares, numbers = self.shares[positions], self.numbers[positions]
        return Mixtures(first.rows, self.operation, first, second, shares, numbers)

    def make(self, maker: PictureMaker) -> tuple[Pictures, DrawnValues]:
        """Make the pictures; what their parents draw is not told."""
        return maker.mixed(self.first, self.second, self.shares), []

    def names(self, ids: Encoded) -> Encoded:
        """The ``sample_id`` (N,): the first parent's, the operation, and the mixture's number."""
        names = np.char.add(self.first.names(ids), b"#" + self.operation.encode())
        return numbered_names(names, np.arange(len(names)), self.numbers)

    def parent_names(self, ids: Encoded) -> tuple[Encoded, Encoded]:
        """The ids (N,) of the first and of the second parent."""
        return self.first.names(ids), self.second.names(ids)

    @property
    def parent_endings(self) -> tuple[int, int] | None:
        """Bytes that operations add to the ids of both parents at most."""
        return self.first.ending, self.second.ending

    def targets(self, targets: NDArray[np.float32]) -> NDArray[np.float32]:
        """Distributions (N, C) between those of the parents, as the pixels are."""
        first, second = targets[self.first.rows], targets[self.second.rows]
        return (first + self.shares[:, None] * (second - first)).astype(np.float32)

    def votes(self, votes: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Nobody has voted on a mixture."""
        return np.zeros((len(self.rows), votes.shape[1]), dtype=votes.dtype)
