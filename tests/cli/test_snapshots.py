"""What every command prints, to the letter: text, JSON and help. See conftest.py."""

import re
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.cli.boundary import FINDINGS
from fercurate.cli.lazy import COMMANDS
from fercurate.pipeline.attributes.add import AddAttributesRequest, add_attributes
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.predictions.add import AddRequest, add_predictions
from fercurate.recipe.shipped import load_recipe
from tests.pipeline.decisions.people import on, stored, written
from tests.pipeline.predictions.made import SEVEN, ids_and_labels, write_table

RUNS: dict[str, str] = {
    "inspect": "inspect fer2013",
    "ingest": "ingest fer2013 --store new.h5",
    "stats": "stats store.h5",
    "filter": "filter store.h5 --no-ease",
    "explain": "filter store.h5 --no-ease --explain fer2013:0000003",
    "predictions": "predictions show asked.h5",
    "predicted": "predictions list asked.h5",
    "asked": "predictions add store.h5 mine.csv --out-of-fold",
    "votes": "votes list store.h5",
    "voted": "votes add store.h5 readers.csv --name lab --dry-run",
    "agreement": "votes agreement store.h5",
    "attributes": "attributes list asked.h5",
    "told": "attributes add store.h5 people.csv --dry-run",
    "decide": "decide store.h5 fer2013:0000007 fer2013:0000008 --label sad --by anna",
    "decisions": "decisions agreement anna.jsonl ben.jsonl --store store.h5",
    "united": "decisions merge anna.jsonl ben.jsonl -o both.jsonl",
    "applied": "decisions apply anna.jsonl ben.jsonl --store store.h5 --dry-run",
    "exported": "decisions export anna.jsonl ben.jsonl -o both.csv",
    "review": "review store.h5 --queue random --as anna --no-browser",
    "audit": "audit store.h5",
    "init": "init --store store.h5 --name mine --screen balanced --balance weights --yes",
    "preview": "preview --recipe fer2013_seven --store store.h5 --output looks",
    "build": "build --recipe modified_fer --store store.h5 --output export",
    "plan": "build --recipe fer2013_seven --store store.h5 --output export --dry-run",
    "recipes": "recipes",
    "recipe": "recipes modified_fer",
    "models": "models list",
    "fetch": "models fetch yunet --dry-run",
    "completion": "completion bash",
    "demo": "demo demo",
    "trace": "trace built/train.h5:3 --store store.h5",
    "rejected": "trace fer2013.csv:142 --store store.h5",
    "listed": "trace --list --store store.h5 --where expression='disgust'",
    "verify": "verify built --replay 20 --store store.h5",
    "rebuild": "rebuild built --store store.h5 --output again",
    "diff": "diff built built",
    "bundle": "bundle built --store store.h5 --output built.zip",
    "sources": "sources store.h5",
    "rejects": "rejects store.h5",
    "remove": "remove store.h5 --source fer2013 --dry-run",
    "compact": "compact store.h5",
    "merge": "merge store.h5 copy.h5 --into both.h5",
    "funnel": "stats built --funnel",
    "counted": "stats built",
    "laid_out": "export built --for poster++ --output laid",
    "trainers": "export --list",
}
VERBS = (
    *("models list", "models fetch"),
    *(f"predictions {verb}" for verb in ("add", "list", "show")),
    *(f"votes {verb}" for verb in ("add", "list", "agreement")),
    *(f"attributes {verb}" for verb in ("add", "list")),
    *(f"decisions {verb}" for verb in ("merge", "agreement", "apply", "export")),
)
HELPS = [*COMMANDS, *VERBS]
pytestmark = pytest.mark.usefixtures("small_demo")
UNATTENDED = {"doctor"}
"""Commands that wait for a person, or speak of a machine: only their help is looked at here."""

MEASURED = ("explain", "sources", "compact")
SIZED = ("bundle", "sources", "compact", "trace", "united", "laid_out")
"""Runs that print bytes, which depend on libraries, or digests and times."""


