"""Deciding what a build will do: pure, from what is stored and the recipe, before pixels move."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.offline import plan_copies
from fercurate.domain.grouping import Groups, group_equal, join_groups
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan, Labeling, ResamplePlan, SplitAssignment
from fercurate.domain.verdict import Verdicts
from fercurate.errors import InputError
from fercurate.pipeline import labeling as lab
from fercurate.recipe.model import Recipe
from fercurate.recipe.sections import LeaveOneSubjectOut, NativeSplits, StratifiedSplits
from fercurate.splits.leakage import repair
from fercurate.splits.native import assign_native
from fercurate.splits.stratified import assign_folds, assign_stratified
from fercurate.splits.subjects import one_fold_per_subject, ordered_folds

LEAKED = "person, sequence or copy in another split"
OVER_CAP = "over the class cap"


@dataclass(frozen=True)
class Evidence:
    """What a plan rests on: manifest, FER+ votes (N, 10), and groups of copies (N,) if needed."""

    manifest: Manifest
    votes: NDArray[np.uint8]
    twins: Groups | None = None

    def kin(self) -> Groups:
        """Who must stay on one side: same person, same sequence, or copies of one picture."""
        manifest = self.manifest
        source = manifest.text("source")
        groupings = [
            group_equal(source, manifest.text("subject")),
            group_equal(source, manifest.text("sequence")),
            group_equal(manifest.text("digest")),
        ]
        return join_groups(*groupings, *([] if self.twins is None else [self.twins]))


def needs_twins(recipe: Recipe) -> bool:
    """Whether a recipe cannot be planned without looking for near duplicates."""
    return recipe.leaks != "keep" or isinstance(recipe.splits, StratifiedSplits)


def plan_build(evidence: Evidence, recipe: Recipe) -> BuildPlan:
    """Return every row that a build will write, and what it leaves out and why.

    Raises:
        InputError: a source is not in the store, a split would be empty, or people are unknown.
    """
    manifest = evidence.manifest
    _check_sources(manifest, recipe)
    native, verdicts = lab.native_labels(manifest, recipe)
    rules = _label_rules(evidence, recipe, native)
    assignment, verdicts = _assign(evidence, recipe, rules[0][0], verdicts)
    labeling, assignment, verdicts = lab.settle(assignment, *rules, verdicts)
    labeling, verdicts, note = lab.resolve_contradictions(
        manifest, labeling, verdicts, recipe.contradictions
    )
    assignment, verdicts, leak_note = _repair(
        evidence, recipe, _kept(assignment, verdicts), verdicts
    )
    assignment, verdicts = _cap(manifest, recipe, labeling, assignment, verdicts)
    _check_splits(assignment, manifest, recipe)
    ours = np.isin(manifest.text("source").astype(str), recipe.source_names)
    return BuildPlan(
        labeling=labeling,
        plans=tuple(_plans(assignment, recipe)),
        dropped=Verdicts(verdicts.reasons[ours]).count(manifest.text("expression")[ours]),
        warnings=recipe.warnings,
        notes=tuple(n for n in (note, leak_note) if n),
        folds=assignment.folds,
    )


def _label_rules(
    evidence: Evidence, recipe: Recipe, native: Labeling
) -> tuple[tuple[Labeling, NDArray[np.bool_]], tuple[Labeling, NDArray[np.bool_]]]:
    """Labels and undecided samples by the rule for train, and by the rule for evaluation."""
    chosen = recipe.labels.ferplus
    if chosen is None:
        decided = np.zeros(len(native.labels), dtype=bool)
        return (native, decided), (native, decided)
    train = lab.voted_labels(native, evidence.votes, chosen.mode, recipe)
    if chosen.evaluation == "same":
        return train, train
    return train, lab.voted_labels(native, evidence.votes, "majority", recipe)


def _assign(
    evidence: Evidence, recipe: Recipe, labeling: Labeling, verdicts: Verdicts
) -> tuple[SplitAssignment, Verdicts]:
    if isinstance(recipe.splits, NativeSplits):
        return assign_native(evidence.manifest, verdicts, recipe.splits.members())
    verdicts = verdicts.drop(labeling.labels < 0, lab.OUTSIDE_SCHEME)
    rows = np.flatnonzero(verdicts.kept)
    labels = labeling.labels[rows]
    if isinstance(recipe.splits, StratifiedSplits):
        kin = evidence.kin()[rows]
        shares = recipe.splits.shares()
        return assign_stratified(rows, labels, kin, shares, recipe.seed), verdicts
    folds = np.full(len(evidence.manifest), -1, dtype=np.int64)
    folds[rows] = _folds(evidence, recipe, rows, labels)
    return SplitAssignment({"train": rows}, folds), verdicts


def _folds(
    evidence: Evidence, recipe: Recipe, rows: NDArray[np.int64], labels: NDArray[np.int64]
) -> NDArray[np.int64]:
    subjects = evidence.manifest.text("subject")[rows]
    try:
        if isinstance(recipe.splits, LeaveOneSubjectOut):
            return one_fold_per_subject(subjects)
        assert not isinstance(recipe.splits, NativeSplits | StratifiedSplits)
        if recipe.splits.variant == "ordered":
            return ordered_folds(subjects, recipe.splits.folds)
        ordered_folds(subjects, recipe.splits.folds)
        return assign_folds(labels, group_equal(subjects), recipe.splits.folds, recipe.seed)
    except ValueError as error:
        raise InputError(
            str(error),
            where=f"{recipe.name}: splits",
            fix="Use grouped_stratified, or sources whose subjects are known",
        ) from None


def _kept(assignment: SplitAssignment, verdicts: Verdicts) -> SplitAssignment:
    kept = verdicts.kept
    rows = {name: r[kept[r]] for name, r in assignment.rows.items()}
    return SplitAssignment(rows, assignment.folds)


def _repair(
    evidence: Evidence, recipe: Recipe, assignment: SplitAssignment, verdicts: Verdicts
) -> tuple[SplitAssignment, Verdicts, str]:
    if recipe.leaks == "keep" or assignment.folds is not None:
        return assignment, verdicts, ""
    repaired, left = repair(assignment, evidence.kin(), recipe.leaks)
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
                order = sorted(members, key=lambda row: _draw(recipe.seed, str(ids[row])))
                over[order[cap:]] = True
    verdicts = verdicts.drop(over, OVER_CAP)
    return _kept(assignment, verdicts), verdicts


def _draw(seed: int, sample_id: str) -> bytes:
    """A number that orders samples at random, the same wherever and whenever it is drawn."""
    return hashlib.blake2b(f"{seed}\0{sample_id}".encode("utf-8", "surrogateescape")).digest()


def _plans(assignment: SplitAssignment, recipe: Recipe) -> list[ResamplePlan]:
    plans = [_resample(name, assignment.rows[name], recipe) for name in assignment.names()]
    splits, folds = recipe.splits, assignment.folds
    if folds is None or isinstance(splits, NativeSplits | StratifiedSplits):
        return plans
    rows = assignment.rows["train"]
    for fold in range(int(folds.max()) + 1) if splits.fold_files else ():
        folder, tested = f"fold-{fold:02d}", folds[rows] == fold
        plans.append(_resample("train", rows[~tested], recipe, folder))
        plans.append(_resample("test", rows[tested], recipe, folder))
    return plans


def _resample(
    split: str, rows: NDArray[np.int64], recipe: Recipe, folder: str = ""
) -> ResamplePlan:
    steps = [step for step in recipe.balance if split in step.splits]
    labels = [copy.label for step in steps for copy in step.copies]
    return plan_copies(split, rows, labels, folder)


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
