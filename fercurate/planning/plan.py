"""Deciding what a build will do: pure, from what is stored and the recipe, before pixels move."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups, alone, group_equal, join_groups, regroup
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan, Labeling, ResamplePlan, SplitAssignment, originals
from fercurate.domain.seeding import draw_key
from fercurate.domain.verdict import Verdicts
from fercurate.errors import InputError
from fercurate.planning import labels as lab
from fercurate.planning.screening import (
    EVERYWHERE,
    SCREENED,
    Candidates,
    Screening,
    passing,
    screen,
    shortfall,
    sides,
)
from fercurate.recipe.model import Recipe
from fercurate.recipe.sections import LeaveOneSubjectOut, NativeSplits, StratifiedSplits
from fercurate.screening.fairness import unfair_classes
from fercurate.splits.leakage import repair
from fercurate.splits.native import assign_native
from fercurate.splits.stratified import assign_folds, assign_stratified
from fercurate.splits.subjects import one_fold_per_subject, ordered_folds

LEAKED = "person, sequence or copy in another split"
OVER_CAP = "over the class cap"


@dataclass(frozen=True)
class Evidence:
    """What a plan rests on, one entry a stored sample (N,).

    FER+ ``votes`` (N, 10) and, if the recipe needs them, ``identity``: text equal for identical
    pictures of one face, ``twins``: groups of identical and nearly identical pictures,
    ``copies``: groups of the same face, and ``screening``: how good each picture is.
    """

    manifest: Manifest
    votes: NDArray[np.uint8]
    identity: NDArray[np.object_] | None = None
    twins: Groups | None = None
    copies: Groups | None = None
    screening: Screening | None = None

    def kin(self, rows: NDArray[np.int64]) -> Groups:
        """Who among some rows (M,) must stay on one side (M,).

        The same person, the same sequence, identical or nearly identical pictures.
        """
        some = self.manifest.take(rows)
        source = some.text("source")
        groupings = [
            group_equal(source, some.text("subject")),
            group_equal(source, some.text("sequence")),
            group_equal(some.text("digest")),
        ]
        return join_groups(*groupings, *([] if self.twins is None else [regroup(self.twins[rows])]))


def needs_twins(recipe: Recipe) -> bool:
    """Whether a recipe cannot be planned without looking for near duplicates."""
    return recipe.leaks != "keep" or isinstance(recipe.splits, StratifiedSplits)


def plan_build(evidence: Evidence, recipe: Recipe) -> BuildPlan:
    """Return every original row that a build will write, and what it leaves out and why.

    Samples are screened first. Then come splits, then leaks between them are repaired; only then
    have all samples their labels, contradictions among them are resolved, and classes are capped.

    Raises:
        InputError: a source is not in the store, a split would be empty, or people are unknown.
    """
    manifest = evidence.manifest
    _check_sources(manifest, recipe)
    rules = lab.label_rules(manifest, evidence.votes, recipe)
    verdicts = lab.first_verdicts(manifest, recipe, rules)
    side = sides(manifest, recipe)
    screened = screen(
        Candidates(manifest, _early_labels(rules, side), side, evidence.copies),
        recipe,
        evidence.screening,
        verdicts,
    )
    assignment, verdicts = _assign(evidence, recipe, rules, screened.verdicts)
    assignment, verdicts, leak_note = _repair(evidence, recipe, assignment, verdicts)
    labeling, verdicts = lab.settle(assignment, rules, verdicts)
    labeling, verdicts, note = lab.resolve_contradictions(
        evidence.identity, labeling, verdicts, recipe.contradictions
    )
    assignment = _kept(assignment, verdicts)
    assignment, verdicts = _cap(manifest, recipe, labeling, assignment, verdicts)
    _check_splits(assignment, manifest, recipe)
    folds = _folds(evidence, recipe, assignment, labeling)
    ours = manifest.is_one_of("source", recipe.source_names)
    return BuildPlan(
        labeling=labeling,
        plans=(*_plans(assignment, folds, recipe), *_subsets(evidence, assignment, recipe)),
        dropped=Verdicts(verdicts.reasons[ours]).count(manifest.text("expression")[ours]),
        warnings=(*recipe.warnings, *_unfair(manifest, verdicts, ours)),
        notes=(
            *shortfall(recipe, assignment, labeling),
            *(n for n in (leak_note, note) if n),
        ),
        folds=folds,
        enhanced=screened.enhanced if screened.enhanced.any() else None,
    )


def _assign(
    evidence: Evidence, recipe: Recipe, rules: tuple[lab.Rule, lab.Rule], verdicts: Verdicts
) -> tuple[SplitAssignment, Verdicts]:
    """The splits; for cross-validation all samples are in train."""
    if isinstance(recipe.splits, NativeSplits):
        try:
            return assign_native(evidence.manifest, verdicts, recipe.splits.members())
        except ValueError as error:
            raise InputError(str(error), where=f"{recipe.name}: splits") from None
    rows = np.flatnonzero(verdicts.kept)
    if isinstance(recipe.splits, StratifiedSplits):
        labels = _early_labels(rules, np.full(len(evidence.manifest), EVERYWHERE))[rows]
        keys = _keys(evidence.manifest, rows, recipe.seed)
        shares = recipe.splits.shares()
        return assign_stratified(rows, labels, evidence.kin(rows), shares, keys), verdicts
    return SplitAssignment({"train": rows}), verdicts


def _early_labels(rules: tuple[lab.Rule, lab.Rule], side: NDArray[np.object_]) -> NDArray[np.int64]:
    """Labels (N,) before splits are made: by the side (N,) where it is known who is in train.

    Where it is not, those of train's rule, else of the other one.
    """
    train, evaluation = (rule.labeling.labels for rule in rules)
    either = np.where(train >= 0, train, evaluation)
    known = np.where(side == "train", train, evaluation)
    return np.where(side == EVERYWHERE, either, known)


def _unfair(manifest: Manifest, verdicts: Verdicts, ours: NDArray[np.bool_]) -> tuple[str, ...]:
    """Classes that the screening treats unfairly, one sentence each."""
    reasons = verdicts.reasons[ours]
    screened = np.where([str(reason).startswith(SCREENED) for reason in reasons], reasons, "")
    classes = manifest.text("expression")[ours]
    return tuple(f"screening: {one.message}" for one in unfair_classes(screened, classes))


def _subsets(evidence: Evidence, assignment: SplitAssignment, recipe: Recipe) -> list[ResamplePlan]:
    """Files that repeat some rows of a split: the test samples that pass the screening."""
    wanted = recipe.screen is not None and recipe.screen.test_screened
    if not wanted or evidence.screening is None or "test" not in assignment.rows:
        return []
    rows = passing(assignment, "test", evidence.screening)
    return [originals("test_screened", rows)]


def _keys(manifest: Manifest, rows: NDArray[np.int64], seed: int) -> NDArray[np.object_]:
    return np.array([draw_key(seed, name) for name in manifest.text("id")[rows]], dtype=object)


def _folds(
    evidence: Evidence, recipe: Recipe, assignment: SplitAssignment, labeling: Labeling
) -> NDArray[np.int64] | None:
    """The fold (N,) that tests each sample, -1 where it takes no part; None without folds."""
    splits, manifest = recipe.splits, evidence.manifest
    if isinstance(splits, NativeSplits | StratifiedSplits):
        return None
    rows = assignment.rows["train"]
    source, subject = manifest.text("source")[rows], manifest.text("subject")[rows]
    people = np.where(subject == "", "", source + ":" + subject)
    folds = np.full(len(manifest), -1, dtype=np.int64)
    try:
        if isinstance(splits, LeaveOneSubjectOut):
            folds[rows] = one_fold_per_subject(people)
        else:
            folds[rows] = ordered_folds(people, splits.folds)
            if splits.variant == "balanced":
                keys, groups = _keys(manifest, rows, recipe.seed), group_equal(people)
                folds[rows] = assign_folds(labeling.labels[rows], groups, splits.folds, keys)
    except ValueError as error:
        raise InputError(
            str(error),
            where=f"{recipe.name}: splits",
            fix="Use grouped_stratified, or sources whose subjects are known",
        ) from None
    counts = np.bincount(folds[rows])
    if not counts.all():
        raise InputError(
            f"the fold {int(counts.argmin())} would test nothing",
            where=f"{recipe.name}: splits",
            fix="Use fewer folds",
        )
    return folds


def _kept(assignment: SplitAssignment, verdicts: Verdicts) -> SplitAssignment:
    kept = verdicts.kept
    return SplitAssignment({name: rows[kept[rows]] for name, rows in assignment.rows.items()})


def _repair(
    evidence: Evidence, recipe: Recipe, assignment: SplitAssignment, verdicts: Verdicts
) -> tuple[SplitAssignment, Verdicts, str]:
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


def _cap(
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
    return _kept(assignment, verdicts), verdicts


def _plans(
    assignment: SplitAssignment, folds: NDArray[np.int64] | None, recipe: Recipe
) -> list[ResamplePlan]:
    plans = [originals(name, assignment.rows[name]) for name in assignment.names()]
    splits = recipe.splits
    if folds is None or isinstance(splits, NativeSplits | StratifiedSplits):
        return plans
    rows = assignment.rows["train"]
    for fold in range(int(folds.max()) + 1) if splits.fold_files else ():
        folder, tested = f"fold-{fold:02d}", folds[rows] == fold
        plans.append(originals("train", rows[~tested], folder))
        plans.append(originals("test", rows[tested], folder))
    return plans


def _check_sources(manifest: Manifest, recipe: Recipe) -> None:
    stored = sorted(set(manifest.text("source")))
    missing = [name for name in recipe.source_names if name not in stored]
    if missing:
        raise InputError(
            f"the recipe {recipe.name} needs the source {', '.join(missing)}",
            where="store",
            expected=f"one of the stored sources: {', '.join(stored) or 'none'}",
            fix="Ingest it first: fercurate ingest PATH",
        )


def _check_splits(assignment: SplitAssignment, manifest: Manifest, recipe: Recipe) -> None:
    empty = [split for split, rows in assignment.rows.items() if not len(rows)]
    if not empty:
        return
    present = sorted({f"{name!r}" for name in manifest.text("native_split")})
    raise InputError(
        f"the split {empty[0]} would be empty",
        where=f"{recipe.name}: splits.{empty[0]}",
        expected=f"usable samples; the stored native splits are {', '.join(present)}",
    )
