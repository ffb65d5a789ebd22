"""AffectNet's release of 2021: numbered pictures, and a ``.npy`` file for each annotation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from fercurate.layouts.base import (
    LayoutData,
    LayoutPlan,
    LayoutSplit,
    row_files,
    split_places,
)
from fercurate.layouts.class_codes import AFFECTNET_ORDER, ordered_codes
from fercurate.layouts.trees.tree import PictureTree

_SPLITS = {"train": "train_set", "val": "val_set", "test": "test_set"}


@dataclass(frozen=True)
class AffectNetFolders(PictureTree):
    """``train_set/images/0.jpg`` with ``train_set/annotations/0_exp.npy``, and ``val_set``.

    Codes are AffectNet's own, 0 to 7. Readers look for ``.jpg``, so that is what pictures are
    called also where their bytes are PNG: all go by the content. The release has no test set:
    without val, test lies in ``val_set``; valence, arousal and points are not written.
    """

    title: ClassVar[str] = "AffectNet's release of 2021"

    kind: Literal["affectnet-2021"] = "affectnet-2021"

    @property
    def suffix(self) -> str:
        """Always ``.jpg``."""
        return ".jpg"

    def plan(self, data: LayoutData) -> LayoutPlan:
        """Codes 0 to 7; every row by its number."""
        codes = ordered_codes(data.classes, AFFECTNET_ORDER)
        places, remarks = split_places(data, _SPLITS, "val_set")
        files = row_files(
            data, places, lambda split: f"{places[split.split]}/images/{{}}{self.suffix}".format
        )
        return LayoutPlan(codes, places, files, remarks)

    @classmethod
    def companions(cls, file: str) -> tuple[str, ...]:
        """The annotation of a picture."""
        stem = file.replace("/images/", "/annotations/").removesuffix(".jpg")
        return (f"{stem}_exp.npy",)

    def side_files(self, data: LayoutData, plan: LayoutPlan) -> Iterator[tuple[str, bytes]]:
        """No table: every picture has its annotation."""
        del data, plan
        yield from ()

    def annotations(self, split: LayoutSplit, plan: LayoutPlan) -> Iterator[tuple[str, bytes]]:
        """The label of each picture: an array of no dimension that holds a digit as text."""
        codes = plan.codes.of(split.labels).tolist()
        for file, code in zip(plan.files[split.split], codes, strict=True):
            yield self.companions(file)[0], _NPY + str(code).encode("utf-32-le")


def _npy_head() -> bytes:
    """The head of NumPy's format, version 1.0, of one character."""
    text = "{'descr': '<U1', 'fortran_order': False, 'shape': (), }"
    size = -(-(10 + len(text) + 1) // 64) * 64 - 10
    header = text.ljust(size - 1) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()


_NPY = _npy_head()
