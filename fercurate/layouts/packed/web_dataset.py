"""Tar files as WebDataset reads them: of each row a picture, a code, and everything else as JSON.

The members of a row follow each other and share a name up to its first dot. Headers are those of
POSIX's ustar (IEEE Std 1003.1), without a time or an owner, so equal rows give equal files.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Literal

from fercurate.layouts.base import (
    Layout,
    LayoutData,
    LayoutPlan,
    LayoutSplit,
    LayoutWork,
    kept_splits,
    row_files,
    split_places,
)
from fercurate.layouts.class_codes import InClassOrder, ordered_codes
from fercurate.layouts.encoding import SUFFIXES, Encoding, PictureFormat
from fercurate.layouts.trees.tree import named_splits

_BLOCK, _RECORD = 512, 10240


@dataclass(frozen=True)
class WebDataset(InClassOrder, Layout):
    """``train-000000.tar`` and so on, ``shard_rows`` rows each, with an index for each split.

    A row is ``train_00012.png``, ``train_00012.cls`` with its code and ``train_00012.json`` with
    its class and what else the export knows of it. ``train.index.json`` lists the shards with
    their rows, as ``wids`` reads it. Codes go in the ``order`` of classes that the trainer has
    (empty: that of the export).
    """

    title: ClassVar[str] = "tar shards for WebDataset"
    carried: ClassVar[tuple[str, ...]] = ("*",)

    pictures: PictureFormat = "png"
    order: tuple[str, ...] = ()
    shard_rows: int = 5000
    kind: Literal["webdataset"] = "webdataset"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 1 <= self.shard_rows <= 1_000_000:
            raise ValueError(f"shard_rows is {self.shard_rows}; expected 1..1000000")

    def plan(self, data: LayoutData) -> LayoutPlan:
        """The shard and the member of every row."""
        codes = ordered_codes(data.classes, self.order)
        places, remarks = split_places(data, named_splits(("train", "val", "test")))
        suffix = SUFFIXES[self.pictures]

        def namer(split: LayoutSplit) -> Callable[[int], str]:
            return lambda row: f"{self._shard(split, row)}:{_key(split, row, data)}{suffix}"

        return LayoutPlan(codes, places, row_files(data, places, namer), remarks)

    @property
    def encoding(self) -> Encoding:
        """How its pictures are files."""
        return Encoding(self.pictures)

    def _shard(self, split: LayoutSplit, row: int) -> str:
        return f"{split.split}-{row // self.shard_rows:06d}.tar"

    def write(self, folder: Path, data: LayoutData, plan: LayoutPlan, work: LayoutWork) -> set[str]:
        """Write shards one after the other, and an index of each split."""
        written: set[str] = set()
        for split in kept_splits(data, plan):
            shards = self._write_split(folder, split, data, plan, work)
            written |= {*shards, f"{split.split}.index.json"}
            listed = [
                {"url": name, "nsamples": rows, "filesize": (folder / name).stat().st_size}
                for name, rows in shards.items()
            ]
            index = {"__kind__": "wids-shard-index-v1", "wids_version": 1, "shardlist": listed}
            text = json.dumps(index, indent=2) + "\n"
            (folder / f"{split.split}.index.json").write_text(text, encoding="utf-8")
        return written

    def _write_split(
        self,
        folder: Path,
        split: LayoutSplit,
        data: LayoutData,
        plan: LayoutPlan,
        work: LayoutWork,
    ) -> dict[str, int]:
        """Write the shards of a split; return their rows by name."""
        codes = plan.codes.of(split.labels).tolist()
        suffix = SUFFIXES[self.pictures]

        def members(first: int, contents: Sequence[bytes]) -> list[bytes]:
            facts = _facts(split, slice(first, first + len(contents)), data)
            return [
                _member(f"{_key(split, row, data)}{suffix}", content)
                + _member(f"{_key(split, row, data)}.cls", b"%d" % codes[row])
                + _member(f"{_key(split, row, data)}.json", facts[row - first])
                for row, content in enumerate(contents, first)
            ]

        shards: dict[str, int] = {}
        row = 0
        for made in work.by_files(split, self.encoding, members):
            block = made
            while block:
                name = self._shard(split, row)
                room = self.shard_rows - row % self.shard_rows
                part, block = block[:room], block[room:]
                with (folder / name).open("ab") as out:
                    out.write(b"".join(part))
                    row += len(part)
                    if row % self.shard_rows == 0 or row == len(split):
                        out.write(bytes(2 * _BLOCK))
                        out.write(bytes(-out.tell() % _RECORD))
                shards[name] = shards.get(name, 0) + len(part)
        return shards


def _facts(split: LayoutSplit, part: slice, data: LayoutData) -> list[bytes]:
    """What the export knows of some rows, each as JSON."""
    columns = {name: values[part].tolist() for name, values in split.columns.items()}
    return [
        json.dumps(
            {"class": data.classes[label], **dict(zip(columns, values, strict=True))},
            ensure_ascii=False,
        ).encode("utf-8", "backslashreplace")
        for label, *values in zip(split.labels[part].tolist(), *columns.values(), strict=True)
    ]


def _key(split: LayoutSplit, row: int, data: LayoutData) -> str:
    return f"{split.split}_{row:0{data.digits}d}"


def _member(name: str, content: bytes) -> bytes:
    """The header of a file and its content, filled up to whole blocks."""
    head, total = _head()
    told = name.encode("ascii")
    size = b"%011o" % len(content)
    checksum = total + sum(told) + sum(size)
    header = b"".join(
        (
            told.ljust(100, b"\0"),
            head[100:124],
            size,
            head[135:148],
            b"%06o\0 " % checksum,
            head[156:],
        )
    )
    return b"".join((header, content, bytes(-len(content) % _BLOCK)))


@lru_cache(maxsize=1)
def _head() -> tuple[bytes, int]:
    """A header without a name, a size and a checksum, and the sum of its bytes.

    The sum counts the place of the checksum as blanks.
    """
    fields = (
        bytes(100),  # name
        *(b"0000644\0", b"0000000\0", b"0000000\0"),  # mode, owner, group
        *(bytes(11), b"\0", b"00000000000\0"),  # size and its end, time
        *(b" " * 8, b"0", bytes(100), b"ustar\x0000"),  # checksum, a regular file, no link
        bytes(247),  # names of owner and group, devices, prefix, padding
    )
    head = b"".join(fields)
    return head, sum(head)
