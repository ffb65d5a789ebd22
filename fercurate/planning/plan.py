"""Deciding what a build will do: pure, from evidence and a recipe, before pixels move."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan, Labeling, SplitAssignment, SplitPlan
from fercurate.domain.verdict import Verdicts
from fercurate.errors import InputError
from fercurate.planning.applied_decisions import AppliedDecisions
from fercurate.planning.decisions import DecidedSamples, decided_verdicts
from fercurate.planning.evidence import Evidence
from fercurate.planning.labeling.label_noise import with_label_noise
from fercurate.planning.labeling.labels import (
    NO_VOTES,
    NOT_CHOSEN,
    OTHER_SOURCE,
    LabelRule,
    decided_rules,
    first_verdicts,
    label_rules,
    resolve_contradictions,
    settle,
)
from fercurate.planning.picture_changes import face_reason
from fercurate.planning.remarks import (
    DroppedSamples,
    empty_classes,
    source_remarks,
    untested_classes,
)
from fercurate.planning.screening import (
    Candidates,
    ScreenedVerdicts,
    Screening,
    passing_rows,
    screen,
    shortfall,
)
from fercurate.planning.splitting import (
    SplitState,
    assign,
    assign_folds,
    cap_classes,
    empty_fold,
    empty_split,
    kin_groups,
    moved_rows,
    repair_leaks,
    split_plans,
)
from fercurate.recipe.model import Recipe
from fercurate.splits.base import ANYWHERE, SplitEvidence

_UNTOLD = """\
Split by chance with splits: {kind: grouped_stratified, train: 0.8, val: 0.1, test: 0.1}, or \
ingest each split's pictures with --split train, val or test"""
_NO_VOTES = "Ingest them: fercurate ingest fer2013new.csv"
_KEEP_UNVOTED = "add those too, or set without_votes: keep"
_NO_PEOPLE = """\
Use stratified_kfold, whose folds keep duplicates together, grouped_stratified, or sources \
whose subjects are known"""


def plan_build(evidence: Evidence, recipe: Recipe) -> BuildPlan:
    """Return every original row that a build will write, and what it leaves out and why.

    Labels of train may then be changed on purpose.

    Raises:
        InputError: a source is not in the store, a split would be empty, people are unknown, or
            there are no votes to draw from.
    """
    return with_label_noise(_settled_plan(evidence, recipe), recipe, evidence)


def _settled_plan(evidence: Evidence, recipe: Recipe) -> BuildPlan:
    """The plan as samples and rules have it.

    Samples are screened first. Then come splits, then leaks between them are repaired; only then
    have all samples their labels, contradictions among them are resolved, and classes are capped.
    """
    manifest = evidence.manifest
    _check_sources(manifest, recipe.source_names, recipe.name)
    rules = _rules(evidence, recipe)
    screened = _screened(evidence, recipe, rules)
    state = _assigned(evidence, recipe, rules, screened.verdicts)
    state = _without_faulty(evidence.decided, state)
    kin, assigned = kin_groups(evidence, recipe, state), state.assignment
    state, leak_note = repair_leaks(kin, recipe.leaks, state)
    labeling, verdicts = settle(state.assignment, rules, state.verdicts)
    labeling, verdicts, note = resolve_contradictions(
        evidence.identity, labeling, verdicts, recipe.contradictions
    )
    state = state.judged(verdicts)
    state = cap_classes(manifest, recipe.caps(), recipe.seed, labeling.labels, state)
    _check_splits(state, manifest, recipe.name)
    folds = _folds(evidence, recipe, state.assignment, labeling)
    plans = split_plans(state.assignment, folds, fold_files=recipe.splits.writes_fold_files)
    plans += _screened_test(recipe, state.assignment, evidence.screening)
    told = AppliedDecisions.of(evidence.decided, state, labeling, folds is not None)
    dropped = DroppedSamples.of(manifest, recipe.source_names, state)
    few = shortfall(recipe.select, recipe.scheme.classes, state.assignment, labeling)
    return BuildPlan(
        labeling=labeling,
        plans=tuple(plans),
        dropped=dropped.counts(),
        verdicts=state.verdicts,
        warnings=(
            *recipe.warnings,
            *dropped.unfair(),
            *source_remarks(manifest, recipe.splits, recipe.source_names, state),
            *_missing_classes(recipe, state.assignment, labeling, folds),
            *told.warnings,
        ),
        notes=tuple(text for text in (*told.notes, *few, leak_note, note) if text),
        folds=folds,
        enhanced=screened.enhanced if screened.enhanced.any() else None,
        kin=kin,
        moved_from=moved_rows(assigned, state.assignment, len(manifest)),
        decisions=told.facts,
    )


