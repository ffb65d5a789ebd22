"""One side of a comparison, read: an export, a store, or a lock alone."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.sample_table import COLUMNS_OF_MANIFEST, SAMPLE_COLUMNS, SampleTable
from fercurate.errors import ExportError, InputError
from fercurate.export.exported_files import is_export
from fercurate.export.folder import RECIPE_FILE
from fercurate.export.lock import LOCK_FILE, read_provenance
from fercurate.export.reader import read_export
from fercurate.export.samples_file import SAMPLES, read_samples
from fercurate.files.regular import is_regular, read_regular
from fercurate.recipe.tree import read_tree
from fercurate.store.store import Store
from fercurate.training.shared import errors as kit
from fercurate.training.shared.lock import read_outputs

Kind = Literal["export", "store", "lock"]
_MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Side:
    """What is known of one side.

    ``samples`` is None of a lock, ``recipe`` the parsed recipe, ``lock`` what the lock says, and
    ``facts`` what else can be compared of a store: digests, counts of votes and rejects.
    """

    path: Path
    kind: Kind
    samples: SampleTable | None = None
    recipe: Any = None
    lock: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def read_side(path: Path) -> Side:
    """Read an export, a store, or a lock.

    Raises:
        InputError: it is none of them.
        StoreError, ExportError: it is damaged.
    """
    if not path.exists():
        raise InputError("no such export, store or lock", where=str(path))
    if path.is_file() and _is_lock(path):
        return Side(path, "lock", lock=_lock(path))
    if path.is_dir() and is_export(path):
        return _export(path)
    if path.is_file() and not is_export(path):
        return _store(path)
    raise InputError(
        "neither an export folder nor a store nor a lock",
        where=str(path),
        expected=f"a folder with {LOCK_FILE}, store.h5, or {LOCK_FILE}",
    )


def _is_lock(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(1) == b"{"


def _lock(path: Path) -> dict[str, Any]:
    try:
        read_outputs(path)
    except kit.ExportError as error:
        raise ExportError(str(error)) from None
    return read_provenance(path)


def _export(path: Path) -> Side:
    lock = _lock(path / LOCK_FILE) if is_regular(path / LOCK_FILE) else {}
    recipe = None
    if is_regular(path / RECIPE_FILE):
        text = read_regular(path / RECIPE_FILE, _MOST_BYTES).decode("utf-8", "replace")
        recipe = read_tree(text).value
    known = is_regular(path / SAMPLES)
    samples = read_samples(path / SAMPLES) if known else _samples_of_rows(path)
    return Side(path, "export", samples, recipe, lock)


def _samples_of_rows(path: Path) -> SampleTable:
    """The table of an export of an earlier version: of its original rows, without any reasons."""
    columns: dict[str, list[NDArray[np.object_]]] = {name: [] for name in SAMPLE_COLUMNS}
    for rows in read_export(path):
        originals = np.flatnonzero(~rows.derived)
        count = len(originals)
        told = {name: rows.text[name][originals] for name in ("sample_id", "source")}
        told["class"] = np.array(rows.classes, dtype=object)[rows.labels[originals]]
        told["split"] = np.full(count, rows.split, dtype=object)
        if rows.split == "test_screened":
            continue
        if rows.fold is not None:
            told["fold"] = np.array([str(fold) for fold in rows.fold[originals]], dtype=object)
        for name, values in columns.items():
            values.append(told.get(name, np.full(count, "", dtype=object)))
    return SampleTable({name: np.concatenate(values) for name, values in columns.items()})


def _store(path: Path) -> Side:
    with Store.open(path) as store:
        manifest = store.manifest
        facts = {
            "digest": store.digest(),
            "samples": len(manifest),
            "samples with votes": int(store.votes.any(axis=1).sum()),
            "rejects": store.reject_counts(),
            "pictures that may not come back": len(store.tombstones),
        }
        inputs = [
            {"source": e.source, "name": f.name, "size": f.size, "sha256": f.sha256}
            for e in store.lineage
            for f in e.inputs
        ]
        versions = {"fercurate": sorted({e.version for e in store.lineage})}
        lock = {"inputs": inputs, "versions": versions}
        return Side(path, "store", stored_samples(manifest), lock=lock, facts=facts)


def stored_samples(manifest: Manifest) -> SampleTable:
    """The samples of a store as a table: their native splits, expressions for classes."""
    count = len(manifest)
    nothing = np.full(count, "", dtype=object)
    told = {name: manifest.text(name) for name in COLUMNS_OF_MANIFEST}
    native = told["native_split"]
    told |= {
        "sample_id": manifest.text("id"),
        "class": told["expression"],
        "split": np.where(native == "", "stored", native),
        "line": np.array([str(line) for line in manifest.numbers("line")], dtype=object),
    }
    return SampleTable({name: told.get(name, nothing) for name in SAMPLE_COLUMNS})


def describe(value: Any) -> str:
    """A value of a recipe or a lock as one line of text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
