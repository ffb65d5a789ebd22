"""Tokens: the words, numbers, texts and signs of an expression, and what is wrong with one."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Number = int | float

TokenKind = Literal["word", "number", "text", "sign", "fault", "end"]

_WINDOW = 76
_CUT = "..."
_SHOWN = 40

_TOKEN = re.compile(
    r"""[ \t\n]*+
    (?: (?P<word>[^\W\d][\w.]*)
    | (?P<number>-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<text>'(?:[^']|'')*+'|"(?:[^"]|"")*+")
    | (?P<sign>==|!=|<>|<=|>=|[=<>(),])
    | (?P<end>\Z)
    | (?P<stray>.))""",
    re.VERBOSE | re.DOTALL,
)
"""Matches anywhere. Possessive, so that a doubled quote never ends a text."""

_REST = re.compile(r"[\w.]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_WHOLE = re.compile(r"-?[0-9]+")

_INSTEAD = {
    "&": "and",
    "|": "or",
    "!": "!= or not",
    **dict.fromkeys("`\u00b4\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb", "' or \" around text"),
}
"""What to write for a character that other languages, or typesetters, would have there."""


class ConditionFault(ValueError):  # noqa: N818 (a fault of whoever wrote it, with its place)
    """What is wrong with an expression, and where.

    ``text`` is the whole expression, ``position`` the character (from 0) that ``message`` is about.
    """

    def __init__(self, text: str, position: int, message: str) -> None:
        super().__init__(text, position, message)
        self.text = text
        self.position = position
        self.message = message

    def __str__(self) -> str:
        return f"character {self.position + 1}: {self.message}"

    @property
    def pointer(self) -> str:
        """Two lines: at most 76 characters of the line with the position, and a caret under it.

        What cannot be printed is a question mark, a tab is a space.
        """
        start = self.text.rfind("\n", 0, self.position) + 1
        line = self.text[start:].partition("\n")[0]
        column = self.position - start
        first = max(0, min(column - _WINDOW // 2, len(line) - _WINDOW))
        last = first + _WINDOW
        before, after = _CUT if first else "", _CUT if last < len(line) else ""
        window = before + line[first + len(before) : last - len(after)] + after
        printed = "".join(c if c.isprintable() else "?" for c in window.replace("\t", " "))
        return f"{printed}\n{' ' * (column - first)}^"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression as it is ``written``, and the character at which it begins.

    ``value`` is a word in lower case, a text without its quotes, a sign, or what is wrong;
    ``number`` is that of a number.
    """

    kind: TokenKind
    position: int
    written: str = ""
    value: str = ""
    number: Number = 0

    def means(self, value: str) -> bool:
        """Whether it is a certain keyword or sign; a text never is."""
        return self.kind in ("word", "sign") and self.value == value


def read_tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of an expression, then one of kind ``end`` or ``fault``.

    A fault is not raised here: what stands before it may be wrong too, and is said first. The end
    lies right behind the last token, before any blanks.
    """
    end = 0
    for match in _TOKEN.finditer(text):
        token = _token(match, end)
        yield token
        if token.kind in ("end", "fault"):
            return
        end = match.end()


def _token(match: re.Match[str], end: int) -> Token:
    kind = str(match.lastgroup)
    written, position = match[kind], match.start(kind)
    match kind:
        case "word":
            return Token("word", position, written, written.lower())
        case "number":
            return _number(written, _rest(match), position)
        case "text":
            return _text(written, position)
        case "sign":
            return Token("sign", position, written, written)
        case "end":
            return Token("end", end)
        case _:
            return Token("fault", position, written, _stray(written))


def _rest(match: re.Match[str]) -> str:
    """What follows a number without a blank between, as if it were one word."""
    rest = _REST.match(match.string, match.end())
    return rest[0] if rest else ""


def _number(written: str, rest: str, position: int) -> Token:
    number = float(written)
    if rest:
        message = f"{quoted(written + rest)} is no number; text needs quotes"
        return Token("fault", position, written, message)
    if math.isinf(number):
        return Token("fault", position, written, f"{quoted(written)} is too large a number")
    whole = _WHOLE.fullmatch(written)
    return Token("number", position, written, number=int(written) if whole else number)


def _text(written: str, position: int) -> Token:
    control = _CONTROL.search(written)
    if control:
        return Token("fault", position + control.start(), control[0], _stray(control[0]))
    quote = written[0]
    return Token("text", position, written, written[1:-1].replace(quote * 2, quote))


def _stray(character: str) -> str:
    """What is wrong with a character with which no token begins."""
    if character in ("'", '"'):
        return f"this quote is never closed; expected {character} at the end of the text"
    if _CONTROL.match(character):
        return f"a control character, {character!r}"
    instead = "a blank" if character.isspace() else _INSTEAD.get(character, "")
    return f"unexpected {character!r}" + (f"; expected {instead}" if instead else "")


def quoted(written: str) -> str:
    """A piece of an expression as a message shows it: in quotes, cut when it is long."""
    return repr(written if len(written) <= _SHOWN else written[: _SHOWN - len(_CUT)] + _CUT)
