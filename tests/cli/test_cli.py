"""The command line: output, exit codes, messages, help, speed of help."""

import json
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from fercurate.cli.lazy import COMMANDS
from fercurate.cli.main import main
from fercurate.synthetic.fer2013 import write_fer2013

ENTRY = [sys.executable, "-c", "from fercurate.cli.main import run; run()"]


def test_ingest_then_stats(run: Any, fer_folder: Path) -> None:
    first = run("ingest", fer_folder, "--store", "s.h5")
    assert first.code == 0
    assert "203 rows read; 200 added, 0 unchanged, 3 rejected" in first.out
    assert "fer2013.csv:142: 2303 pixel values; expected 2304 (48x48) (E_PIXCOUNT)" in first.out
    again = run("ingest", fer_folder, "--store", "s.h5", "--json")
    report = json.loads(again.out)
    assert [r["changed"] for r in report["inputs"]] == [False, False]
    stats = json.loads(run("stats", "s.h5", "--json").out)
    assert (stats["schema_version"], stats["kind"], stats["total"]) == (1, "store", 200)
    assert stats["sources"] == {"fer2013": 200}
    assert list(stats["splits"]) == ["Training", "PublicTest", "PrivateTest"]
    assert sum(stats["splits"]["Training"].values()) == 140


def test_stats_shows_bars_shares_and_derived_rows(run: Any, shared_store: Path) -> None:
    run("build", "--recipe", "modified_fer", "--store", shared_store, "--output", "o")
    shown = run("stats", "o")
    assert "test: 240 rows" in shown.out
    assert "180 derived (75.0%)" in shown.out
    assert "imbalance ratio" in shown.out
    happy = next(line for line in shown.out.splitlines() if line.startswith("  happy"))
    assert "%" in happy
    stats = json.loads(run("stats", "o", "--json").out)
    assert stats["kind"] == "export"
    assert stats["derived"] == {"train": 420, "test": 180}


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_stats_draws_a_plot(run: Any, shared_store: Path, tmp_path: Path, suffix: str) -> None:
    assert run("stats", shared_store, "--plot", f"b.{suffix}").code == 0
    assert (tmp_path / f"b.{suffix}").stat().st_size > 5000
    refused = run("stats", shared_store, "--plot", "b.docx")
    assert (refused.code, "ending in .png" in refused.err) == (2, True)


def test_json_leaves_stdout_to_the_machine(run: Any, fer_folder: Path) -> None:
    result = run("ingest", fer_folder, "--store", "s.h5", "--json")
    json.loads(result.out)
    assert "a folder with fer2013.csv" in result.err
    built = run("build", "--recipe", "modified_fer", "--store", "s.h5", "--json")
    assert json.loads(built.out)["splits"]["test"]["derived"] == 180
    assert "warning: test holds changed copies" in built.err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ingest"], 2, "Missing argument"),
        (["ingest", "nothing.csv"], 1, "nothing.csv: no such file or folder"),
        (["ingest", "empty"], 1, "empty: not recognized; expected CK+, AffectNet"),
        (["ingest", "zero.csv"], 1, "zero.csv: not recognized"),
        (["ingest", "zero.csv"], 1, "Found: the file is empty"),
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


def test_strict_stores_nothing(run: Any, fer_folder: Path, tmp_path: Path) -> None:
    result = run("ingest", fer_folder / "fer2013.csv", "--strict", "--store", "s.h5")
    assert result.code == 1
    assert "3 rows were rejected and --strict" in result.err
    assert not (tmp_path / "s.h5").exists()


