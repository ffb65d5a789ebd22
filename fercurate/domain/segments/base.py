"""What all segments share: rows, names, and who makes their pictures.

Row numbers are positions in the manifest; pictures are made by whoever has them (``PictureMaker``).
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

DrawnValues = list[dict[str, Any]]
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
        return numbered_names(names, numbered, self.copies[numbered]) if len(numbered) else names

    @property
    def ending(self) -> int:
        """How many bytes operations add to an id at most."""
        return max((name_ending(str(op), self.copies) for op in set(self.ops.tolist())), default=0)


class PictureMaker(Protocol):
    """Whoever makes the pictures of rows."""

    def normalized(self, rows: Rows) -> Pictures:
        """Samples (N,) after ``normalize``."""
        ...

    def copied(self, originals: Pictures, op: str) -> Pictures:
        """What an operation that draws nothing makes of normalized samples."""
        ...

    def augmented(self, rows: Rows, op: str, copies: Numbers) -> tuple[Pictures, DrawnValues]:
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

    def make(self, maker: PictureMaker) -> tuple[Pictures, DrawnValues]:
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
        return name_ending(self.op, self.copies if self.numbered else None)

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


def name_ending(op: str, copies: Numbers | None) -> int:
    """How many bytes an operation and the numbers of its copies add to a name at most."""
    number = 0 if copies is None else 1 + len(str(int(copies.max(initial=0))))
    return 0 if op == ORIGINAL else 1 + len(op.encode()) + number


def numbered_names(names: Encoded, positions: Numbers, copies: Numbers) -> Encoded:
    """Names of which some get a slash and a number."""
    longer = np.char.add(names[positions], np.char.add(b"/", copies.astype(np.bytes_)))
    names = names.astype(f"S{max(names.dtype.itemsize, longer.dtype.itemsize)}")
    names[positions] = longer
    return names
