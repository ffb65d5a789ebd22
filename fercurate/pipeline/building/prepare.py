"""From a store and a recipe to a finished plan and a maker of its pictures."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fercurate.domain.plan import BuildPlan
from fercurate.pipeline.building.evidence import (
    BuildBasis,
    MeasureOptions,
    build_basis,
    instruments_for,
)
from fercurate.pipeline.building.mixing import MixingPictures
from fercurate.pipeline.building.picture_maker import StoredPictureMaker
from fercurate.pipeline.events import Listener, Notice
from fercurate.pipeline.measure.measure import measure
from fercurate.planning.plan import plan_build
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


@contextmanager
def planned_build(
    path: Path, recipe: Recipe, options: MeasureOptions, listen: Listener, *, measuring: bool = True
) -> Iterator[PlannedBuild]:
    """Plan a build to the last row; the store stays open until the block ends.

    Measures first what the recipe needs and the store lacks, unless ``measuring`` is off; that is
    all that the store gains.

    Raises:
        InputError: the store lacks what the recipe needs, or a target cannot be reached.
        StoreError: a damaged or busy store, or something is not measured.
    """
    tools = instruments_for(recipe, options)
    with ExitStack() as stack:
        store = stack.enter_context(Store.open(path))
        if measuring:
            store = stack.enter_context(measure(store, tools.request(options.jobs), listen))
        store.verify()
        basis = build_basis(store, recipe, tools, options.jobs, listen)
        plan = plan_build(basis.evidence, recipe)
        maker = StoredPictureMaker.of(store, recipe, plan.enhanced, basis.geometry)
        plan = _resampled(plan, recipe, maker, options.jobs, listen)
        for warning in plan.warnings:
            listen(Notice(warning, warning=True))
        yield PlannedBuild(store, recipe, plan, maker, basis)


def _resampled(
    plan: BuildPlan, recipe: Recipe, maker: StoredPictureMaker, jobs: int, listen: Listener
) -> BuildPlan:
    """The plan with all rows that balancing adds; mixing looks at the pictures."""
    mixing = MixingPictures(maker, jobs, listen)
    context = mixing.context(plan, recipe.scheme.classes)
    return resample(plan, recipe.balance, context, recipe.name)
