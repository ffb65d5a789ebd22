"""The screening of a build: who is left out, who duplicates whom, who is best; before splits."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups, members
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import Labeling, SplitAssignment
from fercurate.domain.verdict import KEEP, Verdicts
from fercurate.recipe.parts.screening import Screen, Select
from fercurate.screening.base import Score
from fercurate.screening.judge import Judgment
from fercurate.splits.base import ANYWHERE

SCREENED = "screening"
DUPLICATE = "copy of another sample of the split"
CONTRADICTING_DUPLICATE = "copy with another label in the split"
NOT_BEST = "not among the best of its class"


@dataclass(frozen=True)
class Screening:
    """What is known of the quality of all stored samples (N,)."""

    judgment: Judgment
    quality: Score


@dataclass(frozen=True)
class Candidates:
    """All stored samples (N,): the classes they will have, their sides, and duplicate groups."""

    manifest: Manifest
    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    side: NDArray[np.object_]
    duplicates: Groups | None = None

    def in_scope(self, splits: tuple[str, ...]) -> NDArray[np.bool_]:
        """Who stands in one of the splits, or may come to stand in any."""
        return np.isin(self.side.astype(str), [*splits, ANYWHERE])


@dataclass(frozen=True)
class ScreenedVerdicts:
    """Verdicts after screening, and whose light is to be cured (N,) bool."""

    verdicts: Verdicts
    enhanced: NDArray[np.bool_]


def screen(
    candidates: Candidates,
    screening: Screening | None,
    wanted: Screen | None,
    select: Select | None,
    verdicts: Verdicts,
) -> ScreenedVerdicts:
    """Leave out what the wanted criteria fail, then duplicates, then all but the best."""
    enhanced = np.zeros(len(candidates.side), dtype=bool)
    if screening is None:
        return ScreenedVerdicts(verdicts, enhanced)
    if wanted is not None:
        chosen = candidates.in_scope(wanted.splits)
        for name in wanted.policy().drop:
            fails = screening.judgment.reasons == name
            verdicts = verdicts.drop(chosen & fails, f"{SCREENED}: {name}")
        enhanced = screening.judgment.enhanced & chosen
        if candidates.duplicates is not None:
            verdicts = _without(candidates.duplicates, candidates, chosen, verdicts)
    if select is not None:
        verdicts = _best(candidates, select, screening.quality, verdicts)
    return ScreenedVerdicts(verdicts, enhanced & verdicts.kept)


def passing_rows(
    assignment: SplitAssignment, split: str, screening: Screening
) -> NDArray[np.int64]:
    """The rows of a split that fail no criterion."""
    rows = assignment.rows[split]
    passing: NDArray[np.int64] = rows[screening.judgment.reasons[rows] == KEEP]
    return passing


def shortfall(
    select: Select | None,
    classes: tuple[str, ...],
    assignment: SplitAssignment,
    labeling: Labeling,
) -> tuple[str, ...]:
    """The selected classes of which fewer samples were left than wanted, one sentence each."""
    if select is None:
        return ()
    rows = [assignment.rows.get(name, np.empty(0, np.int64)) for name in select.splits]
    labels, notes = labeling.labels[np.concatenate(rows)], []
    for name, wanted in select.per_class.items():
        left = int((labels == classes.index(name)).sum())
        if left < wanted:
            notes.append(f"select: {name}: only {left:,} samples of {wanted:,} wanted")
    return tuple(notes)


def _without(
    groups: Groups, candidates: Candidates, chosen: NDArray[np.bool_], verdicts: Verdicts
) -> Verdicts:
    """Of the duplicates in a split keep the first by id; none if their labels contradict."""
    side, labels = candidates.side, candidates.labels
    later, contradictory = (np.zeros(len(side), dtype=bool) for _ in range(2))
    alive = verdicts.kept & chosen & (labels >= 0)
    ids = candidates.manifest.encoded("id")
    for group in members(groups).values():
        for name in set(side[group[alive[group]]]):
            rows = group[alive[group] & (side[group] == name)]
            if len(set(labels[rows])) > 1:
                contradictory[rows] = True
            later[rows[np.argsort(ids[rows])[1:]]] = True
    return verdicts.drop(contradictory, CONTRADICTING_DUPLICATE).drop(later, DUPLICATE)


def _best(candidates: Candidates, select: Select, quality: Score, verdicts: Verdicts) -> Verdicts:
    """Keep the best samples of each class that has a number; equal ones in the order of ids."""
    chosen = candidates.in_scope(select.splits) & verdicts.kept
    worse = np.zeros(len(chosen), dtype=bool)
    ids = candidates.manifest.encoded("id")
    for name, wanted in select.per_class.items():
        code = candidates.classes.index(name)
        rows = np.flatnonzero(chosen & (candidates.labels == code))
        order = np.lexsort((ids[rows], -quality[rows]))
        worse[rows[order[wanted:]]] = True
    return verdicts.drop(worse, NOT_BEST)
