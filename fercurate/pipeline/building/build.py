"""Build: from a store and a recipe to a finished export folder."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fercurate.domain.lineage import LineageEntry
from fercurate.export.datasheet.sheet import DECISIONS_FILE
from fercurate.export.folder import check_output, staged_export
from fercurate.export.hdf5 import STANDARD
from fercurate.export.lock import LOCK_FILE, Provenance, write_lock
from fercurate.export.scripts import FRAMEWORKS, write_scripts
from fercurate.export.summary import summarize
from fercurate.pipeline.building.basis import MeasureOptions, attribute_contents
from fercurate.pipeline.building.data_files import DataFormat, make_part, write_data_files
from fercurate.pipeline.building.decision_files import recipe_decisions, write_decisions
from fercurate.pipeline.building.extent import ExportExtent, estimated_seconds
from fercurate.pipeline.building.papers.facts import export_facts
from fercurate.pipeline.building.papers.groups import write_attributes
from fercurate.pipeline.building.papers.papers import write_papers
from fercurate.pipeline.building.papers.samples import planned_samples, write_sample_table
from fercurate.pipeline.building.papers.sheets import write_export_sheets
from fercurate.pipeline.building.papers.synthetic_facts import synthetic_facts
from fercurate.pipeline.building.prepare import PlannedBuild, planned_build
from fercurate.pipeline.defaults import layout_folder
from fercurate.pipeline.diff.since import LastBuild
from fercurate.pipeline.engine.choice import ClusterChoice, ClusterEngine, engine_of
from fercurate.pipeline.events import Listener, ignore, warn_by
from fercurate.pipeline.exporting.export import LayoutReport, LayoutRequest, export_layout
from fercurate.pipeline.exporting.folder import check_layout_folder
from fercurate.recipe.loader import LoadedRecipe
from fercurate.recipe.needs import asks_decisions
from fercurate.report.overview.base import HasOverview, Overview, rows_frame
from fercurate.report.overview.contents import build_overview
from fercurate.store.store import Store

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What to build, from which store, into which folder.

    ``decisions`` are files of decisions in place of those that the recipe names. ``bundle`` is the
    name of the file that the plan is taken from, if it is taken from one. ``lays_out`` says whether
    the layouts that the recipe asks for are written too. ``cluster`` measures and makes pictures,
    if there is one. Of ``attributes`` of people only these are told of, if any are named.
    """

    recipe: LoadedRecipe
    store: Path
    output: Path
    layout: str = STANDARD
    overwrite: bool = False
    jobs: int = 0
    dry_run: bool = False
    framework: str = FRAMEWORKS[0]
    face_model: Path | None = None
    bundle: str = ""
    decisions: tuple[Path, ...] = ()
    lays_out: bool = True
    cluster: ClusterChoice | None = None
    attributes: tuple[str, ...] | None = None

    @property
    def layouts(self) -> tuple[LayoutRequest, ...]:
        """The layouts to write, each beside the export under its name."""
        if self.dry_run or not self.lays_out:
            return ()
        return tuple(
            LayoutRequest(
                self.output,
                layout,
                layout_folder(self.output, name),
                preset,
                overwrite=self.overwrite,
                jobs=self.jobs,
            )
            for name, layout, preset in self.recipe.recipe.layouts
        )

    @property
    def command(self) -> str:
        """The command that does the same again, without machine paths.

        Decisions are those that lie beside the export.
        """
        options = "" if self.layout == STANDARD else f" --layout {self.layout}"
        if self.framework != FRAMEWORKS[0]:
            options += f" --framework {self.framework}"
        if self.bundle:
            return f"fercurate build --bundle {shlex.quote(self.bundle)}{options}"
        if asks_decisions(self.recipe.recipe):
            options += f" --decisions {DECISIONS_FILE}"
        return f"fercurate build --recipe {shlex.quote(self.recipe.origin)}{options}"

    def format(self, engine: ClusterEngine | None = None) -> DataFormat:
        """How the data files are written."""
        recipe = self.recipe
        return DataFormat(self.layout, recipe.digest, self.jobs, recipe.text, engine)

    def measure_options(self, engine: ClusterEngine | None = None) -> MeasureOptions:
        """How stored pictures are looked at before anything is planned, and what was decided.

        Raises:
            InputError, UsageError: as ``recipe_decisions``.
        """
        decisions = recipe_decisions(self.recipe, self.store, self.decisions)
        return MeasureOptions(self.face_model, self.jobs, decisions, engine, self.attributes)


