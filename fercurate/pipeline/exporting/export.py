"""Export: from a built export to a folder that a trainer reads without an edit."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fercurate.domain.plan import SUBSETS
from fercurate.errors import ConflictError, ExportError, UsageError
from fercurate.export.croissant import CROISSANT_FILE
from fercurate.export.lock import write_json
from fercurate.export.open_export import OpenExport, OpenSplit
from fercurate.files.regular import real_path
from fercurate.layouts.base import (
    Layout,
    LayoutData,
    LayoutPlan,
    LayoutSplit,
    LayoutWork,
    kept_splits,
)
from fercurate.layouts.packed.hugging_face import HuggingFace
from fercurate.layouts.presets import TrainerPreset
from fercurate.pipeline.engine.choice import ClusterChoice, engine_of
from fercurate.pipeline.events import (
    Advanced,
    Finished,
    Listener,
    Started,
    ignore,
    warn_by,
)
from fercurate.pipeline.exporting.card import card_text
from fercurate.pipeline.exporting.description import parquet_croissant
from fercurate.pipeline.exporting.facts import (
    described_files,
    is_restricted,
    layout_facts,
    source_licenses,
)
from fercurate.pipeline.exporting.folder import (
    CARD_FILE,
    FACTS_FILE,
    check_layout_folder,
    staged_layout,
)
from fercurate.pipeline.exporting.rows import write_rows
from fercurate.pipeline.exporting.units import UnitEncoder, encoder_for
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable


@dataclass(frozen=True, slots=True)
class LayoutRequest:
    """What to lay out, how, and where.

    ``preset`` is the trainer whose layout it is, if it was asked for by name. ``splits`` are those
    to write (empty: all but such as repeat rows of another). ``cluster`` says who makes files of
    the pictures in place of workers of this process.
    """

    export: Path
    layout: Layout
    output: Path
    preset: TrainerPreset | None = None
    splits: tuple[str, ...] = ()
    overwrite: bool = False
    jobs: int = 0
    cluster: ClusterChoice | None = None


@dataclass(frozen=True, repr=False)
class LayoutReport(HasOverview):
    """What was laid out: ``facts`` as ``layout.json`` has them, the folder, and the trainer.

    ``sent_to`` is the URL to which the folder was sent, if it was.
    """

    output: Path
    facts: dict[str, Any]
    preset: TrainerPreset | None = None
    sent_to: str = ""

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {**self.facts, "output": self.place}

    @property
    def place(self) -> str:
        """Where it lies: the folder, or the URL to which it was sent."""
        return self.sent_to or str(self.output)

    def overview(self) -> Overview:
        """The order of classes, and the splits."""
        classes = tuple(
            (one["code"], one["class"], one["written_as"]) for one in self.facts["classes"]
        )
        splits = tuple(
            (name, split["written_as"], split["rows"])
            for name, split in self.facts["splits"].items()
        )
        return Overview(
            f"{self.facts['export']['name']} as {self.facts['layout']['kind']} in {self.place}",
            (
                OverviewTable("classes", ("code", "class", "written as"), classes),
                OverviewTable("splits", ("split", "written as", "rows"), splits),
            ),
        )


def export_layout(request: LayoutRequest, listen: Listener = ignore) -> LayoutReport:
    """Lay out an export; the folder appears whole at the end, or stays what it was.

    Raises:
        ConflictError: the output holds something that was not to be replaced.
        ExportError: the export is damaged, or the layout cannot hold it.
        UsageError: a split that the export does not have, or a part of a layout without files.
        EngineError: a cluster does not answer, or cannot make some files.
        PartDone: only a part of the files was asked for, and is sealed.
    """
    _check_place(request)
    check_layout_folder(request.output, request.overwrite)
    with (
        OpenExport(request.export) as opened,
        engine_of(request.cluster, request.export, listen, request.jobs) as engine,
    ):
        data = _layout_data(opened, request.splits)
        _check_preset(data, request.preset)
        plan = _planned(request, data)
        for remark in plan.remarks:
            warn_by(listen)(remark)
        encoder = None
        if engine is not None:
            encoder = encoder_for(request.layout, opened, engine, listen)
        if engine is not None and encoder is not None and engine.is_part:
            encoder.do_part(request.layout, kept_splits(data, plan))
        known = layout_facts(opened, request.layout, data, plan, request.preset)
        summary, lacking = opened.summary(), opened.lacking()
        writing = _LayoutWriting(request, data, plan, known, summary, lacking, encoder)
        with staged_layout(request.output, request.overwrite) as folder:
            facts = writing.write(folder, listen)
        if engine is not None:
            engine.forget()
    return LayoutReport(request.output, facts, request.preset)


def _check_place(request: LayoutRequest) -> None:
    """Refuse a place in the export itself, or below a file.

    Raises:
        ConflictError: it lies there.
    """
    place, export = real_path(request.output), real_path(request.export)
    fix = "Choose another --output"
    if export.is_dir() and export in place.parents:
        raise ConflictError("lies in the export itself", where=str(request.output), fix=fix)
    above = next((one for one in place.parents if one.exists()), place.parent)
    if not above.is_dir():
        raise ConflictError(f"{above} is no folder", where=str(request.output), fix=fix)


def _layout_data(opened: OpenExport, wanted: Sequence[str]) -> LayoutData:
    there = [split.rows.split for split in opened.splits]
    unknown = [name for name in wanted if name not in there]
    if unknown:
        raise UsageError(
            f"the export has no split {unknown[0]!r}",
            where="--splits",
            expected=f"some of {', '.join(there)}",
        )
    kept = wanted or [name for name in there if SUBSETS.get(name) not in there]
    first, sources = opened.splits[0], source_licenses(opened.summary())
    return LayoutData(
        name=opened.attributes.recipe or opened.path.stem,
        scheme=opened.attributes.scheme,
        classes=first.rows.classes,
        picture=first.picture,
        splits=tuple(_layout_split(split) for split in opened.splits if split.rows.split in kept),
        restricted=is_restricted(sources),
        licensed=bool(sources),
    )


def _layout_split(split: OpenSplit) -> LayoutSplit:
    return LayoutSplit(split.rows.split, split.rows.labels, split.columns, split.blocks)


def _check_preset(data: LayoutData, preset: TrainerPreset | None) -> None:
    """Refuse pictures of another size than a trainer takes that resizes none."""
    if preset is not None and preset.side and data.picture[:2] != (preset.side, preset.side):
        size = "x".join(map(str, data.picture[:2]))
        raise ExportError(
            f"pictures are {size}, and {preset.trainer} resizes none",
            expected=f"{preset.side}x{preset.side}",
            fix=f"Add {{kind: resize, size: {preset.side}}} to normalize, and build again",
        )


def _planned(request: LayoutRequest, data: LayoutData) -> LayoutPlan:
    """The plan of the layout, with what a trainer's number of classes adds to its remarks."""
    try:
        plan = request.layout.plan(data)
    except ExportError as error:
        where = error.where or f"{request.export}: {request.layout.kind}"
        raise ExportError(
            error.found, where=where, expected=error.expected, fix=error.fix
        ) from None
    except ValueError as error:
        raise ExportError(str(error), where=f"{request.export}: {request.layout.kind}") from None
    if not plan.places:
        raise ExportError(
            f"none of its splits has a place in the layout {request.layout.kind}",
            where=str(request.export),
            fix="Take a layout with a place for them, or name them in its splits",
        )
    preset = request.preset
    if preset is not None and preset.classes not in (0, len(data.classes)):
        more = (
            f"{preset.trainer} has {preset.classes} classes in its code, the export "
            f"{len(data.classes)}: set that number there"
        )
        plan = replace(plan, remarks=(*plan.remarks, more))
    return plan


