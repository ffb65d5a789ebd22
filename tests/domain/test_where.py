"""Conditions: what they select, what is wrong with one and where, and that they never do more."""

import math
import pickle
import re
from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fercurate.domain.text import encode_text
from fercurate.domain.where import ColumnKind, ConditionFault, parse_condition, parser

KINDS: dict[str, ColumnKind] = {
    "source": "text",
    "subject": "text",
    "votes.happiness": "number",
    "valence": "number",
}
ROWS: tuple[tuple[str, str, int, float], ...] = (
    ("fer2013", "", 9, 0.3),
    ("fer2013", "it's", 0, -0.5),
    ("ck+", "S005", 4, math.nan),
    ("CK+", 'the "é"', 10, 0.0),
    ("a*b", "a\tb\nc", 3, 1e3),
)
LONG = "valence = 1 or " * 9


def array(name: str, values: list[Any]) -> np.ndarray:
    """A column as stores keep it: the numbers with fractions are float32."""
    if KINDS[name] == "text":
        return encode_text(values)
    return np.array(values, dtype=np.float32 if name == "valence" else np.int16)


def column(name: str) -> np.ndarray:
    return array(name, [row[list(KINDS).index(name)] for row in ROWS])


def rows(text: str) -> list[int]:
    mask = parse_condition(text, KINDS).mask(column, len(ROWS))
    assert (mask.dtype, mask.shape) == (np.bool_, (len(ROWS),))
    return np.flatnonzero(mask).tolist()


