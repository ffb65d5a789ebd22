"""Trace: where a picture or a row comes from and what became of it, or why it is not there."""

from collections.abc import Container
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from fercurate.domain.decisions.decision import Decision
from fercurate.domain.decisions.lines import KEYS
from fercurate.domain.sample_table import SampleTable
from fercurate.errors import ExportError, InputError
from fercurate.export.datasheet.sheet import DECISIONS_FILE
from fercurate.export.exported_files import ExportCondition
from fercurate.export.folder import RECIPE_FILE
from fercurate.export.samples_file import SAMPLES, SampleFinder
from fercurate.files.regular import is_regular, read_regular
from fercurate.pipeline.building.decision_files import exported_decisions, recipe_decisions
from fercurate.pipeline.events import Listener, ignore
from fercurate.pipeline.trace.outcome import BuildOutcome
from fercurate.pipeline.trace.report import TraceReport
from fercurate.pipeline.trace.request import TraceRequest
from fercurate.pipeline.trace.rows import ExportSearch, TracedRow, base_of, original_of
from fercurate.pipeline.trace.stored import StoredSample
from fercurate.pipeline.trace.target import StoreSearch, Target, row_address
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.recipe.needs import asks_decisions
from fercurate.screening.presets import DEFAULT_PRESET
from fercurate.screening.registry import preset_policy
from fercurate.store.decision_file import DecisionFile, store_decisions
from fercurate.store.store import Store
from fercurate.training.shared.lock import locked_root

_MOST_BYTES = 1 << 20
_TRIED = (
    "a sample id, an export's row (out/train.h5:12), a raw file with line (fer2013.csv:17) or "
    "path, or a picture file"
)


def trace(request: TraceRequest, listen: Listener = ignore) -> TraceReport:
    """Tell everything about one picture or row.

    Raises:
        InputError: nothing is known of it.
        UsageError: the picture to draw is no PNG file.
        StoreError, ExportError: what is asked is damaged.
    """
    if request.picture is not None:
        from fercurate.pipeline.trace.pictures import check_picture_place  # noqa: PLC0415  # Pillow

        check_picture_place(request.picture)
    with ExitStack() as stack:
        store = None
        if request.store is not None:
            store = stack.enter_context(Store.open(request.store))
        found = _Trace(request, store, _traced_export(request))
        report = found.report(listen)
        if request.picture is not None:
            found.draw(report, request.picture)
    return report


@dataclass(frozen=True)
class _TracedExport:
    """An export that is asked: its samples and recipe, as far as it has them."""

    root: Path
    search: ExportSearch
    samples: SampleFinder | None
    recipe: LoadedRecipe | None


def _traced_export(request: TraceRequest) -> _TracedExport | None:
    address, root = row_address(request.what), request.export
    if address is not None:
        root = locked_root(address[0].parent) or address[0].parent
    if root is None:
        return None
    if not root.is_dir():
        raise InputError("no such export", where=str(root))
    for name in {SAMPLES, RECIPE_FILE, DECISIONS_FILE} & set(ExportCondition.of(root).changed):
        raise ExportError("changed since it was built", where=str(root / name))
    samples = SampleFinder(root / SAMPLES) if is_regular(root / SAMPLES) else None
    recipe = None
    if is_regular(root / RECIPE_FILE):
        text = read_regular(root / RECIPE_FILE, _MOST_BYTES).decode("utf-8", "replace")
        recipe = parse_recipe(text, str(root / RECIPE_FILE))
    return _TracedExport(root, ExportSearch(root), samples, recipe)


