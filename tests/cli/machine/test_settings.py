"""Settings of a project, and the log of a run."""

import re
from pathlib import Path
from typing import Any

import pytest

from fercurate.cli.settings import SETTINGS, read_settings
from fercurate.errors import UsageError


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable speaks, and what a run sets is taken back."""
    for name in SETTINGS.values():
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def test_a_file_sets_store_and_output(run: Any, store: Path, tmp_path: Path) -> None:
    store.rename(tmp_path / "mine.h5")
    store.with_name("store.h5.parts").rename(tmp_path / "mine.h5.parts")
    (tmp_path / "fercurate.toml").write_text('store = "mine.h5"\noutput = "sets"\njobs = 1\n')
    assert run("stats").out.startswith("mine.h5: store of 200")
    assert run("build", "--recipe", "fer2013_seven").code == 0
    assert (tmp_path / "sets" / "fer2013_seven" / "train.h5").is_file()
    assert run("stats", "no.h5").code == 1  # the command line wins


def test_the_environment_wins_over_a_file(
    run: Any, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.fercurate]\nstore = "no.h5"\n')
    assert run("stats").code == 1
    monkeypatch.setenv("FERCURATE_STORE", str(store))
    assert run("stats").code == 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stor = 'a'", "unknown setting 'stor'; did you mean 'store'?"),
        ("jobs = true", "jobs is True; expected text or a whole number"),
        ("store = ['a']", "store is ['a']"),
        ("store = ", "no TOML"),
    ],
)
def test_a_fault_is_one_line(run: Any, tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "fercurate.toml").write_text(text)
    done = run("stats")
    assert done.code == 2
    assert says in done.err
    assert "fercurate.toml" in done.err


def test_a_file_of_others_is_no_fault(tmp_path: Path) -> None:
    assert read_settings(tmp_path) == (None, {})
    (tmp_path / "pyproject.toml").write_text("no = ")
    assert read_settings(tmp_path) == (None, {})
    (tmp_path / "pyproject.toml").write_text("[tool]\nfercurate = 3\n")
    with pytest.raises(UsageError, match="is no table"):
        read_settings(tmp_path)


def test_a_log_has_commands_stages_warnings_and_errors(
    run: Any, store: Path, tmp_path: Path
) -> None:
    assert run("--log", "run.log", "filter", store, "--criteria", "too_dark").code == 0
    assert run("--log", "run.log", "stats", "no.h5").code == 1
    lines = (tmp_path / "run.log").read_text().splitlines()
    time = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    assert all(re.match(rf"{time} (INFO|WARNING|ERROR) ", line) for line in lines)
    told = [line.partition(" ")[2] for line in lines]
    assert told[0].startswith("INFO fercurate --log run.log filter ")
    assert any(line.startswith("INFO measuring") for line in told)
    assert told[-2].startswith("ERROR no.h5: ")
    assert [line for line in told if "exit code" in line] == [
        "INFO exit code 0",
        "INFO exit code 1",
    ]


def test_a_log_that_cannot_be_written_is_one_line(run: Any, tmp_path: Path) -> None:
    done = run("--log", "no/run.log", "recipes")
    assert done.code == 2
    assert "--log: cannot be written (No such file or directory)" in done.err
