"""RAF-DB as distributed: ``EmoLabel/list_patition_label.txt`` with ``Image/aligned``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from fercurate.layouts.base import (
    LayoutData,
    LayoutPlan,
    LayoutSplit,
    kept_splits,
    row_files,
    split_places,
)
from fercurate.layouts.class_codes import RAFDB_ORDER, ordered_codes
from fercurate.layouts.trees.tree import PictureTree, code_lines, row_name

_LIST = "EmoLabel/list_patition_label.txt"
_SPLITS = {"train": "train", "val": "val", "test": "test"}


@dataclass(frozen=True)
class RafBasic(PictureTree):
    """RAF-DB's list (``train_00001.jpg 5``) and its aligned pictures.

    Codes are RAF-DB's own, 1 to 7. Readers look for ``.jpg``, so that is what pictures are called
    also where their bytes are PNG: all go by the content. Rows of val are called ``val_...``:
    readers take the names that begin with train, or test.
    """

    title: ClassVar[str] = "RAF-DB's list and aligned pictures"

    kind: Literal["raf-basic"] = "raf-basic"

    @property
    def suffix(self) -> str:
        """Always ``.jpg``."""
        return ".jpg"

    def plan(self, data: LayoutData) -> LayoutPlan:
        """Codes 1 to 7; every row by its split and number."""
        codes = ordered_codes(data.classes, RAFDB_ORDER, first=1)
        places, remarks = split_places(data, _SPLITS)

        def namer(split: LayoutSplit) -> Callable[[int], str]:
            name = row_name(split, data, f"_aligned{self.suffix}")
            return lambda row: f"Image/aligned/{name(row)}"

        return LayoutPlan(codes, places, row_files(data, places, namer), remarks)

    def side_files(self, data: LayoutData, plan: LayoutPlan) -> Iterator[tuple[str, bytes]]:
        """The list of all splits."""
        lines = [
            code_lines(
                map(row_name(split, data, self.suffix), range(len(split))),
                plan.codes.of(split.labels).tolist(),
            )
            for split in kept_splits(data, plan)
        ]
        yield _LIST, b"".join(lines)
