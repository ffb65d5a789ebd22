"""Lines of ``decisions.jsonl``: one JSON object each, its keys in a fixed order."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from itertools import repeat
from operator import itemgetter
from typing import Any

from fercurate.domain.decisions.decision import MODES, Decision, answers_of, author_fault

KEYS: tuple[str, ...] = (
    "id",
    "digest",
    "question",
    "answer",
    "given",
    "by",
    "at",
    "mode",
    "queue",
    "tool",
)
"""Keys of a line, in the order of the fields of ``Decision``."""

MOST_LINE = 65_536
"""Characters of a line at most."""

_FORMS = {
    "digest": "[0-9a-f]{64}",
    "question": "[a-z][a-z0-9_]{0,63}",
    "answer": "[a-z_]{0,32}",
    "at": r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z",
    "mode": "[a-z]{1,16}",
}
_ANY = "[^\ud800-\udc7f\udd00-\udfff]*"
"""Any text; bytes of file names that are no UTF-8 stand in it as halves of surrogate pairs."""

_PLAIN = r'[^"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,800}'
_ASCII = r"[ !#-\[\]-~]{0,800}"


def _object(text: str) -> str:
    """The form of a line as this program writes it, of texts without any escape."""
    return r"\{" + ", ".join(f'"{key}": "({_FORMS.get(key, text)})"' for key in KEYS) + r"\}"


_LINE = re.compile(_object(_PLAIN))
_LINES = re.compile(f"^{_object(_PLAIN)}$", re.MULTILINE)
_ASCII_LINES = re.compile(f"^{_object(_ASCII)}$", re.MULTILINE)
"""Lines read by their form: several times faster than by JSON, and faster still without accents."""

_KIND = itemgetter(2, 3, 5, 7)
"""Question, answer, author and mode: there are few of them, however many lines."""


class LineError(ValueError):
    """A line that is no decision; the text says why, ``number`` which line, from 1."""

    def __init__(self, message: str, number: int) -> None:
        self.number = number
        super().__init__(message)


def decision_line(decision: Decision) -> str:
    """The line of a decision, without its end: text that is UTF-8, whatever its names are."""
    text = json.dumps(dict(zip(KEYS, decision, strict=True)), ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def decision_lines(decisions: Iterable[Decision]) -> str:
    """The text of a file of decisions."""
    return "".join(f"{decision_line(one)}\n" for one in decisions)


def parse_lines(text: str) -> list[Decision]:
    """Read the text of a file; blank lines are passed over.

    Raises:
        LineError: a line is no decision.
    """
    lines = text.count("\n") + (not text.endswith("\n"))
    form = _ASCII_LINES if text.isascii() else _LINES
    found = form.findall(text) if text else []
    if len(found) == lines and _are_sound(found):
        return list(map(tuple.__new__, repeat(Decision), found))
    known: set[tuple[str, ...]] = set()
    return [
        _read_line(line, number, known)
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]


def _are_sound(found: list[tuple[str, ...]]) -> bool:
    """Whether lines that look right hold answers and hours that there are."""
    kinds, hours = set(map(_KIND, found)), {one[6][:13] for one in found}
    return all(map(_is_hour, hours)) and not any(_fault(*kind) for kind in kinds)


def _is_hour(text: str) -> bool:
    try:
        return bool(datetime.fromisoformat(f"{text}:00"))
    except ValueError:
        return False


def _read_line(line: str, number: int, known: set[tuple[str, ...]]) -> Decision:
    """One line; ``known`` are the kinds of lines that were found sound."""
    found = _LINE.fullmatch(line)
    if found is None:
        return _parsed(line, number)
    decision = Decision._make(found.groups())
    kind = (*_KIND(decision), decision.time[:13])
    if kind not in known:
        _parsed(line, number)
        known.add(kind)
    return decision


def _parsed(line: str, number: int) -> Decision:
    """One line, in any spelling of JSON."""
    if len(line) > MOST_LINE:
        raise LineError(f"a line of more than {MOST_LINE:,} characters", number)
    try:
        value: Any = json.loads(line, object_pairs_hook=_unique_keys)
    except (ValueError, RecursionError):
        raise LineError("no JSON object", number) from None
    if not isinstance(value, dict) or set(value) != set(KEYS):
        raise LineError(f"no object with the keys {', '.join(KEYS)}, each once", number)
    for key in KEYS:
        text = value[key]
        form = _FORMS.get(key, _ANY)
        if not isinstance(text, str) or not re.fullmatch(form, text):
            raise LineError(f"{key} is not as it should be", number)
    decision = Decision._make(value[key] for key in KEYS)
    if not _is_hour(decision.time[:13]):
        raise LineError("at is not a time that there is", number)
    fault = _fault(*_KIND(decision))
    if fault:
        raise LineError(fault, number)
    return decision


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any] | None:
    """An object; None for one that names a key twice."""
    value = dict(pairs)
    return value if len(value) == len(pairs) else None


def _fault(question: str, answer: str, author: str, mode: str) -> str:
    """What is wrong with the words of a decision; "" if nothing is."""
    known = answers_of(question)
    if answer not in known:
        listed = ", ".join(one or "''" for one in known)
        return f"{answer!r} is no answer to {question}; expected {listed}"
    if mode not in MODES:
        return f"{mode!r} is no mode; expected {', '.join(MODES)}"
    return author_fault(author)
