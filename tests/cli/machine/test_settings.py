"""Settings of a project, and the log of a run."""

import errno
import io
import re
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from fercurate.cli.settings import SETTINGS, read_settings
from fercurate.errors import StoreError, UsageError
from fercurate.files.lock import exclusive_lock
from fercurate.store.staging import open_change
from fercurate.store.store import Store
from fercurate.synthetic.fer2013 import write_fer2013

CARE = "fercurate.pipeline.care"


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
    done = run("stats")
    assert done.out.startswith("mine.h5: store of 200")
    assert done.err == "settings: fercurate.toml\n"
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
        ("cluster = 'tcp://elsewhere:8786'", "unknown setting 'cluster'"),
        ('store = "a\\u0000b"', "expected text or a whole number"),
        ("stor = 'a'", "unknown setting 'stor' (did you mean 'store'?"),
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
    (tmp_path / "pyproject.toml").write_text("tool = 3")
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


def test_a_full_disk_ends_the_log_and_not_the_run(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("logging.FileHandler._open", lambda _: Full())
    done = run("--log", "run.log", "recipes", "modified_fer")
    assert done.code == 0
    assert "version: 1" in done.out
    assert done.err.count("run.log is incomplete") == 1
    assert "Traceback" not in done.err


def test_a_log_is_a_regular_file(run: Any) -> None:
    assert run("--log", "/dev/null", "recipes").code == 2


def test_a_log_keeps_no_password_and_has_faults_of_the_command_line(
    run: Any, tmp_path: Path
) -> None:
    run("--log", "run.log", "stats", "s3://KEY:SECRET@bucket/x?token=T")
    run("--log", "run.log", "build", "--recipee", "x")
    text = (tmp_path / "run.log").read_text()
    assert "s3://bucket/x" in text
    assert not any(secret in text for secret in ("KEY", "SECRET", "token"))
    assert re.search("ERROR .*--recipee", text)


def test_a_busy_store_is_waited_for(run: Any, store: Path) -> None:
    lock = store.with_name("store.h5.parts") / "lock"
    held = threading.Event()

    def hold() -> None:
        with exclusive_lock(lock, StoreError("held twice")):
            held.set()
            time.sleep(1.2)

    for command in (("compact", store), ("filter", store, "--criteria", "too_dark")):
        held.clear()
        other = threading.Thread(target=hold)
        other.start()
        held.wait()
        done = run(*command)
        assert done.code == 1
        assert "--wait SECONDS does" in done.err
        done = run(*command, "--wait", "30")
        other.join()
        assert (done.code, "error" in done.err) == (0, False)


def test_what_was_stored_while_compact_waited_is_kept(
    run: Any, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another command commits after compact has looked and before it holds the lock."""
    opened = open_change
    late: list[int] = []

    def after_another(*arguments: Any) -> Any:
        if not late:
            late.append(1)
            run("filter", store, "--criteria", "too_dark")
        return opened(*arguments)

    monkeypatch.setattr(f"{CARE}.compact.open_change", after_another)
    assert run("compact", store).code == 1
    late.clear()
    monkeypatch.setattr(f"{CARE}.compact.open_change", opened)
    assert run("compact", store, "--wait", "5").code == 0
    with Store.open(store) as kept:
        assert [kind for kind, _ in kept.measured_kinds()] == ["exposure"]


def test_two_merges_into_one_store_are_one(
    run: Any, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Path(shutil.copy(store, tmp_path / "other.h5"))
    shutil.copytree(f"{store}.parts", f"{other}.parts")
    opened, late = open_change, list[int]()

    def after_another(*arguments: Any) -> Any:
        if not late:
            late.append(1)
            assert run("ingest", "fer2013.csv", "--store", "new.h5").code == 0
        return opened(*arguments)

    write_fer2013(tmp_path, sizes=(20, 5, 5), seed=9)
    monkeypatch.setattr(f"{CARE}.merge.open_change", after_another)
    done = run("merge", "fresh.h5", store, "--into", "new.h5")
    assert done.code == 1  # there is no fresh.h5
    assert run("ingest", "fer2013.csv", "--store", "fresh.h5", "--name", "fresh").code == 0
    done = run("merge", "fresh.h5", store, "--into", "new.h5")
    assert done.code == 2
    assert "it is there already" in done.err
    with Store.open(tmp_path / "new.h5") as kept:
        assert len(kept) == 30
