"""Build: from a store and a recipe to a finished export folder."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercurate import __version__
from fercurate.balance.weights import BETA, WEIGHTINGS, effective_number
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
from fercurate.export.scripts import FRAMEWORKS, write_scripts
from fercurate.export.summary import ExportFacts, SourceFacts, summarize
from fercurate.files.folder import LOCK_FILE, check_output, staged_folder
from fercurate.pipeline.building.applied import APPLIED, AppliedLog
from fercurate.pipeline.building.columns import number_columns, text_columns, vote_column
from fercurate.pipeline.building.evidence import Looking
from fercurate.pipeline.building.exhibits import write_exhibits
from fercurate.pipeline.building.picture_maker import PictureMaker
from fercurate.pipeline.building.prepare import prepared
from fercurate.pipeline.building.rendering import PixelStatistics, Renderer
from fercurate.pipeline.building.synthetic_facts import synthetic_facts
from fercurate.pipeline.events import Listener, ignore
from fercurate.recipe.augmentation import online_settings
from fercurate.recipe.loader import LoadedRecipe
from fercurate.recipe.model import Recipe
from fercurate.report.overview.base import HasOverview, Overview, rows_frame
from fercurate.report.overview.contents import build_overview
from fercurate.sources.registry import OVERLAYS, READERS
from fercurate.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

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
    framework: str = FRAMEWORKS[0]
    face_model: Path | None = None

    @property
    def looking(self) -> Looking:
        """How stored pictures are looked at before anything is planned."""
        return Looking(self.face_model, self.jobs)


@dataclass(frozen=True, repr=False)
class BuildReport(HasOverview):
    """The summary of a build (also of a dry run), and the files written, if any."""

    summary: dict[str, Any]
    files: tuple[str, ...]

    def overview(self) -> Overview:
        """Rows by split and class, and who was left out."""
        return build_overview(self.summary, self.files)

    def to_frame(self) -> "pd.DataFrame":
        """Return the counts as a pandas table: ``split``, ``kind`` of row, ``class``, ``rows``."""
        rows = [
            (name, kind, one, count)
            for name, split in self.summary["splits"].items()
            for kind, counts in split["kinds"].items()
            for one, count in counts.items()
        ]
        return rows_frame(("split", "kind", "class", "rows"), rows)


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
    recipe, looking, measuring = request.recipe.recipe, request.looking, not request.dry_run
    with prepared(request.store, recipe, looking, listen, measuring=measuring) as ready:
        store, plan, maker, methods = ready.store, ready.plan, ready.maker, ready.gathered.methods
        facts = _facts(request, store, plan, methods)
        summary = summarize(facts)
        if request.dry_run:
            return BuildReport(summary, ())
        with staged_folder(request.output, request.overwrite) as folder:
            written = _write_splits(request, maker, facts, folder, listen)
            written += write_exhibits(plan, maker, folder)
            classes = facts.scheme.classes
            facts = replace(
                facts, synthetic=synthetic_facts(plan.train, plan.labels, classes, maker)
            )
            written += write_scripts(folder, request.framework, request.recipe.digest, classes)
            files = _write_papers(request, store, facts, folder, written, methods)
    return BuildReport(summary, files)


def _facts(
    request: BuildRequest, store: Store, plan: BuildPlan, methods: tuple[str, ...]
) -> ExportFacts:
    recipe = request.recipe.recipe
    lineage = _history(recipe, store, plan)
    sources = {entry.source: _source_facts(entry) for entry in lineage}
    options = "" if request.layout == STANDARD else f" --layout {request.layout}"
    if request.framework != FRAMEWORKS[0]:
        options += f" --framework {request.framework}"
    return ExportFacts(
        name=recipe.name,
        description=recipe.description,
        command=f"fercurate build --recipe {request.recipe.origin}{options}",
        scheme=recipe.labels.resolve(),
        plan=plan,
        source_of=store.manifest.encoded("source"),
        sources=sources,
        lineage=lineage,
        rejects={s: codes for s, codes in store.reject_counts().items() if s in sources},
        class_weights=_class_weights(plan, recipe, ""),
        effective_number=_effective_numbers(plan, recipe),
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
    """Weights from the train split of the export, or of one fold's folder.

    They are those of its rows; of its original rows if over-sampling is to be weighted as well.
    """
    classes = len(recipe.labels.resolve().classes)
    train = next(p for p in plan.plans if p.split == "train" and p.folder == folder)
    rows = train.segments[0].rows if recipe.allow_weights_with_oversampling else train.rows
    counts = np.bincount(plan.labels[rows], minlength=classes).astype(np.int64)
    return WEIGHTINGS[recipe.class_weights](counts)


def _effective_numbers(plan: BuildPlan, recipe: Recipe) -> dict[str, Any]:
    """The effective number of train's samples by class, of real rows and of all."""
    classes = recipe.labels.resolve().classes
    kinds = {"real rows": plan.train.segments[0].rows, "all rows": plan.train.rows}
    found: dict[str, Any] = {"beta": BETA}
    for name, rows in kinds.items():
        counts = np.bincount(plan.labels[rows], minlength=len(classes)).astype(np.int64)
        found[name] = dict(zip(classes, effective_number(counts).round(1).tolist(), strict=True))
    return found


def _write_splits(
    request: BuildRequest, maker: PictureMaker, facts: ExportFacts, folder: Path, listen: Listener
) -> list[str]:
    """Write the data files: tables first, then pictures, then train's statistics."""
    plans, store = facts.plan.plans, maker.store
    shape = maker.shape(np.concatenate([plan.rows for plan in plans]))
    renderer = Renderer(maker, shape, request.jobs)
    voted = _has_votes(facts.plan, store)
    tables = [_table(plan, facts.plan, store, shape, voted) for plan in plans]
    attributes = {p.folder: _attributes(request, facts, p.folder) for p in plans}
    places = write_tables(folder, tables, attributes, request.layout)
    with AppliedLog(folder / APPLIED, store.manifest) as log:
        seen = [
            renderer.write(plan, place, log.writer(plan, place.path.relative_to(folder)), listen)
            for plan, place in zip(plans, places, strict=True)
        ]
    _write_statistics(plans, places, seen)
    logged = [APPLIED] if (folder / APPLIED).exists() else []
    return [*sorted({str(place.path.relative_to(folder)) for place in places}), *logged]


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
    numbers = number_columns(plan, build_plan)
    if voted:
        numbers["votes"] = vote_column(plan, store.votes)
    text, labels = text_columns(plan, store.manifest), build_plan.labels[plan.rows]
    return SplitTable(plan.split, text, labels, numbers, shape, plan.folder)


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
            "normalize": json.dumps([step.label for step in recipe.normalize]),
            "tool": f"fercurate {__version__}",
        },
        online=online_settings(recipe.online),
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
