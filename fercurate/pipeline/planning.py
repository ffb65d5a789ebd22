"""Deciding what a build will do: pure, from the manifest and the recipe, before any pixel moves."""

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.offline import plan_copies
from fercurate.domain.expression import UNLABELED
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan, ResamplePlan, SplitAssignment
from fercurate.domain.verdict import Verdicts
from fercurate.errors import InputError
from fercurate.recipe.model import Recipe
from fercurate.splits.native import assign_native

OTHER_SOURCE = "source not in the recipe"
NO_LABEL = "no label"
OUTSIDE_SCHEME = "outside the scheme"


def plan_build(manifest: Manifest, recipe: Recipe) -> BuildPlan:
    """Return every row that a build will write, and what it leaves out and why.

    Raises:
        InputError: a source is not in the store, or a split would be empty.
    """
    _check_sources(manifest, recipe)
    expressions = manifest.text("expression")
    labels = recipe.labels.resolve().encode(list(expressions))
    verdicts = _judge(manifest, recipe, labels)
    assignment, verdicts = assign_native(
        manifest.text("native_split"), verdicts, recipe.splits.members()
    )
    _check_splits(assignment, manifest, recipe)
    plans = tuple(_resample(name, assignment, recipe) for name in assignment.names())
    ours = np.isin(manifest.text("source").astype(str), recipe.sources)
    dropped = Verdicts(verdicts.reasons[ours]).count(expressions[ours])
    return BuildPlan(labels, plans, dropped, recipe.warnings)


def _judge(manifest: Manifest, recipe: Recipe, labels: NDArray[np.int64]) -> Verdicts:
    source = manifest.text("source").astype(str)
    unlabeled = np.asarray(manifest.text("expression") == UNLABELED)
    verdicts = Verdicts.keep_all(len(manifest)).drop(~np.isin(source, recipe.sources), OTHER_SOURCE)
    return verdicts.drop(unlabeled, NO_LABEL).drop(labels < 0, OUTSIDE_SCHEME)


def _resample(split: str, assignment: SplitAssignment, recipe: Recipe) -> ResamplePlan:
    rows = assignment.rows[split]
    steps = [step for step in recipe.balance if split in step.splits]
    return plan_copies(split, rows, [copy.label for step in steps for copy in step.copies])


def _check_sources(manifest: Manifest, recipe: Recipe) -> None:
    stored = sorted(set(manifest.text("source")))
    missing = [name for name in recipe.sources if name not in stored]
    if missing:
        raise InputError(
            f"the recipe {recipe.name} needs the source {', '.join(missing)}",
            where="store",
            expected=f"one of the stored sources: {', '.join(stored) or 'none'}",
            fix="Ingest it first: fercurate ingest PATH",
        )


def _check_splits(assignment: SplitAssignment, manifest: Manifest, recipe: Recipe) -> None:
    for split, rows in assignment.rows.items():
        if not len(rows):
            present = sorted(set(manifest.text("native_split")))
            raise InputError(
                f"the split {split} would be empty: no usable sample has the native split "
                f"{', '.join(recipe.splits.members()[split])}",
                where=f"{recipe.name}: splits.{split}",
                expected=f"some of the stored native splits: {', '.join(present) or 'none'}",
            )
