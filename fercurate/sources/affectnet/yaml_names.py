"""The class names of a YOLO ``data.yaml``, by a YAML library that makes plain values only."""

from collections.abc import Iterator

import yaml

_MOST = 1000
_DEEPEST = 20


def yaml_names(text: str) -> dict[int, str]:
    """Return the class names by number, {} if there is no ``names`` that can be read.

    ``names`` is a list, or a mapping from numbers. Tags of other types, aliases and a nesting of
    over 20 levels are refused: what such a file says is not read.
    """
    try:
        values = yaml.safe_load(text) if _is_plain(text) else None
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    names = values.get("names") if isinstance(values, dict) else None
    if isinstance(names, list):
        return {code: str(name).strip() for code, name in enumerate(names[:_MOST]) if name}
    if isinstance(names, dict):
        return dict(_pairs(names))
    return {}


def _pairs(names: dict[object, object]) -> Iterator[tuple[int, str]]:
    for code, name in list(names.items())[:_MOST]:
        text = str(code).strip()
        if text.isdecimal() and len(text) < 5 and name:
            yield int(text), str(name).strip()


def _is_plain(text: str) -> bool:
    """Whether a text has no aliases, which could multiply it, and is not nested without end."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            return False
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return False
    return True
