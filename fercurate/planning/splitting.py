"""Which samples form each split: assigned, freed of leaks, capped, cut into folds."""

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import alone
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import Labeling, SplitAssignment, SplitPlan
from fercurate.domain.seeding import draw_key
from fercurate.domain.verdict import Verdicts
from fercurate.errors import InputError
from fercurate.planning.evidence import Evidence
from fercurate.recipe.model import Recipe
from fercurate.splits.base import SplitEvidence
from fercurate.splits.leakage import repair

LEAKED = "person, sequence or copy in another split"
OVER_CAP = "over the class cap"


def assign(
    evidence: Evidence, recipe: Recipe, labels: NDArray[np.int64], verdicts: Verdicts
) -> tuple[SplitAssignment, Verdicts]:
    """Put the samples that are kept into splits; for cross-validation all into train.

    ``labels`` (N,) are the classes that they may come to have. What the splitter passes over is
    left out.

    Raises:
        InputError: it cannot be done.
    """
    rows = np.flatnonzero(verdicts.kept)
    try:
        assignment = recipe.splits.assign(_split_evidence(evidence, recipe, rows, labels))
    except ValueError as error:
        raise InputError(str(error), where=f"{recipe.name}: splits") from None
    assigned = np.zeros(len(labels), dtype=bool)
    for members in assignment.rows.values():
        assigned[members] = True
    return assignment, verdicts.drop(~assigned, recipe.splits.unassigned)


def _split_evidence(
    evidence: Evidence, recipe: Recipe, rows: NDArray[np.int64], labels: NDArray[np.int64]
) -> SplitEvidence:
    return SplitEvidence(evidence.manifest, rows, labels, recipe.seed, evidence.kin)


def repair_leaks(
    evidence: Evidence, recipe: Recipe, assignment: SplitAssignment, verdicts: Verdicts
) -> tuple[SplitAssignment, Verdicts, str]:
    """Take apart, or bring together, groups that lie in several splits; says what was done."""
    if recipe.leaks == "keep":
        return assignment, verdicts, ""
    ours = np.flatnonzero(verdicts.kept)
    groups = alone(len(evidence.manifest))
    groups[ours] = ours[evidence.kin(ours)]
    repaired, left = repair(assignment, groups, recipe.leaks)
    counts = ", ".join(f"{len(rows):,} left {name}" for name, rows in left.items())
    note = (
        f"leaks: {recipe.leaks}: of the samples whose person, sequence, or identical or nearly "
        f"identical picture lies in another split, {counts or 'there was none'}"
    )
    if recipe.leaks != "move":
        gone = np.zeros(len(verdicts.reasons), dtype=bool)
        gone[np.concatenate([np.empty(0, np.int64), *left.values()])] = True
        verdicts = verdicts.drop(gone, LEAKED)
    return repaired, verdicts, note


def only_kept(assignment: SplitAssignment, verdicts: Verdicts) -> SplitAssignment:
    """The splits without samples that are left out."""
    kept = verdicts.kept
    return SplitAssignment({name: rows[kept[rows]] for name, rows in assignment.rows.items()})


def cap_classes(
    manifest: Manifest,
    recipe: Recipe,
    labeling: Labeling,
    assignment: SplitAssignment,
    verdicts: Verdicts,
) -> tuple[SplitAssignment, Verdicts]:
    """Keep at most so many samples of a class from a source, drawn by seed and sample id."""
    over = np.zeros(len(manifest), dtype=bool)
    source, ids = manifest.text("source"), manifest.text("id")
    for name, caps in recipe.caps().items():
        for split, cap in caps.items():
            rows = assignment.rows.get(split, np.empty(0, np.int64))
            rows = rows[source[rows] == name]
            for label in np.unique(labeling.labels[rows]):
                members = rows[labeling.labels[rows] == label]
                order = sorted(members, key=lambda row: draw_key(recipe.seed, str(ids[row])))
                over[order[cap:]] = True
    verdicts = verdicts.drop(over, OVER_CAP)
    return only_kept(assignment, verdicts), verdicts


def check_splits(assignment: SplitAssignment, manifest: Manifest, recipe: Recipe) -> None:
    """Refuse an empty split.

    Raises:
        InputError: one would be empty.
    """
    empty = [split for split, rows in assignment.rows.items() if not len(rows)]
    if not empty:
        return
    present = sorted({f"{name!r}" for name in manifest.text("native_split")})
    raise InputError(
        f"the split {empty[0]} would be empty",
        where=f"{recipe.name}: splits.{empty[0]}",
        expected=f"usable samples; the stored native splits are {', '.join(present)}",
    )


def assign_folds(
    evidence: Evidence, recipe: Recipe, assignment: SplitAssignment, labeling: Labeling
) -> NDArray[np.int64] | None:
    """The fold (N,) that tests each sample, -1 where it takes no part; None without folds.

    Raises:
        InputError: people are unknown, or a fold would test nothing.
    """
    if not recipe.splits.cross_validates:
        return None
    rows, where = assignment.rows["train"], f"{recipe.name}: splits"
    folds = np.full(len(evidence.manifest), -1, dtype=np.int64)
    try:
        known = _split_evidence(evidence, recipe, rows, labeling.labels)
        folds[rows] = recipe.splits.assign_folds(known)
    except ValueError as error:
        raise InputError(
            str(error),
            where=where,
            fix="Use grouped_stratified, or sources whose subjects are known",
        ) from None
    counts = np.bincount(folds[rows])
    if not counts.all():
        raise InputError(
            f"the fold {int(counts.argmin())} would test nothing",
            where=where,
            fix="Use fewer folds",
        )
    return folds


def split_plans(
    assignment: SplitAssignment, folds: NDArray[np.int64] | None, recipe: Recipe
) -> list[SplitPlan]:
    """The plans of all files, of samples alone: splits, then those of single folds."""
    plans = [SplitPlan.of(name, assignment.rows[name]) for name in assignment.names()]
    if folds is None or not recipe.splits.writes_fold_files:
        return plans
    rows = assignment.rows["train"]
    for fold in range(int(folds.max()) + 1):
        folder, tested = f"fold-{fold:02d}", folds[rows] == fold
        plans.append(SplitPlan.of("train", rows[~tested], folder))
        plans.append(SplitPlan.of("test", rows[tested], folder))
    return plans
