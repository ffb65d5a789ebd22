"""The table of results, from the files that train.py writes."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.speed import results


def figures(accuracy: float) -> dict[str, Any]:
    return {"accuracy": accuracy, "macro_f1": 0.5}


def run(folder: Path, **more: Any) -> None:
    folder.mkdir(parents=True)
    content = {
        "recipe": "modified_fer",
        "settings": {"model": "ewu_allconv"},
        "chosen_epoch": 2,
        "history": [{"seconds": 60.0}, {"seconds": 120.0}],
        "splits": {"test": {"all": figures(0.5), "original rows": figures(0.61)}},
    }
    (folder / "metrics.json").write_text(json.dumps(content | more))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_row_for_every_tested_split(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(tmp_path / "a")
    splits = {"val": {"all": figures(0.4)}, "test": {"all": figures(0.3)}}
    twinless = {"all": figures(0.2), "original rows without a twin in train": figures(0.1)}
    run(tmp_path / "b", recipe="clean", splits=splits | {"test_screened": twinless})
    (tmp_path / "b" / "evaluation").mkdir()
    (tmp_path / "b" / "evaluation" / "metrics.json").write_text('{"exports": []}')
    assert results.main([str(tmp_path)]) == 0
    head, _, first, second, third = map(cells, capsys.readouterr().out.splitlines())
    assert dict(zip(head, first, strict=True)) == {
        "export": "modified_fer",
        "model": "ewu_allconv",
        "epochs": "2 of 2",
        "minutes": "3",
        "val": "",
        "test": "50.0 %",
        "original": "61.0 %",
        "no duplicate": "",
        "F1": "0.500",
        "claimed": "99.16 %",
    }
    assert (second[4], second[5], second[9]) == ("40.0 %", "30.0 %", "")
    assert (third[0], third[5], third[7]) == ("clean (test_screened)", "20.0 %", "10.0 %")


def test_an_svm_has_no_epochs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "svm"
    run(folder, recipe="fer2013_seven", settings={"features": "hog"})
    content = json.loads((folder / "metrics.json").read_text())
    del content["history"]
    content |= {"chosen": {"kernel": "rbf"}, "seconds": {"fit": 50, "search": 10}}
    (folder / "metrics.json").write_text(json.dumps(content))
    assert results.main([str(folder)]) == 0
    row = cells(capsys.readouterr().out.splitlines()[-1])
    assert row[1:4] == ["svm (hog, rbf)", "", "1"]
    assert row[-1] == "38 %, another split"


def test_no_runs_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert results.main([str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
