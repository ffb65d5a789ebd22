"""The table of what curation is worth: who is compared with whom, and on which rows."""

import csv
import json
from pathlib import Path

import h5py
import pytest

from benchmarks.worth import __main__ as command
from benchmarks.worth.answers import accuracy, mean_recall
from benchmarks.worth.runs import Run, Workshop
from benchmarks.worth.variants import TESTS, VARIANTS, recipe_text
from fercurate.recipe.loader import parse_recipe

CLASSES = ("happy", "sad")


def rows(path: Path, labels: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with h5py.File(path, "w") as file:
        file.attrs["class_names"] = list(CLASSES)
        file["sample_id"] = list(labels)
        file["labels"] = [CLASSES.index(name) for name in labels.values()]


def finished(shop: Workshop, run: Run, said: dict[str, str]) -> None:
    place = shop.folder_of(run)
    (place / "evaluation" / "as_is-test").mkdir(parents=True)
    (place / "metrics.json").write_text(json.dumps({"history": [{}, {}]}))
    (place / "evaluation" / "metrics.json").write_text("{}")
    table = place / "evaluation" / "as_is-test" / "predictions_test.csv"
    with table.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerows([("sample_id", "predicted"), *said.items()])


@pytest.mark.parametrize(("name", "keys"), [*TESTS.values(), *VARIANTS.values()])
def test_every_variant_is_a_recipe(name: str, keys: object) -> None:
    assert parse_recipe(recipe_text("worth", keys), name).recipe.name == "worth"  # type: ignore[arg-type]


def test_all_networks_are_compared_on_the_same_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = Workshop(tmp_path)
    shop.store.write_bytes(b"")
    whole = {"a": "happy", "b": "happy", "c": "sad", "d": "sad"}
    answers = {"no_twins": {"a": "happy"}, "screened": {"a": "happy", "c": "sad"}}
    for name in TESTS:
        rows(tmp_path / "tests" / name / "test.h5", answers.get(name, whole))
        (tmp_path / "tests" / name / "recipe.lock").write_text("")
    for name in ("as_is", "weights"):
        rows(tmp_path / "variants" / name / "train.h5", whole)
        (tmp_path / "variants" / name / "recipe.lock").write_text("")
    finished(shop, Run("as_is", 0), whole)
    finished(shop, Run("as_is", 1), {**whole, "a": "sad", "b": "sad"})
    told = ["--work", str(tmp_path), "--only", "as_is", "weights", "--seeds", "2"]
    assert command.main([*told, "--minutes", "0"]) == 0
    head, _, *lines = capsys.readouterr().out.splitlines()
    assert head.count("|") == lines[0].count("|")
    assert lines == [
        "| as it is | 4 | 2 | 2 | 75.0 ± 35.4 | 50.0 ± 70.7 | 75.0 ± 35.4 | 75.0 ± 35.4 "
        "| 75.0 ± 35.4 |"
    ]  # of weights no run is done


def test_recall_counts_classes_alike_and_accuracy_rows() -> None:
    answers = {"a": "happy", "b": "happy", "c": "happy", "d": "sad"}
    said = dict.fromkeys(answers, "happy")
    assert (accuracy(said, answers), mean_recall(said, answers)) == (0.75, 0.5)


def test_a_folder_without_a_store_asks_for_sources(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        command.main(["--work", str(tmp_path)])
    assert "name fer2013.csv and fer2013new.csv" in capsys.readouterr().err