@dataclass(frozen=True)
class _Trace:
    """One question, the store and the export that are asked."""

    request: TraceRequest
    store: Store | None
    export: _TracedExport | None

    def report(self, listen: Listener) -> TraceReport:
        """The answer."""
        row, target = self._target()
        if target.kind in {"reject", "removed"}:
            return TraceReport(self.request.what, target, remarks=self._remarks(target))
        sample = self._sample(target.sample_id)
        decided = self._decided(target.sample_id, sample)
        decision = self._decision(target.sample_id, decided, listen)
        rows = () if self.export is None else self._rows(self.export, target.sample_id)
        policy, by = preset_policy(DEFAULT_PRESET), f"the preset {DEFAULT_PRESET}"
        if decision is not None and decision.recipe.screen is not None:
            policy, by = decision.recipe.screen.policy(), f"the recipe {decision.recipe.name}"
        return TraceReport(
            what=self.request.what,
            target=target,
            row=row,
            sample=sample.to_json() if sample else self._from_table(target.sample_id),
            measurements=sample.measurements() if sample else {},
            criteria=sample.criteria(policy) if sample else {},
            policy=by if sample else "",
            decision=decision.to_json() if decision else {},
            rows=rows,
            remarks=self._remarks(target),
            decided=tuple(dict(zip(KEYS, one, strict=True)) for one in decided),
        )

    def _decided(self, sample_id: str, sample: StoredSample | None) -> tuple[Decision, ...]:
        """What people decided on a sample: with the export, else in the store's own file.

        What is about other pixels than its own is not told, nor what is about a copy of it.
        """
        recipe = self.request.recipe
        if self.export is not None:
            history = exported_decisions(self.export.root)
        elif recipe is not None and self.store is not None and asks_decisions(recipe.recipe):
            history = recipe_decisions(recipe, self.store.path)
        elif self.store is not None:
            history = DecisionFile(store_decisions(self.store.path)).read()
        else:
            return ()
        pixels = sample.digest if sample else self._from_table(sample_id).get("digest", "")
        known = self._known
        return tuple(
            one
            for one in history.in_time
            if one.digest == pixels and (one.sample_id == sample_id or one.sample_id not in known)
        )

    def _target(self) -> tuple[TracedRow | None, Target]:
        what, address = self.request.what, row_address(self.request.what)
        if address is not None and self.export is not None:
            row = self.export.search.row(*address)
            name = original_of(row, self._known)
            return row, Target("row", name, row.sample_id, "its place in the export")
        target = None if self.store is None else StoreSearch(self.store).find(what)
        if target is None and self.export is not None:
            return self._in_export(self.export, what)
        if target is None:
            raise InputError("nothing is known of it", where=what, expected=_TRIED)
        return None, target

    def _in_export(self, export: _TracedExport, what: str) -> tuple[TracedRow | None, Target]:
        """What only an export knows: a derived row by its name, or a sample that is gone since."""
        if export.samples is not None and what in export.samples:
            return None, Target("sample", what, found_by=f"its id in {SAMPLES}")
        row = export.search.named(what)
        if row is not None:
            name = original_of(row, self._known)
            return row, Target("row", name, row.sample_id, "its sample_id in the export")
        raise InputError("nothing is known of it", where=what, expected=_TRIED)

    @property
    def _known(self) -> Container[str]:
        """The ids of samples, by which names of rows are read."""
        if self.export is not None and self.export.samples is not None:
            return self.export.samples
        return set() if self.store is None else set(self.store.manifest.text("id"))

    def _sample(self, sample_id: str) -> StoredSample | None:
        if self.store is None:
            return None
        rows = self.store.manifest.is_one_of("id", [sample_id]).nonzero()[0]
        return StoredSample(self.store, int(rows[0])) if len(rows) else None

    def _from_table(self, sample_id: str) -> dict[str, str]:
        """What the export's own table says of a sample that no store is asked about."""
        table = None if self.export is None else self.export.samples
        facts = None if table is None else table.row(sample_id)
        keys = ("source", "native_label", "native_split", "expression", "origin", "line", "digest")
        return {} if facts is None else {"id": sample_id, **{key: facts[key] for key in keys}}

    def _decision(
        self, sample_id: str, decided: tuple[Decision, ...], listen: Listener
    ) -> BuildOutcome | None:
        export, recipe = self.export, self.request.recipe
        if export is not None and export.samples is not None and export.recipe is not None:
            return BuildOutcome(export.samples, export.recipe.recipe, sample_id, decided)
        if export is None and recipe is not None and self.store is not None:
            table = _planned_samples(self.store, recipe, self.request, listen)
            return BuildOutcome(table, recipe.recipe, sample_id, decided)
        return None

    def _rows(self, export: _TracedExport, sample_id: str) -> tuple[TracedRow, ...]:
        known = self._known
        return tuple(
            row
            for row in export.search.made_from(sample_id)
            if sample_id in {base_of(name, known) for name in (row.sample_id, *row.parents)}
        )

    def _remarks(self, target: Target) -> tuple[str, ...]:
        said = []
        if self.store is None:
            said.append("no store was asked: scores and votes are not told")
        if self.export is not None and self.export.samples is None:
            said.append(f"the export has no {SAMPLES}: an earlier version built it; build it again")
        if self.export is None and self.request.recipe is None and target.kind == "sample":
            said.append("no --export and no --recipe: what a build makes of it is not told")
        return tuple(said)

    def draw(self, report: TraceReport, path: Path) -> None:
        """Draw the picture with its parents and the rows made from it."""
        from fercurate.pipeline.trace import pictures  # noqa: PLC0415  # Pillow

        names = [report.target.sample_id]
        if report.row is not None:
            names += [base_of(one, self._known) for one in report.row.parents]
        stored = (
            []
            if self.store is None
            else pictures.stored_cells(self.store, list(dict.fromkeys(names)))
        )
        made = [] if self.export is None else pictures.row_cells(self.export.root, report.rows)
        if not stored and not made:
            raise ExportError("there is no picture of it to draw", where=self.request.what)
        pictures.write_picture(path, report.what, stored, made)


def _planned_samples(
    store: Store, recipe: LoadedRecipe, request: TraceRequest, listen: Listener
) -> SampleTable:
    """What a build by a recipe would decide on each sample."""
    from fercurate.pipeline.building.basis import MeasureOptions  # noqa: PLC0415  # seldom asked
    from fercurate.pipeline.building.prepare import planned_build  # noqa: PLC0415
    from fercurate.planning.sample_table import sample_table  # noqa: PLC0415

    decisions = recipe_decisions(recipe, store.path)
    options = MeasureOptions(request.face_model, request.jobs, decisions)
    with planned_build(store, recipe.recipe, options, listen, measuring=False) as ready:
        copies = ready.basis.evidence.face_duplicates
        return sample_table(ready.store.manifest, ready.plan, recipe.recipe, copies)
