"""YAML without its traps, with the line of every value.

PyYAML keeps the last of two equal keys, reads ``1e-3`` as text and ``no`` as false, and follows
tags and aliases. Here scalars follow YAML 1.2's core schema, and duplicate keys, tags and
aliases are faults.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from fercurate.errors import Fault

Path = tuple[str | int, ...]

MAX_BYTES = 256_000
MAX_DEPTH = 20
MAX_VALUES = 2_000
"""Keys, items and values of a recipe in all: the longest of ours has 80."""

_CORE = {
    "tag:yaml.org,2002:null": re.compile(r"^(?:~|null|Null|NULL|)$"),
    "tag:yaml.org,2002:bool": re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"),
    "tag:yaml.org,2002:int": re.compile(r"^[-+]?[0-9]+$"),
    "tag:yaml.org,2002:float": re.compile(
        r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"
    ),
}
_TEXT = "tag:yaml.org,2002:str"


class _CoreLoader(yaml.SafeLoader):
    """Composes nodes whose scalars are resolved by the core schema."""


_CoreLoader.yaml_implicit_resolvers = {}
for _tag, _pattern in _CORE.items():
    _CoreLoader.add_implicit_resolver(_tag, _pattern, None)


@dataclass
class Tree:
    """A YAML document as plain values, the line of every path, and the faults met so far."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The 1-based line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path, message: str, line: int = 0) -> None:
        """Record a fault."""
        self.faults.append(Fault(show(path), line or self.line(path), message))


def show(path: Path) -> str:
    """A path as text: ``balance[0].copies[1].factor``."""
    text = ""
    for item in path:
        text += f"[{item}]" if isinstance(item, int) else f".{item}" if text else item
    return text or "(recipe)"


def unshown(text: str) -> Path:
    """The path that ``show`` gave as text."""
    steps = re.findall(r"\[(\d+)\]|([^.\[\]]+)", text)
    return tuple(int(number) if number else key for number, key in steps)


def read_tree(text: str) -> Tree:
    """Read one YAML document; what is wrong with it as YAML stands in ``faults``."""
    tree = Tree()
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        tree.fault((), f"over {MAX_BYTES:,} bytes; a recipe is a short text", 1)
        return tree
    try:
        _refuse_extent(text, tree)
        node = None if tree.faults else yaml.compose(text, Loader=_CoreLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        tree.fault((), f"not YAML: {error.problem}", mark.line + 1 if mark else 1)
        return tree
    except (yaml.YAMLError, RecursionError) as error:
        tree.fault((), f"not YAML: {error}", 1)
        return tree
    if node is not None:
        tree.value = _value(node, (), tree)
    return tree


def _refuse_extent(text: str, tree: Tree) -> None:
    """Refuse aliases, depths and numbers of values that no recipe has."""
    depth = values = 0
    for event in yaml.parse(text, Loader=_CoreLoader):
        if isinstance(event, yaml.AliasEvent):
            tree.fault((), "aliases (*name) are not read in recipes", _line(event))
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            tree.fault((), f"nested deeper than {MAX_DEPTH} levels", _line(event))
            return
        values += isinstance(event, yaml.NodeEvent)
        if values > MAX_VALUES:
            text = f"over {MAX_VALUES:,} keys and values; a recipe is a short text"
            tree.fault((), text, _line(event))
            return


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 1


def _value(node: yaml.Node, path: Path, tree: Tree) -> Any:
    tree.lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode) and node.tag == "tag:yaml.org,2002:map":
        return _mapping(node, path, tree)
    if isinstance(node, yaml.SequenceNode) and node.tag == "tag:yaml.org,2002:seq":
        return [_value(child, (*path, i), tree) for i, child in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode) and node.tag in (*_CORE, _TEXT):
        return _scalar(node, path, tree)
    tree.fault(path, f"the tag {node.tag!r} is not read in recipes")
    return None


def _mapping(node: yaml.MappingNode, path: Path, tree: Tree) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            tree.fault(path, "a key that is no text", line)
            continue
        key = str(key_node.value)
        if not _is_text(key):
            tree.fault(path, f"the key {key[:40]!r} is no text that can be written", line)
            continue
        if key in values:
            tree.fault((*path, key), "the key stands here a second time", line)
        values[key] = _value(value_node, (*path, key), tree)
        tree.lines[(*path, key)] = line
    return values


def _is_text(text: str) -> bool:
    """Whether a text can be written as UTF-8: no half of a pair of surrogates is in it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _scalar(node: yaml.ScalarNode, path: Path, tree: Tree) -> Any:
    text = str(node.value)
    kind = node.tag.rpartition(":")[2]
    try:
        match kind:
            case "null":
                return None
            case "bool":
                return text.casefold() == "true"
            case "int":
                return int(text)
            case "float" if math.isfinite(float(text)):
                return float(text)
            case "float":
                tree.fault(path, f"{text[:40]!r} is too large a number")
            case _ if not _is_text(text):
                tree.fault(path, f"{text[:40]!r} is no text that can be written")
                return ""
    except ValueError:
        tree.fault(path, f"{text[:40]!r} is no {kind}")
    return text
