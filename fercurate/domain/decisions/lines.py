"""Lines of ``decisions.jsonl``: one JSON object each, its keys in a fixed order."""

import json
import re
from collections.abc import Iterable
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

_FORMS = {
    "digest": "[0-9a-f]{64}",
    "question": "[a-z][a-z0-9_]{0,63}",
    "answer": "[a-z_]{0,32}",
    "at": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
    "mode": "[a-z]{1,16}",
}
_PLAIN = r'[^"\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]*'
_OBJECT = r"\{" + ", ".join(f'"{key}": "({_FORMS.get(key, _PLAIN)})"' for key in KEYS) + r"\}"
_LINES = re.compile(f"^{_OBJECT}$", re.MULTILINE)
"""Lines as this program writes them, without any escape: read several times faster than by JSON."""


class LineError(ValueError):
    """A line that is no decision; the text says why, ``number`` which line, from 1."""

    def __init__(self, message: str, number: int) -> None:
        self.number = number
        super().__init__(message)


def decision_line(decision: Decision) -> str:
    """The line of a decision, without its end."""
    return json.dumps(dict(zip(KEYS, decision, strict=True)), ensure_ascii=False)


def decision_lines(decisions: Iterable[Decision]) -> str:
    """The text of a file of decisions."""
    return "".join(f"{decision_line(one)}\n" for one in decisions)


def parse_lines(text: str) -> list[Decision]:
    """Read the text of a file; blank lines are passed over.

    Raises:
        LineError: a line is no decision.
    """
    found = _LINES.findall(text)
    if len(found) == text.count("\n"):
        decisions = list(map(Decision._make, found))
        kinds = {(one[2], one[3], one[5], one[7]): one for one in decisions}
        if not any(map(_fault, kinds.values())):
            return decisions
    return [
        _parsed(line, number)
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]


def _parsed(line: str, number: int) -> Decision:
    """One line, in any spelling of JSON."""
    if len(line) > MOST_LINE:
        raise LineError(f"a line of more than {MOST_LINE:,} characters", number)
    try:
        value: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise LineError("no JSON object", number) from None
    if not isinstance(value, dict) or set(value) != set(KEYS):
        raise LineError(f"no object with the keys {', '.join(KEYS)}", number)
    for key in KEYS:
        text = value[key]
        form = _FORMS.get(key, "[^\ud800-\udfff]*")
        if not isinstance(text, str) or not re.fullmatch(form, text):
            raise LineError(f"{key} is not as it should be", number)
    decision = Decision._make(value[key] for key in KEYS)
    fault = _fault(decision)
    if fault:
        raise LineError(fault, number)
    return decision


def _fault(decision: Decision) -> str:
    """What is wrong with the words of a decision; "" if nothing is."""
    known = answers_of(decision.question)
    if decision.answer not in known:
        listed = ", ".join(one or "''" for one in known)
        return f"{decision.answer!r} is no answer to {decision.question}; expected {listed}"
    if decision.mode not in MODES:
        return f"{decision.mode!r} is no mode; expected {', '.join(MODES)}"
    return author_fault(decision.author)
