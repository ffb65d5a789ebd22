"""From text to a condition, by recursive descent: one method a rule of the grammar.

::

    condition   := all ("or" all)*
    all         := part ("and" part)*
    part        := "not" part | "(" condition ")" | comparison
    comparison  := NAME ("=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">=") VALUE
                 | NAME ["not"] "in" "(" VALUE ("," VALUE)* ")"
                 | NAME ["not"] "like" TEXT
                 | NAME "is" ["not"] "unknown"
"""

import re
from collections.abc import Mapping

from fercurate.domain.text import did_you_mean
from fercurate.domain.where.syntax import (
    ORDERS,
    AllOf,
    AnyOf,
    ColumnKind,
    Condition,
    IsUnknown,
    Negation,
    Node,
    NumberIsOneOf,
    NumberOrder,
    TextIsLike,
    TextIsOneOf,
)
from fercurate.domain.where.tokens import ConditionFault, Token, quoted, read_tokens

MOST_CHARACTERS = 4_096
MOST_NESTED = 50
MOST_VALUES = 10_000

_MOST_LISTED = 8
_KEYWORDS = frozenset(("and", "or", "not", "in", "like", "is"))
_UNKNOWN_WORDS = frozenset(("unknown", "nan", "none", "null"))
_EQUAL = {"=": False, "==": False, "!=": True, "<>": True}
"""Operators that ask for one value, and whether they are negated."""

_OPERATORS: dict[ColumnKind, str] = {
    "text": "=, !=, in, like or is unknown",
    "number": "=, !=, <, <=, >, >=, in or is unknown",
}
_VALUES: dict[ColumnKind, str] = {"text": "text in quotes", "number": "a number"}
_BARE = re.compile(r"[^\s(),'\"=<>!]+")
"""What its writer may have meant as one text: a word up to a blank or sign."""


def parse_condition(text: str, columns: Mapping[str, ColumnKind]) -> Condition:
    """Return the condition that a text of at most 4,096 characters states.

    ``columns`` says which names there are, and whether text or numbers stand in each.

    Raises:
        ConditionFault: the text is no expression, or not one about these columns.
    """
    if len(text) > MOST_CHARACTERS:
        message = f"{len(text):,} characters; expected at most {MOST_CHARACTERS:,}"
        raise ConditionFault(text, MOST_CHARACTERS, message)
    if not text.strip(" \t\n"):
        raise ConditionFault(text, 0, "nothing is asked; expected a comparison")
    return _Parser(text, columns).whole()


