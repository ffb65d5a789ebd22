"""Recipes by name, path or text; builds and previews as the command line makes them."""

import json
from pathlib import Path
from typing import Any

import pytest

import fercurate

TEXT = """
version: 1
name: own
description: two splits
sources: [fer2013]
labels: {scheme: seven}
splits: {kind: native, train: [Training], test: [PublicTest, PrivateTest]}
normalize: [{kind: grayscale}, {kind: resize, size: 48}]
balance: [{kind: offline, copies: [{kind: flip}]}]
seed: 5
"""


def test_a_recipe_by_name_by_path_and_as_text(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(TEXT)
    by_path, by_text = fercurate.load_recipe(tmp_path / "own.yaml"), fercurate.load_recipe(TEXT)
    assert by_path.digest == by_text.digest
    assert isinstance(by_text.recipe, fercurate.Recipe)
    assert isinstance(by_text, fercurate.LoadedRecipe)
    assert fercurate.load_recipe(str(tmp_path / "own.yaml")).recipe == by_text.recipe
    assert repr(fercurate.load_recipe("fer2013_seven")).startswith("<recipe fer2013_seven from")
    assert TEXT not in repr(by_text)


def test_all_faults_of_a_text_are_reported() -> None:
    with pytest.raises(fercurate.RecipeError, match=r"recipe\.yaml: 2 faults") as raised:
        fercurate.load_recipe(TEXT.replace("seed: 5", "sed: 5").replace("size: 48", "size: no"))
    assert len(raised.value.faults) == 2


def test_a_build_gives_the_bytes_of_the_command(
    run: Any, shared_store: Path, tmp_path: Path
) -> None:
    (tmp_path / "own.yaml").write_text(TEXT)
    report = fercurate.build(tmp_path / "own.yaml", store=shared_store, output=tmp_path / "door")
    arguments = ("--store", shared_store, "--output", tmp_path / "command", "--json")
    result = run("build", "--recipe", tmp_path / "own.yaml", *arguments)
    facts = json.loads(result.out)
    assert report.summary == {k: v for k, v in facts.items() if k not in ("output", "files")}
    assert list(report.files) == facts["files"]
    for file in report.files:
        assert (tmp_path / "door" / file).read_bytes() == (tmp_path / "command" / file).read_bytes()


def test_a_build_from_text_names_the_recipe_beside_it(shared_store: Path, tmp_path: Path) -> None:
    report = fercurate.build(TEXT, store=shared_store, output=tmp_path / "own")
    assert report.summary["commands"][-1] == "fercurate build --recipe recipe.yaml"
    assert (tmp_path / "own" / "recipe.yaml").read_text() == TEXT
    with pytest.raises(fercurate.ConflictError):
        fercurate.build(TEXT, store=shared_store, output=tmp_path / "own")
    loaded = fercurate.load_recipe(TEXT)
    again = fercurate.build(loaded, store=shared_store, output=tmp_path / "own", overwrite=True)
    assert again.to_frame().equals(report.to_frame())


def test_a_dry_run_has_the_counts_and_writes_nothing(
    shared_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    report = fercurate.build(TEXT, store=shared_store, dry_run=True)
    assert report.files == ()
    assert list(tmp_path.iterdir()) == []
    table = report.to_frame()
    assert table[table["split"] == "train"].groupby("kind")["rows"].sum().to_dict() == {
        "real": 140,
        "flipped": 140,
    }


def test_outputs_stand_where_the_command_puts_them(
    shared_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fercurate.build(TEXT, store=shared_store)
    report = fercurate.preview(TEXT, store=shared_store, per_class=1)
    assert (tmp_path / "data/processed/own/train.h5").is_file()
    assert report.files == ("normalize.png", "copies.png")
    assert (tmp_path / "data/processed/preview-own/copies.png").is_file()
    assert len(report.to_frame()) == len(report.samples) == 7


def test_a_preview_of_ids(shared_store: Path, tmp_path: Path) -> None:
    with fercurate.Store.open(shared_store) as store:
        ids = store.manifest.text("id")[:2].tolist()
    for asked, count in ((ids, 2), (ids[0], 1), (",".join(ids), 2)):
        report = fercurate.preview(
            TEXT, store=shared_store, ids=asked, output=tmp_path / "p", overwrite=True
        )
        assert list(report.samples) == ids[:count]
