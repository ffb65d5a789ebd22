"""``recipe.lock``: what an export was made from, with what, and what came out, by digest."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import h5py

from fercurate import __version__
from fercurate.domain.lineage import LineageEntry
from fercurate.files.parallel import worker_count

LOCK_FILE = "recipe.lock"
"""Lists every file of an export; its presence marks a folder as one, which may be replaced."""

LOCK_VERSION = 1
_PACKAGES = (
    "numpy",
    "opencv-python-headless",
    "h5py",
    "pillow",
    "albumentations",
    "imbalanced-learn",
    "scikit-learn",
)


@dataclass(frozen=True, slots=True)
class Provenance:
    """What went into an export: the recipe and its digest, seed, layout, and the store's digest.

    ``measured_by`` names the methods by which pictures were measured, if the recipe asks.
    """

    recipe: str
    recipe_sha256: str
    seed: int
    layout: str
    store_sha256: str
    measured_by: tuple[str, ...] = ()


def tool_versions() -> dict[str, str]:
    """Versions of everything that can change a byte of an export."""
    packages = {name: version(name) for name in _PACKAGES}
    return {"fercurate": __version__, "hdf5": h5py.version.hdf5_version, **packages}


def write_lock(
    folder: Path,
    provenance: Provenance,
    lineage: Sequence[LineageEntry],
    outputs: Sequence[str],
    jobs: int = 0,
) -> None:
    """Write ``recipe.lock`` beside finished outputs, with their SHA-256, computed by ``jobs``."""
    with ThreadPoolExecutor(worker_count(jobs)) as pool:
        described = list(pool.map(_describe, (folder / name for name in sorted(outputs))))
    lock = {
        "lock_version": LOCK_VERSION,
        **asdict(provenance),
        "versions": tool_versions(),
        "inputs": [
            {"source": entry.source, **asdict(file)} for entry in lineage for file in entry.inputs
        ],
        "outputs": dict(zip(sorted(outputs), described, strict=True)),
    }
    write_json(folder / LOCK_FILE, lock)


def locked_files(folder: Path) -> set[str]:
    """The files of the export in a folder, its lock among them; nothing without a lock of ours."""
    try:
        lock = json.loads((folder / LOCK_FILE).read_text(encoding="utf-8"))
        if "lock_version" not in lock:
            return set()
        return {name for name, facts in lock["outputs"].items() if "sha256" in facts} | {LOCK_FILE}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()


def _describe(path: Path) -> dict[str, str | int]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"size": path.stat().st_size, "sha256": digest}


def write_json(path: Path, value: Mapping[str, object]) -> None:
    """Write JSON as people and diffs like it."""
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
