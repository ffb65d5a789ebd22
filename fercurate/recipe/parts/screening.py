"""The parts of a recipe that say which samples are good enough."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from fercurate.domain.plan import SplitName
from fercurate.domain.text import did_you_mean
from fercurate.recipe.sections import Section
from fercurate.screening.judge import QUALITY_CRITERIA, Policy
from fercurate.screening.presets import CURES, PresetName, drop_threshold, preset
from fercurate.screening.registry import CRITERIA

DUPLICATE = "duplicate"
NAMES: tuple[str, ...] = tuple(criterion.name for criterion in CRITERIA)

Threshold = Annotated[float, Field(ge=0, le=1)]
Answer = Literal["drop", "enhance", "keep"] | Threshold


class Screen(Section):
    """Which samples are left out or enhanced, by measured criteria."""

    preset: Literal["none", PresetName] = "balanced"
    criteria: dict[str, Answer] = Field(
        default_factory=dict,
        description="By criterion: drop, enhance, keep, or the score (0..1) from which to drop",
    )
    splits: tuple[SplitName, ...] = Field(
        default=("train", "val", "test"), min_length=1, description="Native splits to screen"
    )
    test_screened: bool = Field(
        default=False, description="Also write test_screened.h5: the test samples that pass"
    )

    @field_validator("criteria")
    @classmethod
    def _possible(cls, criteria: dict[str, Answer]) -> dict[str, Answer]:
        for name, answer in criteria.items():
            if name not in NAMES:
                near = did_you_mean(name, NAMES)
                raise ValueError(f"unknown criterion {name!r}{near}; known are {', '.join(NAMES)}")
            if answer == "enhance" and name not in CURES:
                raise ValueError(
                    f"{name}: enhance: only {', '.join(CURES)} can be cured; expected drop, "
                    "keep or a score"
                )
            if answer == "drop" and drop_threshold(name) is None:
                raise ValueError(
                    f"{name}: drop: no preset has a threshold for it; "
                    "expected the score (0..1) from which to drop"
                )
        return criteria

    @property
    def duplicate_threshold(self) -> float | None:
        """From which score on duplicates within a split are dropped, all but one; None: never."""
        return self._everything().drop.get(DUPLICATE)

    def policy(self) -> Policy:
        """Thresholds by criterion; duplicates are judged within each split, not here."""
        found = self._everything()
        return Policy({n: t for n, t in found.drop.items() if n != DUPLICATE}, found.enhance)

    def _everything(self) -> Policy:
        drop = {} if self.preset == "none" else dict(preset(self.preset).drop)
        enhance = {}
        for name, answer in self.criteria.items():
            drop.pop(name, None)
            threshold = drop_threshold(name) if answer == "drop" else answer
            if answer == "enhance":
                enhance[name] = CURES[name]
            elif isinstance(threshold, float | int):
                drop[name] = float(threshold)
        ordered = {name: drop[name] for name in NAMES if name in drop}
        return Policy(ordered, enhance)


class Select(Section):
    """Keep only the best samples of each class."""

    per_class: dict[str, Annotated[int, Field(ge=1)]] = Field(
        min_length=1, description="How many samples of a class to keep; other classes stay whole"
    )
    by: Literal["quality"] = "quality"
    splits: tuple[SplitName, ...] = Field(
        default=("train", "val", "test"), min_length=1, description="Native splits to select in"
    )


def measured_criteria(screen: Screen | None, select: Select | None) -> tuple[str, ...]:
    """The criteria whose scores a recipe needs."""
    names = () if screen is None else screen.policy().criteria
    return tuple(dict.fromkeys([*names, *(QUALITY_CRITERIA if select is not None else ())]))
