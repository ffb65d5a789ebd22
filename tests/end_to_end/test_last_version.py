"""A store and an export written by the last version: they open, count and build as they did.

``last_version/`` was made before the packages moved: a filtered store of synthetic FER-2013 with
votes (100 faces) and CK+ (8), and an export of ``fer2013_seven``. The digests are those of the
datasets that the last version built from this store: of the values, so that they do not depend on
HDF5's version, nor on the width of text, which is that of the recipe's own samples since.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any

import h5py
import pytest

OLD = Path(__file__).parent / "last_version"
DIGESTS = {
    "modified_fer": "f2ef83e2bda078ef486a98fca6b2f3290d4b81468b9d91f995a6c0874f317476",
    "clean_seven": "1ff5b5b068bb8bc555733c1b03315caa75da89b70e0779e94fca233795b2ecb1",
}


@pytest.fixture
def old_store(tmp_path: Path) -> Path:
    shutil.copy(OLD / "store.h5", tmp_path)
    shutil.copytree(OLD / "store.h5.parts", tmp_path / "store.h5.parts")
    return tmp_path / "store.h5"


def digest(export: Path) -> str:
    """SHA-256 over the names and values of all datasets of an export."""
    hasher = hashlib.sha256()
    for path in sorted(export.glob("*.h5")):
        with h5py.File(path) as file:
            for name in sorted(file):
                values = file[name][:]
                text = values.dtype.kind == "S"
                hasher.update(name.encode())
                hasher.update(b"\0".join(values.tolist()) if text else values.tobytes())
    return hasher.hexdigest()


@pytest.mark.parametrize("recipe", DIGESTS)
def test_an_old_store_builds_the_same_bytes(run: Any, old_store: Path, recipe: str) -> None:
    built = run("build", "--recipe", recipe, "--store", old_store, "-o", "o", "--framework", "none")
    assert built.code == 0, built.err
    assert digest(old_store.parent / "o") == DIGESTS[recipe]


def test_an_old_store_is_counted_and_judged_as_before(run: Any, old_store: Path) -> None:
    assert "store.h5: store of 108 (ckplus 8, fer2013 100)" in run("stats", old_store).out
    filtered = run("filter", old_store)
    assert filtered.code == 0, filtered.err
    assert "108 samples; the preset balanced drops 43" in filtered.out


def test_an_old_export_is_counted_and_audited(run: Any, tmp_path: Path) -> None:
    shutil.copytree(OLD / "export", tmp_path / "export")
    assert "export: export of 100 (fer2013 100)" in run("stats", "export").out
    audited = run("audit", "export")
    assert audited.code == 3
    assert "export: export with train 60, val 20, test 20" in audited.out
