"""The folders of FER+'s own exporter: pictures, and ``label.csv`` with the votes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.errors import ExportError
from fercurate.layouts.base import LayoutData, LayoutPlan, kept_splits, row_files, split_places
from fercurate.layouts.class_codes import FERPLUS_ORDER, ordered_codes
from fercurate.layouts.trees.tree import PictureTree

_SPLITS = {"train": "FER2013Train", "val": "FER2013Valid", "test": "FER2013Test"}


@dataclass(frozen=True)
class FerPlusFolders(PictureTree):
    """``FER2013Train/fer0000012.png`` with ``FER2013Train/label.csv``: ten votes a picture.

    Without a header: name, box, then votes for neutral, happiness, surprise, sadness, anger,
    disgust, fear, contempt, unknown and no face. There is no label but the votes.
    """

    title: ClassVar[str] = "FER+'s folders with votes"
    carried: ClassVar[tuple[str, ...]] = ("votes",)

    kind: Literal["ferplus"] = "ferplus"

    def plan(self, data: LayoutData) -> LayoutPlan:
        """Every row by its number; votes are needed."""
        without = [
            split.split
            for split in data.splits
            if "votes" not in split.columns or not split.columns["votes"].any(axis=1).all()
        ]
        if without:
            raise ExportError(
                f"rows of {', '.join(without)} have no votes, and the layout holds nothing else",
                expected="an export of FER-2013 after fercurate ingest fer2013new.csv",
                fix="Build it with a recipe such as ferplus_majority, or use another layout",
            )
        codes = ordered_codes(data.classes, FERPLUS_ORDER)
        places, remarks = split_places(data, _SPLITS)
        files = row_files(
            data, places, lambda split: f"{places[split.split]}/fer{{:07d}}{self.suffix}".format
        )
        return LayoutPlan(codes, places, files, remarks)

    def side_files(self, data: LayoutData, plan: LayoutPlan) -> Iterator[tuple[str, bytes]]:
        """``label.csv`` of each folder."""
        height, width = data.picture[:2]
        box = f'"(0, 0, {width}, {height})"'
        for split in kept_splits(data, plan):
            votes = split.columns["votes"][:, : len(VOTE_COLUMNS)].tolist()
            names = [name.rsplit("/", 1)[1] for name in plan.files[split.split]]
            lines = [
                f"{name},{box},{','.join(map(str, own))}\n"
                for name, own in zip(names, votes, strict=True)
            ]
            yield f"{plan.places[split.split]}/label.csv", "".join(lines).encode()
