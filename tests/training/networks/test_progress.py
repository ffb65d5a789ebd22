"""How far a run is: in words, a line now and then, and how much is left."""

import io
import sys
from typing import Any

import pytest

from fercurate.training.networks.progress import RunDisplay, duration
from fercurate.training.networks.settings import Settings


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock that stands still until it is set."""

    class Clock:
        now = 1000.0

    monkeypatch.setattr("time.monotonic", lambda: Clock.now)
    return Clock


def test_without_a_terminal_there_is_a_line_a_minute(
    clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    display = RunDisplay(Settings(epochs=3))
    for batch in range(1, 101):  # three seconds each
        clock.now += 3
        display.step(1, batch, 100, 2.5 - batch / 100)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "epoch 1/3: 7 of 100 batches, loss 2.430; about 15 min left",
        "epoch 1/3: 27 of 100 batches, loss 2.230; about 14 min left",
        "epoch 1/3: 47 of 100 batches, loss 2.030; about 13 min left",
        "epoch 1/3: 67 of 100 batches, loss 1.830; about 12 min left",
        "epoch 1/3: 87 of 100 batches, loss 1.630; about 11 min left",
    ]


def test_a_resumed_run_counts_what_it_does_itself(
    clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    display = RunDisplay(Settings(epochs=10), first=8)
    clock.now += 30
    display.step(9, 10, 20, 1.0)
    assert capsys.readouterr().err.endswith("; about 2 min left\n")


def test_smaller_pictures_are_expected_to_take_less_time(
    clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    display = RunDisplay(Settings(epochs=4, growing=0.5))
    clock.now += 40  # half of an epoch of 180 s, if its pictures were whole
    display.step(1, 1, 2, 1.0)
    assert capsys.readouterr().err.endswith("; about 8 min left\n")  # 40 + 80 + 2 * 180 s are left
    clock.now += 40 + 80 + 90
    display.step(3, 1, 2, 1.0)
    assert capsys.readouterr().err.endswith("; about 4 min left\n")


def test_a_terminal_has_a_bar(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown = Terminal()
    monkeypatch.setattr(sys, "stderr", shown)
    display = RunDisplay(Settings(epochs=1))
    clock.now += 10
    display.step(1, 1, 2, 1.0)
    bar = "epoch 1/1 [############            ] 1/2  loss 1.000  about 10 s left"
    assert bar in shown.getvalue()
    display.step(1, 2, 2, 1.0)
    assert shown.getvalue().endswith("\r" + " " * 78 + "\r")
    assert "\n" not in shown.getvalue()


def test_time_is_told_in_words() -> None:
    told = [duration(seconds) for seconds in (0, 89, 91, 60 * 40, 3 * 3600)]
    assert told == ["about 0 s", "about 89 s", "about 2 min", "about 40 min", "about 3.0 h"]


def test_help_tells_no_default_that_is_none(train: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        train("--help")
    shown = " ".join(capsys.readouterr().out.split())
    assert "(default: None)" not in shown
    assert "(default: False)" not in shown
    assert "default: what suits the model" in shown
    assert "number of the fold to test, or all (default: 0)" in shown
