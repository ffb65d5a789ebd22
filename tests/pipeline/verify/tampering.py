"""Exports to verify, changed behind their back, and locks sealed again as who hides it would."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from fercurate.export.lock import LOCK_FILE
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.verify.findings import Finding, VerifyReport
from fercurate.pipeline.verify.verify import EVERY_ROW, VerifyRequest, verify
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.training.shared.lock import own_digest, sealed

Change = Callable[[Path], object]
"""What is done to the folder of an export."""

CHANGED = "changed since it was built"
TRAIN = "train.h5"

AFFINE = {"kind": "albumentations", "transform": "Affine", "rotate": [-20, 20]}
FER = {"kind": "native", "train": ["Training"], "test": ["PublicTest", "PrivateTest"]}
SMALL = [{"kind": "grayscale"}, {"kind": "resize", "size": 48, "fit": "pad"}]


def own(**sections: Any) -> LoadedRecipe:
    base: dict[str, Any] = {
        "version": 1,
        "name": "own",
        "description": "own",
        "sources": ["fer2013"],
        "labels": {"scheme": "seven"},
        "splits": FER,
        "normalize": SMALL,
    }
    return parse_recipe(json.dumps(base | sections), "own.yaml")


def copies(*operations: dict[str, Any], times: int = 1) -> list[dict[str, Any]]:
    return [{"kind": "offline", "copies": list(operations), "times": times}]


def built(store: Path, output: Path, recipe: str | LoadedRecipe, **options: Any) -> Path:
    """Build a shipped recipe, or a read one."""
    loaded = load_recipe(recipe) if isinstance(recipe, str) else recipe
    build(BuildRequest(loaded, store, output, **options))
    return output


def replayed(export: Path, store: Path, rows: int = EVERY_ROW, jobs: int = 0) -> VerifyReport:
    """Verify an export, rows made again."""
    return verify(VerifyRequest(export, rows, store, jobs=jobs))


def reseal(export: Path, **facts: object) -> None:
    """Give a lock the digests of the files that it lists and that are there; seal it again.

    ``facts`` are other entries to put into it.
    """
    place = export / LOCK_FILE
    lock = json.loads(place.read_text())
    present = [name for name in lock["outputs"] if (export / name).exists()]
    lock["outputs"] = {name: _described(export / name) for name in present}
    text = json.dumps(lock | facts | own_digest(), indent=2, ensure_ascii=False)
    place.write_text(sealed(text + "\n"))


def _described(path: Path) -> dict[str, object]:
    content = path.read_bytes()
    return {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def edited(name: str, change: Callable[[h5py.File], object]) -> Change:
    """Change a data file."""

    def apply(export: Path) -> None:
        with h5py.File(export / name, "r+") as file:
            change(file)

    return apply


def cell(column: str, row: int, value: object, name: str = TRAIN) -> Change:
    """Put a value into a column; a callable gets the one that is there."""

    def put(file: h5py.File) -> None:
        dataset = file[column]
        dataset[row] = value(dataset[row]) if callable(value) else value

    return edited(name, put)


def attribute(key: str, change: Callable[[Any], object], name: str = TRAIN) -> Change:
    """Change an attribute of a data file."""

    def put(file: h5py.File) -> None:
        file.attrs[key] = change(file.attrs[key])

    return edited(name, put)


def swapped(first: int, second: int, *columns: str, name: str = TRAIN) -> Change:
    """Swap two rows in some columns, or in all."""

    def swap(file: h5py.File) -> None:
        for column in columns or tuple(file):
            dataset = file[column]
            dataset[first], dataset[second] = dataset[second], dataset[first]

    return edited(name, swap)


def without_row(row: int, name: str = TRAIN) -> Change:
    """Take a row out of all columns."""

    def remove(file: h5py.File) -> None:
        for column in tuple(file):
            replace(file, column, np.delete(file[column][:], row, axis=0))

    return edited(name, remove)


def replace(file: h5py.File, column: str, values: np.ndarray) -> None:
    """Put other values, of any shape and type, in a column's place."""
    del file[column]
    file.create_dataset(column, data=values)


def text(name: str, old: str, new: str) -> Change:
    """Replace a text once in a file; it must be there."""

    def write(export: Path) -> None:
        content = (export / name).read_text()
        assert old in content
        (export / name).write_text(content.replace(old, new, 1))

    return write


def finding(report: VerifyReport, place: str, what: str) -> Finding | None:
    """The first finding of a place that says so."""
    told = (one for one in report.findings if one.place == place and what in one.what)
    return next(told, None)


def lines(report: VerifyReport) -> list[str]:
    """All findings as text, for messages of tests that fail."""
    return [f"{one.place}: {one.what}" for one in report.findings]
