"""The code and the word by which a layout, or a trainer, tells each class."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.errors import ExportError

RAFDB_ORDER = ("surprise", "fear", "disgust", "happy", "sad", "angry", "neutral")
AFFECTNET_ORDER = (
    *("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry", "contempt"),
)
FERPLUS_ORDER = (*("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt"),)
FER2013_ORDER = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


@dataclass(frozen=True, slots=True)
class ClassCodes:
    """For each class of an export, in the order of its labels: a code, and the word for it."""

    classes: tuple[str, ...]
    codes: tuple[int, ...]
    words: tuple[str, ...]

    def of(self, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        """The codes (N,) of labels (N,)."""
        return np.array(self.codes, dtype=np.int64)[labels]

    @property
    def by_code(self) -> list[tuple[int, str, str]]:
        """Code, class and word, in the order of codes."""
        return sorted(zip(self.codes, self.classes, self.words, strict=True))

    def class_names(self, order: Sequence[str] = ()) -> tuple[str, ...]:
        """Names by code: the whole ``order`` if there is one, with those the export has not."""
        return tuple(order) or tuple(name for _, name, _ in self.by_code)

    def label_map(self) -> str:
        """What ``--label-map`` takes: ``0=neutral,1=happy,...``."""
        return ",".join(f"{code}={name}" for code, name, _ in self.by_code)


def ordered_codes(classes: Sequence[str], order: Sequence[str] = (), first: int = 0) -> ClassCodes:
    """Codes from ``first`` on, in the order of the export or in another one.

    A class keeps its code where others of the order are not there; its word is its name.

    Raises:
        ExportError: the order lacks a class.
    """
    check_order(classes, order)
    codes = [first + (order or classes).index(name) for name in classes]
    return ClassCodes(tuple(classes), tuple(codes), tuple(classes))


class InClassOrder:
    """What layouts share that take the ``order`` of classes of a trainer.

    Each has the field itself, at its own place among its fields.
    """

    order: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse an order that names a class twice.

        Raises:
            ValueError: it does.
        """
        twice = [name for name in self.order if self.order.count(name) > 1]
        if twice:
            raise ValueError(f"order: {twice[0]!r} is named twice")


def check_first(first: int) -> None:
    """Refuse a first code that no trainer counts from.

    Raises:
        ValueError: it is not in 0..1000.
    """
    if not 0 <= first <= 1000:
        raise ValueError(f"first is {first}; expected 0..1000")


def check_order(classes: Sequence[str], order: Sequence[str]) -> None:
    """Refuse an order of classes that lacks some of them; none at all lacks nothing.

    Raises:
        ExportError: it does.
    """
    outside = [name for name in classes if order and name not in order]
    if outside:
        raise ExportError(
            f"the export has {', '.join(outside)}, for which there is no code",
            expected=f"no other classes than {', '.join(order)}",
            fix="Build it with a recipe whose labels.scheme has these",
        )
