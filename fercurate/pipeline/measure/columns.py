"""The columns of stored samples that conditions name, each read when it is first asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.answers import AnswerTable
from fercurate.domain.decisions.consensus import agreed_codes
from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.decisions.matching import MatchedDecisions
from fercurate.domain.manifest import NUMBER_COLUMNS
from fercurate.domain.text import encode_text
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.domain.where import Condition, ConditionFault
from fercurate.errors import InputError, WhereError
from fercurate.pipeline.annotations.attributes import read_attribute
from fercurate.pipeline.measure.known import known_scores
from fercurate.recipe.conditions import ATTRIBUTE, DECISION, VERDICT, VOTES, sample_condition
from fercurate.screening.base import Score
from fercurate.screening.judge import Policy
from fercurate.screening.presets import DEFAULT_PRESET
from fercurate.screening.registry import preset_policy
from fercurate.store.decision_file import DecisionFile, store_decisions
from fercurate.store.store import Store


@dataclass(frozen=True)
class SampleValues:
    """Columns (N,) of the samples of a store; verdicts are by ``policy``.

    ``history`` is what people decided; the store's own file if None.
    """

    store: Store
    policy: Policy
    known: Mapping[str, Score] | None = None
    history: DecisionHistory | None = None

    @cached_property
    def scores(self) -> Mapping[str, Score]:
        """Scores (N,) of the criteria that were measured."""
        return known_scores(self.store) if self.known is None else self.known

    def column(self, name: str) -> NDArray[Any]:
        """A column (N,): fixed-length UTF-8, or numbers with NaN where nothing is known.

        Raises:
            InputError: it rests on what is not measured yet.
        """
        manifest = self.store.manifest
        prefix, dot, rest = name.partition(".")
        if dot:
            return self._of_kind[prefix + dot](rest)
        if name == VERDICT:
            return self._verdicts()
        if name in NUMBER_COLUMNS:
            numbers = manifest.columns[name].astype(np.float64)
            return np.where(numbers == -1, np.nan, numbers) if name in _COUNTED else numbers
        if name in manifest.columns:
            return manifest.encoded(name)
        return self._score(name)

    @property
    def _of_kind(self) -> Mapping[str, Callable[[str], NDArray[Any]]]:
        """What gives the columns whose names begin with a kind, by that beginning."""
        return {VOTES: self._votes, ATTRIBUTE: self._attribute, DECISION: self._decided}

    def _votes(self, answer: str) -> NDArray[np.float64]:
        """FER+ votes (N,) for an answer, NaN where nobody has voted."""
        places = [column.lower() for column in VOTE_COLUMNS]
        column = self.store.votes[:, places.index(answer)].astype(np.float64)
        column[~self.store.votes.any(axis=1)] = np.nan
        return column

    def _attribute(self, name: str) -> NDArray[np.bytes_]:
        return read_attribute(self.store, name).values

    @cached_property
    def _decisions(self) -> MatchedDecisions:
        """What was decided on the samples."""
        manifest, history = self.store.manifest, self.history
        if history is None:
            history = DecisionFile(store_decisions(self.store.path)).read()
        return MatchedDecisions.of(
            history.valid, manifest.encoded("id"), manifest.encoded("digest")
        )

    @property
    def is_decided(self) -> bool:
        """Whether people decided anything on the samples."""
        return bool(len(self._decisions))

    def _decided(self, question: str) -> NDArray[np.bytes_]:
        """The answer (N,) by most authors, "" where there is none."""
        answers = np.full(len(self.store), "", dtype=object)
        told = self._decisions
        table = AnswerTable.of(question, told.decisions, told.rows.tolist())
        names = np.array([*table.names, ""], dtype=object)
        answers[table.samples.astype(np.int64)] = names[agreed_codes(table, "majority")]
        return encode_text(answers)

    def _score(self, name: str) -> Score:
        if name not in self.scores:
            raise InputError(
                f"{name} is not measured yet",
                where=str(self.store.path),
                fix=f"Run: fercurate filter {self.store.path}",
            )
        return self.scores[name]

    def _verdicts(self) -> NDArray[Any]:
        scores = {name: self._score(name) for name in self.policy.criteria}
        return encode_text(self.policy.judge(scores, len(self.store)).reasons)

    def rows(self, condition: Condition) -> NDArray[np.int64]:
        """The rows (M,) that a condition holds for."""
        return np.flatnonzero(condition.mask(self.column, len(self.store))).astype(np.int64)


_COUNTED = ("row", "line", "frame")
"""Columns of counts, of which -1 says that there is none."""


def stored_rows_where(store: Store, text: str, policy: Policy | None = None) -> NDArray[np.int64]:
    """The rows (M,) of a store that a condition holds for; all of them for "".

    Raises:
        WhereError: it is no condition; the error points at the character.
        InputError: it rests on what is not measured yet.
    """
    if not text:
        return np.arange(len(store))
    return SampleValues(store, policy or preset_policy(DEFAULT_PRESET)).rows(parsed(text))


def parsed(text: str) -> Condition:
    """Parse ``--where``.

    Raises:
        WhereError: it is no condition.
    """
    try:
        return sample_condition(text)
    except ConditionFault as fault:
        raise WhereError(str(fault), fault.pointer) from None
