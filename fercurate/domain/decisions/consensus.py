"""One answer a sample, of those of several authors."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.answers import AnswerTable
from fercurate.domain.decisions.dawid_skene import dawid_skene

LabelRule = Literal["majority", "unanimous", "dawid_skene"]
"""How labels of several authors become one."""

DropRule = Literal["any", "majority"]
"""How many authors must say that a sample is faulty: one of them, or more than half."""

UNDECIDED = -1


def agreed_codes(table: AnswerTable, rule: LabelRule) -> NDArray[np.int64]:
    """The code (M,) of each sample's answer, -1 where the authors do not decide it.

    ``majority``: more authors than for any other answer; ``unanimous``: all who answered;
    ``dawid_skene``: the most probable one, if it is more probable than all others together, and
    some author gave it.
    """
    counts = table.counts
    winner, most = counts.argmax(axis=1), counts.max(axis=1, initial=0)
    match rule:
        case "majority":
            decided = (most > 0) & ((counts == most[:, None]).sum(axis=1) == 1)
        case "unanimous":
            decided = (most > 0) & (most == counts.sum(axis=1))
        case "dawid_skene":
            beliefs = dawid_skene(table.codes[:, :, None] == np.arange(len(table.names)))
            winner, decided = beliefs.argmax(axis=1), beliefs.max(axis=1, initial=0) > 0.5
            decided &= np.take_along_axis(counts, winner[:, None], axis=1)[:, 0] > 0
    return np.where(decided, winner, UNDECIDED).astype(np.int64)


def agreed_faults(table: AnswerTable, rule: DropRule, faulty: str) -> NDArray[np.int64]:
    """1 (M,) where the authors find a sample faulty, 0 where they find it is not, else -1.

    ``faulty`` is the answer that says so. By ``any`` one author is enough, and all must agree that
    it is not; by ``majority`` more than half of those who answered, either way.
    """
    counts = table.counts
    against = counts[:, table.names.index(faulty)]
    answered = counts.sum(axis=1)
    if rule == "any":
        return np.where(answered == 0, UNDECIDED, against > 0).astype(np.int64)
    decided = (answered > 0) & (2 * against != answered)
    return np.where(decided, 2 * against > answered, UNDECIDED).astype(np.int64)