@dataclass(frozen=True)
class _LayoutWriting:
    """A layout that is about to be written: what was asked, decided, and is known of it.

    ``lacking`` says what is missing where there is no summary.
    """

    request: LayoutRequest
    data: LayoutData
    plan: LayoutPlan
    known: dict[str, Any]
    summary: dict[str, Any]
    lacking: str
    encoder: UnitEncoder | None = None

    def write(self, folder: Path, listen: Listener) -> dict[str, Any]:
        """Write everything into a staged folder; return the facts with the files in them."""
        layout, data, plan = self.request.layout, self.data, self.plan
        rows = sum(split["rows"] for split in self.known["splits"].values())
        work = LayoutWork(self.request.jobs, lambda done: listen(Advanced(done)), self.encoder)
        listen(Started(f"writing {layout.kind}", rows, "rows"))
        with ExitStack() as ended:
            ended.callback(listen, Finished())
            tables = layout.write(folder, data, plan, work)
        write_rows(folder, data, plan, work)
        if isinstance(layout, HuggingFace) and self.summary:
            described = parquet_croissant(folder, self.summary, data, plan)
            write_json(folder / CROISSANT_FILE, described)
            tables |= {CROISSANT_FILE}
        facts = {
            **self.known,
            "empty_folders": _empty_folders(folder),
            "files": described_files(folder, tables),
        }
        text = card_text(facts, layout, self.request.preset, self.lacking)
        card = layout.front_matter(data, plan) + text
        (folder / CARD_FILE).write_text(card, encoding="utf-8", errors="backslashreplace")
        write_json(folder / FACTS_FILE, facts)
        return facts


def _empty_folders(folder: Path) -> list[str]:
    return sorted(
        place.relative_to(folder).as_posix()
        for place in folder.glob("*/*/")
        if not any(place.iterdir())
    )
