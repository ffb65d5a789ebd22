"""Queues whose question is whether a picture has a fault, or shows the same as another one."""

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.decision import SAME_PICTURE
from fercurate.domain.groups import Groups, members
from fercurate.pipeline.events import Listener
from fercurate.pipeline.measure.reviewed import fault_inputs, fault_logits
from fercurate.pipeline.measure.whole_store import Duplicates
from fercurate.pipeline.review.queues import ReviewQueue
from fercurate.pipeline.review.request import DUPLICATES, LEAKS
from fercurate.screening.learned.fault_head import HeadInputs
from fercurate.screening.screener import FAULTS, chance
from fercurate.store.store import Store

UNDECIDED = (0.12, 0.88)
"""Between these chances the screener is not sure."""


def fault_queue(store: Store, fault: str, *, learn: bool) -> ReviewQueue:
    """All samples: those first of which the screener is not sure, then the faulty, then the rest.

    Within each of the three the likeliest come first.

    Raises:
        StoreError: the screener has not looked at the store.
    """
    chances = fault_chances(store, fault)
    rows = fault_order(chances)

    def inputs() -> HeadInputs:
        return fault_inputs(store, fault).take(rows)

    return ReviewQueue(fault, fault, rows, chances[rows], inputs=inputs if learn else None)


def fault_order(chances: NDArray[np.float64]) -> NDArray[np.int64]:
    """The places (N,) of chances (N,): the undecided first, then the faulty, then the rest."""
    low, high = UNDECIDED
    unsure = (chances > low) & (chances < high)
    rank = np.where(unsure, 2, np.where(chances >= high, 1, 0))
    return np.lexsort((-chances, -rank)).astype(np.int64)


def fault_chances(store: Store, fault: str) -> NDArray[np.float64]:
    """What the screener says (N,) of a fault.

    Raises:
        StoreError: it has not looked at the store.
    """
    return np.nan_to_num(chance(fault_logits(store)[:, FAULTS.index(fault)]))


def duplicate_queue(store: Store, jobs: int, listen: Listener) -> ReviewQueue:
    """Pictures that are nearly identical to an earlier one, each beside it."""
    return _pairs(DUPLICATES, store, Duplicates().groups(store, jobs, listen))


def leak_queue(store: Store, jobs: int, listen: Listener) -> ReviewQueue:
    """Nearly identical pictures of which some lie in another native split."""
    groups = Duplicates().groups(store, jobs, listen)
    splits = store.manifest.text("native_split")
    leaking = groups.copy()
    for first, rows in members(groups).items():
        if len(set(splits[rows].tolist())) < 2:
            leaking[rows] = rows
        else:
            leaking[rows] = first
    return _pairs(LEAKS, store, leaking)


def _pairs(name: str, store: Store, groups: Groups) -> ReviewQueue:
    """Who is not the first of its group, and has other pixels than it."""
    digests = store.manifest.text("digest")
    rows = np.flatnonzero((groups != np.arange(len(groups))) & (digests[groups] != digests))
    others = {int(row): int(groups[row]) for row in rows}
    return ReviewQueue(
        name, SAME_PICTURE, rows, np.full(len(rows), 0.5), others=others, whole=False
    )
