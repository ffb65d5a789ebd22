"""Every key of a recipe with every value that it may not have: the fault names key and line."""

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from benchmarks.torture.hostile.case import Case, Make, Refused
from benchmarks.torture.hostile.made import RECIPE, STORE
from benchmarks.torture.sandbox import run
from fercurate.layouts.registry import layout_names

_KIND = "recipe values"
_COMMAND = ("build", "--recipe", RECIPE, "--store", STORE, "--dry-run")
_HERE = "@here@"
_NINES = "9" * 400

VALUES: Mapping[str, str] = {
    "null": "null",
    "true": "true",
    "-1": "-1",
    "-1.5": "-1.5",
    "1e308": "1e308",
    "1e999": "1e999",
    ".nan": ".nan",
    "-.inf": "-.inf",
    "2^63": str(2**63),
    "400 digits": _NINES,
    "5,000 digits": "9" * 5000,
    "text": "no_such_thing",
    "empty text": "''",
    "long text": "x" * 20_000,
    "a line end": '"a\\nb"',
    "half a surrogate": '"\\ud800"',
    "a list": "[1, two, {}]",
    "no items": "[]",
    "a mapping": "{no_such_key: 1}",
    "no keys": "{}",
    "a deep list": "[" * 10 + "]" * 10,
    "a deep mapping": "{a: " * 10 + "1" + "}" * 10,
    "a tag": "!!python/none x",
}
"""Values as they stand in YAML."""

_BASE: Mapping[str, Any] = {
    "version": 1,
    "name": "tiny",
    "description": "A tiny set",
    "sources": ["fer2013", "pics"],
    "labels": {"scheme": "seven"},
    "splits": {"kind": "native", "train": ["Training"], "test": ["Test"]},
}

Place = Callable[[dict[str, Any]], dict[str, Any]]
"""Where a section stands in a recipe."""


def _copies(body: dict[str, Any]) -> dict[str, Any]:
    return {"balance": [{"kind": "offline", "copies": [body]}]}


def _step(body: dict[str, Any]) -> dict[str, Any]:
    return {"balance": [body]}


def _normalizer(body: dict[str, Any]) -> dict[str, Any]:
    return {"normalize": [body]}


def _layout(body: dict[str, Any]) -> dict[str, Any]:
    return {"to": [body]}


def _splits(body: dict[str, Any]) -> dict[str, Any]:
    return {"splits": body}


def _source(body: dict[str, Any]) -> dict[str, Any]:
    return {"sources": ["fer2013", body]}


def _validation(body: dict[str, Any]) -> dict[str, Any]:
    return {"splits": {"kind": "native", "train": ["Training"], "val": body}}


