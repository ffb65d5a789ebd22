"""Pixels as text, a row a picture: the form in which FER-2013 was published."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np

from fercurate.errors import ExportError
from fercurate.layouts.base import (
    Batch,
    Layout,
    LayoutData,
    LayoutPlan,
    LayoutSplit,
    LayoutWork,
    kept_splits,
    row_files,
    split_places,
)
from fercurate.layouts.class_codes import FER2013_ORDER, ordered_codes

_USAGES = {"train": "Training", "val": "PublicTest", "test": "PrivateTest"}
_FILE = "fer2013.csv"
_HEADER = b"emotion,pixels,Usage\n"
_SIDE = 48

_DIGITS = np.array([list(f"{value} ".ljust(4)) for value in range(256)], dtype="S1").view(np.uint8)
_WIDTHS = np.array([len(str(value)) + 1 for value in range(256)])
_USED = np.arange(4) < _WIDTHS[:, None]


@dataclass(frozen=True)
class FerCsv(Layout):
    """``emotion,pixels,Usage``: codes 0 to 6 as FER-2013 has them, gray pictures as numbers.

    ``files``: ``one`` is ``fer2013.csv`` with ``Training``, ``PublicTest`` and ``PrivateTest`` for
    train, val and test; ``split`` is ``train.csv``, ``val.csv`` and ``test.csv``.
    """

    title: ClassVar[str] = "FER-2013's CSV"

    files: Literal["one", "split"] = "one"
    kind: Literal["fer2013-csv"] = "fer2013-csv"

    def plan(self, data: LayoutData) -> LayoutPlan:
        """The line of every row; lines are counted from 1, and the first is the header."""
        if len(data.picture) == 3:
            raise ExportError(
                "pictures in color; a row of the CSV is gray",
                fix="Add {kind: grayscale} to normalize, and build again",
            )
        codes = ordered_codes(data.classes, FER2013_ORDER)
        places, remarks = split_places(data, _USAGES)
        if data.picture != (_SIDE, _SIDE):
            size = "x".join(map(str, data.picture))
            remarks += (f"pictures are {size}; readers of this file expect {_SIDE}x{_SIDE}",)
        starts, line = {}, 2
        for split in data.splits:
            starts[split.split] = line if self.files == "one" else 2
            line += len(split) if split.split in places else 0

        def namer(split: LayoutSplit) -> Callable[[int], str]:
            name, start = self._file(split), starts[split.split]
            return lambda row: f"{name}:{start + row}"

        return LayoutPlan(codes, places, row_files(data, places, namer), remarks)

    def _file(self, split: LayoutSplit) -> str:
        return _FILE if self.files == "one" else f"{split.split}.csv"

    def write(self, folder: Path, data: LayoutData, plan: LayoutPlan, work: LayoutWork) -> set[str]:
        """Write the table, or one for each split."""
        written = set()
        for split in kept_splits(data, plan):
            name = self._file(split)
            usage, codes = plan.places[split.split], plan.codes.of(split.labels).tolist()

            def lines(
                first: int, batch: Batch, usage: str = usage, codes: list[int] = codes
            ) -> bytes:
                return _lines(batch, codes[first : first + len(batch)], usage)

            with (folder / name).open("ab") as out:
                if name not in written:
                    out.write(_HEADER)
                for block in work.by_blocks(split, lines):
                    out.write(block)
            written.add(name)
        return written


def _lines(batch: Batch, codes: Sequence[int], usage: str) -> bytes:
    """The lines of pictures (N, H, W): code, pixels with a blank between them, usage."""
    flat = batch.reshape(len(batch), -1)
    text = _DIGITS[flat][_USED[flat]].tobytes()  # each value and a blank, of its own width
    ends = np.cumsum(_WIDTHS[flat].sum(axis=1)).tolist()
    parts, start = [], 0
    for code, end in zip(codes, ends, strict=True):
        parts.append(b"%d,%b,%b\n" % (code, text[start : end - 1], usage.encode()))
        start = end
    return b"".join(parts)
