"""Presets: thresholds chosen from measured curves, and what they cost and catch."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from fercurate.screening.judge import Policy

PresetName = Literal["lenient", "balanced", "strict"]
"""What a preset is called."""

PRESETS: tuple[str, ...] = get_args(PresetName)
DEFAULT_PRESET = "balanced"

_FIXED: dict[str, dict[str, float]] = {
    "lenient": {"constant": 1.0},
    "balanced": {"constant": 1.0, "votes_not_face": 0.5},
    "strict": {"constant": 1.0, "votes_not_face": 0.3, "votes_unknown": 0.5, "duplicate": 0.9},
}
"""Thresholds of a preset that no curve was needed for."""

CURES: dict[str, float] = {"low_contrast": 0.6, "too_dark": 0.55, "too_bright": 0.5}
"""From which scores on the light of a picture counts as faulty; it is cured where asked for.

On FER-2013 these are 4.8, 1.3 and 1.3 % of the pictures.
"""


@dataclass(frozen=True, slots=True)
class Share:
    """A measured share with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What a preset does on pictures that the screener had not seen.

    ``precision``: share of the dropped that a reader would drop too; ``recall``: share of what a
    reader would drop that is dropped; ``dropped``: share of all pictures.
    """

    precision: Share
    recall: Share
    dropped: float


@cache
def card() -> Mapping[str, Any]:
    """What was measured of the learned screener (``screener.json``)."""
    text = files("fercurate.screening").joinpath("screener.json").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found


def preset(name: str) -> Policy:
    """The policy of a preset.

    Raises:
        KeyError: there is none of this name.
    """
    return Policy({**_FIXED[name], **card()["presets"][name]["thresholds"]})


def drop_threshold(criterion: str) -> float | None:
    """The threshold of a criterion that is to drop without a number: balanced's, else strict's."""
    strict = preset("strict").drop.get(criterion)
    return preset(DEFAULT_PRESET).drop.get(criterion, strict)


def operating_point(name: str) -> OperatingPoint:
    """What a preset catches and costs for "not a face, not human or occluded", as measured."""
    found = card()["presets"][name]["measured"]
    return OperatingPoint(Share(*found["precision"]), Share(*found["recall"]), found["dropped"])
