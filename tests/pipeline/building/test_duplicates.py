"""A build of a filtered store shrinks no picture, one of another store each picture once."""

import shutil
from pathlib import Path

import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.measure import instruments as making
from fercurate.pipeline.measure.instruments import Instruments
from fercurate.pipeline.measure.measure import MeasureRequest
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.store.heads.head import read_head
from fercurate.store.writer import open_writer

LEAKS = """
version: 1
name: own
description: own
sources: [fer2013]
labels: {scheme: seven}
splits: {kind: native, train: [Training], val: [PublicTest], test: [PrivateTest]}
leaks: drop_train
"""
NEAR = LEAKS + "screen: {preset: none, criteria: {duplicate: 0.9, constant: drop}}\n"


def own(text: str) -> LoadedRecipe:
    return parse_recipe(text, "own")


def _without_thumbnails(tools: Instruments, jobs: int, engine: None) -> MeasureRequest:
    assert engine is None
    return MeasureRequest(tools.single, tools.together, jobs=jobs)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_clean_seven_of_a_filtered_store_shrinks_nothing(
    shared_filtered: Path, tmp_path: Path, shrunk: list[int]
) -> None:
    build(BuildRequest(load_recipe("clean_seven"), shared_filtered, tmp_path / "out"))
    assert shrunk == []


def test_a_build_that_measures_keeps_the_thumbnails_too(
    store: Path, tmp_path: Path, shrunk: list[int]
) -> None:
    first, again = (
        build(BuildRequest(own(NEAR), store, tmp_path / name)).summary for name in ("a", "b")
    )
    assert sum(shrunk) == 200
    assert first == again
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_recipe_that_asks_for_no_measurement_leaves_the_store_alone(
    store: Path, shared_filtered: Path, tmp_path: Path, shrunk: list[int]
) -> None:
    before = read_head(store)
    build(BuildRequest(own(LEAKS), store, tmp_path / "a"))
    assert read_head(store) == before
    assert 0 < sum(shrunk) <= 200
    build(BuildRequest(own(LEAKS), shared_filtered, tmp_path / "b"))
    assert sum(shrunk) <= 200
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_dry_run_looks_for_duplicates_itself(
    shared_store: Path, tmp_path: Path, shrunk: list[int]
) -> None:
    before = read_head(shared_store)
    dry = build(BuildRequest(own(LEAKS), shared_store, tmp_path / "out", dry_run=True))
    assert 0 < sum(shrunk) <= 200
    assert read_head(shared_store) == before
    assert dry.summary["notes"][0].startswith("leaks: drop_train")


def test_a_store_of_the_last_version_is_built_from_while_another_process_changes_it(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shrunk: list[int]
) -> None:
    with monkeypatch.context() as old:
        old.setattr(Instruments, "request", _without_thumbnails)
        build(BuildRequest(own(NEAR), store, tmp_path / "a"))
    shrunk.clear()
    shutil.rmtree(tmp_path / "a")
    build(BuildRequest(own(NEAR), store, tmp_path / "never", dry_run=True))
    assert 0 < sum(shrunk) <= 200
    before = read_head(store)
    with open_writer(store, "ingest:other"):
        build(BuildRequest(own(NEAR), store, tmp_path / "a"))
    assert read_head(store) == before
    build(BuildRequest(own(NEAR), store, tmp_path / "b"))
    assert len(read_head(store).parts) > len(before.parts)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


@pytest.mark.parametrize("dry_run", [False, True])
def test_instruments_are_made_once(
    shared_filtered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dry_run: bool
) -> None:
    made = []
    original = making.measures
    monkeypatch.setattr(making, "measures", lambda model: made.append(model) or original(model))
    recipe = load_recipe("clean_seven")
    build(BuildRequest(recipe, shared_filtered, tmp_path / "out", dry_run=dry_run))
    assert len(made) == 1
