"""The real FER-2013, where it is at hand: ``../shared`` beside the repository."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("FERCURATE_SHARED", Path(__file__).parents[2].parent / "shared"))


@pytest.fixture(scope="session")
def real_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the real ``fer2013.csv`` (301 MB) and ``fer2013new.csv``; skips without."""
    if not (SHARED / "data" / "fer2013.npz").is_file():
        pytest.skip("needs the real FER-2013 in ../shared/data (or FERCURATE_SHARED)")
    folder = tmp_path_factory.mktemp("real")
    script = SHARED / "data" / "make_fer2013_csv.py"
    subprocess.run([sys.executable, str(script), str(folder / "fer2013.csv")], check=True)
    (folder / "fer2013new.csv").write_bytes((SHARED / "data" / "fer2013new.csv").read_bytes())
    return folder


@pytest.fixture(scope="session")
def real_store(real_folder: Path) -> Path:
    """A store of the real pictures and votes, made through the command line."""
    store = real_folder / "store.h5"
    entry = [sys.executable, "-c", "from fercurate.cli.main import run; run()"]
    command = [*entry, "ingest", str(real_folder), "--store", str(store), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    first, votes = json.loads(done.stdout)["inputs"]
    assert (first["added"], first["rejected"], votes["added"]) == (35887, 0, 35887)
    assert "counts of the published fer2013.csv" in first["variant"]
    assert "67.5% of 31,412" in votes["variant"]
    return store


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests on one worker, so that the 301 MB CSV is written once."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("real"))
