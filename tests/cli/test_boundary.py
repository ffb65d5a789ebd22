"""Failures: one clear line, an exit code, a traceback only where it was asked for."""

import errno
import io
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from fercurate.cli.boundary import guarded
from fercurate.cli.options import output_options
from fercurate.cli.output import Output
from fercurate.errors import InputError, UsageError
from fercurate.synthetic.fer2013 import write_fer2013

ENTRY = [sys.executable, "-c", "from fercurate.cli.main import run; run()"]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ingest"], 2, "Missing argument"),
        (["ingest", "nothing.csv"], 1, "nothing.csv: no such file or folder"),
        (["ingest", "empty"], 1, "empty: not recognized. Found: an empty folder"),
        (["ingest", "zero.csv"], 1, "zero.csv: not recognized"),
        (["ingest", "zero.csv"], 1, "Found: 1 empty file"),
        (["ingest", "x.csv", "--name", "My Faces"], 2, "lower-case letters"),
        (["ingest", "empty", "--source", "ferplus"], 1, "not recognized as ferplus"),
        (["ingest", "x.csv", "--source", "fer"], 2, "fer2013"),
        (["ingest", "x.csv", "--label-map", "fer20"], 2, "unknown label map"),
        (["ingest", "x.csv", "--label-map", "0=angry,1=cross"], 2, "cannot read the pair"),
        (["stats", "none.h5"], 1, "no such store or export"),
        (["stats", "x.csv"], 1, "not a readable HDF5 file"),
        (["stats", "empty"], 1, "neither a store nor an export"),
        (["build"], 2, "--recipe"),
        (["build", "--recipe", "nope"], 2, "no recipe 'nope'"),
        (["build", "--recipe", "modified_fer"], 1, "no such store"),
        (["build", "--recipe", "bad.yaml"], 2, "line 1"),
        (["frobnicate"], 2, "No such command"),
        (["demo", "other"], 2, "no demo"),
    ],
)
def test_wrong_inputs_give_one_clear_message(
    run: Any, tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").write_text("x")
    (tmp_path / "zero.csv").touch()
    (tmp_path / "x.csv").write_text("emotion,pixels,Usage\n")
    (tmp_path / "bad.yaml").write_text("name: x\n")
    result = run(*arguments)
    assert (result.code, says in result.err) == (code, True), result.err
    assert "Traceback" not in result.err
    assert not result.out


def test_a_traceback_is_shown_where_the_option_asks(run: Any) -> None:
    plain, debug = run("stats", "none.h5"), run("stats", "none.h5", "--debug")
    assert (plain.code, debug.code) == (1, 1)
    assert "Traceback" not in plain.err
    assert debug.err.startswith("Traceback")
    assert debug.err.endswith(plain.err)
    assert "measure_balance" in debug.err


def test_debug_is_an_option_and_no_word_of_the_command_line(run: Any) -> None:
    done = run("stats", "--", "--debug")
    assert done.err == (
        "fercurate: error: --debug: no such store or export. "
        "Make a store with: fercurate ingest PATH\n"
    )


def test_the_environment_asks_for_tracebacks_too(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FERCURATE_DEBUG", "yes, please")
    assert run("stats", "none.h5").err.startswith("Traceback")
    monkeypatch.setenv("FERCURATE_DEBUG", "")
    assert "Traceback" not in run("stats", "none.h5").err


def failing(error: BaseException) -> click.Command:
    """A command that fails while it runs, or while its option ``--early`` is parsed."""

    def fail(*arguments: object) -> None:
        raise error

    @click.command()
    @click.option("--early", is_flag=True, callback=lambda *_: fail() if _[2] else None)
    @output_options
    def command(early: None, output: Output) -> None:
        fail()

    return command


def within_c(error: BaseException) -> SystemError:
    """What Python makes of an exception in a function that a library in C has called."""
    told = SystemError("a function returned a result with an exception set")
    told.__cause__ = error
    return told


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (UsageError("no"), 2, "fercurate: error: no\n"),
        (InputError("no", where="x"), 1, "fercurate: error: x: no\n"),
        (OSError(28, "full", "x.h5"), 1, "fercurate: error: x.h5: the disk is full. "),
        (OSError(13, "Permission denied", "x"), 1, "fercurate: error: x: Permission denied\n"),
        (MemoryError(), 1, "fercurate: error: out of memory. Pass a smaller --jobs\n"),
        (ValueError("odd"), 1, "fercurate: error: internal error: ValueError: odd. Run again "),
        (KeyboardInterrupt(), 130, "\ninterrupted; nothing stored is lost; run it again\n"),
        (within_c(KeyboardInterrupt()), 130, "interrupted; nothing stored is lost; run it again\n"),
        (within_c(ValueError()), 1, "fercurate: error: internal error: SystemError: "),
        (click.Abort(), 130, "interrupted; nothing stored is lost; run it again\n"),
        (click.exceptions.Exit(7), 7, ""),
        (BrokenPipeError(errno.EPIPE, "pipe"), 141, ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_each_failure_has_its_line_and_its_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    says: str,
) -> None:
    monkeypatch.setattr(sys, "argv", ["fercurate"])
    monkeypatch.setattr(sys, "stdout", io.StringIO())  # Click puts another in place of both
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert guarded(failing(error)) == code
    shown = sys.stderr.getvalue() if isinstance(sys.stderr, io.StringIO) else ""
    assert shown.startswith(says)
    assert len(shown.splitlines()) <= 2


def test_before_the_options_are_read_only_the_environment_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["fercurate", "--debug", "--early"])
    assert guarded(failing(ValueError("odd"))) == 1
    assert "Traceback" not in capsys.readouterr().err
    monkeypatch.setenv("FERCURATE_DEBUG", "1")
    assert guarded(failing(ValueError("odd"))) == 1
    assert "Traceback" in capsys.readouterr().err


SLOW_INGEST = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job may ignore it
from fercurate.sources.reading import pixel_table
parse = pixel_table.parse_rows
def slow(*arguments):
    print("reading", flush=True)
    time.sleep(0.5)
    return parse(*arguments)
pixel_table.parse_rows = slow
from fercurate.cli.main import run
run()
"""


def test_an_interrupt_ends_with_130_and_leaves_the_store(store: Path, tmp_path: Path) -> None:
    """A real SIGINT in the middle of reading a second corpus."""
    write_fer2013(tmp_path / "more", sizes=(200, 8, 8), seed=9)
    before = store.read_bytes()
    arguments = ["ingest", tmp_path / "more" / "fer2013.csv", "--name", "more", "--store", store]
    process = subprocess.Popen(
        [sys.executable, "-c", SLOW_INGEST, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "reading\n"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "interrupted" in err
    assert store.read_bytes() == before


def test_a_closed_pipe_is_silent(shared_store: Path) -> None:
    command = " ".join(shlex.quote(part) for part in [*ENTRY, "stats", str(shared_store)])
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} | true"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 141)
    assert not done.stderr