def fault(text: str) -> ConditionFault:
    with pytest.raises(ConditionFault) as caught:
        parse_condition(text, KINDS)
    return caught.value


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("source = 'fer2013'", [0, 1]),
        ('source=="ck+"', [2]),
        ("source <> 'fer2013'", [2, 3, 4]),
        ("source IN ('ck+', \"CK+\")", [2, 3]),
        ("source nOT\nin ('ck+','CK+')", [0, 1, 4]),
        ('subject = \'it\'\'s\' or subject = "the ""é"""', [1, 3]),
        ("subject = 'a\tb\nc'", [4]),
        ("subject is unknown", [0]),
        ("subject Is Not Unknown", [1, 2, 3, 4]),
        ("source like 'f*2*3'", [0, 1]),
        ("source like '*+'", [2, 3]),
        ("source like 'a*b'", [4]),
        ("source like 'ck+'", [2]),
        ("source like '*1*1*1*'", []),
        ("source like 'fer201*013'", []),
        ("source not like '**'", []),
        ("subject like ''", [0]),
        ("subject like '*é*'", [3]),
        ("votes.happiness >= 4 and votes.happiness < 10", [0, 2]),
        ("votes.happiness > 9.5", [3]),
        ("votes.happiness < 1e300", [0, 1, 2, 3, 4]),
        (f"votes.happiness > -{'9' * 300}", [0, 1, 2, 3, 4]),
        (f"votes.happiness in (4.0, 3.5, 70000, {'9' * 300})", [2]),
        ("votes.happiness is unknown", []),
        ("valence = .3", [0]),
        ("valence != .3", [1, 3, 4]),
        ("valence in (0.3, -0.5, 1e300)", [0, 1]),
        ("valence not in (0.3, 1e300)", [1, 3, 4]),
        ("valence<=.3 and valence>-0.", [0]),
        ("valence >= 1E+3", [4]),
        ("valence <= 1e300", [0, 1, 3, 4]),
        ("valence is unknown", [2]),
        ("not valence = 0.3", [1, 2, 3, 4]),
        ("not valence not in (0.3)", [0, 2]),
        ("source='a*b' or source='ck+' and valence=1", [4]),
        ("not source = 'a*b' and valence = 1000", []),
        ("(source='a*b' or source='ck+') and valence=1", []),
    ],
)
def test_it_selects(text: str, selected: list[int]) -> None:
    assert rows(text) == selected


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("\n ", 0, "nothing is asked; expected a comparison"),
        ("sorce = 'a", 0, "unknown name 'sorce' (did you mean 'source'?); known are source, sub"),
        ("valence > 0 or élan = 1", 15, "unknown name 'élan'; known are source, subject, votes"),
        (f"{'x' * 50} = 1", 0, f"unknown name '{'x' * 37}...'; known"),
        ("source  \n", 6, "the expression ends here; expected =, !=, in, like or is unknown"),
        ("valence", 7, "the expression ends here; expected =, !=, <, <=, >, >=, in or is"),
        ("source = ", 8, "the expression ends here; expected text in quotes"),
        ("source = happy", 9, "text needs quotes ('happy')"),
        ("source in ('a', ck-plus)", 16, "text needs quotes ('ck-plus')"),
        ("valence > five", 10, "text needs quotes ('five'), and valence is a number; expected a"),
        ("valence = NaN", 10, "('NaN'); expected a number, or: valence is unknown"),
        ("subject = unknown", 10, "('unknown'); expected text in quotes, or: subject is unknown"),
        ("source = and", 9, "unexpected 'and'; expected text in quotes"),
        ("source = 5", 9, "source is text, and this is a number; expected text in quotes"),
        ("valence in (1, '2')", 15, "valence is a number, and this is text; expected a number"),
        ("source < 'a'", 7, "source is text; expected =, !=, in, like or is unknown"),
        ("valence like '1'", 8, "valence is a number; expected =, !=, <, <=, >, >=, in or is"),
        ("valence not like '1'", 12, "unexpected 'like'; expected in"),
        ("source not = 'a'", 11, "unexpected '='; expected in or like"),
        ("source like 5", 12, "source is text, and this is a number"),
        ("source is empty", 10, "unexpected 'empty'; expected unknown or not unknown"),
        ("source in 'a'", 10, "unexpected \"'a'\"; expected ("),
        ("source in ()", 11, "unexpected ')'; expected text in quotes"),
        ("valence in (1 2", 14, "unexpected '2'; expected , or )"),
        ("(source = 'a'", 13, "the parenthesis of character 1 is never closed; expected )"),
        ("(source = 'a' valence", 14, "unexpected 'valence'; expected and, or, or )"),
        ("source = 'a')", 12, "this parenthesis was never opened"),
        ("source = 'a' valence = 1", 13, "unexpected 'valence'; expected and, or, or the end"),
        ("0 < valence < 1", 0, "unexpected '0'; expected a name, not or ("),
        ("valence < 1 < 2", 12, "unexpected '<'; expected and, or, or the end"),
        ("not", 3, "the expression ends here; expected a name, not or ("),
        ("source = 'it''s", 9, "this quote is never closed; expected ' at the end of the text"),
        ("source = 'a''", 9, "this quote is never closed"),
        ("source = \u201ca\u201d", 9, "unexpected '\u201c'; expected ' or \" around text"),
        ("source\u00a0= 'a'", 6, "unexpected '\\xa0'; expected a blank"),
        ("source = 'a' && valence = 1", 13, "unexpected '&'; expected and"),
        ("valence ! 1", 8, "unexpected '!'; expected != or not"),
        ("valence = +1", 10, "unexpected '+'"),
        ("valence = 12px", 10, "'12px' is no number; text needs quotes"),
        ("valence = 1.2.3", 10, "'1.2.3' is no number"),
        ("valence = -1e999", 10, "'-1e999' is too large a number"),
        (f"valence = {'9' * 400}", 10, f"'{'9' * 37}...' is too large a number"),
        ("source = 'a\x00b'", 11, "a control character, '\\x00'"),
        ("valence\r= 1", 7, "a control character, '\\r'"),
        ("__import__('os')", 0, "unknown name '__import__'"),
        ("(" * 51, 50, "nested too deep; expected at most 50 of ( and not in each other"),
        ("not (" * 25 + "not valence = 1", 125, "nested too deep"),
        ("(" * 4_096, 50, "nested too deep"),
        (" " * 4_097, 4_096, "4,097 characters; expected at most 4,096"),
    ],
)
def test_it_says_what_is_wrong_and_where(text: str, position: int, message: str) -> None:
    found = fault(text)
    assert (found.position, found.text) == (position, text)
    assert message in found.message
    assert str(found) == f"character {position + 1}: {found.message}"


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("source = 'a'\nand\tsorce = 1\nor", "and sorce = 1\n    ^"),
        ("source =\n", "source =\n        ^"),
        ("valence = 1 \x07", "valence = 1 ?\n            ^"),
        ("x" + " " * 99, "x" + " " * 72 + "...\n^"),
        (f"{LONG}x", f"...{LONG[-72:]}x\n{' ' * 75}^"),
        (f"{LONG}x{' ' * 99}", f"...{LONG[-35:]}x{' ' * 34}...\n{' ' * 38}^"),
    ],
)
def test_it_points_at_the_place(text: str, pointer: str) -> None:
    assert fault(text).pointer == pointer


def test_a_fault_survives_pickling() -> None:
    found = fault("source = happy")
    again = pickle.loads(pickle.dumps(found))
    assert (str(again), again.pointer) == (str(found), found.pointer)


def test_the_bounds_are_reached() -> None:
    assert rows("(" * 50 + "valence = 0" + ")" * 50) == [3]
    assert rows("not " * 50 + "valence = 0") == [3]
    assert rows(" or ".join(["valence=0"] * 315).ljust(4_096)) == [3]


def test_a_list_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "MOST_VALUES", 2)
    assert rows("valence in (0, 1)") == [3]
    found = fault("valence in (0, 1, 2)")
    assert (found.position, found.message) == (18, "expected at most 2 values in a list")


def test_many_names_are_not_all_listed() -> None:
    columns: dict[str, ColumnKind] = {f"c{number}": "text" for number in range(10)}
    with pytest.raises(ConditionFault, match=r"known are c0, .*, c7 and 2 more$"):
        parse_condition("zzz = 1", columns)


