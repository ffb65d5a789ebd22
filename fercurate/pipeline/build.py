"""Build: from a store and a recipe to a finished export folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate import __version__
from fercurate.balance.weights import balanced_weights
from fercurate.domain.lineage import LineageEntry
from fercurate.domain.plan import BuildPlan, ResamplePlan
from fercurate.export.datasheet import render_datasheet
from fercurate.export.hdf5 import (
    STANDARD,
    ExportAttributes,
    ImagePlace,
    SplitTable,
    set_statistics,
    write_tables,
)
from fercurate.export.lock import Provenance, write_json, write_lock
from fercurate.export.staging import LOCK_FILE, check_output, staged_folder
from fercurate.export.summary import ExportFacts, SourceFacts, summarize
from fercurate.pipeline.columns import text_columns
from fercurate.pipeline.events import Listener, Notice, ignore
from fercurate.pipeline.evidence import Looking, gather, tools_for
from fercurate.pipeline.measuring import measure
from fercurate.pipeline.planning import plan_build
from fercurate.pipeline.rendering import PixelStatistics, Renderer
from fercurate.recipe.loader import LoadedRecipe
from fercurate.recipe.model import Recipe
from fercurate.sources.decode import decode_image
from fercurate.sources.registry import OVERLAYS, READERS
from fercurate.store.store import Store

DATASHEET, SUMMARY, RECIPE = "datasheet.md", "summary.json", "recipe.yaml"


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What to build, from which store, into which folder."""

    recipe: LoadedRecipe
    store: Path
    output: Path
    layout: str = STANDARD
    overwrite: bool = False
    jobs: int = 0
    dry_run: bool = False
    face_model: Path | None = None

    @property
    def looking(self) -> Looking:
        """How stored pictures are looked at before anything is planned."""
        return Looking(self.face_model, self.jobs)


@dataclass(frozen=True)
class BuildReport:
    """The summary of a build (also of a dry run), and the files written, if any."""

    summary: dict[str, Any]
    files: tuple[str, ...]


def build(request: BuildRequest, listen: Listener = ignore) -> BuildReport:
    """Build an export; with ``dry_run`` only plan it.

    The output folder appears whole at the end; on any failure it stays what it was.

    Raises:
        ConflictError: the output holds something that was not to be replaced.
        InputError: the store lacks what the recipe needs.
        StoreError, ExportError: a damaged store, a busy output.
    """
    if not request.dry_run:
        check_output(request.output, request.overwrite)
    recipe, looking = request.recipe.recipe, request.looking
    if not request.dry_run:
        measure(tools_for(recipe, looking).request(request.store, request.jobs), listen)
    with Store.open(request.store, decode_image) as store:
        store.verify()
        gathered = gather(store, recipe, looking, listen)
        plan = plan_build(gathered.evidence, recipe)
        facts = _facts(request, store, plan, gathered.methods)
        summary = summarize(facts)
        for warning in plan.warnings:
            listen(Notice(warning, warning=True))
        if request.dry_run:
            return BuildReport(summary, ())
        with staged_folder(request.output, request.overwrite) as folder:
            written = _write_splits(request, store, facts, gathered.boxes, folder, listen)
            files = _write_papers(request, store, facts, folder, written, gathered.methods)
    return BuildReport(summary, files)


def _facts(
    request: BuildRequest, store: Store, plan: BuildPlan, methods: tuple[str, ...]
) -> ExportFacts:
    recipe = request.recipe.recipe
    lineage = _history(recipe, store, plan)
    sources = {entry.source: _source_facts(entry) for entry in lineage}
    layout = "" if request.layout == STANDARD else f" --layout {request.layout}"
    return ExportFacts(
        name=recipe.name,
        description=recipe.description,
        command=f"fercurate build --recipe {request.recipe.origin}{layout}",
        scheme=recipe.labels.resolve(),
        plan=plan,
        source_of=store.manifest.text("source"),
        sources=sources,
        lineage=lineage,
        rejects={s: codes for s, codes in store.reject_counts().items() if s in sources},
        class_weights=_class_weights(plan, recipe, ""),
        notes=(*plan.notes, *([f"measured by {', '.join(methods)}"] if methods else [])),
    )


def _history(recipe: Recipe, store: Store, plan: BuildPlan) -> list[LineageEntry]:
    """What made the exported rows: ingests of their sources, and of votes if they have any."""
    used = set(recipe.source_names)
    if _has_votes(plan, store):
        used |= {overlay.name for overlay in OVERLAYS}
    return [entry for entry in store.lineage if entry.source in used]


def _has_votes(plan: BuildPlan, store: Store) -> bool:
    return any(bool(store.votes[one.rows].any()) for one in plan.main_plans)


