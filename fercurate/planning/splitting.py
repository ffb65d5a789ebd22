"""Which samples form each split: assigned, freed of leaks, capped, cut into folds."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups, alone
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import SplitAssignment, SplitPlan
from fercurate.domain.seeding import draw_key
from fercurate.domain.verdict import Verdicts
from fercurate.planning.evidence import Evidence
from fercurate.recipe.model import Recipe
from fercurate.splits.base import SplitEvidence, Splitter
from fercurate.splits.leakage import LeakPolicy, repair

SplitNames = NDArray[np.object_]
"""Names of splits (N,), "" for none."""

LEAKED = "person, sequence or copy in another split"
OVER_CAP = "over the class cap"


@dataclass(frozen=True)
class SplitState:
    """Who stands in which split so far, and the verdicts (N,) so far."""

    assignment: SplitAssignment
    verdicts: Verdicts

    def judged(self, verdicts: Verdicts) -> "SplitState":
        """The splits without samples that later verdicts leave out."""
        kept, rows = verdicts.kept, self.assignment.rows
        left = {name: some[kept[some]] for name, some in rows.items()}
        return SplitState(SplitAssignment(left), verdicts)


def assign(splitter: Splitter, known: SplitEvidence, verdicts: Verdicts) -> SplitState:
    """Put samples into splits; for cross-validation all into train.

    What the splitter passes over is left out.

    Raises:
        ValueError: it cannot be done; the message says why.
    """
    assignment = splitter.assign(known)
    assigned = np.zeros(len(verdicts.reasons), dtype=bool)
    for members in assignment.rows.values():
        assigned[members] = True
    return SplitState(assignment, verdicts.drop(~assigned, splitter.unassigned))


def kin_groups(evidence: Evidence, recipe: Recipe, state: SplitState) -> Groups | None:
    """Who among the samples in splits (N,) must stay on one side; None if nothing asks."""
    splits = recipe.splits
    if recipe.leaks == "keep" and not (splits.drawn_splits or splits.cross_validates):
        return None
    ours = np.flatnonzero(state.verdicts.kept)
    groups = alone(len(evidence.manifest))
    groups[ours] = ours[evidence.kin(ours)]
    return groups


def repair_leaks(
    kin: Groups | None, policy: LeakPolicy, state: SplitState
) -> tuple[SplitState, str]:
    """Take apart, or bring together, groups that lie in several splits; says what was done."""
    if policy == "keep" or kin is None:
        return state, ""
    verdicts = state.verdicts
    repaired, left = repair(state.assignment, kin, policy)
    counts = ", ".join(f"{len(rows):,} left {name}" for name, rows in left.items())
    note = (
        f"leaks: {policy}: of the samples whose person, sequence, or identical, nearly identical "
        f"or changed picture lies in another split, {counts or 'there was none'}"
    )
    if policy != "move":
        gone = np.zeros(len(verdicts.reasons), dtype=bool)
        gone[np.concatenate([np.empty(0, np.int64), *left.values()])] = True
        verdicts = verdicts.drop(gone, LEAKED)
    return SplitState(repaired, verdicts), note


def moved_rows(before: SplitAssignment, after: SplitAssignment, count: int) -> SplitNames | None:
    """The split (N,) that each moved sample left, "" for all others; None if nobody moved."""
    names = ("", *dict.fromkeys([*before.rows, *after.rows]))
    homes = np.zeros((2, count), dtype=np.int8)
    for home, assignment in zip(homes, (before, after), strict=True):
        for name, rows in assignment.rows.items():
            home[rows] = names.index(name)
    moved = (homes[0] != homes[1]) & (homes[1] > 0)
    return np.array(names, dtype=object)[np.where(moved, homes[0], 0)] if moved.any() else None


def cap_classes(
    manifest: Manifest,
    caps: Mapping[str, Mapping[str, int]],
    seed: int,
    labels: NDArray[np.int64],
    state: SplitState,
) -> SplitState:
    """Keep at most so many samples of a class from a source, drawn by seed and sample id.

    ``caps`` are by source and split, ``labels`` (N,) those of all samples.
    """
    over = np.zeros(len(manifest), dtype=bool)
    for name, by_split in caps.items():
        own = manifest.is_one_of("source", [name])
        for split, cap in by_split.items():
            rows = state.assignment.rows.get(split, np.empty(0, np.int64))
            rows = rows[own[rows]]
            for label in np.unique(labels[rows]):
                members = rows[labels[rows] == label]
                keys = [draw_key(seed, one) for one in manifest.take(members).text("id")]
                over[members[np.argsort(np.array(keys), kind="stable")[cap:]]] = True
    return state.judged(state.verdicts.drop(over, OVER_CAP))


def empty_split(assignment: SplitAssignment) -> str:
    """The first split that has no sample; the empty text if each has some."""
    return next((split for split, rows in assignment.rows.items() if not len(rows)), "")


def assign_folds(splitter: Splitter, known: SplitEvidence) -> NDArray[np.int64] | None:
    """The fold (N,) that tests each sample, -1 where it takes no part; None without folds.

    Raises:
        ValueError: it cannot be done; the message says why.
    """
    if not splitter.cross_validates:
        return None
    folds = np.full(len(known.manifest), -1, dtype=np.int64)
    folds[known.rows] = splitter.assign_folds(known)
    return folds


def empty_fold(folds: NDArray[np.int64] | None) -> int | None:
    """The first fold that tests nothing, if there is one."""
    counts = np.bincount([] if folds is None else folds[folds >= 0])
    return None if counts.all() else int(counts.argmin())


def split_plans(
    assignment: SplitAssignment, folds: NDArray[np.int64] | None, *, fold_files: bool
) -> list[SplitPlan]:
    """The plans of all files, of samples alone: splits, then those of single folds."""
    plans = [SplitPlan.of(name, assignment.rows[name]) for name in assignment.names()]
    if folds is None or not fold_files:
        return plans
    rows = assignment.rows["train"]
    for fold in range(int(folds.max()) + 1):
        folder, tested = f"fold-{fold:02d}", folds[rows] == fold
        plans.append(SplitPlan.of("train", rows[~tested], folder))
        plans.append(SplitPlan.of("test", rows[tested], folder))
    return plans
