"""What every layout offers, and what it is told of an export."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import pixel_digest
from fercurate.errors import ExportError
from fercurate.files.parallel import map_ordered
from fercurate.layouts.class_codes import ClassCodes
from fercurate.layouts.encoding import Encoding

Batch = NDArray[np.uint8]
"""Pictures (N, H, W) or (N, H, W, 3)."""

Result = TypeVar("Result")

_DIGEST = 32
"""Bytes of a SHA-256."""

_AHEAD = 2
"""Blocks a worker that are begun before they are wanted."""


@dataclass(frozen=True)
class LayoutSplit:
    """One split of an export, as a layout writes it.

    Attributes:
        split: ``train``, ``val``, ``test`` or ``test_screened``.
        labels: (N,) int64 positions in the classes of the export.
        columns: what else is known of each row, (N, ...) by the names of the export.
        blocks: gives the pictures in order, block by block, each with its first row.
    """

    split: str
    labels: NDArray[np.int64]
    columns: Mapping[str, NDArray[Any]]
    blocks: Callable[[], Iterator[tuple[int, Batch]]]

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class LayoutData:
    """An export, as a layout writes it.

    Attributes:
        name: the recipe's.
        scheme: the label space.
        classes: in the order of labels.
        picture: the shape of every picture, (H, W) or (H, W, 3).
        splits: those that are to be written.
        restricted: whether some of the pictures may not be passed on.
        licensed: whether the licenses of its pictures are known.
    """

    name: str
    scheme: str
    classes: tuple[str, ...]
    picture: tuple[int, ...]
    splits: tuple[LayoutSplit, ...]
    restricted: bool = False
    licensed: bool = True

    @property
    def digits(self) -> int:
        """How many digits the number of any row needs, five at least."""
        return max(5, *(len(str(len(split))) for split in self.splits))


@dataclass(frozen=True, slots=True)
class EncodedBlock:
    """The files of some rows from ``first`` on, and the SHA-256 of their pixels, end to end."""

    first: int
    digests: bytes
    files: Sequence[bytes]


class BlockEncoder(Protocol):
    """Who makes files of the pictures in place of this process."""

    def encoded_blocks(self, split: str, encoding: Encoding) -> Iterator[EncodedBlock]:
        """Yield the files of all rows of a split, block by block, in order."""
        ...


@dataclass(frozen=True)
class LayoutWork:
    """How the pictures of a layout are made: by ``jobs`` workers, in the order of rows.

    ``advance`` is told how many rows are done. With an ``encoder`` that one makes their files.
    """

    jobs: int
    advance: Callable[[int], object]
    encoder: BlockEncoder | None = None
    _digests: dict[str, bytearray] = field(default_factory=dict)

    def digests(self, split: LayoutSplit, part: slice) -> list[str]:
        """SHA-256 (hex) of the pixels of some rows, once they have been written."""
        held = self._digests[split.split]
        starts = range(part.start * _DIGEST, part.stop * _DIGEST, _DIGEST)
        return [held[start : start + _DIGEST].hex() for start in starts]

    def by_blocks(
        self, split: LayoutSplit, make: Callable[[int, Batch], Result]
    ) -> Iterator[Result]:
        """Yield what is made of each block, given its first row and its pictures, in order."""

        def made(block: tuple[int, Batch]) -> tuple[bytes, Result]:
            first, batch = block
            digests = b"".join(bytes.fromhex(pixel_digest(picture)) for picture in batch)
            return digests, make(first, batch)

        held = self._digests.setdefault(split.split, bytearray())
        for digests, result in map_ordered(made, split.blocks(), self.jobs, _AHEAD, _block_bytes):
            held += digests
            yield result
            self.advance(len(digests) // _DIGEST)

    def by_files(
        self, split: LayoutSplit, encoding: Encoding, make: Callable[[int, Sequence[bytes]], Result]
    ) -> Iterator[Result]:
        """Yield what is made of each block, given its first row and its files, in order."""
        if self.encoder is None:
            yield from self.by_blocks(
                split, lambda first, batch: make(first, encoding.files_of(batch))
            )
            return

        def made(block: EncodedBlock) -> tuple[bytes, Result]:
            return block.digests, make(block.first, block.files)

        blocks = self.encoder.encoded_blocks(split.split, encoding)
        held = self._digests.setdefault(split.split, bytearray())
        for digests, result in map_ordered(made, blocks, self.jobs, 1):
            held += digests
            yield result
            self.advance(len(digests) // _DIGEST)


def _block_bytes(block: tuple[int, Batch]) -> int:
    return 2 * block[1].nbytes


class RowFiles(Sequence[str]):
    """The file of each of N rows, made when it is asked for: the names of all would fill memory."""

    def __init__(self, count: int, name: Callable[[int], str]) -> None:
        self._count, self._name = count, name

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, row: int) -> str: ...

    @overload
    def __getitem__(self, row: slice) -> list[str]: ...

    def __getitem__(self, row: int | slice) -> str | list[str]:
        if isinstance(row, slice):
            return [self._name(one) for one in range(self._count)[row]]
        return self._name(range(self._count)[row])


@dataclass(frozen=True)
class LayoutPlan:
    """What a layout has decided before it writes.

    Attributes:
        codes: the code and the word of each class, as the layout has them.
        places: what each split is called there; others are left out.
        files: (N,) by split: the file in which each row comes to lie, with its place if it
            shares it.
        remarks: what a user has to know, a sentence each.
    """

    codes: ClassCodes
    places: Mapping[str, str]
    files: Mapping[str, RowFiles]
    remarks: tuple[str, ...] = ()


class Layout(ABC):
    """A way to lay out a data set: a frozen dataclass whose fields are its keys in a recipe.

    The attribute ``kind`` is its name there, and of ``fercurate export --to``.
    """

    kind: str

    title: ClassVar[str]
    """What it is, in a few words."""

    carried: ClassVar[tuple[str, ...]] = ()
    """The columns of an export that it holds itself, beside pictures, labels and splits."""

    is_tree: ClassVar[bool] = False
    """Whether every picture is a file of its own."""

    @abstractmethod
    def plan(self, data: LayoutData) -> LayoutPlan:
        """Decide which row comes where.

        Raises:
            ExportError: the layout cannot hold this export.
        """

    @abstractmethod
    def write(self, folder: Path, data: LayoutData, plan: LayoutPlan, work: LayoutWork) -> set[str]:
        """Write it into an empty folder; return the files that are no single picture, by path.

        Raises:
            OSError: the disk is full, or the folder cannot be written.
            ExportError: what is needed to write it is not installed.
        """

    @property
    def encoding(self) -> Encoding | None:
        """How its pictures are files; None where they are none."""
        return None

    def front_matter(self, data: LayoutData, plan: LayoutPlan) -> str:
        """What the card begins with, for machines."""
        del data, plan
        return ""

    @classmethod
    def companions(cls, file: str) -> tuple[str, ...]:
        """The files that lie beside a single picture and tell of it alone."""
        del file
        return ()

    def reading(self, codes: ClassCodes) -> str:
        """How ``fercurate ingest`` reads it again: options that it needs, or ""."""
        del codes
        return ""


def row_files(
    data: LayoutData,
    places: Mapping[str, str],
    namer: Callable[[LayoutSplit], Callable[[int], str]],
) -> dict[str, RowFiles]:
    """The files of all splits that have a place; ``namer`` gives what names a row of a split."""
    return {
        split.split: RowFiles(len(split), namer(split))
        for split in data.splits
        if split.split in places
    }


def kept_splits(data: LayoutData, plan: LayoutPlan) -> tuple[LayoutSplit, ...]:
    """The splits that a layout holds."""
    return tuple(split for split in data.splits if split.split in plan.places)


def split_places(
    data: LayoutData, names: Mapping[str, str], evaluated: str = ""
) -> tuple[dict[str, str], tuple[str, ...]]:
    """What each split is called in a layout, and what is to be said of it.

    ``names`` has the layout's name of each split that it knows. Where the trainer looks for
    pictures in ``evaluated``, and no split would lie there, test comes to lie there.

    Raises:
        ExportError: two splits would have one name.
    """
    places = {s.split: names[s.split] for s in data.splits if s.split in names}
    remarks = [
        f"left out: {split.split} ({len(split):,} rows), for which the layout has no place"
        for split in data.splits
        if split.split not in names
    ]
    if evaluated and evaluated not in places.values() and "test" in places:
        places["test"] = evaluated
        remarks.append(
            f"test lies in {evaluated}, where the trainer chooses its epoch: such a figure is "
            "chosen on the test split"
        )
    if len(set(places.values())) < len(places):
        raise ExportError(
            f"two splits in one place: {', '.join(sorted(places.values()))}",
            expected="a place of its own for each split",
            fix="Give the splits of the layout different names",
        )
    return places, tuple(remarks)