def _source_facts(entry: LineageEntry) -> SourceFacts:
    reader = next(r for r in READERS if r.name == entry.options.get("reader", entry.source))
    return SourceFacts(reader.title, reader.license)


def _class_weights(plan: BuildPlan, recipe: Recipe, folder: str) -> NDArray[np.float64]:
    """Weights from the train split of the export, or of one fold's folder."""
    classes = len(recipe.labels.resolve().classes)
    if recipe.class_weights == "none":
        return np.ones(classes)
    train = next(p for p in plan.plans if p.split == "train" and p.folder == folder)
    return balanced_weights(np.bincount(plan.labels[train.rows], minlength=classes))


def _write_splits(
    request: BuildRequest,
    store: Store,
    facts: ExportFacts,
    boxes: NDArray[np.float32] | None,
    folder: Path,
    listen: Listener,
) -> list[str]:
    """Write the data files: tables first, then pictures, then train's statistics."""
    recipe, enhanced = request.recipe.recipe, facts.plan.enhanced
    renderer = Renderer(store, recipe, request.jobs, enhanced, boxes)
    plans = facts.plan.plans
    shape = renderer.picture_shape(np.concatenate([plan.rows for plan in plans]))
    voted = _has_votes(facts.plan, store)
    tables = [_table(plan, facts.plan, store, shape, voted) for plan in plans]
    attributes = {p.folder: _attributes(request, facts, p.folder) for p in plans}
    places = write_tables(folder, tables, attributes, request.layout)
    seen = [
        renderer.write(plan, place, shape, listen)
        for plan, place in zip(plans, places, strict=True)
    ]
    _write_statistics(plans, places, seen)
    return sorted({str(place.path.relative_to(folder)) for place in places})


def _write_statistics(
    plans: Sequence[ResamplePlan], places: Sequence[ImagePlace], seen: Sequence[PixelStatistics]
) -> None:
    """Give every file the statistics of the train split in its own folder."""
    of_train = {
        plan.folder: statistics
        for plan, statistics in zip(plans, seen, strict=True)
        if plan.split == "train"
    }
    for folder, statistics in of_train.items():
        paths = {p.path for plan, p in zip(plans, places, strict=True) if plan.folder == folder}
        set_statistics(sorted(paths), *statistics.mean_std())


def _table(
    plan: ResamplePlan, build_plan: BuildPlan, store: Store, shape: tuple[int, ...], voted: bool
) -> SplitTable:
    rows = plan.rows
    numbers = _number_columns(rows, build_plan)
    if voted:
        numbers["votes"] = store.votes[rows]
    text = text_columns(plan, store.manifest)
    return SplitTable(plan.split, text, build_plan.labels[rows], numbers, shape, plan.folder)


def _number_columns(rows: NDArray[np.int64], plan: BuildPlan) -> dict[str, NDArray[Any]]:
    numbers: dict[str, NDArray[Any]] = {"mix": np.zeros(len(rows), dtype=np.float32)}
    if plan.enhanced is not None:
        numbers["enhanced"] = plan.enhanced[rows].astype(np.uint8)
    if plan.folds is not None:
        numbers["fold"] = plan.folds[rows]
    if plan.labeling.targets is not None:
        numbers["targets"] = plan.labeling.targets[rows]
    return numbers


def _attributes(request: BuildRequest, facts: ExportFacts, folder: str) -> ExportAttributes:
    recipe = request.recipe.recipe
    return ExportAttributes(
        class_names=facts.scheme.classes,
        class_weights=_class_weights(facts.plan, recipe, folder),
        scalars={
            "scheme": facts.scheme.name,
            "recipe": recipe.name,
            "recipe_sha256": request.recipe.digest,
            "class_weighting": recipe.class_weights,
            "tool": f"fercurate {__version__}",
        },
        online=recipe.online.model_dump() if recipe.online is not None else {},
    )


def _write_papers(
    request: BuildRequest,
    store: Store,
    facts: ExportFacts,
    folder: Path,
    data: list[str],
    methods: tuple[str, ...],
) -> tuple[str, ...]:
    recipe, summary = request.recipe, summarize(facts)
    outputs = (*data, DATASHEET, SUMMARY, RECIPE)
    (folder / RECIPE).write_text(recipe.text, encoding="utf-8")
    (folder / DATASHEET).write_text(render_datasheet(summary, outputs), encoding="utf-8")
    write_json(folder / SUMMARY, summary)
    provenance = Provenance(
        recipe=recipe.recipe.name,
        recipe_sha256=recipe.digest,
        seed=recipe.recipe.seed,
        layout=request.layout,
        store_sha256=store.digest(),
        measured_by=methods,
    )
    write_lock(folder, provenance, facts.lineage, outputs)
    return (*outputs, LOCK_FILE)
