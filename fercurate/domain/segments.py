"""Segments: consecutive rows of an export that were made in one way, a class a way.

Originals are samples as they are; derived rows are repeats, exact copies, drawn copies (which
differ by their number) and mixtures of two. Row numbers are positions in the manifest; pictures
are made by whoever has them (``PictureMaker``).
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.text import Encoded

Rows = NDArray[np.int64]
"""Positions in the manifest (N,) int64."""

Numbers = NDArray[np.int64]
"""Numbers of copies (N,) int64, from 1; 0 where an operation makes only one."""

Pictures = NDArray[np.uint8]
"""Pictures of one size (N, H, W) or (N, H, W, 3) uint8."""

Drawn = list[dict[str, Any]]
"""What was drawn for each of N rows: transforms by name with their values."""

ORIGINAL = "original"
"""The ``op`` of a row that no operation made."""

REPEAT = "repeat"
"""The ``op`` of a row that repeats a sample unchanged."""

FAMILIES: tuple[str, ...] = (
    "real",
    "repeated",
    "rotated",
    "scaled",
    "flipped",
    "augmented",
    "synthetic",
)
"""What rows can be, as a datasheet tells them apart."""


@dataclass(frozen=True)
class Parents:
    """Pictures that synthetic rows are mixed from: samples, or what was made of them.

    ``rows`` (N,) are manifest rows, ``ops`` (N,) what is done to each, ``copies`` (N,) int64 the
    number of the copy, 0 where an operation makes only one.
    """

    rows: Rows
    ops: NDArray[np.object_]
    copies: Numbers

    @classmethod
    def join(cls, parts: Sequence["Parents"]) -> "Parents":
        """One after the other."""
        return cls(
            np.concatenate([part.rows for part in parts]),
            np.concatenate([part.ops for part in parts]),
            np.concatenate([part.copies for part in parts]),
        )

    def take(self, positions: Numbers | slice) -> "Parents":
        """Some of them, in the order asked for."""
        return Parents(self.rows[positions], self.ops[positions], self.copies[positions])

    def names(self, ids: Encoded) -> Encoded:
        """The ``sample_id`` (N,) of samples and of copies of them; ``ids`` are of all samples."""
        names = ids[self.rows]
        for op in dict.fromkeys(self.ops.tolist()):
            if op == ORIGINAL:
                continue
            chosen = np.flatnonzero(self.ops == op)
            derived = np.char.add(names[chosen], b"#" + str(op).encode())
            names = names.astype(f"S{max(names.dtype.itemsize, derived.dtype.itemsize)}")
            names[chosen] = derived
        numbered = np.flatnonzero(self.copies > 0)
        return _numbered(names, numbered, self.copies[numbered]) if len(numbered) else names

    @property
    def ending(self) -> int:
        """How many bytes operations add to an id at most."""
        return max((_ending(str(op), self.copies) for op in set(self.ops.tolist())), default=0)


class PictureMaker(Protocol):
    """Whoever makes the pictures of rows."""

    def normalized(self, rows: Rows) -> Pictures:
        """Samples (N,) after ``normalize``."""
        ...

    def copied(self, originals: Pictures, op: str) -> Pictures:
        """What an operation that draws nothing makes of normalized samples."""
        ...

    def augmented(self, rows: Rows, op: str, copies: Numbers) -> tuple[Pictures, Drawn]:
        """Numbered copies of samples (N,) by an operation that draws, and what it drew."""
        ...

    def mixed(self, first: Parents, second: Parents, mix: NDArray[np.float64]) -> Pictures:
        """Pictures between two parents each."""
        ...


@dataclass(frozen=True, eq=False)
class Segment(ABC):
    """Consecutive rows made in one way; ``rows`` (N,) are the samples they come from."""

    rows: Rows

    derived: ClassVar[bool] = True
    """Whether these rows were made by an operation."""

    exact: ClassVar[bool] = False
    """Whether they are made from normalized samples without drawing anything."""

    numbered: ClassVar[bool] = False
    """Whether the operation can make several of one sample, told apart by numbers."""

    def __len__(self) -> int:
        return len(self.rows)

    @property
    @abstractmethod
    def op(self) -> str:
        """What made the rows, as exports record it."""

    @property
    @abstractmethod
    def family(self) -> str:
        """Which of ``FAMILIES`` the rows belong to."""

    @property
    def copies(self) -> Numbers:
        """The number (N,) of each copy; 0 where the operation makes only one."""
        return np.zeros(len(self.rows), dtype=np.int64)

    @abstractmethod
    def take(self, positions: Numbers | slice) -> Self:
        """Some of these rows, in the order asked for."""

    def make(self, maker: PictureMaker) -> tuple[Pictures, Drawn]:
        """Make the pictures; also what was drawn for each, empty where nothing is drawn."""
        return self.from_originals(maker.normalized(self.rows), maker), []

    def from_originals(self, originals: Pictures, maker: PictureMaker) -> Pictures:
        """Make the pictures from normalized samples (``exact`` segments and repeats)."""
        return maker.copied(originals, self.op)

    def parents(self) -> Parents:
        """These rows as parents of others."""
        return Parents(self.rows, np.full(len(self.rows), self.op, dtype=object), self.copies)

    def names(self, ids: Encoded) -> Encoded:
        """The ``sample_id`` (N,); ``ids`` are those of all samples."""
        return self.parents().names(ids)

    @property
    def ending(self) -> int:
        """How many bytes the operation and its numbers add to an id at most."""
        return _ending(self.op, self.copies if self.numbered else None)

    def parent_names(self, ids: Encoded) -> tuple[Encoded, Encoded]:
        """The ids (N,) of the first and of the second parent; empty where there is none."""
        return ids[self.rows], np.full(len(self.rows), b"")

    @property
    def parent_endings(self) -> tuple[int, int] | None:
        """Bytes that operations add to the ids of both parents at most; None if made of one."""
        return None

    @property
    def mix(self) -> NDArray[np.float64]:
        """How far (N,) each row lies from its first parent to its second, 0..1."""
        return np.zeros(len(self.rows))

    def targets(self, targets: NDArray[np.float32]) -> NDArray[np.float32]:
        """Distributions (N, C) of these rows; ``targets`` are those of all samples."""
        return targets[self.rows]

    def votes(self, votes: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """FER+ votes (N, 10) of these rows; ``votes`` are those of all samples."""
        return votes[self.rows]


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

    def make(self, maker: PictureMaker) -> tuple[Pictures, Drawn]:
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

    def make(self, maker: PictureMaker) -> tuple[Pictures, Drawn]:
        """Make the pictures; what their parents draw is not told."""
        return maker.mixed(self.first, self.second, self.shares), []

    def names(self, ids: Encoded) -> Encoded:
        """The ``sample_id`` (N,): the first parent's, the operation, and the mixture's number."""
        names = np.char.add(self.first.names(ids), b"#" + self.operation.encode())
        return _numbered(names, np.arange(len(names)), self.numbers)

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


def _ending(op: str, copies: Numbers | None) -> int:
    """How many bytes an operation and the numbers of its copies add to a name at most."""
    number = 0 if copies is None else 1 + len(str(int(copies.max(initial=0))))
    return 0 if op == ORIGINAL else 1 + len(op.encode()) + number


def _numbered(names: Encoded, positions: Numbers, copies: Numbers) -> Encoded:
    """Names of which some get a slash and a number."""
    longer = np.char.add(names[positions], np.char.add(b"/", copies.astype(np.bytes_)))
    names = names.astype(f"S{max(names.dtype.itemsize, longer.dtype.itemsize)}")
    names[positions] = longer
    return names
