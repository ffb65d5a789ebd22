"""Lines of ``decisions.jsonl``: what is written comes back, and what is none is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fercurate.domain.decisions.decision import MOST_AUTHOR, Decision
from fercurate.domain.decisions.lines import (
    KEYS,
    MOST_LINE,
    LineError,
    decision_line,
    decision_lines,
    parse_lines,
)
from tests.domain.decisions.made import drawn_decisions, told

ONE = told("toy:1", "sad", given="happy")
LINE = decision_line(ONE)


def line(**others: object) -> str:
    """The line of a decision with other values of some keys."""
    return json.dumps(json.loads(LINE) | others)


@given(st.lists(drawn_decisions(), max_size=6))
def test_what_is_written_comes_back(decisions: list[Decision]) -> None:
    text = decision_lines(decisions)
    assert text.count("\n") == len(decisions)
    assert parse_lines(text) == decisions
    content = text.encode()
    assert parse_lines(content.decode()) == decisions


@given(st.lists(drawn_decisions(), min_size=1, max_size=4), st.booleans())
def test_any_spelling_of_json_is_read(decisions: list[Decision], escaped: bool) -> None:
    spelled = [
        json.dumps(
            dict(reversed(json.loads(decision_line(one)).items())),
            ensure_ascii=escaped,
            separators=(" ,", " : "),
        )
        for one in decisions
    ]
    assert parse_lines("\n \n".join(["", *spelled, ""])) == decisions
    assert parse_lines("\r\n".join([*spelled, ""])) == decisions


def test_keys_stand_in_their_order_and_text_as_it_is() -> None:
    written = decision_line(told("toy:ü", "sad", "Zoë Ångström", given="“glücklich”"))
    assert list(json.loads(written)) == list(KEYS)
    assert '"id": "toy:ü"' in written
    assert '"by": "Zoë Ångström"' in written


@pytest.mark.parametrize(
    "author", ["O'Neill", 'Anna "A." B', "a\\b", "安娜", "Ana María", "x" * MOST_AUTHOR, "5"]
)
def test_odd_authors_come_back(author: str) -> None:
    decisions = [told("toy:1", "sad", author), told('toy:"2"\\', "", author)]
    assert parse_lines(decision_lines(decisions)) == decisions


def test_nothing_holds_nothing() -> None:
    assert parse_lines("") == []
    assert parse_lines("\n \n\t\n") == []


TWICE = LINE.replace('"answer": "sad"', '"answer": "happy", "answer": "sad"')
SHAPES = "no object with the keys id, digest, question"
MALFORMED: dict[str, tuple[str, str]] = {
    "no JSON": ("garbage", "no JSON object"),
    "half a line": (LINE[:-9], "no JSON object"),
    "two in a line": (LINE + LINE, "no JSON object"),
    "a byte order mark": ("\ufeff" + LINE, "no JSON object"),
    "a list": ("[]", SHAPES),
    "a text": ('"x"', SHAPES),
    "nothing": ("null", SHAPES),
    "a key too few": (json.dumps(dict.fromkeys(KEYS[1:], "")), SHAPES),
    "a key too many": (line(more=""), SHAPES),
    "another key": (LINE.replace('"by"', '"By"'), SHAPES),
    "a digest too short": (line(digest="0" * 63), "digest is not as it should be"),
    "a digest of capitals": (line(digest="A" * 64), "digest is not as it should be"),
    "a digest with an end": (line(digest="0" * 64 + "\n"), "digest is not as it should be"),
    "no question": (line(question=""), "question is not as it should be"),
    "a question of words": (line(question="is it sad"), "question is not as it should be"),
    "a capital question": (line(question="Label"), "question is not as it should be"),
    "a long question": (line(question="q" * 65), "question is not as it should be"),
    "no answer to a label": (line(answer="yes"), "'yes' is no answer to label; expected "),
    "no answer to another": (line(question="keep"), "'sad' is no answer to keep; expected yes, no"),
    "a capital answer": (line(answer="Sad"), "answer is not as it should be"),
    "another mode": (line(mode="seen"), "'seen' is no mode; expected blind, shown, control"),
    "no author": (line(by=""), "an author has a name"),
    "spaces around an author": (line(by="anna "), "an author has a name, without spaces"),
    "a long author": (line(by="a" * (MOST_AUTHOR + 1)), "at most 64 characters"),
    "an author of two lines": (line(by="an\nna"), "all of them printable"),
    "a local time": (line(at="2026-01-02T12:00:00.000000"), "at is not as it should be"),
    "whole seconds": (line(at="2026-01-02T12:00:00Z"), "at is not as it should be"),
    "a number": (line(id=5), "id is not as it should be"),
    "no value": (line(given=None), "given is not as it should be"),
    "an object": (line(tool={"name": "x"}), "tool is not as it should be"),
    "half a pair": (line(id="toy:\ud800"), "id is not as it should be"),
    "half a pair unescaped": (LINE.replace("toy:1", "toy:\ud83d"), "id is not as it should be"),
    "no number": (LINE.replace('"sad"', "NaN"), "answer is not as it should be"),
    "no end": (LINE.replace('"sad"', "Infinity"), "answer is not as it should be"),
    "many digits": (LINE.replace('"sad"', "9" * 5000), "no JSON object"),
    "deep lists": ("[" * MOST_LINE, "no JSON object"),
    "deep objects": ('{"id":' * (MOST_LINE // 6), "no JSON object"),
    "far too long": ("[" * 10**6, "a line of more than 65,536 characters"),
    "far too long a value": (line(given='"' * MOST_LINE), "a line of more than 65,536 characters"),
}
MISTAKEN: dict[str, tuple[str, str]] = {
    "a key twice": (TWICE, "no object with the keys"),
    "a month that is none": (line(at="2026-13-02T12:00:00.000000Z"), "at is not"),
    "an hour that is none": (line(at="2026-01-02T99:00:00.000000Z"), "at is not"),
    "digits of another script": (line(at="٢٠٢٦-01-02T12:00:00.000000Z"), "at is not"),
}
"""What looks nearly right."""


@pytest.mark.parametrize(
    ("wrong", "says"),
    [pytest.param(*one, id=name) for name, one in (MALFORMED | MISTAKEN).items()],
)
def test_what_is_no_decision_is_refused_with_its_line(wrong: str, says: str) -> None:
    for before in ([LINE, LINE], [line(id='a"b'), ""]):
        with pytest.raises(LineError, match=says) as caught:
            parse_lines("\n".join([*before, wrong, LINE, ""]))
        assert caught.value.number == 3


@pytest.mark.parametrize("kind", ["author", "answer", "mode"])
def test_one_wrong_word_among_many_right_ones_is_found(kind: str) -> None:
    wrong = {"author": {"by": " x"}, "answer": {"answer": "joy"}, "mode": {"mode": "x"}}[kind]
    lines = [decision_line(told(f"toy:{row}", "sad")) for row in range(300)]
    lines[217] = line(**wrong)
    with pytest.raises(LineError) as caught:
        parse_lines("\n".join([*lines, ""]))
    assert caught.value.number == 218


def test_a_line_is_as_long_as_it_is_whatever_stands_beside_it() -> None:
    long = decision_line(told("x" * MOST_LINE, "sad"))
    for text in (f"{long}\n", f"{long}\n\n"):
        with pytest.raises(LineError, match="more than 65,536 characters"):
            parse_lines(text)


@given(st.lists(drawn_decisions(), max_size=3), st.sampled_from(sorted(MALFORMED)))
def test_a_blank_line_changes_nothing(decisions: list[Decision], name: str) -> None:
    """With one, every line is read as JSON; without, most are not."""
    text = decision_lines(decisions) + MALFORMED[name][0] + "\n"
    said = []
    for start in ("", "\n"):
        with pytest.raises(LineError) as caught:
            parse_lines(start + text)
        said.append((str(caught.value), caught.value.number - len(start)))
    assert said[0] == said[1]


def test_a_text_without_its_last_line_end_is_looked_at_as_well() -> None:
    with pytest.raises(LineError) as caught:
        parse_lines(f"garbage\n{LINE}")
    assert caught.value.number == 1


def test_ids_of_odd_file_names_come_back() -> None:
    odd = told(b"own:happy/a\xe9.png".decode("utf-8", "surrogateescape"), "sad")
    content = decision_lines([odd]).encode("utf-8", "surrogateescape")
    assert parse_lines(content.decode("utf-8", "surrogateescape")) == [odd]
