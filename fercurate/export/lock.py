"""``recipe.lock``: what an export was made from, with what, and what came out, by digest."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import h5py

from fercurate import __version__
from fercurate.domain.lineage import LineageEntry
from fercurate.errors import ExportError
from fercurate.files.digest import sha256_of
from fercurate.files.parallel import worker_count
from fercurate.files.regular import read_regular
from fercurate.training.shared.lock import LOCK_FILE, LOCK_VERSION, own_digest, sealed

__all__ = ["LOCK_FILE", "Provenance", "locked_files", "tool_versions", "write_json", "write_lock"]

_MOST_BYTES = 64 << 20
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

    ``framework`` is the one that its scripts are for, ``command`` what built it. ``measured_by``
    names the methods by which pictures were measured, if the recipe asks. ``bundle`` names the
    one that it was made from, if any. ``decisions`` is the digest of those by people, if the
    recipe asks for them.
    """

    recipe: str
    recipe_sha256: str
    seed: int
    layout: str
    framework: str
    command: str
    store_sha256: str
    measured_by: tuple[str, ...] = ()
    bundle: str = ""
    decisions: str = ""


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
        **own_digest(),
        **asdict(provenance),
        "versions": tool_versions(),
        "inputs": [
            {"source": entry.source, **asdict(file)} for entry in lineage for file in entry.inputs
        ],
        "outputs": dict(zip(sorted(outputs), described, strict=True)),
    }
    text = _json_text(lock).encode("utf-8", "backslashreplace").decode()
    (folder / LOCK_FILE).write_text(sealed(text), encoding="utf-8")


def read_provenance(path: Path) -> dict[str, Any]:
    """What a lock says of what an export was made from; its own digest is checked elsewhere.

    Raises:
        ExportError: it cannot be read.
    """
    try:
        lock = json.loads(read_regular(path, _MOST_BYTES))
    except (OSError, ValueError, RecursionError) as error:
        raise ExportError(f"no lock ({error})", where=str(path)) from None
    return lock if isinstance(lock, dict) else {}


def locked_files(folder: Path) -> set[str]:
    """The files of the export in a folder, its lock among them; nothing without a lock of ours.

    A lock that is damaged still marks the folder as an export, so that it can be replaced.
    """
    try:
        lock = json.loads(read_regular(folder / LOCK_FILE, _MOST_BYTES))
        if "lock_version" not in lock:
            return set()
        return {name for name, facts in lock["outputs"].items() if "sha256" in facts} | {LOCK_FILE}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return set()


def _describe(path: Path) -> dict[str, str | int]:
    return {"size": path.stat().st_size, "sha256": sha256_of(path)}


def write_json(path: Path, value: Mapping[str, object]) -> None:
    """Write JSON as people and diffs like it."""
    path.write_text(_json_text(value), encoding="utf-8", errors="backslashreplace")


def _json_text(value: Mapping[str, object]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
