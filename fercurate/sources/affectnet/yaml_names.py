"""The class names of a YOLO ``data.yaml``, read without a YAML library and without tags."""

import re

_KEY = re.compile(r"names\s*:\s*(.*)")
_ITEM = re.compile(r"\s*-\s*(.*)")
_PAIR = re.compile(r"\s*[\"']?(\d{1,4})[\"']?\s*:\s*(.*)")


def yaml_names(text: str) -> dict[int, str]:
    """Return the class names by number, {} if there is no ``names`` that can be read.

    Understood are ``names: [a, b]``, ``names: {0: a, 1: b}`` (over several lines too), and
    ``names:`` followed by lines ``- a`` or ``0: a``.
    """
    lines = text.lstrip("\ufeff").splitlines()
    for position, line in enumerate(lines):
        match = _KEY.fullmatch(_bare(line))
        if match:
            following = lines[position + 1 :]
            return _flow(match[1], following) if match[1] else _block(following)
    return {}


def _flow(first: str, following: list[str]) -> dict[int, str]:
    """Read ``[a, b]`` or ``{0: a, 1: b}``."""
    closing = {"[": "]", "{": "}"}.get(first[0], "")
    whole = " ".join([first, *map(_bare, following)])
    if not closing or closing not in whole:
        return {}
    items = [item.strip() for item in whole[1 : whole.index(closing)].split(",")]
    if closing == "]":
        return {code: _unquoted(name) for code, name in enumerate(items) if name}
    return _pairs(items)


def _block(following: list[str]) -> dict[int, str]:
    items: list[str] = []
    pairs: list[str] = []
    for line in map(_bare, following):
        if match := _ITEM.fullmatch(line):
            items.append(_unquoted(match[1]))
        elif _PAIR.fullmatch(line):
            pairs.append(line)
        elif line.strip():
            break
    return dict(enumerate(items)) if items else _pairs(pairs)


def _pairs(items: list[str]) -> dict[int, str]:
    matches = [match for item in items if (match := _PAIR.fullmatch(item))]
    return {int(match[1]): _unquoted(match[2]) for match in matches}


def _bare(line: str) -> str:
    """The line without its comment and its trailing blanks."""
    return re.sub(r"(^|\s)#.*", "", line).rstrip()


def _unquoted(text: str) -> str:
    return text.strip().strip("\"'").strip()