def steady(name: str, text: str) -> str:
    """Leave out what is not of the command line: the kit's files, and a machine's arithmetic."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:+]+", "TIME", text)
    text = re.sub(r":\d+/\?token=[\w-]+", ":PORT/?token=TOKEN", text)
    if name in SIZED:
        text = re.sub(r"\b[0-9a-f]{64}\b", "DIGEST", text)
        text = re.sub(r" +\d{1,3}(,\d{3})+\b|\b\d{4,}\b", " N", text)
    text = re.sub(r'("?)(training/[\w./]+"?,\s+"?)+', r"\1training/...\1, \1", text)
    return re.sub(r"-?\d+\.\d+(e-\d+)?", "0.0", text) if name in MEASURED else text


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, fer_folder: Path) -> Path:
    """A store and an export of it."""
    folder = tmp_path_factory.mktemp("built")
    ingest(IngestRequest((fer_folder,), folder / "copy.h5"))
    recipe = load_recipe("fer2013_seven")
    build(BuildRequest(recipe, folder / "copy.h5", folder / "built", framework="none"))
    ingest(IngestRequest((fer_folder,), folder / "asked.h5"))
    ids, labels = ids_and_labels(folder / "asked.h5")
    told = ["sad" if place % 9 == 0 else name for place, name in enumerate(labels)]
    values = np.where(np.array(told)[:, None] == np.array(SEVEN), 0.94, 0.01)
    table = write_table(folder / "mine.csv", ids, values, SEVEN)
    add_predictions(AddRequest(folder / "asked.h5", table, out_of_fold=True))
    (folder / "readers.csv").write_text("id,Ana M.,bob\nfer2013:0000007,happy,NF\n")
    people = folder / "people.csv"
    people.write_text("id,gender,age\nfer2013:0000007,female,4-19\nfer2013:0000003,male,70+\n")
    add_attributes(AddAttributesRequest(folder / "asked.h5", people))
    decided(folder)
    return folder


def decided(folder: Path) -> None:
    """Write what two people decided at told times, some of it about what is not stored."""
    digests = stored(folder / "copy.h5")
    names = sorted(digests)[:12]
    for author, words in (("anna", "happy sad fear"), ("ben", "happy sad sad unsure")):
        told = words.split()
        said = [
            on(digests, name, told[place % len(told)], author=author, moment=place)
            for place, name in enumerate(names)
        ]
        said += [on(digests, names[0], "yes", author=author, question="occluded")]
        other = dict.fromkeys((names[3], "x:1"), "0" * 64)
        said += [on(other, name, "fear", author=author, moment=99) for name in other]
        written(folder / f"{author}.jsonl", said)


@pytest.fixture(autouse=True)
def corner(
    store: Path, built: Path, fer_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scratch folder with a store, its corpus, an export; no model, and 80 columns."""
    shutil.copytree(fer_folder, tmp_path / "fer2013")
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("FERCURATE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("FERCURATE_FACE_MODEL", raising=False)
    monkeypatch.delenv("FERCURATE_DEBUG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("uvicorn.Server.run", lambda *_, **__: None)  # a review that ends at once


def test_every_command_has_a_snapshot() -> None:
    assert {line.split()[0] for line in RUNS.values()} == set(COMMANDS) - UNATTENDED


@pytest.mark.parametrize("name", RUNS)
def test_the_text(run: Any, snapshot: Any, name: str) -> None:
    done = run(*RUNS[name].split())
    text = f"$ fercurate {RUNS[name]}\nexit code {done.code}\n"
    for stream, printed in (("stdout", done.out), ("stderr", done.err)):
        text += f"--- {stream}\n{printed}"
    snapshot(f"{name}/text.txt", steady(name, text))


@pytest.mark.parametrize("name", RUNS)
def test_the_json(run: Any, snapshot: Any, name: str) -> None:
    done = run(*RUNS[name].split(), "--json")
    assert done.code in {0, FINDINGS}, done.err
    snapshot(f"{name}/json.json", steady(name, done.out))


@pytest.mark.skipif(
    tuple(map(int, version("click").split(".")[:2])) < (8, 2),
    reason="an older Click words a few lines otherwise",
)
@pytest.mark.parametrize("name", ["", *HELPS])
def test_the_help(run: Any, snapshot: Any, name: str) -> None:
    done = run(*name.split(), "--help")
    assert (done.code, done.err) == (0, "")
    snapshot(f"{'-'.join(name.split()) or 'fercurate'}/help.txt", done.out)