@contextmanager
def _fault_of(where: str, fix: str = "") -> Iterator[None]:
    """Say of what a recipe asks for and cannot be done where it stands, and what to do."""
    try:
        yield
    except ValueError as error:
        raise InputError(str(error), where=where, fix=fix) from None


def _rules(evidence: Evidence, recipe: Recipe) -> tuple[LabelRule, LabelRule]:
    """How samples are labeled: by their corpus, by votes, by people; in train and elsewhere."""
    key, fix = ("ferplus", _NO_VOTES) if recipe.labels.ferplus else ("votes", "")
    with _fault_of(f"{recipe.name}: labels.{key}", fix):
        rules = label_rules(evidence.manifest, evidence.votes, recipe.labels, evidence.vote_set)
    decided = evidence.decided
    if decided is None:
        return rules
    scope = decided.in_scope(_sides(evidence, recipe), recipe.splits)
    return decided_rules(rules, decided, recipe.labels, scope)


def _sides(evidence: Evidence, recipe: Recipe) -> NDArray[np.object_]:
    with _fault_of(f"{recipe.name}: splits"):
        return recipe.splits.sides(evidence.manifest)


def _screened(
    evidence: Evidence, recipe: Recipe, rules: tuple[LabelRule, LabelRule]
) -> ScreenedVerdicts:
    """The verdicts on all samples before they are split."""
    manifest, decided = evidence.manifest, evidence.decided
    otherwise = recipe.labels.by_votes or decided is not None
    verdicts = Verdicts.keep_all(len(manifest))
    if evidence.chosen is not None:
        others = ~manifest.is_one_of("source", recipe.source_names)
        verdicts = verdicts.drop(others, OTHER_SOURCE).drop(~evidence.chosen, NOT_CHOSEN)
    verdicts = first_verdicts(
        verdicts, manifest, recipe.source_names, rules, labeled_otherwise=otherwise
    )
    step = recipe.chain.face_step
    if step is not None and evidence.faceless is not None:
        verdicts = verdicts.drop(evidence.faceless, face_reason(step))
    side = _sides(evidence, recipe)
    if decided is not None:
        verdicts = decided_verdicts(decided, decided.in_scope(side, recipe.splits), verdicts)
    labels, classes = _early_labels(rules, side), recipe.scheme.classes
    candidates = Candidates(manifest, classes, labels, side, evidence.face_duplicates)
    return screen(candidates, evidence.screening, recipe.screen, recipe.select, verdicts)


def _assigned(
    evidence: Evidence, recipe: Recipe, rules: tuple[LabelRule, LabelRule], verdicts: Verdicts
) -> SplitState:
    """Those who are kept, put into splits."""
    manifest = evidence.manifest
    early, kept = (
        _early_labels(rules, np.full(len(manifest), ANYWHERE)),
        np.flatnonzero(verdicts.kept),
    )
    with _fault_of(f"{recipe.name}: splits"):
        known = SplitEvidence(manifest, kept, early, recipe.seed, evidence.kin)
        return assign(recipe.splits, known, verdicts)


