"""From a store and a recipe to a finished plan and a maker of its pictures."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fercurate.domain.plan import BuildPlan
from fercurate.pipeline.building.evidence import Gathered, Looking, gather, tools_for
from fercurate.pipeline.building.mixing import MixingPictures
from fercurate.pipeline.building.picture_maker import StoredPictureMaker
from fercurate.pipeline.events import Listener, Notice
from fercurate.pipeline.measure.measure import measure
from fercurate.planning.plan import plan_build
from fercurate.planning.resampling import resample
from fercurate.recipe.model import Recipe
from fercurate.store.store import Store


@dataclass(frozen=True)
class Prepared:
    """A store, everything that a build from it will write, and what it rests on."""

    store: Store
    recipe: Recipe
    plan: BuildPlan
    maker: StoredPictureMaker
    gathered: Gathered


@contextmanager
def prepared(
    path: Path, recipe: Recipe, looking: Looking, listen: Listener, *, measuring: bool = True
) -> Iterator[Prepared]:
    """Plan a build to the last row; the store stays open until the block ends.

    Measures first what the recipe needs and the store lacks, unless ``measuring`` is off; that is
    all that the store gains.

    Raises:
        InputError: the store lacks what the recipe needs, or a target cannot be reached.
        StoreError: a damaged or busy store, or something is not measured.
    """
    tools = tools_for(recipe, looking)
    with ExitStack() as stack:
        store = stack.enter_context(Store.open(path))
        if measuring:
            store = stack.enter_context(measure(store, tools.request(looking.jobs), listen))
        store.verify()
        gathered = gather(store, recipe, tools, looking.jobs, listen)
        plan = plan_build(gathered.evidence, recipe)
        maker = StoredPictureMaker.of(store, recipe, plan.enhanced, gathered.places)
        plan = _resampled(plan, recipe, maker, looking.jobs, listen)
        for warning in plan.warnings:
            listen(Notice(warning, warning=True))
        yield Prepared(store, recipe, plan, maker, gathered)


def _resampled(
    plan: BuildPlan, recipe: Recipe, maker: StoredPictureMaker, jobs: int, listen: Listener
) -> BuildPlan:
    """The plan with all rows that balancing adds; mixing looks at the pictures."""
    mixing = MixingPictures(maker, jobs, listen)
    return resample(plan, recipe, mixing.context(plan, recipe.scheme.classes))