@dataclass(frozen=True, repr=False)
class BuildReport(HasOverview):
    """The summary of a build (also of a dry run), and the files written, if any.

    Of a dry run also the ``extent`` of the export, and the ``seconds`` that one core would take to
    make its pictures, estimated from a few. ``since`` says in a line what changed since the last
    build into the same folder. From a bundle, ``matches`` says how many of its pictures are equal,
    nearly equal and missing.
    """

    summary: dict[str, Any]
    files: tuple[str, ...]
    extent: ExportExtent | None = None
    seconds: float = 0.0
    since: str = ""
    matches: Mapping[str, Any] | None = None
    layouts: tuple[LayoutReport, ...] = ()

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
    for layout in request.layouts:
        check_layout_folder(layout.output, layout.overwrite)
    if request.recipe.remark:
        warn_by(listen)(request.recipe.remark)
    recipe, measuring = request.recipe.recipe, not request.dry_run
    with (
        Store.open(request.store) as store,
        engine_of(request.cluster, request.store, listen, request.jobs) as engine,
        planned_build(
            store, recipe, request.measure_options(engine), listen, measuring=measuring
        ) as ready,
    ):
        return write_build(ready, request, listen, engine)


def write_build(
    ready: PlannedBuild,
    request: BuildRequest,
    listen: Listener,
    engine: ClusterEngine | None = None,
) -> BuildReport:
    """Write a planned build; of a dry run say how large it will be.

    Raises:
        ConflictError, ExportError: as ``build``.
        PartDone: only a part of its pictures was asked for, and is sealed.
    """
    facts = export_facts(ready, request.command)
    extent = ExportExtent.of(ready)
    extent.check(ready.recipe, request.output)
    if request.dry_run:
        return BuildReport(summarize(facts), (), extent, estimated_seconds(ready))
    if engine is not None and engine.is_part:
        make_part(ready, extent.picture, request.format(engine))
        engine.end_part()
    plan, classes = ready.plan, ready.recipe.scheme.classes
    since = _since(request, ready)
    with staged_export(request.output, request.overwrite) as folder:
        files = write_data_files(folder, ready, extent.picture, request.format(engine), listen)
        files += write_sample_table(folder, ready)
        files += write_attributes(folder, ready)
        if asks_decisions(ready.recipe):
            files += write_decisions(folder, ready.decisions)
        files += write_export_sheets(ready, folder)
        facts = replace(facts, synthetic=synthetic_facts(plan, classes, ready.maker))
        files += write_scripts(folder, request.framework, request.recipe.digest, classes)
        summary = summarize(facts)
        outputs = write_papers(folder, request.recipe, summary, files)
        _write_lock(folder, request, ready, facts.lineage, outputs)
    layouts = tuple(export_layout(layout, listen) for layout in request.layouts)
    return BuildReport(summary, (*outputs, LOCK_FILE), since=since, layouts=layouts)


def _since(request: BuildRequest, ready: PlannedBuild) -> str:
    """What changed since the last build into the same folder; "" if there was none."""
    last = LastBuild.of(request.output) if request.overwrite else None
    if last is None:
        return ""
    planned = planned_samples(ready)
    return last.line(planned.table(planned.rows), request.recipe.text)


def _write_lock(
    folder: Path,
    request: BuildRequest,
    ready: PlannedBuild,
    lineage: Sequence[LineageEntry],
    outputs: tuple[str, ...],
) -> None:
    basis = ready.basis
    provenance = Provenance(
        recipe=ready.recipe.name,
        recipe_sha256=request.recipe.digest,
        seed=ready.recipe.seed,
        layout=request.layout,
        framework=request.framework,
        command=request.command,
        store_sha256=ready.store.digest(),
        measured_by=(*basis.methods, *attribute_contents(ready.store, basis.attributes)),
        bundle=request.bundle,
        decisions=ready.decisions.digest if asks_decisions(ready.recipe) else "",
    )
    write_lock(folder, provenance, lineage, outputs, request.jobs)
