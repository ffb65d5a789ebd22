"""``votes agreement``: how far those who voted agree, and with the stored labels."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.annotations.vote_set import ANSWERS, VoteSet
from fercurate.domain.decisions.agreement import (
    class_alpha_of_counts,
    class_kappa,
    cohen_kappa,
    fleiss_kappa_of_counts,
    krippendorff_alpha_of_counts,
)
from fercurate.domain.expression import EXPRESSIONS
from fercurate.errors import InputError
from fercurate.pipeline.annotations.vote_sets import read_vote_set, vote_set_names
from fercurate.pipeline.votes.listing import VoteSetFacts
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable, rows_frame
from fercurate.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
_DECIMALS = 6
_ALL, _EXPRESSIONS = "all answers", "expressions"


@dataclass(frozen=True, slots=True)
class AnswerAgreement:
    """Agreement on some answers, beyond what chance would give; NaN where it is not defined.

    ``over`` says on which: all answers, or expressions alone. ``samples`` have at least two such
    votes, from ``fewest`` to ``most``; Fleiss' kappa is his own where these are equal. Cohen's
    kappa is that of exactly two readers.
    """

    over: str
    samples: int
    fewest: int
    most: int
    fleiss: float
    alpha: float
    cohen: float

    @property
    def unequal(self) -> bool:
        """Whether samples have different numbers of votes."""
        return self.fewest < self.most

    @classmethod
    def of(cls, votes: VoteSet, answers: int) -> "AnswerAgreement":
        """Agreement on the first so many of ``ANSWERS``."""
        counts = votes.counts[:, :answers]
        shared = counts.sum(axis=1)
        shared = shared[shared >= 2]
        cohen = float("nan")
        if votes.codes is not None and len(votes.readers) == 2:
            codes = np.where(votes.codes < answers, votes.codes, -1)
            cohen = cohen_kappa(codes[:, 0], codes[:, 1])
        return cls(
            _ALL if answers == len(ANSWERS) else _EXPRESSIONS,
            len(shared),
            int(shared.min()) if len(shared) else 0,
            int(shared.max()) if len(shared) else 0,
            fleiss_kappa_of_counts(counts),
            krippendorff_alpha_of_counts(counts),
            cohen,
        )

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys; null where something is not defined."""
        return {
            "over": self.over,
            "samples": self.samples,
            "votes_a_sample": [self.fewest, self.most],
            "fleiss_kappa": _rounded(self.fleiss),
            "krippendorff_alpha": _rounded(self.alpha),
            "cohen_kappa": _rounded(self.cohen),
        }


@dataclass(frozen=True, slots=True)
class ClassAgreement:
    """Agreement on one answer against all others: Krippendorff's alpha, and Cohen's of two readers.

    ``compared`` samples have this stored label and a majority, which is ``equal`` for some.
    """

    name: str
    votes: int
    alpha: float
    cohen: float
    compared: int
    equal: int

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys; null where something is not defined."""
        return {
            "votes": self.votes,
            "krippendorff_alpha": _rounded(self.alpha),
            "cohen_kappa": _rounded(self.cohen),
            "compared": self.compared,
            "equal": self.equal,
        }


@dataclass(frozen=True)
class VoteSetAgreement:
    """How far those agree who voted in a set, over all answers and by class; not told of shares.

    Of the samples that have a label and a majority (``compared``), it is ``equal`` to the label.
    """

    facts: VoteSetFacts
    answers: tuple[AnswerAgreement, ...]
    classes: tuple[ClassAgreement, ...]

    @property
    def compared(self) -> int:
        """Samples with a stored label and an expression that has more votes than any answer."""
        return sum(one.compared for one in self.classes)

    @property
    def equal(self) -> int:
        """Those of them where both are the same."""
        return sum(one.equal for one in self.classes)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            **self.facts.to_json(),
            "agreement": [one.to_json() for one in self.answers],
            "with_labels": {"compared": self.compared, "equal": self.equal},
            "classes": {one.name: one.to_json() for one in self.classes},
        }


@dataclass(frozen=True, repr=False)
class VoteAgreement(HasOverview):
    """How far people agree in the vote sets of a store."""

    store: Path
    sets: tuple[VoteSetAgreement, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "vote-agreement",
            "store": str(self.store),
            "sets": [one.to_json() for one in self.sets],
        }

    def overview(self) -> Overview:
        """A line a set and kind of answers."""
        rows = tuple(
            (s.facts.name, one.over, one.samples, _shown(one.fleiss), _shown(one.alpha))
            for s in self.sets
            for one in s.answers
        )
        columns = ("set", "over", "samples", "Fleiss' kappa", "Krippendorff's alpha")
        table = OverviewTable("", columns, rows)
        return Overview(f"store {self.store.name}: agreement of {len(self.sets)} sets", (table,))

    def to_frame(self) -> "pd.DataFrame":
        """Return a row a set and class as a pandas table, with its alpha and its comparison."""
        names = ("set", "class", "votes", "alpha", "cohen", "compared", "equal")
        rows = [
            (s.facts.name, c.name, c.votes, c.alpha, c.cohen, c.compared, c.equal)
            for s in self.sets
            for c in s.classes
        ]
        return rows_frame(names, rows)


def vote_agreement(path: Path, name: str = "") -> VoteAgreement:
    """Say how far people agree in one set of a store, or in each of them.

    Raises:
        InputError: the store has no set of this name, or none at all.
        StoreError: it is missing or damaged.
    """
    with Store.open(path) as store:
        names = (name,) if name else vote_set_names(store)
        if not names:
            fix = f"Add some with: fercurate votes add {path} FILE --name NAME"
            raise InputError("it holds no votes", where=str(path), fix=fix)
        return VoteAgreement(path, tuple(_of_set(store, one) for one in names))


def _of_set(store: Store, name: str) -> VoteSetAgreement:
    votes = read_vote_set(store, name)
    scopes = [] if votes.kind == "shares" else [len(EXPRESSIONS)]
    if scopes and votes.counts[:, len(EXPRESSIONS) :].any():
        scopes.append(len(ANSWERS))
    agreement = tuple(AnswerAgreement.of(votes, answers) for answers in scopes)
    classes = tuple(_classes(votes, store.manifest.text("expression")))
    return VoteSetAgreement(VoteSetFacts.of(store, votes), agreement, classes)


def _classes(votes: VoteSet, labels: NDArray[np.object_]) -> Iterator[ClassAgreement]:
    """Agreement by answer, of those that anybody gave or that a majority is compared with."""
    majority = np.array([*EXPRESSIONS, ""], dtype=object)[votes.majority()]
    totals = votes.vote_totals.tolist()
    for code, name in enumerate(ANSWERS):
        own = (labels == name) & (majority != "")
        compared = int(own.sum())
        if not totals[code] and not compared:
            continue
        cohen = float("nan")
        if votes.codes is not None and len(votes.readers) == 2:
            cohen = class_kappa(votes.codes[:, 0], votes.codes[:, 1], code)
        equal = int((majority[own] == name).sum())
        is_counted = votes.kind != "shares"
        alpha = class_alpha_of_counts(votes.counts, code) if is_counted else float("nan")
        yield ClassAgreement(name, totals[code], alpha, cohen, compared, equal)


def _rounded(value: float) -> float | None:
    return None if isnan(value) else round(value, _DECIMALS)


def _shown(value: float) -> str:
    return "-" if isnan(value) else f"{value:.3f}"
