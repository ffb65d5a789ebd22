"""Chances of a fault as a head learned them from what people answered about a store."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.answers import AnswerTable
from fercurate.domain.decisions.consensus import agreed_faults
from fercurate.domain.decisions.decision import YES
from fercurate.domain.decisions.matching import MatchedDecisions
from fercurate.errors import StoreError
from fercurate.pipeline.events import Listener
from fercurate.pipeline.measure.latest import latest_scores
from fercurate.pipeline.measure.whole_store import STORE_MEASURES
from fercurate.screening.base import Criterion, Values
from fercurate.screening.learned.criteria import REVIEWED
from fercurate.screening.learned.fault_head import (
    METHOD,
    HeadInputs,
    enough_answers,
    learned_chances,
)
from fercurate.screening.learned.features import ScreenerFeatures, ScreenerViews
from fercurate.screening.registry import CRITERIA
from fercurate.screening.screener import FAULTS, Screener
from fercurate.store.decision_file import DecisionFile, store_decisions
from fercurate.store.store import Store

FAULT_HINTS: tuple[Criterion, ...] = tuple(
    one
    for one in CRITERIA
    if not one.from_answers and one.name not in (*FAULTS, "duplicate", "constant")
)
"""Criteria whose scores a head looks at: not those that it corrects, nor what it learned."""


@dataclass(frozen=True)
class FaultAnswers:
    """What people answered about one fault: rows (M,) of a store, and which are faulty (M,)."""

    rows: NDArray[np.int64]
    faulty: NDArray[np.bool_]

    @classmethod
    def of(cls, store: Store, question: str) -> "FaultAnswers":
        """The answers in the store's own file, by the majority of authors."""
        valid = DecisionFile(store_decisions(store.path)).read().valid
        told = [one for one in valid if one.question == question]
        manifest = store.manifest
        ids, digests = manifest.encoded("id"), manifest.encoded("digest")
        matched = MatchedDecisions.of(told, ids, digests)
        table = AnswerTable.of(question, matched.decisions, matched.rows.tolist())
        agreed = agreed_faults(table, "majority", YES)
        rows, decided = table.samples.astype(np.int64), agreed >= 0
        order = np.argsort(rows[decided])
        return cls(rows[decided][order], (agreed[decided] == 1)[order])

    @property
    def digest(self) -> str:
        """Eight hex digits of what was answered."""
        hasher = hashlib.sha256(self.rows.astype("<i8").tobytes())
        hasher.update(self.faulty.tobytes())
        return hasher.hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class ReviewedFault:
    """The chance of one fault, learned from what was answered about it."""

    fault: str
    columns: tuple[str, ...] = ("chance",)

    @property
    def kind(self) -> str:
        """One kind a fault: each is learned anew when it is answered about."""
        return f"{REVIEWED}{self.fault}"

    def method(self, store: Store) -> str:
        """It rests on the answers, on what was measured, and on the way to learn."""
        inputs = hashlib.sha256(repr(_input_methods(store)).encode()).hexdigest()[:8]
        return f"{self.kind}-{METHOD}-{inputs}-{FaultAnswers.of(store, self.fault).digest}"

    def is_learnable(self, store: Store) -> bool:
        """Whether enough was answered to learn from."""
        return enough_answers(FaultAnswers.of(store, self.fault).faulty)

    def measure(self, store: Store, jobs: int, listen: Listener) -> Values:
        """Return chances (N, 1) float32.

        Raises:
            StoreError: too little was answered, or the features are not measured.
        """
        answers = FaultAnswers.of(store, self.fault)
        chances = learned_chances(fault_inputs(store, self.fault), answers.rows, answers.faulty)
        if chances is None:
            yes, no = int(answers.faulty.sum()), int((~answers.faulty).sum())
            raise StoreError(
                f"too few decisions on {self.fault} to learn from: {yes} yes, {no} no",
                where=str(store_decisions(store.path)),
                fix=f"Decide on more: fercurate review {store.path} --queue {self.fault}",
            )
        return chances[:, None].astype(np.float32)


def fault_inputs(store: Store, fault: str) -> HeadInputs:
    """What a head for a fault looks at: logits; features and other scores, if they are measured.

    Raises:
        StoreError: the screener has not looked at the store.
    """
    maker = ScreenerFeatures(Screener())
    features = store.measured(maker.kind, maker.method)
    scores = list(latest_scores(store, FAULT_HINTS, STORE_MEASURES).values())
    return HeadInputs.of(
        fault_logits(store),
        FAULTS.index(fault),
        None if features is None else features.values,
        np.stack(scores, axis=1) if scores else None,
    )


def fault_logits(store: Store) -> Values:
    """The screener's logits (N, 4): of several views, if these are measured.

    Raises:
        StoreError: the screener has not looked at the store.
    """
    screener = Screener()
    for measure in (ScreenerViews(screener), screener):
        found = store.measured(measure.kind, measure.method)
        if found is not None and found.known.all():
            return found.values
    raise StoreError(
        "the screener has not looked at it yet",
        where=str(store.path),
        fix=f"Run: fercurate filter {store.path}",
    )


def _input_methods(store: Store) -> list[tuple[str, str]]:
    """The kinds of measurement that a head looks at, with their methods, by name."""
    kinds = {one.kind for one in FAULT_HINTS}
    kinds |= {Screener.kind, ScreenerFeatures.kind, ScreenerViews.kind}
    return sorted(one for one in store.measured_kinds() if one[0] in kinds)


REVIEWED_FAULTS: tuple[ReviewedFault, ...] = tuple(ReviewedFault(fault) for fault in FAULTS)
