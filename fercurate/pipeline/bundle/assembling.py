"""``build --bundle``: the plan of a bundle, carried out on the pictures of one's own store."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.plan import BuildPlan, Labeling, SplitAssignment, SplitPlan
from fercurate.domain.sample_table import TRUE_CLASS, SampleTable
from fercurate.domain.segments.base import ORIGINAL
from fercurate.domain.segments.kinds import Originals
from fercurate.domain.text import encode_text
from fercurate.domain.verdict import Verdicts
from fercurate.errors import InputError
from fercurate.export.reader import SplitRows
from fercurate.pipeline.building.basis import (
    BuildBasis,
    MeasureOptions,
    instruments_for,
    recipe_attributes,
)
from fercurate.pipeline.building.build import BuildReport, BuildRequest, write_build
from fercurate.pipeline.building.face_geometry import recipe_geometry
from fercurate.pipeline.building.named_rows import RowNames, UnknownNameError, name_endings
from fercurate.pipeline.building.picture_maker import StoredPictureMaker
from fercurate.pipeline.building.prepare import PlannedBuild, picture_changes, with_remarks
from fercurate.pipeline.bundle.checks import in_noisy_train
from fercurate.pipeline.bundle.contents import BundleContents
from fercurate.pipeline.bundle.fingerprint import fingerprints
from fercurate.pipeline.bundle.matched import MatchedStore
from fercurate.pipeline.bundle.matching import Matches, Matching, match_counts
from fercurate.pipeline.events import Listener, Notice, ignore
from fercurate.pipeline.measure.duplicates import searched_pictures, stored_pictures
from fercurate.pipeline.measure.instruments import choose_instruments, measured_values
from fercurate.pipeline.measure.measure import measure
from fercurate.planning.applied_decisions import AppliedDecisions
from fercurate.planning.decisions import DecidedSamples
from fercurate.planning.evidence import Evidence
from fercurate.planning.labeling.label_noise import with_noise_facts
from fercurate.planning.splitting import SplitState
from fercurate.recipe.model import Recipe
from fercurate.store.store import Store


def build_bundle(bundle: Path, request: BuildRequest, listen: Listener = ignore) -> BuildReport:
    """Build the export of a bundle from one's own copies of its pictures.

    ``request`` is for the bundle's recipe. Rows of which a picture is missing are left out.

    Raises:
        InputError: the file is no bundle of an export, or none of its pictures is stored.
        ConflictError, StoreError, ExportError: as ``build``.
    """
    contents = BundleContents.read(bundle)
    contents.check()
    with Store.open(request.store) as store:
        matches = _matched(contents, store, request.jobs, listen)
        counts = match_counts(matches, contents.samples)
        if not counts["equal"] + counts["nearly_equal"]:
            raise InputError(
                "none of its pictures is in the store",
                where=str(bundle),
                fix="Ingest your copy of the corpus first",
            )
        if counts["missing"]:
            text = f"{counts['missing']:,} pictures of the bundle are not stored"
            listen(Notice(f"{text}: their rows are left out", warning=True))
        assembly = _Assembly(contents, matches, counts)
        named = replace(request, bundle=bundle.name)
        options = MeasureOptions(request.face_model, request.jobs, contents.decisions())
        with assembly.planned(store, options, listen) as ready:
            return replace(write_build(ready, named, listen), matches=counts)


def _matched(contents: BundleContents, store: Store, jobs: int, listen: Listener) -> Matches:
    """Which stored picture is which of the bundle's."""
    samples = contents.samples
    matching = Matching(samples, store.manifest)
    matching.by_digest()
    places, rows = matching.unmatched()
    known, marks = contents.fingerprints()
    ids = samples["sample_id"]
    told = np.array([known.get(str(ids[place]), -1) for place in places], dtype=np.int64)
    places, told = places[told >= 0], told[told >= 0]
    if not (len(places) and len(rows)):
        return matching.by_fingerprint(places[:0], marks[:0], rows[:0], marks[:0])
    identical = store.manifest.equal("digest")
    searched = searched_pictures(stored_pictures(store), identical, rows, jobs, listen)
    return matching.by_fingerprint(places, marks[told], rows, fingerprints(searched.small[rows]))