def _without_faulty(decided: DecidedSamples | None, state: SplitState) -> SplitState:
    """The splits without what people found faulty, also where splits were drawn by chance."""
    if decided is None:
        return state
    inside = np.zeros(len(decided.drops), dtype=bool)
    for name in decided.wanted.splits:
        inside[state.assignment.rows.get(name, [])] = True
    return state.judged(decided_verdicts(decided, inside, state.verdicts))


def _early_labels(
    rules: tuple[LabelRule, LabelRule], side: NDArray[np.object_]
) -> NDArray[np.int64]:
    """Labels (N,) before splits are made: by the side (N,) where it is known who is in train.

    Where it is not, those of train's rule, else of the other one.
    """
    train, evaluation = (rule.labeling.labels for rule in rules)
    either = np.where(train >= 0, train, evaluation)
    known = np.where(side == "train", train, evaluation)
    return np.where(side == ANYWHERE, either, known)


def _folds(
    evidence: Evidence, recipe: Recipe, assignment: SplitAssignment, labeling: Labeling
) -> NDArray[np.int64] | None:
    where, rows = f"{recipe.name}: splits", assignment.rows["train"]
    known = SplitEvidence(evidence.manifest, rows, labeling.labels, recipe.seed, evidence.kin)
    with _fault_of(where, _NO_PEOPLE):
        folds = assign_folds(recipe.splits, known)
    empty = empty_fold(folds)
    if empty is not None:
        found = f"the fold {empty} would test nothing"
        raise InputError(found, where=where, fix="Use fewer folds")
    return folds


def _missing_classes(
    recipe: Recipe,
    assignment: SplitAssignment,
    labeling: Labeling,
    folds: NDArray[np.int64] | None,
) -> tuple[str, ...]:
    """The classes that a split does not have, or that a fold does not test."""
    classes = recipe.scheme.classes
    counts = {
        name: np.bincount(labeling.labels[rows], minlength=len(classes))
        for name, rows in assignment.rows.items()
    }
    said = empty_classes(classes, counts, weighted=recipe.class_weights != "none")
    if folds is None or not recipe.splits.drawn_splits:  # one person alone shows few classes
        return said
    rows = assignment.rows["train"]
    return (*said, *untested_classes(classes, labeling.labels[rows], folds[rows]))


def _screened_test(
    recipe: Recipe, assignment: SplitAssignment, screening: Screening | None
) -> list[SplitPlan]:
    """The file that repeats the test samples which pass the screening, if it is wanted."""
    wanted = recipe.screen is not None and recipe.screen.test_screened
    if not wanted or screening is None or "test" not in assignment.rows:
        return []
    return [SplitPlan.of("test_screened", passing_rows(assignment, "test", screening))]


def _check_sources(manifest: Manifest, sources: tuple[str, ...], recipe: str) -> None:
    stored = sorted(set(manifest.text("source")))
    missing = [name for name in sources if name not in stored]
    if missing:
        named = ", ".join(name or "''" for name in missing)
        raise InputError(
            f"the recipe {recipe} needs the source {named}",
            where="store",
            expected=f"one of the stored sources: {', '.join(stored) or 'none'}",
            fix="Ingest it first: fercurate ingest PATH; if it was, fercurate inspect PATH says "
            "as what",
        )


def _check_splits(state: SplitState, manifest: Manifest, recipe: str) -> None:
    empty = empty_split(state.assignment)
    if empty:
        told = sorted(set(manifest.text("native_split")) - {""})
        present = f"those stored are {', '.join(map(repr, told))}" if told else "none is stored"
        unvoted = int((state.verdicts.reasons == NO_VOTES).sum())
        fix = "" if told else _UNTOLD
        raise InputError(
            f"the split {empty} would be empty",
            where=f"{recipe}: splits.{empty}",
            expected=f"usable samples of a native split; {present}",
            fix=f"{unvoted:,} samples have no votes: {_KEEP_UNVOTED}" if unvoted else fix,
        )
