"""What every command prints, to the letter: text, JSON and help. See conftest.py."""

import re
import shutil
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from fercurate.cli.boundary import FINDINGS
from fercurate.cli.lazy import COMMANDS
from fercurate.pipeline import demo
from fercurate.synthetic.fer2013 import write_fer2013

RUNS: dict[str, str] = {
    "inspect": "inspect fer2013",
    "ingest": "ingest fer2013 --store new.h5",
    "stats": "stats store.h5",
    "filter": "filter store.h5 --no-ease",
    "explain": "filter store.h5 --no-ease --explain fer2013:0000003",
    "audit": "audit store.h5",
    "preview": "preview --recipe fer2013_seven --store store.h5 --output looks",
    "build": "build --recipe modified_fer --store store.h5 --output export",
    "plan": "build --recipe fer2013_seven --store store.h5 --output export --dry-run",
    "recipes": "recipes",
    "recipe": "recipes modified_fer",
    "models": "models list",
    "fetch": "models fetch yunet --dry-run",
    "demo": "demo demo",
}
EACH_RUN = [pytest.param(name, marks=pytest.mark.slow if name == "demo" else ()) for name in RUNS]
HELPS = [*COMMANDS, "models list", "models fetch"]
MEASURED = ("explain",)


def steady(name: str, text: str) -> str:
    """Leave out what is not of the command line: the kit's files, and a machine's arithmetic."""
    text = re.sub(r'("?)(training/[\w./]+"?,\s+"?)+', r"\1training/...\1, \1", text)
    return re.sub(r"-?\d+\.\d+(e-\d+)?", "0.0", text) if name in MEASURED else text


@pytest.fixture(autouse=True)
def corner(store: Path, fer_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scratch folder with a store and the corpus it was made of; no model, and 80 columns."""
    shutil.copytree(fer_folder, tmp_path / "fer2013")
    monkeypatch.setenv("FERCURATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("FERCURATE_FACE_MODEL", raising=False)
    monkeypatch.delenv("FERCURATE_DEBUG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture(autouse=True)
def small_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo of a few pictures and one recipe: what it prints is the same, and shorter."""
    fer2013 = partial(write_fer2013, sizes=(70, 14, 14))
    monkeypatch.setattr(demo, "write_fer2013", fer2013)
    monkeypatch.setattr(demo, "RECIPES", ("fer2013_seven",))


def test_every_command_has_a_snapshot() -> None:
    assert {line.split()[0] for line in RUNS.values()} == set(COMMANDS)


@pytest.mark.parametrize("name", EACH_RUN)
def test_the_text(run: Any, snapshot: Any, name: str) -> None:
    done = run(*RUNS[name].split())
    text = f"$ fercurate {RUNS[name]}\nexit code {done.code}\n"
    for stream, printed in (("stdout", done.out), ("stderr", done.err)):
        text += f"--- {stream}\n{printed}"
    snapshot(f"text/{name}.txt", steady(name, text))


@pytest.mark.parametrize("name", EACH_RUN)
def test_the_json(run: Any, snapshot: Any, name: str) -> None:
    done = run(*RUNS[name].split(), "--json")
    assert done.code in {0, FINDINGS}, done.err
    snapshot(f"json/{name}.json", steady(name, done.out))


@pytest.mark.skipif(
    tuple(map(int, version("click").split(".")[:2])) < (8, 2),
    reason="an older Click words a few lines otherwise",
)
@pytest.mark.parametrize("name", ["", *HELPS])
def test_the_help(run: Any, snapshot: Any, name: str) -> None:
    done = run(*name.split(), "--help")
    assert (done.code, done.err) == (0, "")
    snapshot(f"help/{'-'.join(name.split()) or 'fercurate'}.txt", done.out)