def test_each_column_is_asked_once() -> None:
    condition = parse_condition("valence > 0 and source = 'a' or valence < -1", KINDS)
    assert condition.names == ("valence", "source")
    asked: list[str] = []
    condition.mask(lambda name: asked.append(name) or column(name), len(ROWS))
    assert asked == ["valence", "source"]
    with pytest.raises(ValueError, match=r"'valence' has shape \(5,\); expected \(4,\)"):
        condition.mask(column, 4)
    assert condition.mask(lambda name: column(name)[:0], 0).shape == (0,)


def test_truth_values_are_numbers() -> None:
    condition = parse_condition("valence = 1 or valence > 1", KINDS)
    assert condition.mask(lambda _: np.array([True, False]), 2).tolist() == [True, False]


Truth = Callable[[dict[str, Any]], bool]
Drawn = tuple[str, Truth]
"""An expression, and whether it is true of a row, said in plain Python."""

TEXT = st.text("ab*'\" é\n", max_size=5)
NUMBER = st.integers(-3, 3) | st.integers(-24, 24).map(lambda eighths: eighths / 8)
VALUES = (TEXT, TEXT, st.integers(-3, 3), st.just(math.nan) | NUMBER)
ROW = st.fixed_dictionaries(dict(zip(KINDS, VALUES, strict=True)))
SIGNS = ("=", "==", "!=", "<>", "<", "<=", ">", ">=")
ORDERS = dict(zip(SIGNS, (eq, eq, ne, ne, lt, le, gt, ge), strict=True))


def written(value: Any, quote: str) -> str:
    doubled = str(value).replace(quote, quote * 2)
    return f"{quote}{doubled}{quote}" if isinstance(value, str) else repr(value)


@st.composite
def comparisons(draw: st.DrawFn) -> Drawn:
    name = draw(st.sampled_from(list(KINDS)))
    is_text = KINDS[name] == "text"
    values = draw(st.lists(TEXT if is_text else NUMBER, min_size=1, max_size=3))
    shown = [written(value, draw(st.sampled_from("'\""))) for value in values]
    negation = draw(st.sampled_from(["", "not "]))
    form = draw(st.sampled_from(["order", "in", "unknown", *(["like"] * is_text)]))
    if form == "order":
        order = draw(st.sampled_from(SIGNS[: 4 if is_text else None]))
        text = f"{name} {order}{shown[0]}"
        return text, lambda row: row[name] == row[name] and ORDERS[order](row[name], values[0])
    if form == "in":
        text = f"{name} {negation}in ({','.join(shown)})"
        return text, lambda row: row[name] == row[name] and (row[name] in values) != bool(negation)
    if form == "like":
        pattern = ".*".join(map(re.escape, values[0].split("*")))
        found = re.compile(pattern, re.DOTALL).fullmatch
        text = f"{name} {negation}like {shown[0]}"
        return text, lambda row: bool(found(row[name])) != bool(negation)
    text = f"{name} is {negation}unknown"
    return text, lambda row: (row[name] == "" or row[name] != row[name]) != bool(negation)


def joined(parts: list[Drawn], word: str, holds: Callable[[list[bool]], bool]) -> Drawn:
    text = f" {word} ".join(f"({part})" if " or " in part.lower() else part for part, _ in parts)
    return text, lambda row: holds([true(row) for _, true in parts])


def grown(inner: st.SearchStrategy[Drawn]) -> st.SearchStrategy[Drawn]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        inner.map(lambda part: (f"nOt ({part[0]})", lambda row: not part[1](row))),
        several.map(lambda parts: joined(parts, "AND", all)),
        several.map(lambda parts: joined(parts, "or", any)),
    )


@given(st.recursive(comparisons(), grown, max_leaves=8), st.lists(ROW, max_size=8))
def test_it_means_what_python_says_row_by_row(drawn: Drawn, table: list[dict[str, Any]]) -> None:
    text, true = drawn
    columns = {name: array(name, [row[name] for row in table]) for name in KINDS}
    mask = parse_condition(text, KINDS).mask(columns.__getitem__, len(table))
    assert mask.tolist() == [true(row) for row in table]


PIECES = (
    *("source", "valence", "not", "AND", "or", "in", "like", "is", "unknown", "(", ")", ",", "="),
    *("<", "'a*'", '"', "'", "1", "-.5e1", "1e", "é", "\n", "\x00", "\ud800", "\udc80", "x" * 80),
)


@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
@example("source = '\ud800\udc80'")
def test_any_text_is_a_condition_or_a_fault(text: str) -> None:
    try:
        condition = parse_condition(text, KINDS)
    except ConditionFault:
        found = fault(text)
        line, caret = found.pointer.split("\n")
        lengths = (len(line) <= 76, found.position in range(len(text) + 1), caret.strip(" "))
        assert lengths == (True, True, "^")
    else:
        assert condition.mask(column, len(ROWS)).shape == (len(ROWS),)
