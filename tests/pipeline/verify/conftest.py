"""Exports to verify, built once; a test that changes one copies it first."""

from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from fercurate.files.foreign import probe
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe
from tests.pipeline.verify.tampering import built


@pytest.fixture(scope="session")
def shared_modified(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``modified_fer`` of ``shared_store``: 140 samples of train, then their copies."""
    return built(shared_store, tmp_path_factory.mktemp("verify") / "o", "modified_fer")


@pytest.fixture
def modified(shared_modified: Path, tmp_path: Path) -> Path:
    """A copy of ``shared_modified`` that a test may change."""
    return copytree(shared_modified, tmp_path / "o")


@pytest.fixture(scope="session")
def shared_smote(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``smote_seven`` of ``shared_store``: 140 samples of train, then synthetic rows."""
    return built(shared_store, tmp_path_factory.mktemp("verify") / "o", "smote_seven")


@pytest.fixture
def smote(shared_smote: Path, tmp_path: Path) -> Path:
    """A copy of ``shared_smote`` that a test may change."""
    return copytree(shared_smote, tmp_path / "o")


@pytest.fixture(scope="session")
def shared_folds(merged_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CK+ in two folds with files of their own, of ``merged_store``."""
    text = load_recipe("ckplus_10fold").text.replace("folds: 10", "folds: 2\n  fold_files: true")
    output = tmp_path_factory.mktemp("verify") / "o"
    return built(merged_store, output, parse_recipe(text, "folds.yaml"))


@pytest.fixture
def folds(shared_folds: Path, tmp_path: Path) -> Path:
    """A copy of ``shared_folds`` that a test may change."""
    return copytree(shared_folds, tmp_path / "o")


@pytest.fixture
def probed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """HDF5 files that are whole need no process of their own to be tried in."""

    def answered(_module: str, arguments: list[str], _limits: object) -> Any:
        return probe._walk(arguments)

    monkeypatch.setattr(probe, "ask_child", answered)
