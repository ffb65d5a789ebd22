"""Tables of files and codes, one a split: lists of a name and a code, and CSV with a header."""

import re
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
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
from fercurate.layouts.class_codes import ClassCodes, InClassOrder, check_first, ordered_codes
from fercurate.layouts.trees.tree import (
    SCREENED,
    SPLIT_NAMES,
    PictureTree,
    check_apart,
    check_evaluated,
    check_paths,
    code_lines,
    row_name,
)

_HEADING = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,59}")

Names = tuple[str, str, str]
"""Of train, val and test."""


@dataclass(frozen=True)
class PictureTables(InClassOrder, PictureTree):
    """What lists and CSV tables share.

    ``files`` are the tables of train, val and test, ``folders`` where their pictures lie. Codes go
    from ``first`` on, in the ``order`` of classes that the trainer has (empty: that of the
    export). If the trainer reads ``evaluated`` and no split has that table, test has it.
    """

    order: tuple[str, ...] = ()
    first: int = 0
    files: Names = ("", "", "")
    folders: Names = ("", "", "")
    evaluated: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_paths("files", *self.files)
        check_paths("folders", *self.folders)
        check_apart(self.files, self.folders)
        check_evaluated(self.evaluated, self.files)
        check_first(self.first)

    @abstractmethod
    def table(self, files: Sequence[str], codes: Sequence[int]) -> bytes:
        """The table of a split: of its files, by path, and their codes."""

    def plan(self, data: LayoutData) -> LayoutPlan:
        """Every row by its split and number, in the folder of its table."""
        codes = ordered_codes(data.classes, self.order, self.first)
        folders = dict(zip(self.files, self.folders, strict=True))
        named = dict(zip(SPLIT_NAMES, self.files, strict=True))
        stem, dot, suffix = named["test"].rpartition(".")
        screened = f"{stem}_screened{dot}{suffix}"
        folders[screened] = folders[named["test"]]
        places, remarks = split_places(data, {**named, SCREENED: screened}, self.evaluated)

        def namer(split: LayoutSplit) -> Callable[[int], str]:
            folder, name = folders[places[split.split]], row_name(split, data, self.suffix)
            return lambda row: f"{folder}/{name(row)}"

        return LayoutPlan(codes, places, row_files(data, places, namer), remarks)

    def side_files(self, data: LayoutData, plan: LayoutPlan) -> Iterator[tuple[str, bytes]]:
        """A table for each split."""
        for split in kept_splits(data, plan):
            codes = plan.codes.of(split.labels).tolist()
            yield plan.places[split.split], self.table(plan.files[split.split], codes)

    def reading(self, codes: ClassCodes) -> str:
        """Codes need names."""
        return f"--source list --label-map {codes.label_map()}"


@dataclass(frozen=True)
class PictureLists(PictureTables):
    """``train_00012.png 3``: a name and a code, one blank between them, no header.

    Names are those in the folder of pictures, which a trainer is given apart.
    """

    title: ClassVar[str] = "lists of names and codes"

    files: Names = ("train.txt", "val.txt", "test.txt")
    folders: Names = ("images", "images", "images")
    kind: Literal["list"] = "list"

    def table(self, files: Sequence[str], codes: Sequence[int]) -> bytes:
        """Names without their folder, and codes."""
        return code_lines([_name(file) for file in files], codes)


@dataclass(frozen=True)
class CsvTables(PictureTables):
    """``train_labels.csv`` beside the folder ``train``: a header, then a file and its code a line.

    ``paths`` names files with their folder.
    """

    title: ClassVar[str] = "CSV tables of files and codes"

    header: tuple[str, str] = ("image", "label")
    paths: bool = False
    files: Names = ("train_labels.csv", "val_labels.csv", "test_labels.csv")
    folders: Names = ("train", "val", "test")
    kind: Literal["csv"] = "csv"

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(set(self.header)) < 2 or not all(map(_HEADING.fullmatch, self.header)):
            raise ValueError(
                "header: expected two different names of letters, digits, blanks and _"
            )

    def table(self, files: Sequence[str], codes: Sequence[int]) -> bytes:
        """The header, files and codes."""
        names = files if self.paths else [_name(file) for file in files]
        lines = [f"{name},{code}\n" for name, code in zip(names, codes, strict=True)]
        return "".join((",".join(self.header) + "\n", *lines)).encode()


def _name(file: str) -> str:
    return file.rsplit("/", 1)[1]
