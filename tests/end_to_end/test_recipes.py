"""Every shipped recipe, from a store of three corpora to an export, through the command line."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from fercurate.recipe.shipped import recipe_files


@pytest.fixture(scope="module")
def measured_store(merged_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the store that may gain measurements."""
    folder = tmp_path_factory.mktemp("measured")
    shutil.copy(merged_store, folder / "s.h5")
    shutil.copytree(merged_store.with_name("s.h5.parts"), folder / "s.h5.parts")
    return folder / "s.h5"


@pytest.mark.parametrize("recipe", sorted(recipe_files()))
def test_what_a_build_prints_is_what_it_writes(
    run: Any, measured_store: Path, tmp_path: Path, recipe: str
) -> None:
    command = ["build", "--recipe", recipe, "--store", measured_store, "--output", "o"]
    built = run(*command, "--framework", "none", "--json")
    assert built.code == 0, built.err
    printed = json.loads(built.out)
    output, files = printed.pop("output"), printed.pop("files")
    assert printed == json.loads((tmp_path / output / "summary.json").read_text())
    assert sorted(files) == sorted(p.name for p in (tmp_path / output).iterdir() if p.is_file())
    synthetic = {one for split in printed["splits"].values() for one in split["kinds"]}
    assert bool(printed["synthetic"]) == ("synthetic" in synthetic)
