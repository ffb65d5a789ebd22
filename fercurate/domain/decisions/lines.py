"""Lines of ``decisions.jsonl``: one JSON object each, its keys in a fixed order."""

import json
import re
from collections.abc import Iterable
from datetime import date
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

MOST_LINE = 4096
"""Characters of a line at most."""

_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_FORMS = {
    "digest": "[0-9a-f]{64}",
    "question": "[a-z][a-z0-9_]{0,63}",
    "answer": "[a-z_]{0,32}",
    "at": rf"[12][0-9]{{3}}-[01][0-9]-[0-3][0-9]T{_CLOCK}\.[0-9]{{6}}Z",
    "mode": "[a-z]{1,16}",
}
_ANY = "[^\ud800-\udc7f\udd00-\udfff]*"
"""Any text; bytes of file names that are no UTF-8 stand in it as halves of surrogate pairs."""

_PLAIN = r'[^"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,800}'
_OBJECT = r"\{" + ", ".join(f'"{key}": "({_FORMS.get(key, _PLAIN)})"' for key in KEYS) + r"\}"
_LINE = re.compile(_OBJECT)
_LINES = re.compile(f"^{_OBJECT}$", re.MULTILINE)
"""Lines as this program writes them, without any escape: read several times faster than by JSON."""

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
    found = _LINES.findall(text) if text else []
    if len(found) == lines and _are_sound(found):
        return list(map(Decision._make, found))
    known: set[tuple[str, ...]] = set()
    return [
        _read_line(line, number, known)
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]


def _are_sound(found: list[tuple[str, ...]]) -> bool:
    """Whether lines that look right hold answers and days that there are."""
    kinds = {_KIND(one): one for one in found}
    days = {one[6][:10] for one in found}
    return all(map(_is_day, days)) and not any(_fault(Decision._make(o)) for o in kinds.values())


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _read_line(line: str, number: int, known: set[tuple[str, ...]]) -> Decision:
    """One line; ``known`` are the kinds of lines that were found sound."""
    found = _LINE.fullmatch(line)
    if found is None:
        return _parsed(line, number)
    decision = Decision._make(found.groups())
    kind = (*_KIND(decision), decision.time[:10])
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
    fault = _fault(decision) or (
        "" if _is_day(decision.time[:10]) else "at is not a day that there is"
    )
    if fault:
        raise LineError(fault, number)
    return decision


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any] | None:
    """An object; None for one that names a key twice."""
    value = dict(pairs)
    return value if len(value) == len(pairs) else None


def _fault(decision: Decision) -> str:
    """What is wrong with the words of a decision; "" if nothing is."""
    known = answers_of(decision.question)
    if decision.answer not in known:
        listed = ", ".join(one or "''" for one in known)
        return f"{decision.answer!r} is no answer to {decision.question}; expected {listed}"
    if decision.mode not in MODES:
        return f"{decision.mode!r} is no mode; expected {', '.join(MODES)}"
    return author_fault(decision.author)
