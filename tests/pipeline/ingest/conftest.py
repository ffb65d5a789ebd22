"""Ingest a tree or paths into one store, and look at what is stored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.report import IngestReport
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.store.store import Store
from tests.corpora import Tree, plant
from tests.pipeline.ingest.updates import TREE, Ingest


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., IngestReport]:
    """Ingest paths (or a tree) into one store."""

    def call(*paths: Path | Tree, **arguments: Any) -> IngestReport:
        given = tuple(p if isinstance(p, Path) else plant(tmp_path / "data", p) for p in paths)
        options = {k: arguments.pop(k) for k in ("label_map", "subject") if k in arguments}
        options |= arguments.pop("options", {})
        request = IngestRequest(given, tmp_path / "s.h5", options=options, **arguments)
        return ingest(request)

    return call


@pytest.fixture
def rows(tmp_path: Path) -> Callable[[], dict[str, tuple[str, str, str]]]:
    """Expression, native split and subject of every stored sample, by id."""

    def call() -> dict[str, tuple[str, str, str]]:
        with Store.open(tmp_path / "s.h5") as store:
            columns = [
                store.manifest.text(name)
                for name in ("id", "expression", "native_split", "subject")
            ]
        return {one[0]: one[1:] for one in zip(*columns, strict=True)}

    return call


@pytest.fixture
def take(tmp_path: Path) -> Ingest:
    """Ingests into a store of its own, and keeps what was said."""
    return Ingest(tmp_path / "stores" / "s.h5")


@pytest.fixture
def folder(tmp_path: Path, take: Ingest) -> Path:
    """Twelve pictures in three classes, which are in the store that ``take`` fills."""
    folder = plant(tmp_path / "mine", TREE)
    take(folder)
    return folder
