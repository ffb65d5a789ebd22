"""``decisions agreement``: how far authors agree, with each other and with FER+'s votes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from fercurate.domain.decisions.agreement import (
    Codes,
    class_alpha,
    class_kappa,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
)
from fercurate.domain.decisions.answers import AnswerTable
from fercurate.domain.decisions.decision import LABEL, SAME_PICTURE, Decision, ordered_questions
from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.decisions.matching import MatchedDecisions
from fercurate.domain.votes import VOTE_EXPRESSIONS, majority
from fercurate.pipeline.decisions.union import read_files
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable
from fercurate.store.store import Store

SCHEMA_VERSION = 1
FER_PLUS = "FER+ majority"


@dataclass(frozen=True)
class QuestionAgreement:
    """Agreement on one question: of pairs of authors, of all together, by class, and conflicts.

    Attributes:
        question: what was asked.
        pairs: for two authors, or an author and FER+'s majority: answered by both, Cohen's kappa.
        fleiss: Fleiss' kappa over what all answered; NaN where there is nothing.
        alpha: Krippendorff's alpha over what at least two answered.
        classes: by answer, Cohen's kappa of two authors, Krippendorff's alpha of more.
        conflicts: samples with different answers, each with its authors' answers.
    """

    question: str
    samples: int
    pairs: tuple[tuple[str, str, int, float], ...]
    fleiss: float
    alpha: float
    classes: dict[str, float]
    conflicts: tuple[tuple[str, dict[str, str]], ...]

    @classmethod
    def of(cls, table: AnswerTable) -> "QuestionAgreement":
        """Compare the authors of a table."""
        codes, authors = table.codes, table.authors
        columns = combinations(range(len(authors)), 2)
        pairs = tuple(_pair(authors[a], authors[b], codes[:, a], codes[:, b]) for a, b in columns)
        two = len(authors) == 2
        named = [(name, code) for code, name in enumerate(table.names) if (codes == code).any()]
        classes = {
            name: class_kappa(codes[:, 0], codes[:, 1], code) if two else class_alpha(codes, code)
            for name, code in named
        }
        return cls(
            table.question,
            len(table.samples),
            pairs,
            fleiss_kappa(codes),
            krippendorff_alpha(codes),
            classes,
            tuple(_conflicts(table)),
        )

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "question": self.question,
            "samples": self.samples,
            "pairs": [
                {"first": a, "second": b, "both": n, "cohen_kappa": finite_or_none(k)}
                for a, b, n, k in self.pairs
            ],
            "fleiss_kappa": finite_or_none(self.fleiss),
            "krippendorff_alpha": finite_or_none(self.alpha),
            "classes": {name: finite_or_none(value) for name, value in self.classes.items()},
            "conflicts": [{"id": name, "answers": said} for name, said in self.conflicts],
        }


@dataclass(frozen=True, repr=False)
class AgreementReport(HasOverview):
    """Agreement by question, and of each author's labels with FER+'s majorities."""

    authors: tuple[str, ...]
    questions: tuple[QuestionAgreement, ...]
    votes: tuple[tuple[str, str, int, float], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "decisions-agreement",
            "authors": list(self.authors),
            "questions": [one.to_json() for one in self.questions],
            "ferplus": [
                {"author": a, "both": n, "cohen_kappa": finite_or_none(k)}
                for a, _, n, k in self.votes
            ],
        }

    def overview(self) -> Overview:
        """The kappas of pairs."""
        rows = tuple(
            (one.question, a, b, n, f"{k:.3f}")
            for one in self.questions
            for a, b, n, k in one.pairs
        )
        columns = ("question", "first", "second", "both", "kappa")
        return Overview(
            f"agreement of {', '.join(self.authors) or 'nobody'}",
            (OverviewTable("Cohen's kappa", columns, rows),),
        )


def agreement(files: Sequence[Path], store: Path | None = None) -> AgreementReport:
    """Compare the authors of files of decisions; with a store, their labels with FER+'s votes too.

    Raises:
        InputError: a file is missing, or holds something else.
        StoreError: the store is missing or damaged.
    """
    history = DecisionHistory.union(read_files(files))
    tables = [_table(question, history.valid) for question in ordered_questions(history.questions)]
    votes = () if store is None else tuple(_with_votes(history.valid, store))
    return AgreementReport(history.authors, tuple(map(QuestionAgreement.of, tables)), votes)


def _table(question: str, decisions: Sequence[Decision]) -> AnswerTable:
    """The answers to a question by sample; by pair where two samples are compared."""
    if question != SAME_PICTURE:
        return AnswerTable.of(question, decisions)
    told = [one for one in decisions if one.question == question]
    return AnswerTable.of(
        question, told, [" and ".join(sorted((one.sample_id, one.given))) for one in told]
    )


def _pair(first: str, second: str, mine: Codes, theirs: Codes) -> tuple[str, str, int, float]:
    return first, second, int(((mine >= 0) & (theirs >= 0)).sum()), cohen_kappa(mine, theirs)


def _conflicts(table: AnswerTable) -> Iterator[tuple[str, dict[str, str]]]:
    for sample, codes in zip(table.samples, table.codes, strict=True):
        told = codes >= 0
        if len(set(codes[told].tolist())) > 1:
            authors = np.array(table.authors, dtype=object)[told]
            said = zip(authors, codes[told].tolist(), strict=True)
            yield str(sample), {str(who): table.names[code] for who, code in said}


def _with_votes(decisions: Sequence[Decision], path: Path) -> Iterator[tuple[str, str, int, float]]:
    """Each author's labels against the majorities of FER+'s votes."""
    with Store.open(path) as store:
        manifest = store.manifest
        matched = MatchedDecisions.of(decisions, manifest.encoded("id"), manifest.encoded("digest"))
        table = AnswerTable.of(LABEL, matched.decisions, matched.rows.tolist())
        if not len(table.samples):
            return
        winner = majority(store.votes[table.samples.astype(np.int64)])
    codes = np.array([table.names.index(name) for name in VOTE_EXPRESSIONS])
    voted = np.where(winner >= 0, codes[winner], -1)
    for column, author in enumerate(table.authors):
        yield _pair(author, FER_PLUS, table.codes[:, column], voted)


def finite_or_none(value: float) -> float | None:
    """A number as JSON has it: nothing where it is not defined."""
    return None if math.isnan(value) else round(value, 4)
