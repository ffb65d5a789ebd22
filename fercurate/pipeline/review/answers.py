"""What a reviewer has answered so far: by place in the queue, in the order of time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.decision import LABEL, UNSURE, WITHDRAWN, YES, Decision

CONTROL = "control"


@dataclass
class ReviewAnswers:
    """The answers that count, and the chances that random controls had when they were shown."""

    _decisions: dict[int, Decision] = field(default_factory=dict)
    _control_chances: dict[int, float] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._decisions)

    def __contains__(self, place: object) -> bool:
        return place in self._decisions

    def __getitem__(self, place: int) -> Decision:
        return self._decisions[place]

    def get(self, place: int) -> Decision | None:
        """What was answered about a place; None where nothing was."""
        return self._decisions.get(place)

    def add(self, place: int, decision: Decision, chance: float) -> None:
        """Take a decision in; an undoing takes out what was answered."""
        self._decisions.pop(place, None)
        self._control_chances.pop(place, None)
        if decision.answer == WITHDRAWN:
            return
        self._decisions[place] = decision
        if decision.mode == CONTROL:
            self._control_chances[place] = chance

    def is_control(self, place: int) -> bool:
        """Whether a place was answered as a random control."""
        return place in self._control_chances

    def faults(self) -> list[bool]:
        """Whether each answer found a fault, in the order of time; unsure ones found none."""
        return [bool(is_fault(one)) for one in self._decisions.values()]

    def controls(self) -> list[tuple[float, bool]]:
        """The chance that each random control had, and whether it was faulty."""
        told = self._control_chances.items()
        return [(chance, bool(is_fault(self._decisions[place]))) for place, chance in told]

    def sure(self) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Places (K,) that were not answered with unsure, and which are faulty (K,)."""
        told = [(place, is_fault(one)) for place, one in self._decisions.items()]
        known = [(place, fault) for place, fault in told if fault is not None]
        return (
            np.array([place for place, _ in known], dtype=np.int64),
            np.array([fault for _, fault in known], dtype=bool),
        )

    def last_batch(self) -> list[int]:
        """The places of the last answers that were written at one time."""
        return list(self._last_written())[::-1]

    def _last_written(self) -> Iterator[int]:
        after: Decision | None = None
        for place, one in reversed(self._decisions.items()):
            if after is not None and not _written_together(one, after):
                return
            yield place
            after = one


def is_fault(decision: Decision) -> bool | None:
    """Whether an answer finds a fault: a yes, or another label; None where it was unsure."""
    if decision.answer == UNSURE:
        return None
    if decision.question == LABEL:
        return decision.answer != decision.given
    return decision.answer == YES


def shown_chance(decision: Decision, otherwise: float) -> float:
    """The chance by which a sample was shown, where a decision says it."""
    try:
        return min(max(float(decision.given), 0.0), 1.0)
    except ValueError:
        return otherwise


def _written_together(first: Decision, second: Decision) -> bool:
    """Whether two lines were written at one time: a millionth of a second apart."""
    times = [datetime.fromisoformat(one.time) for one in (first, second)]
    return abs(times[0] - times[1]) <= timedelta(microseconds=1)
