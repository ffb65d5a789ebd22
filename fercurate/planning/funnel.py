"""The funnel of a build: how many samples of each class and source stand after each stage."""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan, class_counts
from fercurate.domain.segments.base import Segment
from fercurate.domain.text import decode_text
from fercurate.planning.stages import STORED, stages, stages_of
from fercurate.recipe.model import Recipe

OTHER_CLASS = "(no class)"
"""Samples without a label, or with one outside the scheme."""

Column = tuple[tuple[str, ...], NDArray[Any]]
"""Names, and for each sample (N,) the place of its own among them."""


def funnel(manifest: Manifest, plan: BuildPlan, recipe: Recipe) -> dict[str, Any]:
    """Return the funnel, JSON-ready with stable keys.

    ``stages`` are in order: ``stage``, what is true of those who are left (``left``), how many they
    are in all (``samples``), by class and by source, and why the others fell out (``reasons``).
    ``rows`` are those that the splits hold in the end, by class: originals and all.
    """
    classes = (*recipe.scheme.classes, OTHER_CLASS)
    source, reasons = manifest.coded("source"), plan.verdicts.reasons
    columns = (
        (classes, np.where(plan.labels < 0, len(classes) - 1, plan.labels)),
        (tuple(decode_text(source.values).tolist()), source.codes),
    )
    stage_of = stages_of(set(map(str, reasons)), recipe)
    named = stages(recipe)
    order = {stage: number for number, stage in enumerate(named)}
    places = {one: order.get(stage_of[str(one)], len(order)) for one in set(reasons)}
    fell = np.fromiter(map(places.__getitem__, reasons), np.int16, len(reasons))
    told = [_stage(STORED, STORED, columns, np.ones(len(fell), dtype=bool))]
    for number, (stage, left) in enumerate(named.items()):
        entry = _stage(stage, left, columns, fell > number)
        told.append(entry | {"reasons": dict(sorted(Counter(reasons[fell == number]).items()))})
    return {"classes": list(classes), "stages": told, "rows": _rows(plan, recipe)}


def _stage(
    stage: str, left: str, columns: tuple[Column, Column], stays: NDArray[np.bool_]
) -> dict[str, Any]:
    """A stage with those who stay (N,); ``columns`` are the classes and sources of all."""
    by_class, by_source = (
        dict(zip(names, np.bincount(codes[stays], minlength=len(names)).tolist(), strict=True))
        for names, codes in columns
    )
    counts = {"classes": by_class, "sources": by_source, "reasons": {}}
    return {"stage": stage, "left": left, "samples": int(stays.sum()), **counts}


def _rows(plan: BuildPlan, recipe: Recipe) -> dict[str, dict[str, int]]:
    """What the splits hold in the end, by class: original rows, and all."""
    kinds: dict[str, list[Segment]] = {
        "original": [one.originals for one in plan.splits],
        "all": [segment for one in plan.splits for segment in one.segments],
    }
    classes = recipe.scheme.classes
    return {
        kind: dict(zip(classes, class_counts(segments, plan.labels, len(classes)), strict=True))
        for kind, segments in kinds.items()
    }
