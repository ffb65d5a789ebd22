"""One ``.npz`` for NumPy: ``x_train``, ``y_train``, and so for val and test, ``class_names``."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar, Literal

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from fercurate.layouts.base import (
    Batch,
    Layout,
    LayoutData,
    LayoutPlan,
    LayoutWork,
    kept_splits,
    row_files,
    split_places,
)
from fercurate.layouts.class_codes import InClassOrder, ordered_codes
from fercurate.layouts.trees.tree import named_splits

_FILE = "data.npz"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every member: the same rows give the same file."""


@dataclass(frozen=True)
class NpzArrays(InClassOrder, Layout):
    """``x_train`` (N, H, W[, 3]) uint8, ``y_train`` (N,) int64, ...; ``class_names`` in code order.

    Nothing in it is a pickle. Codes go in the ``order`` of classes that the trainer has (empty:
    that of the export).
    """

    title: ClassVar[str] = "arrays for NumPy"
    carried: ClassVar[tuple[str, ...]] = ("votes",)

    order: tuple[str, ...] = ()
    kind: Literal["npz"] = "npz"

    def plan(self, data: LayoutData) -> LayoutPlan:
        """The place of every row in its array."""
        codes = ordered_codes(data.classes, self.order)
        places, remarks = split_places(data, named_splits(("train", "val", "test")))
        files = row_files(data, places, lambda split: f"{_FILE}:x_{split.split}[{{}}]".format)
        return LayoutPlan(codes, places, files, remarks)

    def write(self, folder: Path, data: LayoutData, plan: LayoutPlan, work: LayoutWork) -> set[str]:
        """Write the file, pictures block by block."""
        with zipfile.ZipFile(folder / _FILE, "w", zipfile.ZIP_STORED) as archive:
            for split in kept_splits(data, plan):
                with _member(archive, f"x_{split.split}") as out:
                    _write_head(out, np.dtype(np.uint8), (len(split), *data.picture))
                    for block in work.by_blocks(split, _bytes):
                        out.write(block)
                _write(archive, f"y_{split.split}", plan.codes.of(split.labels))
                if "votes" in split.columns:
                    _write(archive, f"votes_{split.split}", split.columns["votes"])
            _write(archive, "class_names", np.array(plan.codes.class_names(self.order)))
        return {_FILE}


def _bytes(first: int, batch: Batch) -> bytes:
    del first
    return batch.tobytes()


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    info = zipfile.ZipInfo(f"{name}.npy", _EPOCH)
    info.external_attr = 0o644 << 16
    return archive.open(info, "w", force_zip64=True)


def _write(archive: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    with _member(archive, name) as out:
        _write_head(out, array.dtype, array.shape)
        out.write(np.ascontiguousarray(array).tobytes())


def _write_head(out: IO[bytes], dtype: np.dtype[Any], shape: tuple[int, ...]) -> None:
    described = {"descr": npy.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    npy.write_array_header_1_0(out, described)
