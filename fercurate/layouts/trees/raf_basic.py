"""RAF-DB as distributed: ``EmoLabel/list_patition_label.txt`` with ``Image/aligned``."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import COMPOUND_EXPRESSIONS
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
_NOISE, _NOISE_AND_TEST = "EmoLabel/noise.txt", "EmoLabel/noise_and_test.txt"
_COMPOUND_REMARK = (
    "codes 1 to 11 are those of RAF-DB's compound set, not of its basic one: list and pictures lie "
    "in compound/, and that is the folder to name to a trainer"
)
_SPLITS = {"train": "train", "val": "val", "test": "test"}


@dataclass(frozen=True)
class RafBasic(PictureTree):
    """RAF-DB's list (``train_00001.jpg 5``) and its aligned pictures.

    Codes are RAF-DB's own, 1 to 7. Compound expressions have the codes of its compound set, 1 to
    11, and all of it lies in ``compound``, as there: the two lists bear the same name. Readers look
    for ``.jpg``, so that is what pictures are called also where their bytes are PNG: all go by the
    content. Rows of val are called ``val_...``: readers take the names that begin with train, or
    test. Of an export whose labels were changed on purpose the list has the true ones; the changed
    ones of train stand in ``noise.txt``, and with the other splits behind them in
    ``noise_and_test.txt``.
    """

    title: ClassVar[str] = "RAF-DB's list and aligned pictures"

    kind: Literal["raf-basic"] = "raf-basic"

    @property
    def suffix(self) -> str:
        """Always ``.jpg``."""
        return ".jpg"

    def plan(self, data: LayoutData) -> LayoutPlan:
        """Codes 1 to 7, or 1 to 11 of compound expressions; every row by its split and number."""
        root = _root(data)
        order = COMPOUND_EXPRESSIONS if root else RAFDB_ORDER
        codes = ordered_codes(data.classes, order, first=1)
        places, remarks = split_places(data, _SPLITS)
        if root:
            remarks = (*remarks, _COMPOUND_REMARK)

        def namer(split: LayoutSplit) -> Callable[[int], str]:
            name = row_name(split, data, f"_aligned{self.suffix}")
            return lambda row: f"{root}Image/aligned/{name(row)}"

        return LayoutPlan(codes, places, row_files(data, places, namer), remarks)

    def side_files(self, data: LayoutData, plan: LayoutPlan) -> Iterator[tuple[str, bytes]]:
        """The list of all splits; with noise the true one, and two more."""
        splits, root = kept_splits(data, plan), _root(data)
        yield (
            f"{root}{_LIST}",
            b"".join(self._lines(split, data, plan, _truth(split)) for split in splits),
        )
        if any("true_label" in split.columns for split in splits):
            lines = {s.split: self._lines(s, data, plan, s.labels) for s in splits}
            yield f"{root}{_NOISE}", lines.get("train", b"")
            yield f"{root}{_NOISE_AND_TEST}", b"".join(lines.values())

    def _lines(
        self, split: LayoutSplit, data: LayoutData, plan: LayoutPlan, labels: NDArray[np.int64]
    ) -> bytes:
        names = map(row_name(split, data, self.suffix), range(len(split)))
        return code_lines(names, plan.codes.of(labels).tolist())


def _root(data: LayoutData) -> str:
    """The folder in which all of it lies: ``compound/`` for compound expressions, else none."""
    return "compound/" if set(data.classes) <= set(COMPOUND_EXPRESSIONS) else ""


def _truth(split: LayoutSplit) -> NDArray[np.int64]:
    """The true labels (N,) of rows: those of the export, unless it changed some on purpose."""
    labels: NDArray[np.int64] = split.columns.get("true_label", split.labels)
    return labels
