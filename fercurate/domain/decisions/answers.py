"""Who answered what about which sample: one table a question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.agreement import Codes
from fercurate.domain.decisions.decision import LABEL, NO, NOT_A_FACE, UNSURE, YES, Decision
from fercurate.domain.expression import EXPRESSIONS

_LABELS: tuple[str, ...] = (*EXPRESSIONS, NOT_A_FACE)


@dataclass(frozen=True)
class AnswerTable:
    """The answers to one question.

    Attributes:
        question: what was asked.
        names: the answers by code; ``unsure`` is none of them.
        samples: what the rows stand for: sample ids, or rows of a manifest (M,).
        authors: whose answers the columns are, by name.
        codes: (M, R) int64; -1 where an author did not answer, or was unsure.
    """

    question: str
    names: tuple[str, ...]
    samples: NDArray[np.object_]
    authors: tuple[str, ...]
    codes: Codes

    @classmethod
    def of(
        cls, question: str, decisions: Iterable[Decision], samples: Sequence[object] | None = None
    ) -> "AnswerTable":
        """The table of decisions that count; ``samples`` name their rows, else their ids do."""
        chosen = list(decisions)
        named = [one.sample_id for one in chosen] if samples is None else list(samples)
        pairs = [
            (name, one) for name, one in zip(named, chosen, strict=True) if one.question == question
        ]
        rows = {name: row for row, name in enumerate(dict.fromkeys(name for name, _ in pairs))}
        authors = tuple(sorted({one.author for _, one in pairs}))
        columns = {name: column for column, name in enumerate(authors)}
        names = _LABELS if question == LABEL else (NO, YES)
        places = {name: code for code, name in enumerate(names)} | {UNSURE: -1}
        codes = np.full((len(rows), len(authors)), -1, dtype=np.int64)
        for name, one in pairs:
            codes[rows[name], columns[one.author]] = places[one.answer]
        kept = np.empty(len(rows), dtype=object)
        kept[:] = list(rows)
        return cls(question, names, kept, authors, codes)

    @property
    def counts(self) -> NDArray[np.int64]:
        """How many authors gave each answer (M, K)."""
        given = self.codes[:, :, None] == np.arange(len(self.names))
        return np.asarray(given.sum(axis=1), dtype=np.int64)
