"""``fercurate.ingest``: the same store as by the command line, and a frozen report."""

import json
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import pytest

import fercurate
from fercurate.pipeline.ingest.report import REJECT_COLUMNS


def test_the_store_and_the_json_are_those_of_the_command(
    run: Any, fer_folder: Path, tmp_path: Path
) -> None:
    paths = [str(fer_folder / "fer2013.csv"), fer_folder / "fer2013new.csv"]
    report = fercurate.ingest(paths, store=tmp_path / "door.h5")
    result = run("ingest", *paths, "--store", tmp_path / "command.h5", "--json")
    assert report.to_json() == json.loads(result.out)
    stores = [fercurate.Store.open(tmp_path / name) for name in ("door.h5", "command.h5")]
    assert stores[0].digest() == stores[1].digest()
    commands = [[entry.command for entry in store.lineage] for store in stores]
    assert commands[0] == commands[1]


def test_a_report_counts_and_is_frozen(fer_folder: Path, tmp_path: Path) -> None:
    report = fercurate.ingest(fer_folder, store=str(tmp_path / "s.h5"))
    assert [corpus.source for corpus in report] == ["fer2013", "ferplus"]
    assert len(report) == 2
    assert (report.added, report.rejected, report[0].changed) == (400, 3, True)
    with pytest.raises(FrozenInstanceError):
        report.dry_run = True  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        report[0].added = 0  # type: ignore[misc]
    again = fercurate.ingest(fer_folder, store=tmp_path / "s.h5")
    assert (again.added, again[0].unchanged, again[0].changed) == (0, 200, False)
    assert len(again.to_frame()) == 3


def test_every_reject_is_in_the_table(fer_folder: Path, tmp_path: Path) -> None:
    report = fercurate.ingest(fer_folder, store=tmp_path / "s.h5", name="mine")
    table = report.to_frame()
    assert tuple(table.columns) == REJECT_COLUMNS
    assert table["code"].tolist() == ["E_PIXCOUNT", "E_RANGE", "E_LABEL"]
    assert set(table["source"]) == {"mine"}
    assert table["meaning"].str.len().min() > 5


def test_a_dry_run_touches_nothing(fer_folder: Path, tmp_path: Path) -> None:
    report = fercurate.ingest(fer_folder, store=tmp_path / "s.h5", dry_run=True)
    assert [corpus.layout for corpus in report] == ["csv", "fer2013new.csv"]
    assert len(report.to_frame()) == 0
    assert tuple(report.to_frame().columns) == REJECT_COLUMNS
    assert list(tmp_path.iterdir()) == []


def test_strict_stores_nothing(fer_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(fercurate.StrictError, match="3 rows were rejected"):
        fercurate.ingest(fer_folder / "fer2013.csv", store=tmp_path / "s.h5", strict=True)


@pytest.mark.parametrize(
    "meaning",
    ["fer2013", "0=angry,1=happy", {0: "angry", 1: "happy"}, {"0": "angry", "1": "happy"}],
)
def test_a_label_map_by_name_by_pairs_or_as_a_mapping(meaning: Any, tmp_path: Path) -> None:
    pixels = " ".join(map(str, range(64)))
    lines = ["emotion,pixels,Usage", f"0,{pixels},Training", f"1,{pixels},Training"]
    (tmp_path / "fer2013.csv").write_text("\n".join([*lines, ""]))
    path, store = tmp_path / "fer2013.csv", tmp_path / "s.h5"
    fercurate.ingest(path, store=store, image_size=8, label_map=meaning)
    with fercurate.Store.open(store) as opened:
        second = "disgust" if meaning == "fer2013" else "happy"
        assert opened.manifest.text("expression").tolist() == ["angry", second]
