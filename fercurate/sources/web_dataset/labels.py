"""What the labels of rows say: a word, or a code that a list beside the shards names."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fercurate.domain.expression import parse_label
from fercurate.files.containment import Boundary
from fercurate.files.regular import read_regular
from fercurate.sources.web_dataset.shards import MOST_LABEL, Shard

NAME_LISTS = ("classnames.txt", "classes.txt", "labels.txt")
"""Files that name the codes 0, 1, ..., a line each."""

_KEYS = ("class", "class_name", "expression", "emotion", "label_name", "label", "cls", "target")
"""Keys of the JSON of a row that may hold its label, words before codes."""

_MOST_NAMES = 500


@dataclass(frozen=True)
class RowLabels:
    """The labels of the rows of a shard that have one, and why others are not read, by number."""

    texts: Mapping[int, str]
    faults: Mapping[int, str]

    @classmethod
    def of(cls, shard: Shard) -> "RowLabels":
        """Read all labels of a shard.

        Raises:
            InputError: a damaged archive.
        """
        rows = {
            row.label.position: (number, row)
            for number, row in enumerate(shard.rows())
            if row.label is not None
        }
        texts, faults = {}, {}
        members = [row.label for _, row in rows.values() if row.label is not None]
        for position, content in shard.read(members):
            number, row = rows[position]
            if isinstance(content, str):
                faults[number] = content
            elif len(content) > MOST_LABEL:
                faults[number] = f"{len(content):,} bytes; at most {MOST_LABEL:,} are read"
            elif row.picture is not None:
                texts[number] = label_text(content, row.label_kind)
        return cls(texts, faults)


def label_text(content: bytes, kind: str) -> str:
    """The label that a member holds, as text; "" if it holds none."""
    text = content.decode("utf-8", "replace").strip()
    if kind != "json":
        return text[:200]
    with suppress(ValueError, RecursionError):
        facts = json.loads(text)
        if isinstance(facts, dict):
            return _from_facts(facts)
        return str(facts)[:200] if isinstance(facts, int | str) else ""
    return ""


def _from_facts(facts: dict[str, object]) -> str:
    """The label among the facts of a row: a word that is an expression, else the first."""
    told = [facts[key] for key in _KEYS if key in facts]
    texts = [str(one)[:200] for one in told if isinstance(one, int | str) and str(one).strip()]
    words = [text for text in texts if parse_label(text)]
    return next(iter(words or texts), "")


def names_beside(root: Path) -> Sequence[str]:
    """The names of codes that a list beside the shards has; none without one."""
    for name in NAME_LISTS:
        if not Boundary(root).holds(root / name):
            continue
        with suppress(OSError, ValueError):
            text = read_regular(root / name, MOST_LABEL).decode("utf-8")
            names = [line.strip() for line in text.splitlines() if line.strip()]
            if 2 <= len(names) <= _MOST_NAMES:
                return names
    return ()
