"""From a recipe's text to a checked ``Recipe``, or to all of its faults at once."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path as PathOnDisk
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from fercurate.domain.plan import SPLIT_NAMES
from fercurate.domain.text import did_you_mean
from fercurate.errors import Fault, RecipeError
from fercurate.recipe.model import Recipe
from fercurate.recipe.tree import Path, Tree, read_tree, show, unshown

_UNION = "tagged-union["
"""What pydantic calls one of several kinds, in the place of a fault."""

_MOST_FAULTS = 50
"""So many are told at once: each takes a search for what was meant."""


@dataclass(frozen=True, slots=True)
class LoadedRecipe:
    """A recipe with the text it came from; ``digest`` is the text's SHA-256 (hex).

    ``remark`` is to be said of where it was found, if anything is. ``folder`` is where its file
    lies; names of files in the recipe start there.
    """

    recipe: Recipe
    text: str
    origin: str
    remark: str = ""
    folder: PathOnDisk | None = None

    def __repr__(self) -> str:
        return f"<recipe {self.recipe.name} from {self.origin}: {self.recipe.description}>"

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def parse_recipe(text: str, origin: str) -> LoadedRecipe:
    """Check a recipe's text; ``origin`` is its name in messages.

    Raises:
        RecipeError: it has faults; all of them are listed, each with its path and line.
    """
    tree = read_tree(text)
    recipe = None
    if tree.value is None and not tree.faults:
        tree.fault((), "the recipe is empty", 1)
    elif tree.value is not None:
        recipe = _validated(tree)
    if recipe is None or tree.faults:
        raise RecipeError(origin, tuple(_joined(tree.faults)))
    return LoadedRecipe(recipe, text, origin)


def _joined(faults: Sequence[Fault]) -> list[Fault]:
    """Faults in the order of their lines; those of one value, which could be several, as one."""
    expected: dict[tuple[int, str, str], list[str]] = {}
    for fault in faults:
        found, _, wanted = fault.message.partition("; expected ")
        expected.setdefault((fault.line, fault.path, found), []).append(wanted)
    ordered = sorted(expected.items(), key=lambda item: item[0][0])
    joined = []
    for (line, path, found), possible in ordered:
        either = " or ".join(dict.fromkeys(filter(None, possible)))
        joined.append(Fault(path, line, f"{found}; expected {either}" if either else found))
    return joined


def _validated(tree: Tree) -> Recipe | None:
    if not isinstance(tree.value, dict):
        tree.fault((), "a recipe is a mapping of keys to values", 1)
        return None
    try:
        # Read as JSON, so that lists may stand for tuples while types stay strict.
        return Recipe.model_validate_json(json.dumps(tree.value))
    except ValidationError as error:
        listed = error.errors(include_url=False)
        for details in [one for one in listed if not _is_echo(one)] or listed:
            if len(tree.faults) >= _MOST_FAULTS:
                tree.fault((), f"there are more than {_MOST_FAULTS} faults; mend these first", 1)
                break
            if details["type"] == "fault_at":
                path = unshown(details["ctx"]["at"])
            else:
                path = _plain_path(details["loc"], tree.value)
            if details["type"] == "union_tag_invalid":
                path = (*path, "kind")
            tree.faults.append(Fault(show(path), tree.line(path), _message(details, path)))
        return None


def _is_echo(details: ErrorDetails) -> bool:
    """Whether a fault only follows from others: of a list's items, or of a section's keys."""
    no_items = details["type"] == "too_short" and bool(details["input"])
    is_section = isinstance(details["input"], dict) and details["loc"][-1:] == ("str",)
    no_text = details["type"] == "string_type" and is_section
    return no_items or no_text


def _plain_path(location: tuple[str | int, ...], value: Any) -> Path:
    """The path in the recipe: pydantic's location without the names of union members."""
    path: list[str | int] = []
    for step in location:
        if str(step).startswith(_UNION):
            continue
        if isinstance(value, Mapping):
            if step in value:
                value = value[str(step)]
            elif step == value.get("kind") or step != location[-1]:
                continue
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            continue
        path.append(step)
    return tuple(path)


def _message(details: ErrorDetails, path: Path) -> str:
    context = details.get("ctx", {})
    match details["type"]:
        case "fault_at":
            return details["msg"]
        case "extra_forbidden" | "unexpected_keyword_argument":
            key = str(path[-1])
            kinds = _kinds_with(key)
            if kinds:
                return f"unknown key {key!r} here; it belongs to kind: {', '.join(kinds)}"
            return f"unknown key {key!r}{did_you_mean(key, _known_keys() - {key})}"
        case "missing":
            return f"the key {path[-1]!r} is missing"
        case "union_tag_invalid":
            known = str(context["expected_tags"]).replace("'", "")
            near = did_you_mean(context["tag"], known.split(", "))
            return f"unknown kind {context['tag']!r}{near}; known are {known}"
        case "union_tag_not_found":
            return "the key 'kind' is missing"
        case "literal_error":
            expected = str(context["expected"])
            names = expected.replace("'", "").replace(" or ", ", ").split(", ")
            near = did_you_mean(str(details["input"]), names)
            return f"{details['input']!r}; expected {expected}{near}"
        case "value_error" | "assertion_error":
            return str(context["error"])
        case _:
            return f"{_shown(details['input'])}; expected {_expected(details)}"


def _expected(details: ErrorDetails) -> str:
    """What a value of a wrong type or size should have been."""
    match details["type"]:
        case "tuple_type":
            return "a list, [a, b]"
        case "string_pattern_mismatch":
            return "lower-case letters, digits, - and _"
        case "int_type" | "int_parsing" | "int_from_float":
            return "a whole number"
        case "too_long":
            return f"at most {details['ctx']['max_length']} items"
        case "bool_type":
            return "true or false"
        case "less_than" | "greater_than" | "greater_than_equal" | "less_than_equal":
            return f"a number {details['msg'].removeprefix('Input should be ')}"
        case _:
            return details["msg"].removeprefix("Input should be ")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


@cache
def _known_keys() -> frozenset[str]:
    keys = set(SPLIT_NAMES)
    schema = Recipe.model_json_schema()
    for part in (schema, *schema["$defs"].values()):
        keys |= set(part.get("properties", ()))
    return frozenset(keys)


@cache
def _kinds_with(key: str) -> list[str]:
    """The kinds of step that have a key."""
    parts = [part.get("properties", {}) for part in Recipe.model_json_schema()["$defs"].values()]
    return [p["kind"]["const"] for p in parts if key in p and "const" in p.get("kind", {})]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of recipes, for editors that complete and check YAML."""
    model: type[BaseModel] = Recipe
    schema = model.model_json_schema()
    for part in schema["$defs"].values():
        if "const" in part.get("properties", {}).get("kind", {}):
            part["required"] = ["kind", *(key for key in part.get("required", ()) if key != "kind")]
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "fercurate recipe"
    return schema
