"""A child that crashes, hangs or asks for too much ends alone, and says how."""

from pathlib import Path

import pytest

from fercurate.files.child import ChildError, ChildService, Limits, ask_child

ONCE = """
import os, sys
from fercurate.files.child import answer
if __name__ == "__main__":
    answer(lambda words: {"crash": lambda: os.abort(), "hang": lambda: sys.stdin.read() or
        __import__("time").sleep(60), "fill": lambda: len(bytearray(4 << 30)),
        "echo": lambda: words}[words[0]]())
"""
STAYS = """
import os, time
from fercurate.files.child import serve
def work(question):
    print("noise")
    if question == "crash":
        os.abort()
    if question == "hang":
        time.sleep(60)
    return [question, os.getpid()]
if __name__ == "__main__":
    serve(work)
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "child_once.py").write_text(ONCE)
    (tmp_path / "child_stays.py").write_text(STAYS)
    return tmp_path


def test_a_child_answers(module: Path) -> None:
    assert ask_child("child_once", ["echo", "ä b"], Limits()) == ["echo", "ä b"]


@pytest.mark.parametrize(
    ("word", "says"),
    [("crash", "signal 6"), ("hang", "no answer in 1 seconds"), ("fill", "code 1")],
)
def test_a_child_that_gives_no_answer_says_why(module: Path, word: str, says: str) -> None:
    with pytest.raises(ChildError, match=says):
        ask_child("child_once", [word], Limits(seconds=1 if word == "hang" else 20))


def test_a_child_that_stays_survives_its_questions_or_is_replaced(module: Path) -> None:
    service = ChildService("child_stays", Limits(seconds=1))
    try:
        first = service.ask("a")
        assert service.ask({"b": 1}) == [{"b": 1}, first[1]]
        with pytest.raises(ChildError, match="signal 6"):
            service.ask("crash")
        second = service.ask("c")
        assert second[0] == "c"
        assert second[1] != first[1]
        with pytest.raises(ChildError, match="no answer"):
            service.ask("hang")
        assert service.ask("d")[0] == "d"
    finally:
        service.close()
