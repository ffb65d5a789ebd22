"""A measured store of two real layouts, one of toys, and copies of them."""

from pathlib import Path

import pytest

from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.measure.measure import measure
from fercurate.store.store import Store
from fercurate.synthetic.affectnet import write_affectnet
from fercurate.synthetic.fer2013 import write_fer2013
from tests.pipeline.care.stores import MEASURES, copied, fill, measured, toy, toys, vote


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small AffectNet (boxes, landmarks, files) and a FER-2013 with votes."""
    folder = tmp_path_factory.mktemp("raw")
    write_affectnet(folder / "affectnet", per_class=2, seed=1, size=64)
    write_fer2013(folder / "fer2013", sizes=(60, 20, 20), seed=3)
    return folder


@pytest.fixture(scope="session")
def shared_mixed(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of both, AffectNet first, measured; not to be changed."""
    path = tmp_path_factory.mktemp("mixed") / "s.h5"
    for name in ("affectnet", "fer2013"):
        ingest(IngestRequest((raw / name,), path))
    with Store.open(path) as store:
        measure(store, MEASURES).close()
    return path


@pytest.fixture
def mixed(shared_mixed: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return copied(shared_mixed, tmp_path / "mixed" / "s.h5")


@pytest.fixture(scope="session")
def shared_small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two toy sources in three parts, with rejects, votes and measurements; not to be changed."""
    path = fill(tmp_path_factory.mktemp("small") / "s.h5", toys(0, 1, 2, 3), rejects=[5, 6])
    fill(path, toys(10, 11, name="zoo"), rejects=[7])
    fill(path, toys(4, 5))
    vote(path, [0, 1, 2, 5, 7], 3)
    measured(path, range(8))
    return path


@pytest.fixture
def small(shared_small: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return copied(shared_small, tmp_path / "small" / "s.h5")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A store that shares two toys with ``small``."""
    path = fill(tmp_path / "other" / "b.h5", toys(30, 31, name="yak"), rejects=[9])
    fill(path, [toy(1), toy(2), toy(6)], rejects=[11])
    measured(path, [0, 1, 4])
    return path