@dataclass(frozen=True)
class _Assembly:
    """A bundle and which pictures of it are stored, on the way to a plan."""

    contents: BundleContents
    matches: Matches
    counts: dict[str, Any]

    @contextmanager
    def planned(
        self, own: Store, options: MeasureOptions, listen: Listener
    ) -> Iterator[PlannedBuild]:
        """The bundle's plan, and a maker of its pictures."""
        recipe = self.contents.recipe.recipe
        instruments = choose_instruments([], None)
        if recipe.chain.detects:
            instruments = instruments_for(recipe, options)
        there = self.matches.rows >= 0
        samples = _some(self.contents.samples, there)
        with measure(own, instruments.request(options.jobs), listen) as measured:
            measured.verify()
            rows, votes = self.matches.rows[there], self.contents.votes()
            store = MatchedStore(measured, rows, samples, votes)
            values = measured_values(store, instruments) if recipe.chain.detects else {}
            geometry = recipe_geometry(store, recipe, np.arange(len(store)), values)
            plan = self._plan(samples, recipe)
            plan = replace(plan, decisions=_decided(samples, recipe, plan, options.decisions))
            maker = StoredPictureMaker.of(store, recipe, plan.enhanced, geometry)
            evidence = Evidence(store.manifest, store.votes)
            basis = BuildBasis(evidence, geometry, attributes=recipe_attributes(store, recipe))
            changes = picture_changes(store, recipe, plan, basis)
            plan = with_remarks(plan, store, recipe, changes)
            yield PlannedBuild(store, recipe, plan, maker, basis, changes, options.decisions)

    def _plan(self, samples: SampleTable, recipe: Recipe) -> BuildPlan:
        verdicts = Verdicts(samples["reason"])
        folds = _folds(samples)
        enhanced = np.asarray(samples["enhanced"] == "1")
        plans = tuple(self._plans(samples, recipe))
        if not any(len(plan.originals) for plan in plans):
            raise self.contents.fault("no row of it can be made")
        counts = self.counts
        note = (
            f"made from the bundle {self.contents.path.name}: {counts['equal']:,} pictures are "
            f"equal, {counts['nearly_equal']:,} nearly equal (at most {counts['tolerance']} of 63 "
            f"bits of a fingerprint apart), {counts['missing']:,} missing"
        )
        plan = BuildPlan(
            labeling=self._labeling(samples, recipe.scheme.classes),
            plans=plans,
            dropped=verdicts.count(samples["expression"]),
            verdicts=verdicts,
            warnings=recipe.warnings,
            notes=(note,),
            folds=folds,
            enhanced=enhanced if enhanced.any() else None,
        )
        return with_noise_facts(plan, recipe, np.flatnonzero(in_noisy_train(samples)))

    def _labeling(self, samples: SampleTable, classes: tuple[str, ...]) -> Labeling:
        truth = samples.columns.get(TRUE_CLASS)
        return Labeling(
            _codes(samples["class"], classes),
            self._targets(samples, classes),
            None if truth is None else _codes(truth, classes),
        )

    def _targets(
        self, samples: SampleTable, classes: tuple[str, ...]
    ) -> NDArray[np.float32] | None:
        found = self.contents.targets(classes)
        if not found:
            return None
        nothing = [0.0] * len(classes)
        return np.array(
            [found.get(str(n), nothing) for n in samples["sample_id"]], dtype=np.float32
        )

    def _plans(self, samples: SampleTable, recipe: Recipe) -> Iterator[SplitPlan]:
        """The rows of every file whose samples are there, in their order."""
        mixing = frozenset(step.kind for step in recipe.balance if step.mixes)
        names = RowNames(samples.positions, recipe.copy_operations, mixing)
        table, mix = self.contents.rows, self.contents.mix
        places = list(zip(table["file"].tolist(), table["split"].tolist(), strict=True))
        for (file, split), group in groupby(range(len(places)), key=lambda row: places[row]):
            rows = np.fromiter(group, np.int64)
            columns = ("sample_id", "op", "parent_a", "parent_b")
            text = {name: table[name][rows] for name in columns}
            whole = SplitRows(split, "", (), np.zeros(len(rows), np.int64), text, mix=mix[rows])
            yield self._split_plan(names, whole, str(file).rpartition("/")[0])

    def _split_plan(self, names: RowNames, whole: SplitRows, folder: str) -> SplitPlan:
        made = np.array(
            [
                all(_is_there(str(one), names) for one in (name, *parents) if one)
                for name, *parents in zip(
                    whole.text["sample_id"],
                    whole.text["parent_a"],
                    whole.text["parent_b"],
                    strict=True,
                )
            ],
            dtype=bool,
        )
        plan = SplitPlan.of(whole.split, np.empty(0, np.int64), folder)
        ops = whole.op.tolist()
        for op, run in groupby(np.flatnonzero(made).tolist(), key=lambda row: ops[row]):
            try:
                found = list(names.segments(whole, np.fromiter(run, np.int64)))
            except UnknownNameError as error:
                raise self.contents.fault(str(error)) from None
            for _, segment in found:
                if op == ORIGINAL and isinstance(segment, Originals):
                    plan = replace(plan, originals=segment)
                else:
                    plan = plan.adding(segment)
        return plan


def _decided(
    samples: SampleTable, recipe: Recipe, plan: BuildPlan, history: DecisionHistory
) -> Mapping[str, Any]:
    """What the papers say of decisions, as far as the bundle's samples are there."""
    if recipe.decisions is None:
        return {}
    ids, digests = (encode_text(samples[name]) for name in ("sample_id", "digest"))
    decided = DecidedSamples.on(history, recipe.decisions, ids, digests)
    rows = {one.split: one.originals.rows for one in plan.splits}
    state = SplitState(SplitAssignment(rows), plan.verdicts)
    return AppliedDecisions.of(decided, state, plan.labeling, plan.folds is not None).facts


def _is_there(name: str, names: RowNames) -> bool:
    """Whether the sample that a row comes from is matched."""
    bases = (base for base, _, _ in name_endings(name))
    return any(one in names.positions for one in (name, *bases))


def _some(samples: SampleTable, mask: NDArray[np.bool_]) -> SampleTable:
    return SampleTable({name: values[mask] for name, values in samples.columns.items()})


def _codes(names: NDArray[np.object_], classes: tuple[str, ...]) -> NDArray[np.int64]:
    """The codes (N,) of names of classes (N,); -1 for what is none."""
    codes = {name: code for code, name in enumerate(classes)}
    return np.array([codes.get(str(one), -1) for one in names], dtype=np.int64)


def _folds(samples: SampleTable) -> NDArray[np.int64] | None:
    texts = samples["fold"]
    if not any(texts):
        return None
    return np.array([int(one) if str(one).isdecimal() else -1 for one in texts], dtype=np.int64)
