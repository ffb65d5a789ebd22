"""Help texts: fast, with examples that run."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
import pytest

from fercurate.cli.lazy import COMMANDS
from fercurate.cli.main import main
from fercurate.store.store import Store


def examples() -> list[tuple[str, str]]:
    found = [("fercurate", line) for line in str(main.epilog).splitlines()]
    for name in COMMANDS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        found += [(name, line) for line in str(command.epilog).splitlines()]
    told = {line.strip(): name for name, line in found}  # an example of two helps runs once
    return [(name, line) for line, name in told.items() if line.startswith("fercurate ")]


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
    for number, name in enumerate(("angry", "sad")):
        folder = tmp_path / "my_faces" / name
        folder.mkdir(parents=True)
        cv2.imwrite(str(folder / "1.png"), np.full((60, 60), 20 * number, np.uint8))
    for number in range(7):
        folder = tmp_path / "fer_folders" / "train" / str(number)
        folder.mkdir(parents=True)
        cv2.imwrite(str(folder / "1.png"), np.full((48, 48), 20 * number, np.uint8))
    return tmp_path


EXPORTS = (
    "data/processed/clean_seven",
    "data/processed/fer2013_seven",
    "out/clean_seven",
    "out/monday",
    "out/today",
    "theirs",
    "ours",
)
STORES = ("my_copy.h5", "old.h5", "fer.h5", "affectnet.h5")
REPLACED = (
    ("/tmp/demo", "{}/demo"),
    ("/tmp/again", "{}/again"),
    ("train.h5:1234", "train.h5:12"),
    ("remove store.h5 --source affectnet", "remove store.h5 --source fer2013"),
    ("remove store.h5 --source rafdb", "remove store.h5 --source fer2013"),
    ("occluded --where \"source = 'affectnet'\"", "occluded --where \"source = 'fer2013'\""),
)
"""What stands in an example, and what a test has for it."""

DECIDED = ("anna.jsonl", "ben.jsonl", "both.jsonl", "published.jsonl")


def provide_decisions(run: Any, store: Path, command: str) -> None:
    """Make the files of decisions that an example reads, and the table that it decides by."""
    for name in DECIDED:
        if re.search(rf"(?<!-o) {name}\b", command):
            author = name.partition(".")[0]
            options = ("--by", author, "--decisions", store.with_name(name))
            assert run("decide", store, "fer2013:0000017", "--label", "sad", *options).code == 0
    if "relabeled.csv" in command:
        store.with_name("relabeled.csv").write_text("id,label\nfer2013:0000017,sad\n")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Reviews end at once and wait for nobody; the queues that they opened."""
    pytest.importorskip("starlette")
    pytest.importorskip("uvicorn")
    from fercurate.web import server

    opened: list[str] = []

    def serve(session: Any, options: object, ready: object) -> None:
        opened.append(session.queue.name)

    monkeypatch.setattr(server, "serve", serve)
    return opened


def provide(run: Any, playground: Path, command: str) -> None:
    """Make the exports, stores and files that an example of proof and care names."""
    store = playground / "store.h5"
    bundled = "--bundle clean_seven.bundle.zip" in command
    for name in EXPORTS:
        if re.search(rf" {name}\b", command) or (bundled and name == EXPORTS[0]):
            made = run("build", "--recipe", "modified_fer", "--output", name)
            assert made.code == 0, made.err
    if bundled:
        made = run("bundle", EXPORTS[0], "--output", "clean_seven.bundle.zip")
        assert made.code == 0, made.err
    for name in STORES:
        if f" {name}" in command:
            shutil.copy(store, playground / name)
            shutil.copytree(f"{store}.parts", playground / f"{name}.parts")
    if "trace some_face.jpg" in command or "label_noise >" in command:
        assert run("filter", "data/processed/store.h5").code == 0
    if "people.csv" in command:
        (playground / "people.csv").write_text("id,gender\nfer2013:0000017,female\n")
    if "crowd.csv" in command:
        (playground / "crowd.csv").write_text("id,happy,sad\nfer2013:0000017,3,1\n")
    provide_decisions(run, store, command)
    if command.startswith("fercurate predictions"):
        (playground / "predictions_out_of_fold.csv").write_text(
            "sample_id,happy,sad,out_of_fold\nfer2013:0000017,0.9,0.1,1\n"
        )
        if " show " in command or " list " in command:
            made = run("predictions", "add", store, "predictions_out_of_fold.csv")
            assert made.code == 0, made.err
    if "withdrawn.txt" in command:
        (playground / "withdrawn.txt").write_text("fer2013:0000017\n")
    if "some_face.jpg" in command:
        with Store.open(store) as opened:
            cv2.imwrite(
                str(playground / "some_face.jpg"), next(iter(opened.images(np.array([17]))))
            )


@pytest.mark.parametrize(("name", "line"), examples(), ids=lambda value: str(value)[:60])
def test_every_example_in_the_help_runs(
    run: Any, playground: Path, name: str, line: str, request: pytest.FixtureRequest
) -> None:
    command = re.sub(r" > \S+$", "", line)
    opened = request.getfixturevalue("hurried") if name == "review" else None
    if " demo" in command:
        request.getfixturevalue("small_demo")
    provide(run, playground, command)
    if "my.yaml" in command:
        (playground / "my.yaml").write_text(run("recipes", "modified_fer").out)
    if "data/processed/modified_fer" in command:
        assert run("build", "--recipe", "modified_fer").code == 0
    for written, there in REPLACED:
        command = command.replace(written, there.format(playground))
    result = run(*shlex.split(command)[1:])
    assert result.code == 0, result.err
    assert opened is None or len(opened) == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_and_a_first_line(run: Any, name: str) -> None:
    shown = run(name, "--help").out
    assert "Examples:" in shown
    assert f"fercurate {name}" in shown
    assert COMMANDS[name] in " ".join(run("--help").out.split())


def test_help_and_version_import_nothing_heavy() -> None:
    heavy = "{'numpy', 'pandas', 'cv2', 'h5py', 'pydantic', 'albumentations', 'sklearn', 'torch'}"
    code = (
        "import sys; sys.argv = ['fercurate', '--help']; from fercurate.cli.main import main; "
        f"main(standalone_mode=False); print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")
