"""What a plan decided on each sample of the recipe's sources, as a table."""

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan
from fercurate.domain.sample_table import COLUMNS_OF_MANIFEST, TRUE_CLASS, SampleTable
from fercurate.domain.segments.base import Rows
from fercurate.planning.stages import stages_of
from fercurate.recipe.model import Recipe

_DUPLICATES = "duplicates"


def sample_table(
    manifest: Manifest, plan: BuildPlan, recipe: Recipe, copies: Groups | None = None
) -> SampleTable:
    """The table of the samples of a recipe's sources.

    ``copies`` (N,) are the groups of which one sample was kept, if duplicates were left out.
    """
    rows = np.flatnonzero(manifest.is_one_of("source", recipe.source_names))
    some, ids = manifest.take(rows), manifest.text("id")
    reasons = plan.verdicts.reasons[rows]
    stages = stages_of(set(map(str, reasons)), recipe)
    stage = _texts([stages[str(reason)] for reason in reasons])
    split, moved, cured = _split_of(plan, len(manifest))[rows], plan.moved_from, plan.enhanced
    truth, classes = plan.labeling.truth, np.array([*recipe.scheme.classes, ""], dtype=object)
    columns = {name: some.text(name) for name in COLUMNS_OF_MANIFEST} | {
        "sample_id": ids[rows],
        "line": _numbers(some.numbers("line")),
        "class": classes[plan.labels[rows]],
        "split": split,
        "fold": _numbers(np.full(len(rows), -1) if plan.folds is None else plan.folds[rows]),
        "moved_from": _texts([""] * len(rows) if moved is None else moved[rows].tolist()),
        "stage": stage,
        "reason": reasons,
        "group": _groups(plan.kin, copies, rows, stage, ids),
        "enhanced": _numbers((np.zeros(len(rows)) if cured is None else cured[rows]).astype(int)),
    }
    return SampleTable(columns | ({} if truth is None else {TRUE_CLASS: classes[truth[rows]]}))


def _split_of(plan: BuildPlan, count: int) -> NDArray[np.object_]:
    """The split (N,) in which each sample stands as an original; "" for none."""
    split = np.full(count, "", dtype=object)
    for one in plan.splits:
        split[one.originals.rows] = one.split
    return split


def _groups(
    kin: Groups | None,
    copies: Groups | None,
    rows: Rows,
    stage: NDArray[np.object_],
    ids: NDArray[np.object_],
) -> NDArray[np.object_]:
    """The id of the first of each sample's group (M,); "" for those who are alone."""
    named = np.full(len(rows), "", dtype=object)
    for groups, mask in ((kin, stage != _DUPLICATES), (copies, stage == _DUPLICATES)):
        if groups is None:
            continue
        several = np.bincount(groups, minlength=len(ids))[groups[rows]] > 1
        chosen = np.flatnonzero(mask & several)
        named[chosen] = ids[groups[rows[chosen]]]
    return named


def _numbers(values: NDArray[np.int64]) -> NDArray[np.object_]:
    """Numbers as text, nothing for -1."""
    return _texts([str(value) if value >= 0 else "" for value in values.tolist()])


def _texts(values: list[str]) -> NDArray[np.object_]:
    return np.array(values, dtype=object)