def test_a_file_of_rejects_only_is_an_error(run: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("emotion,pixels,Usage\n0,1 2 3,Training\n")
    result = run("ingest", "bad.csv")
    assert result.code == 1
    assert "all 1 rows were rejected" in result.err
    assert "bad.csv:2" in result.err


def test_dry_runs_touch_nothing(run: Any, fer_folder: Path, tmp_path: Path) -> None:
    assert run("ingest", fer_folder, "--dry-run").code == 0
    assert not list(tmp_path.iterdir())


def test_the_store_is_named_by_option_or_environment(
    run: Any, shared_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FERCURATE_STORE", str(shared_store))
    assert json.loads(run("stats", "--json").out)["total"] == 200


def test_recipes_are_listed_shown_and_described(run: Any) -> None:
    listed = run("recipes").out
    assert "modified_fer" in listed
    assert "version: 1" in run("recipes", "modified_fer").out
    assert json.loads(run("recipes", "--schema").out)["title"] == "fercurate recipe"
    assert {r["name"] for r in json.loads(run("recipes", "--json").out)["recipes"]} >= {
        "fer2013_seven",
        "modified_fer",
    }


def test_demo_runs_the_whole_job(run: Any, tmp_path: Path) -> None:
    result = run("demo", "d")
    assert result.code == 0, result.err
    assert "modified_fer: written" in result.out
    assert "test: 960 rows" in result.out
    assert (tmp_path / "d" / "modified_fer" / "train.h5").is_file()
    assert run("demo", "d").code == 2
    assert run("demo", "d", "--overwrite").code == 0


def examples() -> list[tuple[str, str]]:
    found = [("fercurate", line) for line in str(main.epilog).splitlines()]
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        found += [(name, line) for line in str(command.epilog).splitlines()]
    return [(name, line.strip()) for name, line in found if line.strip().startswith("fercurate ")]


@pytest.fixture
def playground(tmp_path: Path, fer_folder: Path, shared_store: Path) -> Path:
    """Everything that the examples in the help texts name."""
    parts = shared_store.with_name("store.h5.parts")
    for name in ("store.h5", "my.h5", "data/processed/store.h5"):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shared_store, target)
        shutil.copytree(parts, target.with_name(target.name + ".parts"))
    for name in ("fer2013.csv", "fer2013new.csv"):
        shutil.copy(fer_folder / name, tmp_path / name)
    import cv2
    import numpy as np

    for number, name in enumerate(("angry", "sad")):
        folder = tmp_path / "my_faces" / name
        folder.mkdir(parents=True)
        cv2.imwrite(str(folder / "1.png"), np.full((60, 60), 20 * number, np.uint8))
    for number in range(7):
        folder = tmp_path / "fer_folders" / "train" / str(number)
        folder.mkdir(parents=True)
        cv2.imwrite(str(folder / "1.png"), np.full((48, 48), 20 * number, np.uint8))
    return tmp_path


@pytest.mark.parametrize(("name", "line"), examples(), ids=lambda value: str(value)[:60])
def test_every_example_in_the_help_runs(run: Any, playground: Path, name: str, line: str) -> None:
    command = line.partition(">")[0]
    if "my.yaml" in command:
        (playground / "my.yaml").write_text(run("recipes", "modified_fer").out)
    if "data/processed/modified_fer" in command:
        assert run("build", "--recipe", "modified_fer").code == 0
    command = command.replace("/tmp/demo", str(playground / "demo"))
    result = run(*shlex.split(command)[1:])
    assert result.code == 0, result.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_and_a_first_line(run: Any, name: str) -> None:
    shown = run(name, "--help").out
    assert "Examples:" in shown
    assert f"fercurate {name}" in shown
    assert COMMANDS[name] in run("--help").out.replace("\n           ", "")


def test_help_and_version_import_nothing_heavy() -> None:
    heavy = "{'numpy', 'pandas', 'cv2', 'h5py', 'pydantic', 'albumentations', 'sklearn', 'torch'}"
    code = (
        "import sys; sys.argv = ['fercurate', '--help']; from fercurate.cli.main import main; "
        f"main(standalone_mode=False); print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")


SLOW_INGEST = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job may ignore it
from fercurate.sources.fer2013 import csv_file as fer2013
parse = fer2013.parse_rows
def slow(*arguments):
    print("reading", flush=True)
    time.sleep(0.5)
    return parse(*arguments)
fer2013.parse_rows = slow
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
