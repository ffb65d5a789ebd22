"""The variants of a training set: each is the published FER-2013 but for what it is named after.

Validation is PublicTest and test PrivateTest in all of them; what a variant does to these matters
little, because the networks of all are tested on the same rows (``answers``).
"""

from collections.abc import Mapping
from typing import Any

import yaml

Keys = Mapping[str, Any]

BASE: dict[str, Any] = {
    "version": 1,
    "sources": ["fer2013"],
    "labels": {"scheme": "seven"},
    "splits": {
        "kind": "native",
        "train": ["Training"],
        "val": ["PublicTest"],
        "test": ["PrivateTest"],
    },
    "normalize": [{"kind": "grayscale"}, {"kind": "resize", "size": 48}],
    "seed": 0,
}

_MAJORITY = {"scheme": "seven", "ferplus": {"mode": "majority"}}
_SCREEN = {"preset": "balanced", "splits": ["train"]}
_NOISE = {"label_noise": 0.95}


def _turned(degrees: float) -> list[dict[str, Any]]:
    angles = [{"kind": "rotate", "degrees": angle} for angle in (-degrees, degrees)]
    return [{"kind": "offline", "copies": angles}]


VARIANTS: dict[str, tuple[str, Keys]] = {
    "as_is": ("as it is", {}),
    "no_twins": ("without what val or test has as well", {"leaks": "drop_train"}),
    "no_contradictions": (
        "without pictures labeled in two ways",
        {"contradictions": "drop"},
    ),
    "screened": ("screened, `balanced`", {"screen": _SCREEN}),
    "ferplus": ("FER+ majority labels", {"labels": _MAJORITY}),
    "no_noise": (
        "without likely label errors",
        {"screen": {"preset": "none", "criteria": _NOISE, "splits": ["train"]}},
    ),
    "weights": ("class weights, `balanced`", {"class_weights": "balanced"}),
    "smote": ("SMOTE to equal classes", {"balance": [{"kind": "smote"}]}),
    "copies_10": ("copies turned by 10 degrees", {"balance": _turned(10)}),
    "copies_90": ("copies turned by 90 degrees", {"balance": _turned(90)}),
    "cleaned": (
        "without twins, contradictions, likely errors; screened",
        {
            "leaks": "drop_train",
            "contradictions": "drop",
            "screen": {**_SCREEN, "criteria": _NOISE},
        },
    ),
    "all": (
        "cleaned, FER+ labels, weights, copies turned by 10 degrees",
        {
            "labels": _MAJORITY,
            "leaks": "drop_train",
            "contradictions": "drop",
            "screen": {**_SCREEN, "criteria": _NOISE},
            "class_weights": "balanced",
            "balance": _turned(10),
        },
    ),
}
"""What is done to train, in words and as keys of a recipe, by name."""

TESTS: dict[str, tuple[str, Keys]] = {
    "as_is": ("PrivateTest", {}),
    "no_twins": ("without twins", {"leaks": "drop_eval"}),
    "screened": (
        "screened",
        {"screen": {"preset": "balanced", "splits": ["train", "val", "test"]}},
    ),
    "ferplus": ("FER+ majority", {"labels": _MAJORITY}),
}
"""The rows of PrivateTest on which all networks are compared, and with which labels."""


def recipe_text(name: str, keys: Keys) -> str:
    """A recipe as YAML."""
    told = {**BASE, "name": name, "description": "One of benchmarks.worth", **keys}
    return yaml.safe_dump(told, sort_keys=False)
