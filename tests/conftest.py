"""Shared fixtures: small synthetic corpora and stores made from them."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from fercurate.cli.boundary import guarded
from fercurate.cli.main import main
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.synthetic.affectnet import write_affectnet
from fercurate.synthetic.ckplus import write_ckplus
from fercurate.synthetic.fer2013 import write_fer2013

REPOSITORY = Path(__file__).resolve().parents[1]

# A busy machine draws inputs slowly; that says nothing about what is tested.
settings.register_profile("fercurate", deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.load_profile("fercurate")


@dataclass(frozen=True)
class Result:
    """What a run of the command line gave."""

    code: int
    out: str
    err: str


Run = Callable[..., Result]

MARKED_FOLDERS = {
    "api/test_exports.py": "slow",
    "api/test_stored.py": "slow",
    "balance/test_synthesis.py": "slow",
    "benchmarks": "slow",
    "cli/test_filter.py": "slow",
    "docs/test_python_page.py": "slow",
    "docs/test_readers.py": "slow",
    "domain/decisions": "slow",
    "end_to_end": "slow",
    "faults": "slow",
    "pipeline/bundle": "slow",
    "pipeline/care": "slow",
    "pipeline/diff": "slow",
    "pipeline/filter/test_filter.py": "slow",
    "pipeline/ingest/test_update.py": "slow",
    "pipeline/ingest/test_update_faults.py": "slow",
    "pipeline/measure/test_duplicates.py": "slow",
    "pipeline/predictions": "slow",
    "pipeline/rebuild": "slow",
    "pipeline/trace": "slow",
    "pipeline/verify": "slow",
    "pipeline/votes": "slow",
    "properties": "slow",
    "real": "real",
    "report/page/test_browser.py": "browser",
    "report/test_folder.py": "slow",
    "screening/test_screener.py": "slow",
    "sources/ckplus/test_synthetic.py": "slow",
    "sources/fer2013/test_real.py": "real",
    "store/test_changes.py": "slow",
    "store/test_compaction.py": "slow",
    "training/keras": "torch",
    "training/networks": "torch",
    "training/sklearn": "slow",
    "training/test_island.py": "torch",
    "training/test_scripts.py": "torch",
    "training/torch": "torch",
    "transforms/augment/test_augment.py": "slow",
    "transforms/face": "slow",
    "pipeline/decisions": "slow",
    "pipeline/review": "slow",
    "web/test_changes.py": "slow",
    "web/test_command.py": "slow",
    "web/test_content.py": "slow",
    "web/test_security.py": "slow",
    "web/test_browser.py": "browser",
    "web/test_browser_others.py": "browser",
    "web/test_browser_page.py": "browser",
}
"""Folders and files of which every test bears a mark; single tests bear theirs themselves."""


def marks_of(path: Path) -> list[str]:
    """The marks that a test file bears by its folder."""
    name = path.relative_to(Path(__file__).parent).as_posix()
    return [mark for place, mark in MARKED_FOLDERS.items() if f"{name}/".startswith(f"{place}/")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of the folders above."""
    marks: dict[Path, list[str]] = {}
    for item in items:
        if item.path not in marks:
            marks[item.path] = marks_of(item.path)
        for mark in marks[item.path]:
            item.add_marker(mark)


@pytest.fixture(scope="session")
def fer_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small fer2013.csv with votes and planted faults (three broken rows)."""
    folder = tmp_path_factory.mktemp("fer2013")
    write_fer2013(folder, sizes=(140, 30, 30), seed=3)
    return folder


@pytest.fixture(scope="session")
def shared_store(fer_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of ``fer_folder`` (pictures and votes); not to be changed."""
    store = tmp_path_factory.mktemp("store") / "store.h5"
    ingest(IngestRequest((fer_folder,), store))
    return store


@pytest.fixture(scope="session")
def merged_store(fer_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of small FER-2013, FER+, CK+ and AffectNet corpora; not to be changed."""
    folder = tmp_path_factory.mktemp("merged")
    write_ckplus(folder / "ckplus", subjects=16, sequences=2, seed=1, size=(320, 245))
    write_affectnet(folder / "affectnet", per_class=8, seed=1, size=64)
    ingest(IngestRequest((fer_folder, folder / "ckplus", folder / "affectnet"), folder / "s.h5"))
    return folder / "s.h5"


@pytest.fixture
def store(shared_store: Path, tmp_path: Path) -> Path:
    """A copy of ``shared_store`` that a test may change."""
    shutil.copy(shared_store, tmp_path / "store.h5")
    shutil.copytree(shared_store.with_name("store.h5.parts"), tmp_path / "store.h5.parts")
    return tmp_path / "store.h5"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command line in a scratch folder, through its error boundary."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FERCURATE_STORE", raising=False)
    # Click asks how Python was started; without this a help text names pytest's way, or a worker's.
    monkeypatch.setattr(sys.modules["__main__"], "__package__", "", raising=False)

    def call(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["fercurate", *map(str, arguments)])
        capsys.readouterr()
        code = guarded(main)
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call
