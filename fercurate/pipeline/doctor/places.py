"""Folders and files: room on the disk, permissions, the store, and the models that are at hand."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from fercurate.errors import FercurateError
from fercurate.files.remote.cache import cache_folder
from fercurate.pipeline.doctor.finding import Finding
from fercurate.pipeline.measure.models import known_models
from fercurate.store.store import Store

LEAST_ROOM = 2_000_000_000
"""Bytes that a store of FER-2013 and a few exports of it need."""


def place_findings(store: Path) -> Iterator[Finding]:
    """Yield what is found of the store, of the folders that are written, and of models."""
    yield _store(store)
    folder = _there(store.absolute().parent)
    yield _room("room for stores and exports", folder)
    cache = cache_folder()
    yield _room("room for fetched files", _there(cache.absolute()))
    for model in known_models():
        name = f"model {model.model.name}"
        if model.state == "present":
            yield Finding(name, "ok", str(model.path))
        else:
            found = f"{model.state}: {model.model.purpose}"
            again = f"fercurate models fetch {model.model.name}"
            yield Finding(name, "fault" if model.state == "damaged" else "note", found, again)


def _there(folder: Path) -> Path:
    """A folder, or the nearest one above it that is there."""
    return next(one for one in (folder, *folder.parents) if one.is_dir())


def _store(path: Path) -> Finding:
    if not path.exists():
        return Finding("store", "note", f"none at {path}", "fercurate ingest CORPUS, or: --store")
    try:
        with Store.open(path) as store:
            found = f"{path}: {len(store):,} samples"
    except FercurateError as error:
        return Finding("store", "fault", error.message, f"fercurate verify {path}")
    parts = path.with_name(f"{path.name}.parts")
    if all(os.access(one, os.W_OK) for one in (path, parts, path.absolute().parent)):
        return Finding("store", "ok", found)
    return Finding(
        "store",
        "note",
        f"{found}; read only",
        "ingest, filter and remove need its owner; builds from measured stores do not",
    )


def _room(name: str, folder: Path) -> Finding:
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(name, "fault", f"{folder}: {error.strerror}", "Name another folder")
    found = f"{folder}: {free / 1e9:,.1f} GB free"
    if not os.access(folder, os.W_OK | os.X_OK):
        fix = "Name another folder with --store, -o or FERCURATE_CACHE"
        return Finding(name, "note", f"{found}; may not be written", fix)
    if free < LEAST_ROOM:
        fix = f"Free {LEAST_ROOM / 1e9:.0f} GB, or name another disk"
        return Finding(name, "fault", found, fix)
    return Finding(name, "ok", found)
