"""Many decisions: their union, whatever the order, and which of them count."""

import gc
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from operator import itemgetter, le

from fercurate.domain.decisions.decision import SAME_PICTURE, WITHDRAWN, Decision
from fercurate.domain.decisions.lines import decision_lines

_by_time = itemgetter(6, 5, 0, 2, 3, 1, 4, 7, 8, 9)
"""Time, author, sample, question, answer, then all the rest."""


@dataclass(frozen=True)
class DecisionHistory:
    """Everything that was ever decided, undone answers included."""

    decisions: tuple[Decision, ...] = ()

    @classmethod
    def union(cls, histories: Iterable["DecisionHistory"]) -> "DecisionHistory":
        """Each decision once, by time: the same for any order of histories and lines."""
        together = {decision for one in histories for decision in one.decisions}
        return cls(tuple(sorted(together, key=_by_time)))

    def __len__(self) -> int:
        return len(self.decisions)

    def __iter__(self) -> Iterator[Decision]:
        return iter(self.decisions)

    @cached_property
    def latest(self) -> dict[tuple[str, str, str], Decision]:
        """The decision that counts of each (sample, question, author), an undoing among them.

        The latest by time; of equal times the later line.
        """
        with without_collection():
            times = [one[6] for one in self.decisions]
            in_order = all(map(le, times, islice(times, 1, None)))
            decisions = self.decisions if in_order else sorted(self.decisions, key=itemgetter(6))
            return {
                (one[0], one[2], one[5]) if one[2] != SAME_PICTURE else one.key: one
                for one in decisions
            }

    @cached_property
    def valid(self) -> tuple[Decision, ...]:
        """The decisions that count and are not undone."""
        latest = self.latest.values()
        with without_collection():
            return tuple([one for one in latest if one[3] != WITHDRAWN])

    @property
    def in_time(self) -> list[Decision]:
        """Those that count, by time."""
        return sorted(self.valid, key=_by_time)

    @property
    def authors(self) -> tuple[str, ...]:
        """Whose decisions count, by name."""
        return tuple(sorted({one.author for one in self.valid}))

    @property
    def questions(self) -> set[str]:
        """The questions of decisions that count."""
        return {one.question for one in self.valid}

    @property
    def text(self) -> str:
        """The lines of a file that holds them."""
        return decision_lines(self.decisions)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what counts; the order and what was undone make no difference."""
        return hashlib.sha256(decision_lines(self.in_time).encode()).hexdigest()


@contextmanager
def without_collection() -> Iterator[None]:
    """Make a million small objects: it takes twice as long while cycles are looked for.

    Afterwards they count as old ones, among which cycles are looked for seldom.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            gc.freeze()
            gc.unfreeze()
        if collecting:
            gc.enable()


NOTHING_DECIDED = DecisionHistory()
