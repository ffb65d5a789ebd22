"""Label spaces (schemes) and label maps: from a corpus's native labels to canonical expressions.

Class order is the field's most common source of silently wrong results, so integers are only
ever read through a named map, and every scheme carries its names in order.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import (
    COMPOUND_EXPRESSIONS,
    EXPRESSIONS,
    KNOWN_EXPRESSIONS,
    fold_word,
    parse_label,
)
from fercurate.errors import UsageError

_WHOLE = re.compile(r"[+-]?\d{1,9}(?:\.0*)?(?:[eE][+-]?0+)?", re.ASCII)

NO_EXPRESSION = "-"
"""What a label map gives for a code that is known but names no expression (AffectNet's 8-10)."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A target label space: a name and its classes; a class's position is its integer label.

    ``merged`` holds the expressions of classes that are made of several, by class; any other
    class is an expression itself. All are simple expressions, or all are compound ones.
    """

    name: str
    classes: tuple[str, ...]
    description: str = ""
    merged: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        held = [one for name in self.classes for one in self.expressions(name)]
        unknown = [one for one in held if one not in KNOWN_EXPRESSIONS]
        if unknown:
            raise ValueError(
                f"unknown expressions {unknown}; expected some of {', '.join(EXPRESSIONS)}"
                f"; or some compound ones, {', '.join(COMPOUND_EXPRESSIONS)}"
            )
        if mixed := mixed_fault(held):
            raise ValueError(mixed)
        if len(set(self.classes)) != len(self.classes) or len(self.classes) < 2:
            raise ValueError("a scheme needs at least two classes, each named once")
        twice = sorted({one for one in held if held.count(one) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} in more than one class")

    def expressions(self, name: str) -> tuple[str, ...]:
        """The expressions of a class."""
        return self.merged.get(name, (name,))

    @property
    def is_compound(self) -> bool:
        """Whether its expressions are compound ones."""
        return self.expressions(self.classes[0])[0] in COMPOUND_EXPRESSIONS

    @property
    def codes(self) -> dict[str, int]:
        """The label 0..len(classes)-1 of every expression that has a class."""
        return {
            one: code for code, name in enumerate(self.classes) for one in self.expressions(name)
        }

    def encode(self, expressions: Sequence[str]) -> NDArray[np.int64]:
        """Return labels (N,) int64 in 0..len(classes)-1, and -1 for what lies outside."""
        codes = self.codes
        return np.fromiter((codes.get(e, -1) for e in expressions), np.int64, len(expressions))


@dataclass(frozen=True)
class LabelMap:
    """Native label text -> canonical expression, or ``NO_EXPRESSION`` for known non-classes."""

    name: str
    codes: Mapping[str, str]

    def expression(self, native: str) -> str | None:
        """Return the expression of a native label, or None if the map does not know it.

        Integer-valued floats ("3.0", "3.0000000e+00") count as their integer, and the names
        of expressions are understood beside the codes.
        """
        code = self.code_of(native)
        return self.codes[code] if code is not None else parse_label(native)

    @property
    def is_compound(self) -> bool:
        """Whether it names a compound expression."""
        return any(name in COMPOUND_EXPRESSIONS for name in self.codes.values())

    def knows(self, native: str) -> bool:
        """Whether one of its codes is this text, whatever case and accents either has."""
        return self.code_of(native) is not None

    def code_of(self, native: str) -> str | None:
        """The one of its codes that a native label is, or None."""
        text = native.strip()
        for spelling in (text, integer_text(text)):
            if spelling in self.codes:
                return spelling
        folded = fold_word(text)
        if folded.isdecimal() and not text.isascii():
            return None  # a digit in a square, or a high one, is no code
        return self._folded.get(folded)

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {fold_word(code): code for code in self.codes}

    def to_text(self) -> str:
        """What ``parse_label_map`` reads back: its name, or its pairs."""
        pairs = ",".join(f"{code}={name}" for code, name in self.codes.items())
        return self.name if self.name in label_maps() else pairs

    def describe(self) -> str:
        """One line for messages: ``0=angry, 1=disgust, ...``."""
        return ", ".join(f"{code}={name}" for code, name in self.codes.items())


def mixed_fault(expressions: Sequence[str]) -> str:
    """What is wrong with simple and compound expressions in one label space; "" if it has not both.

    A compound expression is none of the simple ones that its name speaks of.
    """
    compound = [one for one in expressions if one in COMPOUND_EXPRESSIONS]
    simple = [one for one in expressions if one in EXPRESSIONS]
    if not compound or not simple:
        return ""
    return (
        f"{simple[0]} is a simple expression and {compound[0]} a compound one; a scheme has "
        "classes of one kind only: leave one kind out, or make two recipes"
    )


def integer_text(text: str) -> str:
    """A whole number as plain digits (``3.0``, ``3.0000000e+00``, ``+3`` are ``3``), else the text.

    Numbers of more than nine digits are no codes.
    """
    stripped = text.strip()
    if not _WHOLE.fullmatch(stripped):
        return text
    return str(int(float(stripped)))


@cache
def schemes() -> dict[str, Scheme]:
    """All schemes that ship with fercurate, by name (``tables/schemes.toml``)."""
    table = tomllib.loads(_resource("schemes.toml"))
    return {
        name: Scheme(name, tuple(entry["classes"]), entry["description"])
        for name, entry in table.items()
    }


@dataclass(frozen=True, slots=True)
class EvaluationProtocol:
    """A published protocol: classes in any order, samples by split, folds, what is reported."""

    name: str
    description: str
    classes: tuple[str, ...]
    rows: Mapping[str, int]
    reports: str
    folds: int = 0


@cache
def protocols() -> dict[str, EvaluationProtocol]:
    """All protocols that fercurate knows, by name (``tables/protocols.toml``)."""
    table = tomllib.loads(_resource("protocols.toml"))
    return {
        name: EvaluationProtocol(name, **{**entry, "classes": tuple(entry["classes"])})
        for name, entry in table.items()
    }


@cache
def label_maps() -> dict[str, LabelMap]:
    """All label maps that ship with fercurate, by name (``tables/label_maps.toml``)."""
    table = tomllib.loads(_resource("label_maps.toml"))
    return {name: LabelMap(name, dict(entry["codes"])) for name, entry in table.items()}


def parse_label_map(text: str) -> LabelMap:
    """Read a label map from its name or from pairs such as ``0=angry,1=happy``.

    Raises:
        UsageError: unknown name, a pair without ``=``, or an unknown expression.
    """
    if text in label_maps():
        return label_maps()[text]
    if "=" not in text:
        raise UsageError(
            f"unknown label map {text!r}",
            where="--label-map",
            expected=f"one of {', '.join(label_maps())}, or pairs such as 0=angry,1=happy",
        )
    pairs = [_parse_pair(pair) for pair in text.split(",")]
    twice = [code for code, count in Counter(code for code, _ in pairs).items() if count > 1]
    if twice:
        raise UsageError(f"{twice[0]!r} is given a meaning twice", where="--label-map")
    return LabelMap("own", dict(pairs))


def _parse_pair(pair: str) -> tuple[str, str]:
    code, _, name = pair.partition("=")
    expression = NO_EXPRESSION if name.strip() == NO_EXPRESSION else parse_label(name)
    if not code.strip() or expression is None:
        raise UsageError(
            f"cannot read the pair {pair!r}",
            where="--label-map",
            expected=f"CODE=NAME with a name among {', '.join(EXPRESSIONS)}, or - for none",
        )
    return code.strip(), expression


def _resource(name: str) -> str:
    return files("fercurate.domain").joinpath("tables", name).read_text(encoding="utf-8")
