"""A tiny store, two exports of it and a further corpus: made once a process, copied for a case."""

import atexit
import hashlib
import shutil
import tempfile
from functools import cache
from pathlib import Path

import h5py
import numpy as np

from benchmarks.torture.hostile.case import Make
from benchmarks.torture.hostile.stored.changes import Change
from benchmarks.torture.sandbox import fercurate, run
from fercurate.files.seal import write_seal
from fercurate.store.layout import HEAD_TYPE

STORE, PARTS, MORE, RECIPE = "s.h5", "s.h5.parts", "more", "in.yaml"
EXPORT, LEGACY, OTHER = "o", "l", "other.h5"
STORED = (STORE, PARTS, MORE, RECIPE)
"""What the commands on a store need."""

TEXT = """\
version: 1
name: tiny
description: A tiny set
sources: [fer2013, pics]
labels: {scheme: seven}
splits: {kind: native, train: [Training], val: [PublicTest], test: [PrivateTest, Test]}
normalize:
  - {kind: grayscale}
  - {kind: resize, size: 48, fit: pad}
balance:
  - {kind: offline, copies: [{kind: flip}]}
"""
"""The recipe of the exports."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "stats": ("stats", STORE),
    "audit": ("audit", STORE, "--max-leak", "1"),
    "build": ("build", "--recipe", RECIPE, "--store", STORE, "--output", "b"),
    "ingest": ("ingest", MORE, "--store", STORE, "--name", "more", "--json"),
    "filter": ("filter", STORE, "--no-ease"),
}
"""What is done with a store, by name."""

_MAKING = (
    ("ingest", "fer", "--store", STORE),
    ("ingest", "pics", "--store", STORE, "--name", "pics"),
    ("filter", STORE, "--no-ease"),
    ("ingest", MORE, "--store", OTHER, "--name", "more"),
    ("build", "--recipe", RECIPE, "--store", STORE, "--output", EXPORT, "--framework", "sklearn"),
    ("build", "--recipe", RECIPE, "--store", STORE, "--output", LEGACY, "--layout", "legacy"),
)


@cache
def template() -> Path:
    """The folder of everything, made in children: OpenCV's threads do not outlive a fork."""
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / RECIPE).write_text(TEXT)
    drawn = run(lambda: _draw(folder), 60)
    outcomes = [drawn, *(fercurate(command, folder, 60) for command in _MAKING)]
    for outcome in outcomes:
        if outcome.code:
            raise RuntimeError(f"the tiny store cannot be made: {outcome.err}")
    return folder


def _draw(folder: Path) -> int:
    from PIL import Image  # only here, in a child

    from fercurate.synthetic.fer2013 import write_fer2013

    write_fer2013(folder / "fer", (70, 14, 14), seed=1)
    write_fer2013(folder / MORE, (40, 8, 8), seed=2, broken=False)
    rng = np.random.default_rng(0)
    for split in ("train", "test"):
        for name in ("happy", "sad"):
            place = folder / "pics" / split / name
            place.mkdir(parents=True)
            for number in range(3):
                pixels = rng.integers(0, 255, (48, 48), dtype=np.uint8)
                Image.fromarray(pixels).save(place / f"{number}.png")
    return 0


def put(folder: Path, *names: str) -> None:
    """Copy things of the template into a folder."""
    for name in names:
        place = template() / name
        if place.is_dir():
            shutil.copytree(place, folder / name)
        else:
            shutil.copyfile(place, folder / name)


def stored(change: Make) -> Make:
    """Make a store, the further corpus and the recipe, and then change something."""

    def make(folder: Path) -> None:
        put(folder, *STORED)
        change(folder)

    return make


def exported(change: Make, name: str = EXPORT) -> Make:
    """Make an export and then change something."""

    def make(folder: Path) -> None:
        put(folder, name)
        change(folder)

    return make


def head(change: Change) -> Make:
    """Change the head of a store, and seal it again."""
    return stored(lambda folder: edit_head(folder / STORE, change))


def part(number: int, change: Change) -> Make:
    """Change a part, and make the head list it as if it had been written so."""

    def edit(folder: Path) -> None:
        path = folder / PARTS / f"{number:06d}.h5"
        with h5py.File(path, "r+") as file:
            change(file)
        accept(folder, path)

    return stored(edit)


def edit_head(path: Path, change: Change) -> None:
    """Change a sealed head and seal it again."""
    with h5py.File(path, "r+") as file:
        change(file)
    with path.open("r+b") as raw:
        write_seal(raw, HEAD_TYPE.name)


def accept(folder: Path, path: Path) -> None:
    """Make the head of a store list a part as it is now, all of it as columns."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest().encode()

    def listed(file: h5py.File) -> None:
        place = [bytes(name) for name in file["parts/name"][:]].index(path.name.encode())
        file["parts/size"][place] = len(content)
        file["parts/sha256"][place] = digest
        for name in ("columns_sha256", "pixels"):
            count = len(file["parts/name"])
            del file[f"parts/{name}"]
            file[f"parts/{name}"] = np.full(count, b"", dtype="S1")

    edit_head(folder / STORE, listed)


def unlocked(name: str, change: Change, export: str = EXPORT) -> Make:
    """Change an HDF5 file of an export, and take away the lock that would tell."""

    def edit(folder: Path) -> None:
        with h5py.File(folder / export / name, "r+") as file:
            change(file)
        (folder / export / "recipe.lock").unlink()

    return exported(edit, export)
