"""Deciding what a build will do: pure, from evidence and a recipe, before pixels move."""

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan, SplitAssignment, SplitPlan
from fercurate.domain.verdict import Verdicts
from fercurate.errors import InputError
from fercurate.planning.evidence import Evidence
from fercurate.planning.labels import (
    LabelRule,
    first_verdicts,
    label_rules,
    resolve_contradictions,
    settle,
)
from fercurate.planning.screening import (
    SCREENED,
    Candidates,
    passing_rows,
    screen,
    shortfall,
    sides,
)
from fercurate.planning.splitting import (
    assign,
    assign_folds,
    cap_classes,
    check_splits,
    only_kept,
    repair_leaks,
    split_plans,
)
from fercurate.recipe.model import Recipe
from fercurate.screening.fairness import unfair_classes
from fercurate.splits.base import ANYWHERE


def plan_build(evidence: Evidence, recipe: Recipe) -> BuildPlan:
    """Return every original row that a build will write, and what it leaves out and why.

    Samples are screened first. Then come splits, then leaks between them are repaired; only then
    have all samples their labels, contradictions among them are resolved, and classes are capped.

    Raises:
        InputError: a source is not in the store, a split would be empty, or people are unknown.
    """
    manifest = evidence.manifest
    _check_sources(manifest, recipe)
    rules = label_rules(manifest, evidence.votes, recipe)
    verdicts = first_verdicts(manifest, recipe, rules)
    side = sides(manifest, recipe)
    screened = screen(
        Candidates(manifest, _early_labels(rules, side), side, evidence.face_duplicates),
        recipe,
        evidence.screening,
        verdicts,
    )
    anywhere = np.full(len(manifest), ANYWHERE)
    labels = _early_labels(rules, anywhere)
    assignment, verdicts = assign(evidence, recipe, labels, screened.verdicts)
    assignment, verdicts, leak_note = repair_leaks(evidence, recipe, assignment, verdicts)
    labeling, verdicts = settle(assignment, rules, verdicts)
    labeling, verdicts, note = resolve_contradictions(
        evidence.identity, labeling, verdicts, recipe.contradictions
    )
    assignment = only_kept(assignment, verdicts)
    assignment, verdicts = cap_classes(manifest, recipe, labeling, assignment, verdicts)
    check_splits(assignment, manifest, recipe)
    folds = assign_folds(evidence, recipe, assignment, labeling)
    ours = manifest.is_one_of("source", recipe.source_names)
    plans = split_plans(assignment, folds, recipe)
    return BuildPlan(
        labeling=labeling,
        plans=(*plans, *_subsets(evidence, assignment, recipe)),
        dropped=Verdicts(verdicts.reasons[ours]).count(manifest.text("expression")[ours]),
        warnings=(*recipe.warnings, *_unfair(manifest, verdicts, ours)),
        notes=(
            *shortfall(recipe, assignment, labeling),
            *(n for n in (leak_note, note) if n),
        ),
        folds=folds,
        enhanced=screened.enhanced if screened.enhanced.any() else None,
    )


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


def _unfair(manifest: Manifest, verdicts: Verdicts, ours: NDArray[np.bool_]) -> tuple[str, ...]:
    """Classes that the screening treats unfairly, one sentence each."""
    reasons = verdicts.reasons[ours]
    screened = np.where([str(reason).startswith(SCREENED) for reason in reasons], reasons, "")
    classes = manifest.text("expression")[ours]
    return tuple(f"screening: {one.message}" for one in unfair_classes(screened, classes))


def _subsets(evidence: Evidence, assignment: SplitAssignment, recipe: Recipe) -> list[SplitPlan]:
    """Files that repeat some rows of a split: the test samples that pass the screening."""
    wanted = recipe.screen is not None and recipe.screen.test_screened
    if not wanted or evidence.screening is None or "test" not in assignment.rows:
        return []
    rows = passing_rows(assignment, "test", evidence.screening)
    return [SplitPlan.of("test_screened", rows)]


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
