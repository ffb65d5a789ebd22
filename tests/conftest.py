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
from tests.marks import marks_of

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests, and those of some folders."""
    for item in items:
        name = item.nodeid.removeprefix("tests/")
        for mark in marks_of(name):
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
