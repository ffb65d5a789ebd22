"""What else differs of two sides: recipe keys, versions, inputs, files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fercurate.pipeline.diff.sides import Side, describe

_FACTS = ("recipe", "recipe_sha256", "seed", "layout", "framework", "store_sha256", "measured_by")
_NONE = "-"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact that differs, by its name or the path of a recipe key, in words of both sides."""

    group: str
    name: str
    before: str
    after: str

    def to_json(self) -> dict[str, str]:
        """JSON-ready values."""
        return {"group": self.group, "name": self.name, "before": self.before, "after": self.after}


def compare_facts(first: Side, second: Side) -> tuple[FactChange, ...]:
    """Everything that differs beside the samples, group by group."""
    groups = {
        "recipe": tuple(dict(_leaves(side.recipe)) for side in (first, second)),
        "lock": tuple(
            {name: side.lock[name] for name in _FACTS if name in side.lock}
            for side in (first, second)
        ),
        "versions": tuple(side.lock.get("versions", {}) for side in (first, second)),
        "inputs": tuple(_inputs(side.lock) for side in (first, second)),
        "files": tuple(_outputs(side.lock) for side in (first, second)),
        "store": (first.facts, second.facts),
    }
    return tuple(change for group, (a, b) in groups.items() for change in _differing(group, a, b))


def changed_keys(first: Any, second: Any) -> list[str]:
    """The paths of keys that two parsed recipes do not have alike."""
    return [
        change.name for change in _differing("recipe", dict(_leaves(first)), dict(_leaves(second)))
    ]


def _differing(
    group: str, first: Mapping[str, Any], second: Mapping[str, Any]
) -> Iterator[FactChange]:
    for name in dict.fromkeys([*first, *second]):
        a, b = (side.get(name, _NONE) for side in (first, second))
        if a != b:
            yield FactChange(group, name, *(describe(x)[:_LONGEST] for x in (a, b)))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a recipe by its path, ``screen.criteria.occluded``."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        for number, one in enumerate(value):
            yield from _leaves(one, f"{path}[{number}]")
    elif path:
        yield path, value


def _inputs(lock: Mapping[str, Any]) -> dict[str, str]:
    return {
        f"{one.get('source')}: {one.get('name')}": str(one.get("sha256"))
        for one in lock.get("inputs", ())
    }


def _outputs(lock: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(facts.get("sha256")) for name, facts in lock.get("outputs", {}).items()}
