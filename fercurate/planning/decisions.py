"""What people decided on stored samples, by the rules of a recipe."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.answers import AnswerTable
from fercurate.domain.decisions.consensus import agreed_codes, agreed_faults
from fercurate.domain.decisions.decision import (
    KEEP,
    LABEL,
    NO,
    NOT_A_FACE,
    SAME_PICTURE,
    UNSURE,
    YES,
    Decision,
    is_drop,
    ordered_questions,
)
from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.decisions.matching import MatchedDecisions
from fercurate.domain.groups import Groups, join_pairs
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import SPLIT_NAMES
from fercurate.domain.text import Encoded, decode_text
from fercurate.domain.verdict import Verdicts
from fercurate.recipe.parts.decisions import Decisions
from fercurate.recipe.parts.screening import DUPLICATE
from fercurate.splits.base import Splitter

DECIDED = "decision"
"""How a reason begins that is a decision by people: ``decision: occluded``."""

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class DecidedSamples:
    """What people decided on all stored samples (N,), within the splits of the recipe.

    Attributes:
        wanted: the rules.
        matched: the decisions that count, on stored samples.
        labels: the expression decided on, "" for none (N,) text.
        drops: the question by which a sample is dropped, "" for none (N,) text.
        passes: by criterion, who is found not to fail it (N,) bool.
        kept: who is to be kept whatever screening says (N,) bool.
        same: pairs of rows (K, 2) that show the same picture.
        apart: pairs of rows (K, 2) of which the first does not show the picture of the second.
        facts: what the papers of an export say of it.
    """

    wanted: Decisions
    matched: MatchedDecisions
    labels: NDArray[np.object_]
    drops: NDArray[np.object_]
    passes: Mapping[str, Mask]
    kept: Mask
    same: NDArray[np.int64]
    apart: NDArray[np.int64]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls, history: DecisionHistory, wanted: Decisions, manifest: Manifest
    ) -> "DecidedSamples":
        """Apply the rules to what is stored."""
        return cls.on(history, wanted, manifest.encoded("id"), manifest.encoded("digest"))

    @classmethod
    def on(
        cls, history: DecisionHistory, wanted: Decisions, ids: Encoded, digests: Encoded
    ) -> "DecidedSamples":
        """Apply the rules to samples with some ids (N,) and pixel digests (N,)."""
        matched, count = MatchedDecisions.of(history.valid, ids, digests), len(ids)
        labels, undecided = _labels(matched, wanted, count)
        faults = _faults(matched, wanted, count)
        drops = np.full(count, "", dtype=object)
        for question in reversed(ordered_questions(faults)):
            drops[faults[question] == 1] = question
        kept = faults.get(KEEP, np.full(count, -1)) == 0
        drops[kept] = ""
        passes = {name: found == 0 for name, found in faults.items() if name != KEEP}
        same, apart, lost = _pairs(matched, wanted, ids)
        matched = replace(matched, not_stored=(*matched.not_stored, *lost))
        facts = _facts(history, matched) | {"undecided_labels": undecided}
        return cls(wanted, matched, labels, drops, passes, kept, same, apart, facts)

    def in_scope(self, side: NDArray[np.object_], splitter: Splitter) -> Mask:
        """Who (N,) is known to come to stand in a split where decisions count.

        ``side`` (N,) is where samples stand before chance has drawn splits.
        """
        if set(self.wanted.splits) == set(SPLIT_NAMES) or splitter.cross_validates:
            return np.asarray(side != "")
        known = set(self.wanted.splits) - set(splitter.drawn_splits)
        return np.isin(side.astype(str), sorted(known))

    def no_copies(self, groups: Groups, scope: Mask) -> Groups:
        """Duplicate groups (N,) of which one stays, without whom people want to keep."""
        groups, alone = self.regrouped(groups), self.passing(DUPLICATE, scope)
        first = np.flatnonzero(alone & (groups == np.arange(len(groups))))
        for row in first.tolist():
            others = np.flatnonzero((groups == row) & ~alone)
            groups[others] = others[0] if len(others) else row
        return np.where(alone, np.arange(len(groups)), groups)

    def passing(self, criterion: str, scope: Mask) -> Mask:
        """Who (N,) is not to fail a criterion, whatever its score."""
        found = self.passes.get(criterion)
        return scope & (self.kept if found is None else self.kept | found)

    def regrouped(self, groups: Groups) -> Groups:
        """Duplicate groups (N,) without those that were taken for duplicates."""
        changed = groups.copy()
        for row, other in self.apart.tolist():
            if changed[row] != changed[other]:
                continue  # of a pair that nobody took for duplicates
            if (changed == row).sum() > 1:  # the first of its group: the others stay together
                others = np.flatnonzero(changed == row)
                others = others[others != row]
                changed[others] = others[0]
            changed[row] = row
        return changed

    def same_pictures(self, rows: NDArray[np.int64]) -> Groups:
        """Groups (M,) of those among some rows that are said to show the same picture."""
        places = {int(row): place for place, row in enumerate(rows)}
        pairs = [(places[a], places[b]) for a, b in self.same.tolist() if {a, b} <= places.keys()]
        return join_pairs(len(rows), pairs)


def _labels(
    matched: MatchedDecisions, wanted: Decisions, count: int
) -> tuple[NDArray[np.object_], int]:
    """The expression (N,) that each sample was given, and on how many there was no agreement."""
    labels = np.full(count, "", dtype=object)
    if wanted.labels == "none" or not matched.decisions:
        return labels, 0
    table = AnswerTable.of(LABEL, matched.decisions, matched.rows.tolist())
    if not len(table.samples):
        return labels, 0
    codes = agreed_codes(table, wanted.labels)
    names = np.array([*table.names, ""], dtype=object)[codes]
    names[names == NOT_A_FACE] = ""
    labels[table.samples.astype(np.int64)] = names
    return labels, int((codes < 0).sum())


def _faults(
    matched: MatchedDecisions, wanted: Decisions, count: int
) -> dict[str, NDArray[np.int64]]:
    """By question: 1 (N,) who is faulty, 0 who is not, -1 who is not decided on."""
    if wanted.drop == "none":
        return {}
    rows, told = _without_labels(matched)
    faults = {}
    for question in {one.question for one in told} - {SAME_PICTURE}:
        table = AnswerTable.of(question, told, rows)
        found = np.full(count, -1, dtype=np.int64)
        faulty = NO if question == KEEP else YES
        found[table.samples.astype(np.int64)] = agreed_faults(table, wanted.drop, faulty)
        faults[question] = found
    return faults


def _without_labels(matched: MatchedDecisions) -> tuple[list[int], list[Decision]]:
    """Decisions on faults; a label is an answer to whether there is a face.

    An answer to that question itself goes before what its author said of the label.
    """
    pairs = list(zip(matched.rows.tolist(), matched.decisions, strict=True))
    direct = {(row, one.author) for row, one in pairs if one.question == NOT_A_FACE}
    rows, told = [], []
    for row, one in pairs:
        if one.question != LABEL:
            rows.append(row)
            told.append(one)
        elif one.answer != UNSURE and (row, one.author) not in direct:
            answer = YES if is_drop(one.question, one.answer) else NO
            rows.append(row)
            told.append(one._replace(question=NOT_A_FACE, answer=answer))
    return rows, told


def _pairs(
    matched: MatchedDecisions, wanted: Decisions, ids: Encoded
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[Decision]]:
    """Pairs of rows (K, 2) that show the same picture, and pairs (L, 2) that do not.

    With them, the decisions of which the other sample is not stored.
    """
    rule = "majority" if wanted.drop == "none" else wanted.drop
    places = {str(name): row for row, name in enumerate(decode_text(ids))}
    latest: dict[tuple[int, int, str], tuple[int, Decision]] = {}
    lost = []
    for row, one in zip(matched.rows.tolist(), matched.decisions, strict=True):
        if one.question != SAME_PICTURE:
            continue
        other = places.get(one.given, row)
        if other == row:
            lost.append(one)
            continue
        latest[(*sorted((row, other)), one.author)] = (row, one)
    named = [pair[:2] for pair in latest]
    asked_rows = dict(zip(named, (row for row, _ in latest.values()), strict=True))
    table = AnswerTable.of(SAME_PICTURE, [one for _, one in latest.values()], named)
    answers = dict(zip(table.samples, agreed_faults(table, rule, YES).tolist(), strict=True))
    same = [pair for pair, answer in answers.items() if answer == 1]
    apart = [
        (asked_rows[pair], pair[asked_rows[pair] == pair[0]])
        for pair, answer in answers.items()
        if answer == 0
    ]
    pairs = (np.array(some, dtype=np.int64).reshape(-1, 2) for some in (same, apart))
    return next(pairs), next(pairs), lost


def _facts(history: DecisionHistory, matched: MatchedDecisions) -> dict[str, Any]:
    """Who decided how much, and what cannot be applied."""
    answers: dict[str, Counter[str]] = {}
    for one in history.valid:
        answers.setdefault(one.question, Counter())[one.answer] += 1
    return {
        "sha256": history.digest,
        "lines": len(history),
        "counted": len(history.valid),
        "authors": dict(sorted(Counter(one.author for one in history.valid).items())),
        "answers": {
            name: dict(sorted(answers[name].items())) for name in ordered_questions(answers)
        },
        "other_pixels": sorted({one.sample_id for one in matched.other_pixels}),
        "not_stored": len({one.sample_id for one in matched.not_stored}),
    }


def decided_verdicts(decided: DecidedSamples, scope: Mask, verdicts: Verdicts) -> Verdicts:
    """Verdicts that also drop what people found faulty, of those (N,) bool who are in scope."""
    for question in ordered_questions(set(decided.drops) - {""}):
        verdicts = verdicts.drop(scope & (decided.drops == question), f"{DECIDED}: {question}")
    return verdicts