class _Parser:
    """Goes through the tokens of one text, looking one ahead."""

    def __init__(self, text: str, columns: Mapping[str, ColumnKind]) -> None:
        self._text = text
        self._columns = columns
        self._names: dict[str, None] = {}
        self._tokens = read_tokens(text)
        self._token = next(self._tokens)

    def whole(self) -> Condition:
        """The condition, behind which nothing follows."""
        root = self._condition(0)
        if self._token.means(")"):
            raise self._fault(self._token, "this parenthesis was never opened")
        if not self._ended:
            raise self._unexpected("and, or, or the end")
        return Condition(self._text, root, tuple(self._names))

    def _condition(self, depth: int) -> Node:
        parts = [self._all(depth)]
        while self._takes("or"):
            parts.append(self._all(depth))
        return AnyOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def _all(self, depth: int) -> Node:
        parts = [self._part(depth)]
        while self._takes("and"):
            parts.append(self._part(depth))
        return AllOf(tuple(parts)) if len(parts) > 1 else parts[0]

    def _part(self, depth: int) -> Node:
        opening = self._token
        if not (opening.means("not") or opening.means("(")):
            return self._comparison()
        if depth == MOST_NESTED:
            message = f"nested too deep; expected at most {MOST_NESTED} of ( and not in each other"
            raise self._fault(opening, message)
        self._take()
        if opening.means("not"):
            return Negation(self._part(depth + 1))
        inner = self._condition(depth + 1)
        if self._ended:
            message = f"the parenthesis of character {opening.position + 1} is never closed"
            raise self._fault(self._token, f"{message}; expected )")
        self._needs(")", "and, or, or )")
        return inner

    def _comparison(self) -> Node:
        name = self._name()
        kind = self._columns[name]
        if self._takes("is"):
            known = self._takes("not")
            self._needs("unknown", "unknown" if known else "unknown or not unknown")
            return IsUnknown(name, known)
        negated = self._takes("not")
        if self._takes("in"):
            return _one_of(name, kind, self._values(name), negated)
        if self._token.means("like") and kind == "text":
            self._take()
            return TextIsLike(name, self._value(name).value, negated)
        if negated:
            raise self._unexpected("in or like" if kind == "text" else "in")
        return self._compared(name, kind)

    def _compared(self, name: str, kind: ColumnKind) -> Node:
        """The operator and the value that follow a name."""
        token = self._token
        if token.kind == "sign" and token.value in _EQUAL:
            self._take()
            return _one_of(name, kind, (self._value(name),), _EQUAL[token.value])
        ordered = token.kind == "sign" and token.value in ORDERS
        if ordered and kind == "number":
            self._take()
            return NumberOrder(name, token.value, self._value(name).number)
        if ordered or token.means("like"):
            message = f"{name} is {_noun(kind)}; expected {_OPERATORS[kind]}"
            raise self._fault(token, message)
        raise self._unexpected(f"{_OPERATORS[kind]} behind {name}")

    def _values(self, name: str) -> tuple[Token, ...]:
        """The values of a list in parentheses."""
        self._needs("(", "(")
        values = [self._value(name)]
        while self._takes(","):
            if len(values) == MOST_VALUES:
                raise self._fault(self._token, f"expected at most {MOST_VALUES:,} values in a list")
            values.append(self._value(name))
        self._needs(")", ", or )")
        return tuple(values)

    def _name(self) -> str:
        """The name of a column."""
        token = self._token
        if token.kind != "word" or token.value in _KEYWORDS:
            raise self._unexpected("a name, not or (")
        if token.written not in self._columns:
            near = did_you_mean(token.written, self._columns)
            message = f"unknown name {quoted(token.written)}{near}; known are {self._known()}"
            raise self._fault(token, message)
        self._names[token.written] = None
        return self._take().written

    def _known(self) -> str:
        """The first names that there are."""
        first = ", ".join(list(self._columns)[:_MOST_LISTED])
        others = len(self._columns) - _MOST_LISTED
        return f"{first} and {others} more" if others > 0 else first

    def _value(self, name: str) -> Token:
        """A value of the kind that a column has."""
        token, kind = self._token, self._columns[name]
        if token.kind == kind:
            return self._take()
        if token.kind == "word" and token.value not in _KEYWORDS:
            raise self._fault(token, self._bare(name))
        if token.kind in ("number", "text"):
            message = f"{name} is {_noun(kind)}, and this is {_noun(token.kind)}"
            raise self._fault(token, f"{message}; expected {_VALUES[kind]}")
        raise self._unexpected(_VALUES[kind])

    def _bare(self, name: str) -> str:
        """What is wrong with a word where a value is expected."""
        token = self._token
        run = _BARE.match(self._text, token.position)
        message = f"text needs quotes ({quoted(run[0] if run else token.written)})"
        if token.value in _UNKNOWN_WORDS:
            return f"{message}; expected {_VALUES[self._columns[name]]}, or: {name} is unknown"
        if self._columns[name] == "number":
            return f"{message}, and {name} is a number; expected a number"
        return message

    @property
    def _ended(self) -> bool:
        return self._token.kind == "end"

    def _take(self) -> Token:
        """Go on to the next token, and return this one."""
        token = self._token
        self._token = next(self._tokens)
        return token

    def _takes(self, value: str) -> bool:
        """Whether a keyword or sign stands here; if so, go on."""
        if not self._token.means(value):
            return False
        self._take()
        return True

    def _needs(self, value: str, expected: str) -> None:
        """Go on behind a keyword or sign, which must stand here."""
        if not self._takes(value):
            raise self._unexpected(expected)

    def _unexpected(self, expected: str) -> ConditionFault:
        written = quoted(self._token.written)
        what = "the expression ends here" if self._ended else f"unexpected {written}"
        return self._fault(self._token, f"{what}; expected {expected}")

    def _fault(self, token: Token, message: str) -> ConditionFault:
        """A fault at a token; if that is wrong in itself, it says how."""
        what = token.value if token.kind == "fault" else message
        return ConditionFault(self._text, token.position, what)


def _one_of(name: str, kind: ColumnKind, values: tuple[Token, ...], negated: bool) -> Node:
    if kind == "text":
        return TextIsOneOf(name, tuple(value.value for value in values), negated)
    return NumberIsOneOf(name, tuple(value.number for value in values), negated)


def _noun(kind: str) -> str:
    return "text" if kind == "text" else "a number"
