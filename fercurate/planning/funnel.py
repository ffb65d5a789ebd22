"""The funnel of a build: how many samples of each class and source stand after each stage."""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan, class_counts
from fercurate.domain.segments.base import Segment
from fercurate.planning.stages import STORED, stages, stages_of
from fercurate.recipe.model import Recipe

OTHER_CLASS = "(no class)"
"""Samples without a label, or with one outside the scheme."""

Names = NDArray[np.object_]


def funnel(manifest: Manifest, plan: BuildPlan, recipe: Recipe) -> dict[str, Any]:
    """Return the funnel, JSON-ready with stable keys.

    ``stages`` are in order: ``stage``, what is true of those who are left (``left``), how many they
    are in all (``samples``), by class and by source, and why the others fell out (``reasons``).
    ``rows`` are those that the splits hold in the end, by class: originals and all.
    """
    classes = (*recipe.scheme.classes, OTHER_CLASS)
    names = np.array(classes, dtype=object)[plan.labels]
    sources, reasons = manifest.text("source"), plan.verdicts.reasons
    stage_of = stages_of(set(map(str, reasons)), recipe)
    named = stages(recipe)
    order = {stage: number for number, stage in enumerate(named)}
    places = {one: order.get(stage_of[str(one)], len(order)) for one in set(reasons)}
    fell = np.fromiter(map(places.__getitem__, reasons), np.int16, len(reasons))
    known = (classes, tuple(sorted(set(sources))))
    told = [_stage(STORED, STORED, (names, sources), known)]
    for number, (stage, left) in enumerate(named.items()):
        stays = fell > number
        entry = _stage(stage, left, (names[stays], sources[stays]), known)
        told.append(entry | {"reasons": dict(sorted(Counter(reasons[fell == number]).items()))})
    return {"classes": list(classes), "stages": told, "rows": _rows(plan, recipe)}


def _stage(
    stage: str,
    left: str,
    columns: tuple[Names, Names],
    known: tuple[tuple[str, ...], tuple[str, ...]],
) -> dict[str, Any]:
    """A stage with those who are left; ``columns`` are their classes and sources (M,)."""
    by_class, by_source = (
        {name: counted[name] for name in names}
        for counted, names in zip(map(Counter, columns), known, strict=True)
    )
    total = len(columns[0])
    counts = {"samples": total, "classes": by_class, "sources": by_source, "reasons": {}}
    return {"stage": stage, "left": left, **counts}


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
