"""Tables and bars, as lines."""

import io
import sys

import pytest

from fercurate.cli.render.tables import bar, table


def test_numbers_stand_right_and_text_left() -> None:
    lines = list(table(["split", "all", "note"], [["train", 1234, "a"], ["v", 5, "long"]]))
    assert lines == ["  split    all  note", "  train  1,234  a", "  v          5  long"]
    assert list(table(["a", "b"], [])) == ["  a  b"]


@pytest.mark.parametrize(
    ("count", "most", "length"), [(0, 9, 0), (9, 9, 28), (1, 1000, 1), (0, 0, 0), (5, 10, 14)]
)
def test_a_bar_is_as_long_as_its_count(count: int, most: int, length: int) -> None:
    assert len(bar(count, most)) == length


@pytest.mark.parametrize(("encoding", "block"), [("utf-8", "█"), ("ascii", "#"), ("odd", "#")])
def test_a_bar_can_be_printed(monkeypatch: pytest.MonkeyPatch, encoding: str, block: str) -> None:
    class Stream(io.StringIO):
        pass

    Stream.encoding = encoding
    monkeypatch.setattr(sys, "stdout", Stream())
    assert bar(1, 28) == block
