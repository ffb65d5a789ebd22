"""A folder a class below a folder a split: what torchvision, timm, Keras and many trainers read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from fercurate.layouts.base import LayoutData, LayoutPlan, LayoutSplit, row_files, split_places
from fercurate.layouts.class_codes import ClassCodes, InClassOrder, check_first, check_order
from fercurate.layouts.trees.tree import (
    PictureTree,
    check_evaluated,
    check_names,
    named_splits,
    row_name,
)


@dataclass(frozen=True)
class ImageFolder(InClassOrder, PictureTree):
    """A folder a class; a reader numbers the classes by the sorted names of their folders.

    ``folders`` are named by ``names``, and so numbered by the alphabet, or by ``numbers`` from
    ``first`` on in the ``order`` of classes that the trainer has (empty: that of the export).
    ``capitalized`` writes ``Happy``. ``split_folders`` are those of train, val and test. If the
    trainer looks into ``evaluated`` and no split is called so, test lies there.
    """

    title: ClassVar[str] = "a folder a class"

    folders: Literal["names", "numbers"] = "names"
    order: tuple[str, ...] = ()
    first: int = 0
    capitalized: bool = False
    split_folders: tuple[str, str, str] = ("train", "val", "test")
    evaluated: str = ""
    kind: Literal["imagefolder"] = "imagefolder"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.order and self.folders == "names":
            raise ValueError(
                "order: folders named by names are numbered by the alphabet; say folders: numbers"
            )
        check_names("split_folders", *self.split_folders)
        check_evaluated(self.evaluated, self.split_folders)
        check_first(self.first)

    def plan(self, data: LayoutData) -> LayoutPlan:
        """Decide folders: the codes are those that a reader gives to their sorted names."""
        codes = self._codes(data.classes)
        places, remarks = split_places(data, named_splits(self.split_folders), self.evaluated)

        def namer(split: LayoutSplit) -> Callable[[int], str]:
            place, name = places[split.split], row_name(split, data, self.suffix)
            return lambda row: f"{place}/{codes.words[split.labels[row]]}/{name(row)}"

        files = row_files(data, places, namer)
        empty = tuple(_empty_classes(data, places))
        return LayoutPlan(codes, places, files, remarks + empty)

    def _codes(self, classes: tuple[str, ...]) -> ClassCodes:
        if self.folders == "names":
            words = tuple(name.capitalize() if self.capitalized else name for name in classes)
            check_names("a class", *words)
        else:
            check_order(classes, self.order)
            ranked = [name for name in self.order or classes if name in classes]
            digits = len(str(self.first + len(ranked) - 1))
            numbers = {name: f"{self.first + n:0{digits}d}" for n, name in enumerate(ranked)}
            words = tuple(numbers[name] for name in classes)
        rank = sorted(words)
        return ClassCodes(classes, tuple(rank.index(word) for word in words), words)

    def empty_folders(self, plan: LayoutPlan) -> Iterator[str]:
        """Every class in every split: without its folder a reader would number the others anew."""
        for place in plan.places.values():
            yield from (f"{place}/{word}" for word in plan.codes.words)

    def side_files(self, data: LayoutData, plan: LayoutPlan) -> Iterator[tuple[str, bytes]]:
        """The folders in the order of codes, a line each, as timm's ``--class-map`` takes them."""
        del data
        words = [f"{word}\n" for _, _, word in plan.codes.by_code]
        yield "classes.txt", "".join(words).encode()

    def reading(self, codes: ClassCodes) -> str:
        """Numbers need names."""
        if self.folders == "names":
            return ""
        pairs = ",".join(f"{word}={name}" for _, name, word in codes.by_code)
        return f"--source folder --label-map {pairs}"


def _empty_classes(data: LayoutData, places: dict[str, str]) -> Iterator[str]:
    for split in data.splits:
        there = set(split.labels.tolist())
        empty = [name for code, name in enumerate(data.classes) if code not in there]
        if empty and split.split in places:
            yield (
                f"{places[split.split]} has no {', '.join(empty)}: the folder is there and empty, "
                "so that the others keep their numbers; torchvision needs allow_empty=True"
            )
