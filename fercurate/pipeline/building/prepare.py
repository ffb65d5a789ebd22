"""From a store and a recipe to a finished plan and a maker of its pictures."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import numpy as np

from fercurate.domain.decisions.history import NOTHING_DECIDED, DecisionHistory
from fercurate.domain.groups import distinct
from fercurate.domain.plan import BuildPlan
from fercurate.pipeline.building.basis import (
    BuildBasis,
    MeasureOptions,
    build_basis,
    instruments_for,
)
from fercurate.pipeline.building.face_geometry import stored_sizes
from fercurate.pipeline.building.mixing import MixingPictures
from fercurate.pipeline.building.picture_maker import StoredPictureMaker
from fercurate.pipeline.events import Listener, Notice
from fercurate.pipeline.measure.measure import measure
from fercurate.planning.picture_changes import PictureChanges
from fercurate.planning.plan import plan_build
from fercurate.planning.protocol import protocol_facts, protocol_line
from fercurate.planning.resampling import resample
from fercurate.recipe.model import Recipe
from fercurate.store.store import Store


@dataclass(frozen=True)
class PlannedBuild:
    """A store, everything that a build from it will write, and what it rests on."""

    store: Store
    recipe: Recipe
    plan: BuildPlan
    maker: StoredPictureMaker
    basis: BuildBasis
    changes: PictureChanges
    decisions: DecisionHistory = NOTHING_DECIDED


@contextmanager
def planned_build(
    opened: Store,
    recipe: Recipe,
    options: MeasureOptions,
    listen: Listener,
    *,
    measuring: bool = True,
) -> Iterator[PlannedBuild]:
    """Plan a build from an open store, to the last row.

    Measures first what the recipe needs and the store lacks, unless ``measuring`` is off; that is
    all that the store gains.

    Raises:
        InputError: the store lacks what the recipe needs, or a target cannot be reached.
        StoreError: a damaged or busy store, or something is not measured.
    """
    instruments, store = instruments_for(recipe, options), opened
    with ExitStack() as stack:
        if measuring:
            wanted = instruments.request(options.jobs, options.engine)
            store = stack.enter_context(measure(store, wanted, listen))
        store.verify()
        basis = build_basis(store, recipe, instruments, options, listen)
        plan = plan_build(basis.evidence, recipe)
        maker = StoredPictureMaker.of(store, recipe, plan.enhanced, basis.geometry)
        plan = _resampled(plan, recipe, maker, options.jobs, listen)
        changes = picture_changes(store, recipe, plan, basis)
        plan = with_remarks(plan, store, recipe, changes)
        for warning in plan.warnings:
            listen(Notice(warning, warning=True))
        yield PlannedBuild(store, recipe, plan, maker, basis, changes, options.decisions)


def with_remarks(
    plan: BuildPlan, store: Store, recipe: Recipe, changes: PictureChanges
) -> BuildPlan:
    """The plan with what is to be said of its pictures, and of the protocol that it follows."""
    protocol = protocol_facts(plan, recipe, store.manifest, store.reject_counts())
    differs = bool(protocol.get("differences"))
    told = tuple(filter(None, [protocol_line(protocol)]))
    return replace(
        plan,
        warnings=(*plan.warnings, *changes.warnings, *(told if differs else ())),
        notes=(*plan.notes, *changes.notes, *(() if differs else told)),
        protocol=protocol,
    )


def picture_changes(
    store: Store, recipe: Recipe, plan: BuildPlan, basis: BuildBasis
) -> PictureChanges:
    """What is done to the pictures of all samples that are exported."""
    rows = distinct(*(one.originals.rows for one in plan.main_plans))
    geometry = None if basis.geometry is None else basis.geometry.take(rows)
    sources = store.manifest.take(rows).text("source")
    classes = np.array(recipe.scheme.classes, dtype=object)[plan.labels[rows]]
    sizes = stored_sizes(store.manifest)[rows]
    return PictureChanges.of(recipe.chain, sizes, geometry, (sources, classes))


def _resampled(
    plan: BuildPlan, recipe: Recipe, maker: StoredPictureMaker, jobs: int, listen: Listener
) -> BuildPlan:
    """The plan with all rows that balancing adds; mixing looks at the pictures."""
    mixing = MixingPictures(maker, maker.store.manifest, jobs, listen)
    return resample(plan, recipe.balance, mixing.context(plan, recipe), recipe.name)
