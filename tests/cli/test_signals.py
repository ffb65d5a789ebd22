"""Signals end a run cleanly, and completion ends well."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from fercurate.cli import signals

SLOW = """
import signal, sys, time
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
from fercurate.cli import main
import fercurate.pipeline.stats.stats as stats
def slowly(path, listen, where):
    print("begun", flush=True)
    {work}
import fercurate.cli.commands.stats as command
command.measure_balance = slowly
sys.argv = ["fercurate", "stats", "x.h5"]
main.run()
"""
"""It hears signals also where the tests run under ``nohup`` or behind ``&``, which hand down their
deafness to SIGHUP and SIGINT."""
IN_A_DESTRUCTOR = """
    class Slow:
        def __del__(self):
            time.sleep(1)
    Slow()
    time.sleep(60)
"""


def started(work: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW.format(work=work.strip())],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


@pytest.mark.parametrize(
    ("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
@pytest.mark.parametrize("work", ["time.sleep(60)", IN_A_DESTRUCTOR], ids=["asleep", "destructor"])
def test_a_signal_ends_with_its_code_and_a_line(sent: signal.Signals, code: int, work: str) -> None:
    with started(work) as process:
        time.sleep(0.2)
        process.send_signal(sent)
        try:
            _, said = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == code
    assert said.strip() == "interrupted; nothing stored is lost; run it again"


def test_what_was_told_to_ignore_a_signal_goes_on_ignoring_it() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    hook = sys.unraisablehook
    others = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        signals.end_cleanly_on_signals()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
        sys.unraisablehook = hook
        for number, handler in others.items():
            signal.signal(number, handler)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_ends_well(shell: str) -> None:
    environment = {**os.environ, "_FERCURATE_COMPLETE": f"{shell}_source"}
    command = [str(Path(sys.executable).with_name("fercurate"))]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "_FERCURATE_COMPLETE" in done.stdout


def test_a_closed_stdout_is_no_error(shared_store: Path) -> None:
    code = "import os, sys; os.close(1); from fercurate.cli.main import run; run()"
    command = [sys.executable, "-c", code, "stats", str(shared_store)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "internal error" not in done.stderr


def test_a_plot_replaces_files_only(run: Any, shared_store: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "loop.png").symlink_to("loop.png")
    for name in ("pipe.png", "loop.png"):
        found = run("stats", shared_store, "--plot", tmp_path / name)
        assert (found.code, found.out) == (2, "")
        assert name in found.err
    assert run("stats", shared_store, "--plot", tmp_path / "a.png").code == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
