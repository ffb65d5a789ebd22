"""The lists of CUB-200 (Caltech-UCSD Birds): numbered pictures, classes, and a split of two."""

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
from fercurate.layouts.class_codes import ClassCodes, InClassOrder, check_first, ordered_codes
from fercurate.layouts.trees.tree import (
    PictureTree,
    check_apart,
    check_names,
    check_paths,
    row_name,
)

_LISTS = ("images.txt", "image_class_labels.txt", "train_test_split.txt", "classes.txt")
_TRAINED = {"train": "1", "test": "0"}


@dataclass(frozen=True)
class CubLists(InClassOrder, PictureTree):
    """``images.txt``, ``image_class_labels.txt``, ``train_test_split.txt``, ``classes.txt``.

    Pictures are numbered from 1, and classes from ``first`` on, in the ``order`` that the trainer
    has (empty: that of the export). There are two splits: ``evaluation`` says which one is not
    trained on. The lists lie in ``lists`` (empty: above all), the pictures in ``folder``, there in
    a folder a class unless ``flat``.
    """

    title: ClassVar[str] = "the lists of CUB-200"

    order: tuple[str, ...] = ()
    first: int = 1
    lists: str = ""
    folder: str = "images"
    flat: bool = False
    evaluation: Literal["test", "val"] = "test"
    kind: Literal["cub"] = "cub"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_paths("folder", self.folder)
        check_paths("lists", *filter(None, [self.lists]))
        check_apart([f"{self.lists}/{name}".lstrip("/") for name in _LISTS], [self.folder])
        check_first(self.first)

    def plan(self, data: LayoutData) -> LayoutPlan:
        """A folder a class, as the birds have it, or one for all."""
        ordered = ordered_codes(data.classes, self.order, self.first)
        words = tuple(
            f"{code:03d}.{name}" for code, name in zip(ordered.codes, ordered.classes, strict=True)
        )
        check_names("a class", *words)
        codes = ClassCodes(ordered.classes, ordered.codes, words)
        places, remarks = split_places(data, {"train": "train", self.evaluation: "test"})

        def namer(split: LayoutSplit) -> Callable[[int], str]:
            name = row_name(split, data, self.suffix)
            if self.flat:
                return lambda row: f"{self.folder}/{name(row)}"
            return lambda row: f"{self.folder}/{words[split.labels[row]]}/{name(row)}"

        return LayoutPlan(codes, places, row_files(data, places, namer), remarks)

    def side_files(self, data: LayoutData, plan: LayoutPlan) -> Iterator[tuple[str, bytes]]:
        """The four lists, numbered through all splits."""
        images, labels, trained = [], [], []
        for split in kept_splits(data, plan):
            images += [name.removeprefix(f"{self.folder}/") for name in plan.files[split.split]]
            labels += list(map(str, plan.codes.of(split.labels).tolist()))
            trained += [_TRAINED[plan.places[split.split]]] * len(split)
        place = f"{self.lists}/" if self.lists else ""
        for name, values in (
            ("images.txt", images),
            ("image_class_labels.txt", labels),
            ("train_test_split.txt", trained),
        ):
            text = "".join(f"{number} {value}\n" for number, value in enumerate(values, 1))
            yield f"{place}{name}", text.encode()
        words = "".join(f"{code} {word}\n" for code, _, word in plan.codes.by_code)
        yield f"{place}classes.txt", words.encode()
