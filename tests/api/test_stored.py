"""Verbs on a store or an export: as the command line has it, as values, tables and arrays."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import fercurate


@pytest.fixture(scope="module")
def judged(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    import shutil

    folder = tmp_path_factory.mktemp("judged")
    shutil.copy(shared_store, folder / "store.h5")
    shutil.copytree(shared_store.with_name("store.h5.parts"), folder / "store.h5.parts")
    report = fercurate.filter_store(
        folder / "store.h5", ease=False, scores=folder / "s.csv", report=str(folder / "page")
    )
    return folder, report


def test_a_class_balance_in_both_tables(run: Any, shared_store: Path) -> None:
    balance = fercurate.count_classes(str(shared_store))
    assert balance.to_json() == json.loads(run("stats", shared_store, "--json").out)
    wide, long = balance.to_frame(wide=True), balance.to_frame()
    assert list(wide.index) == ["Training", "PublicTest", "PrivateTest"]
    assert tuple(wide.columns) == balance.classes
    assert wide.loc["Training", "disgust"] == 2
    assert long.pivot_table("rows", "split", "class", "sum").sum().sum() == wide.sum().sum() == 200


def test_a_class_balance_is_drawn(shared_store: Path, tmp_path: Path) -> None:
    balance = fercurate.count_classes(shared_store)
    figure = fercurate.plot_class_balance(balance, title="mine", path=tmp_path / "b.png")
    assert len(figure.axes) == 3
    assert "mine" in figure.get_suptitle()
    with Image.open(tmp_path / "b.png") as picture:
        assert picture.width > 700
    assert "this store" in fercurate.plot_class_balance(balance).get_suptitle()
    with pytest.raises(fercurate.UsageError, match=r"cannot draw a \.gif"):
        fercurate.plot_class_balance(balance, path="b.gif")


def test_a_filter_is_a_table_with_one_row_a_sample(judged: Any) -> None:
    _, report = judged
    table = report.to_frame()
    assert table["sample_id"].tolist() == report.ids.tolist()
    facts = report.to_json()
    assert (table["verdict"] != "keep").sum() == facts["dropped"] > 0
    reasons = table["verdict"].value_counts().to_dict()
    assert {k: v for k, v in facts["reasons"].items() if v} == {
        k: v for k, v in reasons.items() if k != "keep"
    }
    assert table["quality"].between(0, 1).all()
    assert table["occluded"].dtype == np.float64
    assert (table["constant"] == 1).sum() == 2


def test_a_filter_writes_what_its_command_writes(judged: Any, run: Any) -> None:
    folder, report = judged
    facts = json.loads(run("filter", folder / "store.h5", "--no-ease", "--json").out)
    assert report.to_json() == facts
    scores = (folder / "s.csv").read_text().splitlines()
    assert len(scores) == len(report.ids) + 1
    page = (folder / "page" / "index.html").read_text()
    assert "fercurate.filter_store" in page
    assert str(folder) not in page


def test_a_filter_prints_what_its_command_prints(judged: Any, run: Any) -> None:
    folder, report = judged
    printed = run("filter", folder / "store.h5", "--no-ease").out.split()
    shown = str(report).split()
    assert set(shown) - {"filter:"} <= set(printed) | {"0"}
    html = report._repr_html_()
    assert html.count("<tr>") == 2 + len(report.scores) + len(set(report.classes))
    assert "an eye, the nose or the mouth is hidden" in html


def test_own_thresholds_judge(judged: Any) -> None:
    folder, _ = judged
    off = dict.fromkeys(("not_face", "not_human", "occluded", "votes_not_face"))
    report = fercurate.filter_store(folder / "store.h5", thresholds=off, ease=False)
    assert report.to_json()["reasons"] == {"constant": 2}


def test_an_audit_and_its_pairs(run: Any, shared_store: Path) -> None:
    report = fercurate.audit(shared_store)
    facts = json.loads(run("audit", shared_store, "--json").out)
    assert json.loads(json.dumps(report.to_json(0.0))) == facts
    pairs = report.to_frame()
    assert list(pairs.columns) == ["kind", "sample", "split", "other", "other_split"]
    assert len(pairs) == len(report.pairs) > 0
    assert set(fercurate.audit(shared_store, near=False).to_frame()["kind"]) == {"identical"}


def test_pictures_of_ids_come_in_their_order(shared_store: Path) -> None:
    with fercurate.Store.open(str(shared_store)) as store:
        ids, expected = store.manifest.text("id")[[7, 3, 7]], store.images([7, 3, 7])
        opened = fercurate.read_images(store, ids)
        assert store.images([0])  # it stays open
    closed = fercurate.read_images(shared_store, list(ids))
    for pictures in (opened, closed):
        assert all(np.array_equal(a, b) for a, b in zip(pictures, expected, strict=True))
    assert len(fercurate.read_images(shared_store, ids[0])) == 1
    assert fercurate.read_images(shared_store, []) == []
    with pytest.raises(fercurate.InputError, match="no sample has the id 'fer2013:9'"):
        fercurate.read_images(shared_store, [ids[0], "fer2013:9"])
    with pytest.raises(fercurate.InputError, match="no sample has the id 7"):
        fercurate.read_images(shared_store, [ids[0], 7])  # type: ignore[list-item]


def test_a_filter_report_outlives_its_store(store: Path) -> None:
    report = fercurate.filter_store(store, criteria=["constant"])
    store.unlink()
    shutil.rmtree(store.with_name("store.h5.parts"))
    frame = report.to_frame()
    assert len(report.ids) == len(report.sources) == len(report.splits) == len(frame)
    assert set(report.classes) == set(frame["class"])
