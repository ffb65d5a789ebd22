"""What a recipe must know of samples: conditions of its sources, and the scores that it needs."""

from fercurate.domain.where import Condition
from fercurate.recipe.conditions import DECISION, needed_criteria, sample_condition
from fercurate.recipe.model import Recipe
from fercurate.recipe.parts.screening import measured_criteria
from fercurate.screening.judge import Policy
from fercurate.screening.presets import DEFAULT_PRESET
from fercurate.screening.registry import preset_policy


def source_conditions(recipe: Recipe) -> dict[str, Condition]:
    """Which samples are taken, by source; of those alone that state it."""
    return {
        source.name: sample_condition(source.where)
        for source in recipe.sources
        if not isinstance(source, str) and source.where
    }


def asks_decisions(recipe: Recipe) -> bool:
    """Whether a build rests on what people decided: by its key, or by a condition."""
    conditions = source_conditions(recipe).values()
    named = (name for one in conditions for name in one.names)
    return recipe.decisions is not None or any(name.startswith(DECISION) for name in named)


def judging_policy(recipe: Recipe) -> Policy:
    """Thresholds that verdicts are by: of ``screen``, else of the default preset."""
    return preset_policy(DEFAULT_PRESET) if recipe.screen is None else recipe.screen.policy()


def needed_scores(recipe: Recipe) -> tuple[str, ...]:
    """The criteria whose scores a recipe needs."""
    judging = judging_policy(recipe).criteria
    wanted = [needed_criteria(one, judging) for one in source_conditions(recipe).values()]
    criteria = measured_criteria(recipe.screen, recipe.select)
    return tuple(dict.fromkeys([*criteria, *(name for some in wanted for name in some)]))
