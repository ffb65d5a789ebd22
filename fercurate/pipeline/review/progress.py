"""How a review goes: faults found, a rate that is honest, what is left, and when to stop."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.screening.learned.remaining import (
    Estimate,
    faults_left,
    may_stop,
    wilson_interval,
)

LAST = 100
"""The rate is of so many of the last answers."""


FEWEST_CONTROLS = 5
"""Before so many random controls are answered, nothing is said of what is left."""


@dataclass(frozen=True)
class ReviewProgress:
    """Figures of a review by one author.

    Attributes:
        answered: how many samples have an answer, unsure ones among them.
        faults: how many of them are faulty.
        total: how many the queue holds.
        recent: of the last 100 answers, how many were faulty; and of how many.
        controls: of the random controls, how many were faulty; and of how many.
        left: how many faults are estimated among the samples that are left; None where the queue
            does not tell, or not yet.
    """

    answered: int
    faults: int
    total: int
    recent: tuple[int, int]
    controls: tuple[int, int]
    left: Estimate | None

    @classmethod
    def of(
        cls,
        faulty: list[bool],
        controls: list[tuple[float, bool]],
        chances: NDArray[np.float64],
        unseen: NDArray[np.bool_],
        *,
        estimates: bool,
    ) -> "ReviewProgress":
        """From the answers in their order, controls with their chances, and what is left (M,)."""
        last = faulty[-LAST:]
        found = sum(fault for _, fault in controls)
        left = None
        if estimates and len(controls) >= FEWEST_CONTROLS:
            told = np.array([chance for chance, _ in controls], dtype=np.float64)
            left = faults_left(chances[unseen], told, found)
        return cls(
            len(faulty),
            sum(faulty),
            len(unseen),
            (sum(last), len(last)),
            (found, len(controls)),
            left,
        )

    @property
    def stop(self) -> bool:
        """Whether so little is left that one may stop."""
        enough = self.recent[1] >= LAST
        unseen = self.total - self.answered
        return unseen == 0 or (enough and self.left is not None and may_stop(self.left, unseen))

    def counts(self) -> dict[str, Any]:
        """JSON-ready: how many are answered, and nothing of what they found."""
        return {"answered": self.answered, "total": self.total, "stop": False}

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "answered": self.answered,
            "faults": self.faults,
            "total": self.total,
            "recent": _share(*self.recent),
            "controls": _share(*self.controls),
            "left": None if self.left is None else _numbers(self.left),
            "stop": self.stop,
        }


def _share(count: int, total: int) -> dict[str, Any]:
    interval = wilson_interval(count, total)
    return {
        "faults": count,
        "of": total,
        "low": round(100 * interval.low, 1),
        "high": round(100 * interval.high, 1),
    }


def _numbers(left: Estimate) -> dict[str, int]:
    return {name: round(getattr(left, name)) for name in ("value", "low", "high")}