_AFFINE = {"kind": "albumentations", "transform": "HorizontalFlip"}
_CLASSES = {"low": ["sad"], "high": ["happy"]}
SECTIONS: Mapping[str, tuple[Place, Mapping[str, Any]]] = {
    "SourceChoice": (_source, {"name": "pics"}),
    "PerClass": (lambda body: _source({"name": "pics", "per_class": body}), {"train": 3}),
    "Labels": (lambda body: {"labels": body}, {"scheme": "seven"}),
    "OwnScheme": (
        lambda body: {"labels": {"scheme": body}},
        {"name": "moods", "classes": _CLASSES},
    ),
    "VoteLabels": (
        lambda body: {"labels": {"scheme": "seven", "ferplus": body}},
        {"mode": "majority"},
    ),
    "VoteSetLabels": (
        lambda body: {"labels": {"scheme": "seven", "votes": body}},
        {"set": "crowd", "mode": "majority"},
    ),
    "Decisions": (lambda body: {"decisions": body}, {}),
    "LabelNoise": (
        lambda body: {"label_noise": body},
        {"kind": "asymmetric", "rate": 0.1, "to": {"fear": "surprise"}},
    ),
    "NativeSplits": (_splits, {"kind": "native", "train": ["Training"]}),
    "NativeShare": (_validation, {"from": "Training", "share": 0.1}),
    "StratifiedSplits": (_splits, {"kind": "grouped_stratified", "train": 0.8, "val": 0.2}),
    "StratifiedFolds": (_splits, {"kind": "stratified_kfold"}),
    "SubjectFolds": (_splits, {"kind": "subject_kfold"}),
    "LeaveOneSubjectOut": (_splits, {"kind": "leave_one_subject_out"}),
    "Screen": (lambda body: {"screen": body}, {}),
    "Select": (lambda body: {"select": body}, {"per_class": {"happy": 3}}),
    "OnlineAugmentation": (lambda body: {"online": body}, {"rotation": 5}),
    "Flip": (_copies, {"kind": "flip"}),
    "Rotate": (_copies, {"kind": "rotate", "degrees": 10}),
    "Zoom": (_copies, {"kind": "zoom", "factor": 1.5}),
    "AlbumentationsCopy": (_copies, _AFFINE),
    "SequenceCopy": (_copies, {"kind": "sequence", "steps": [_AFFINE]}),
    "NamedCopy": (_copies, {"kind": "named", "set": "ewu_online"}),
    "OfflineCopies": (_step, {"kind": "offline", "copies": [{"kind": "flip"}]}),
    "Align": (_normalizer, {"kind": "align", "size": 48}),
    "Frontalize": (_normalizer, {"kind": "frontalize", "size": 48}),
    "Resize": (_normalizer, {"kind": "resize", "size": 48}),
}
"""Where each section of the schema stands, and its least contents; others are steps by kind."""


def _section(name: str, part: Mapping[str, Any]) -> tuple[Place, Mapping[str, Any]]:
    if name in SECTIONS:
        return SECTIONS[name]
    kind = part["properties"]["kind"]["const"]
    if kind in layout_names():
        return _layout, {"kind": kind}
    return _step if "strategy" in part["properties"] else _normalizer, {"kind": kind}


def _keys() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Section, key, and a recipe with a mark in its place; a key that several share, once."""
    from fercurate.recipe.loader import json_schema  # once, and not to import

    schema = json_schema()
    seen: set[str] = set()
    for key in schema["properties"]:
        yield "recipe", key, {**_BASE, key: _HERE}
    for name, part in schema["$defs"].items():
        place, body = _section(name, part)
        for key, facts in part["properties"].items():
            same = f"{key} {json.dumps(facts, sort_keys=True)}"
            if same not in seen:
                seen.add(same)
                marked = place(copy.deepcopy({**body, key: _HERE}))
                yield name, key, {**_BASE, **marked}


def _texts() -> Iterator[tuple[str, str, str]]:
    """Name of a case, key, and text of the recipe."""
    for section, key, recipe in _keys():
        text = yaml.safe_dump(recipe, sort_keys=False, default_flow_style=False)
        for what, value in VALUES.items():
            yield f"{section}.{key}: {what}", key, text.replace(f"'{_HERE}'", value)


def _print_valid() -> int:
    """Print the names of those that are valid."""
    from fercurate.errors import RecipeError  # in a child
    from fercurate.recipe.loader import parse_recipe

    valid = []
    for name, _, text in _texts():
        try:
            parse_recipe(text, RECIPE)
        except RecipeError:
            continue
        valid.append(name)
    print(json.dumps(valid))
    return 0


@cache
def valid_names() -> frozenset[str]:
    """The names of cases whose value is one that the key may have, found in a child."""
    outcome = run(_print_valid, 120)
    if outcome.code:
        raise RuntimeError(f"the values cannot be tried: {outcome.err}")
    return frozenset(json.loads(outcome.out))


def _written(text: str) -> Make:
    def make(folder: Path) -> None:
        (folder / RECIPE).write_text(text)

    return make


def cases() -> Iterator[Case]:
    """Every key with every value that is not valid."""
    valid = valid_names()
    for name, key, text in _texts():
        if name not in valid:
            expected = Refused(rf"line \d+: .*\b{re.escape(key)}\b")
            yield Case(_KIND, name, _written(text), _COMMAND, expected)
