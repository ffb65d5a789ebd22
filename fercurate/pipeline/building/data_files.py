"""The data files of an export: tables first, then pictures, then train's statistics."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fercurate import __version__
from fercurate.domain.plan import SplitPlan
from fercurate.domain.segments.kinds import DrawnCopies
from fercurate.export.hdf5 import (
    ExportAttributes,
    ImageRange,
    SplitTable,
    set_statistics,
    write_tables,
)
from fercurate.files.blocks import picture_bytes
from fercurate.pipeline.building.applied import APPLIED, AppliedLog
from fercurate.pipeline.building.columns import (
    number_columns,
    sample_column,
    text_columns,
    vote_column,
)
from fercurate.pipeline.building.papers.facts import class_weights, has_votes
from fercurate.pipeline.building.prepare import PlannedBuild
from fercurate.pipeline.building.rendering.renderer import Renderer
from fercurate.pipeline.building.rendering.units import PROCESS_BYTES, UnitBlocks, is_unchanged
from fercurate.pipeline.engine.choice import ClusterEngine
from fercurate.pipeline.engine.processes import ProcessEngine
from fercurate.pipeline.events import Listener
from fercurate.recipe.parts.augmentation import online_settings
from fercurate.training.shared.statistics import PixelStatistics

MOST_BY_THREADS = 8192
"""Random copies of which more are made by several processes, which take seconds to start."""


@dataclass(frozen=True, slots=True)
class DataFormat:
    """How data files are written: their layout, the recipe's digest in them, workers (0: all).

    ``engine`` makes their pictures if there is one; its workers read ``recipe_text``.
    """

    layout: str
    recipe_sha256: str
    jobs: int = 0
    recipe_text: str = ""
    engine: ClusterEngine | None = None


def write_data_files(
    folder: Path, ready: PlannedBuild, shape: tuple[int, ...], kind: DataFormat, listen: Listener
) -> list[str]:
    """Write the data files of an export into its folder; return their names.

    ``shape`` is what every picture must have.
    """
    plans, manifest = ready.plan.plans, ready.store.manifest
    renderer = _renderer(ready, shape, kind)
    voted = has_votes(ready.plan, ready.store)
    tables = [_table(plan, ready, shape, voted) for plan in plans]
    attributes = {p.folder: _attributes(ready, kind, p.folder) for p in plans}
    ranges = write_tables(folder, tables, attributes, kind.layout)
    with AppliedLog(folder / APPLIED, manifest) as log:
        statistics = [
            renderer.write(plan, target, log.writer(plan, target.path.relative_to(folder)), listen)
            for plan, target in zip(plans, ranges, strict=True)
        ]
    _write_statistics(plans, ranges, statistics)
    if kind.engine is not None:
        kind.engine.forget()
    logged = [APPLIED] if (folder / APPLIED).exists() else []
    return [*sorted({str(one.path.relative_to(folder)) for one in ranges}), *logged]


def make_part(ready: PlannedBuild, shape: tuple[int, ...], kind: DataFormat) -> None:
    """Have a part of all pictures made and sealed, and nothing written."""
    _renderer(ready, shape, kind).make_elsewhere(ready.plan.plans)


def _renderer(ready: PlannedBuild, shape: tuple[int, ...], kind: DataFormat) -> Renderer:
    sizes = np.maximum(picture_bytes(ready.store.manifest), math.prod(shape))
    return Renderer(
        ready.maker, shape, sizes, kind.jobs, ready.recipe.name, _elsewhere(ready, shape, kind)
    )


def _elsewhere(ready: PlannedBuild, shape: tuple[int, ...], kind: DataFormat) -> UnitBlocks | None:
    """Who makes pictures instead of threads: a cluster, or processes where many are drawn."""
    if kind.engine is not None:
        return UnitBlocks(kind.engine, ready, kind.recipe_text, shape)
    drawn = sum(
        len(one) for p in ready.plan.plans for one in p.derived if isinstance(one, DrawnCopies)
    )
    processes = ProcessEngine(kind.jobs)
    if drawn < MOST_BY_THREADS or processes.jobs == 1 or not is_unchanged(ready.store):
        return None
    return UnitBlocks(
        processes, ready, kind.recipe_text, shape, only_drawn=True, fill=PROCESS_BYTES
    )


def _write_statistics(
    plans: Sequence[SplitPlan],
    ranges: Sequence[ImageRange],
    statistics: Sequence[PixelStatistics],
) -> None:
    """Give every file the statistics of the train split in its own folder."""
    of_train = {
        plan.folder: seen
        for plan, seen in zip(plans, statistics, strict=True)
        if plan.split == "train"
    }
    for folder, seen in of_train.items():
        paths = {p.path for plan, p in zip(plans, ranges, strict=True) if plan.folder == folder}
        set_statistics(sorted(paths), *seen.mean_std())


def _table(plan: SplitPlan, ready: PlannedBuild, shape: tuple[int, ...], voted: bool) -> SplitTable:
    numbers = number_columns(plan, ready.plan)
    if voted:
        numbers["votes"] = vote_column(plan, ready.store.votes)
    manifest, recipe = ready.store.manifest, ready.recipe
    ours = manifest.fitted(np.flatnonzero(manifest.is_one_of("source", recipe.source_names)))
    text, labels = text_columns(plan, ours), sample_column(plan, ready.plan.labels)
    return SplitTable(plan.split, len(plan), text, labels, numbers, shape, plan.folder)


def _attributes(ready: PlannedBuild, kind: DataFormat, folder: str) -> ExportAttributes:
    recipe = ready.recipe
    return ExportAttributes(
        class_names=recipe.scheme.classes,
        class_weights=class_weights(ready.plan, recipe, folder),
        scalars={
            "scheme": recipe.scheme.name,
            "recipe": recipe.name,
            "recipe_sha256": kind.recipe_sha256,
            "class_weighting": recipe.class_weights,
            "normalize": json.dumps([step.label for step in recipe.normalize]),
            "tool": f"fercurate {__version__}",
            **({"protocol": recipe.protocol} if recipe.protocol else {}),
        },
        online=online_settings(recipe.online),
    )
