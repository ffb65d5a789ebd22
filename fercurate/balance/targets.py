"""How many rows each class is to have: imbalanced-learn's words, counts, or a ratio."""

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Word = Literal["auto", "minority", "majority", "not minority", "not majority", "all"]
Strategy = Word | float | Mapping[str, int]
"""A word of imbalanced-learn, a ratio 0..1 of smaller to larger classes, or counts by class."""

OverWord = Literal["auto", "minority", "not minority", "not majority", "all"]
UnderWord = Literal["auto", "majority", "not minority", "not majority", "all"]
OverStrategy = Annotated[Strategy, OverWord]
"""A strategy of a step that adds rows."""

UnderStrategy = Annotated[Strategy, UnderWord]
"""A strategy of a step that leaves rows out."""


def counts_by_class(strategy: Strategy | None) -> Mapping[str, int]:
    """The counts of a strategy that states them; empty for words and ratios."""
    return strategy if isinstance(strategy, Mapping) else {}


def levels_all(strategy: Strategy | None) -> bool:
    """Whether over-sampling by a strategy makes all classes equal."""
    return strategy in ("auto", "not majority", "all") or strategy == 1.0


def raised(strategy: Strategy, counts: Counts, classes: tuple[str, ...]) -> Counts:
    """Return the counts (C,) that over-sampling is to reach; never fewer than there are.

    Words raise classes to the largest one: ``auto`` and ``not majority`` all others. A ratio
    raises every class to that share of the largest. Classes without rows stay empty.

    Raises:
        ValueError: a class of a map has no rows, or more than it is to have.
    """
    if isinstance(strategy, Mapping):
        return _mapped(strategy, counts, classes, smaller=False)
    largest = int(counts.max(initial=0))
    if isinstance(strategy, str):
        return np.where(_named(strategy, "not majority", counts), largest, counts)
    goal = np.maximum(counts, int(largest * strategy))
    return np.where(counts > 0, goal, 0)


def lowered(strategy: Strategy, counts: Counts, classes: tuple[str, ...]) -> Counts:
    """Return the counts (C,) that under-sampling is to leave; never more than there are.

    Words cut classes to the smallest one: ``auto`` and ``not minority`` all others. A ratio cuts
    every class so that the smallest is that share of it.

    Raises:
        ValueError: a class of a map has no rows, or fewer than it is to have.
    """
    if isinstance(strategy, Mapping):
        return _mapped(strategy, counts, classes, smaller=True)
    present = counts[counts > 0]
    smallest = int(present.min()) if present.size else 0
    if isinstance(strategy, str):
        return np.where(_named(strategy, "not minority", counts), smallest, counts)
    return np.minimum(counts, int(smallest / strategy))


def _named(word: str, auto: str, counts: Counts) -> NDArray[np.bool_]:
    """Mask (C,) of the classes that a word means; of equal classes the first is meant."""
    present = counts > 0
    codes = np.arange(len(counts))
    if not present.any():
        return present
    largest = codes == int(counts.argmax())
    smallest = codes == int(np.where(present, counts, counts.max() + 1).argmin())
    masks: dict[str, NDArray[np.bool_]] = {
        "minority": smallest,
        "majority": largest,
        "not minority": ~smallest,
        "not majority": ~largest,
        "all": np.ones(len(counts), dtype=bool),
    }
    return masks[auto if word == "auto" else word] & present


def _mapped(
    goals: Mapping[str, int], counts: Counts, classes: tuple[str, ...], *, smaller: bool
) -> Counts:
    wanted = counts.copy()
    for name, goal in goals.items():
        code = classes.index(name)
        found = int(counts[code])
        if not found:
            raise ValueError(f"{name}: there is no sample of this class in the split")
        if (goal > found) if smaller else (goal < found):
            way = (
                "under-sampling cannot add rows" if smaller else "over-sampling cannot remove rows"
            )
            raise ValueError(f"{name}: {goal:,} asked for, {found:,} are there; {way}")
        wanted[code] = goal
    return wanted
