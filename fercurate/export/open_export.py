"""An export held open: every column of its splits, and their pictures block by block."""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import FILE_SPLITS
from fercurate.errors import ExportError
from fercurate.export.exported_files import (
    check_complete,
    exported_files,
    open_exported,
)
from fercurate.export.folder import SUMMARY_FILE
from fercurate.export.hdf5 import NUMBER_ROWS, TEXT_ROWS, dataset_names
from fercurate.export.reader import SplitRows, check_images, read_split
from fercurate.files.digest import sha256_of
from fercurate.files.hdf5 import dataset, reading_hdf5
from fercurate.files.regular import is_regular, read_regular
from fercurate.training.shared import errors as kit
from fercurate.training.shared.lock import LOCK_FILE, read_outputs

_BLOCK_BYTES, _BLOCK_ROWS = 4 << 20, 1024
_MOST_SUMMARY = 64 << 20


@dataclass(frozen=True)
class OpenSplit:
    """A split of an open export: its rows, and everything else that is known of them.

    ``columns`` are (N, ...) by name: texts, then numbers, as ``docs/export.md`` has them.
    """

    rows: SplitRows
    columns: dict[str, NDArray[Any]]
    images: h5py.Dataset

    @property
    def picture(self) -> tuple[int, ...]:
        """The shape of a picture: (H, W) or (H, W, 3)."""
        return tuple(self.images.shape[1:])

    def pictures(self, rows: slice) -> NDArray[np.uint8]:
        """The pictures of some rows.

        Raises:
            ExportError: HDF5 cannot read them.
        """
        with reading_hdf5(Path(self.images.file.filename), ExportError):
            found: NDArray[np.uint8] = self.images[rows]
        return found

    def blocks(self) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Yield the pictures in order, some megabytes at a time, each block with its first row.

        Raises:
            ExportError: HDF5 cannot read them.
        """
        size = max(int(np.prod(self.picture)), 1)
        step = max(min(_BLOCK_BYTES // size, _BLOCK_ROWS), 1)
        for start in range(0, len(self.rows), step):
            yield start, self.pictures(slice(start, start + step))


class OpenExport(AbstractContextManager["OpenExport"]):
    """An export folder or one of its files, every file compared with ``recipe.lock`` first.

    Raises:
        ExportError: no export, changed since it was built, damaged, or one that has a folder for
            each fold.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            raise ExportError("no such export", where=str(path))
        check_complete(path)
        with ExitStack() as stack:
            splits: list[OpenSplit] = []
            for place in exported_files(path):
                file, attributes = stack.enter_context(open_exported(place))
                self.attributes = attributes
                with reading_hdf5(place, ExportError):
                    splits += [
                        _open_split(file, read_split(file, split, attributes), attributes.layout)
                        for split in attributes.splits
                    ]
            self.splits = tuple(sorted(splits, key=lambda s: FILE_SPLITS.index(s.rows.split)))
            self._check()
            self._stack = stack.pop_all()

    def _check(self) -> None:
        if not self.splits:
            raise ExportError(
                "no split files",
                where=str(self.path),
                expected="train.h5, val.h5, test.h5",
                fix="Of an export with files for each fold, name the folder of one fold",
            )
        names = [split.rows.split for split in self.splits]
        if len(set(names)) < len(names):
            raise ExportError(
                "a split is there twice",
                where=str(self.path),
                fix="Keep one of the files that hold it, and move the others elsewhere",
            )
        kinds = {(split.rows.classes, split.picture) for split in self.splits}
        if len(kinds) > 1:
            raise ExportError(
                "files of different exports: classes or sizes",
                where=str(self.path),
                fix="Keep the files of one export in a folder of their own",
            )

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def summary(self) -> dict[str, Any]:
        """What ``summary.json`` says; nothing of a single file, or where no lock vouches for it.

        Raises:
            ExportError: it has changed since it was built, or is no JSON.
        """
        place = self.path / SUMMARY_FILE
        if self.lacking():
            return {}
        if sha256_of(place) != self._locked()[SUMMARY_FILE]:
            fix = "Build it again with: fercurate build --overwrite"
            raise ExportError("changed since it was built", where=str(place), fix=fix)
        try:
            found = json.loads(read_regular(place, _MOST_SUMMARY))
        except (OSError, ValueError, RecursionError) as error:
            raise ExportError(f"no summary ({error})", where=str(place)) from None
        return found if isinstance(found, dict) else {}

    def lacking(self) -> str:
        """What is missing where ``summary`` says nothing; "" where it speaks.

        Raises:
            ExportError: the lock is none.
        """
        if not self.path.is_dir():
            return "what was laid out is a single file, without the papers of its export"
        if not is_regular(self.path / LOCK_FILE):
            return f"there is no `{LOCK_FILE}` in the export, so nothing vouches for its papers"
        if SUMMARY_FILE not in self._locked():
            return f"the export's `{LOCK_FILE}` names no `{SUMMARY_FILE}`"
        there = is_regular(self.path / SUMMARY_FILE)
        return "" if there else f"there is no `{SUMMARY_FILE}` in the export"

    def _locked(self) -> Mapping[str, str]:
        """The digests of the lock by file; none of a single file, or without a lock."""
        lock = self.path / LOCK_FILE
        if not self.path.is_dir() or not is_regular(lock):
            return {}
        try:
            return read_outputs(lock)
        except kit.ExportError as error:
            raise ExportError(str(error)) from None

    def lock_digest(self) -> str:
        """SHA-256 of ``recipe.lock``; "" of a single file, or if there is none."""
        place = self.path / LOCK_FILE
        return sha256_of(place) if self.path.is_dir() and is_regular(place) else ""


def _open_split(file: h5py.File, rows: SplitRows, layout: str) -> OpenSplit:
    names = dataset_names(rows.split, layout)
    images = dataset(file, names["images"])
    check_images(images)
    columns: dict[str, NDArray[Any]] = {name: rows.text[name] for name in TEXT_ROWS}
    for name in NUMBER_ROWS:
        if names[name] in file:
            values = dataset(file, names[name])[:]
            if len(values) != len(rows):
                raise ExportError(f"{name} has another length", where=str(file.filename))
            columns[name] = values
    return OpenSplit(rows, columns, images)
