"""Rows made again from the store: what is not the same is named, and always the same are drawn."""

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.errors import StoreError, UsageError
from fercurate.pipeline.verify.findings import VerifyReport
from fercurate.pipeline.verify.verify import VerifyRequest, verify
from fercurate.store.store import Store
from tests.pipeline.verify.tampering import (
    AFFINE,
    TRAIN,
    built,
    cell,
    copies,
    edited,
    finding,
    lines,
    own,
    replace,
    replayed,
    reseal,
    text,
)

pytestmark = pytest.mark.usefixtures("probed_here")


def test_cured_pictures_are_among_those_made_again(shared_filtered: Path, tmp_path: Path) -> None:
    export = built(shared_filtered, tmp_path / "o", "clean_seven")
    with h5py.File(export / TRAIN) as file:
        row = int(file["enhanced"][:].argmax())
        assert file["enhanced"][row] == 1
    cell("enhanced", row, 0)(export)
    reseal(export)
    assert finding(replayed(export, shared_filtered), f"train.h5:{row}", "bytes differ")


@pytest.fixture(scope="module")
def shared_drawn(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("drawn") / "o"
    return built(shared_store, output, own(balance=copies(AFFINE, times=2)))


@pytest.fixture
def drawn(shared_drawn: Path, tmp_path: Path) -> Path:
    return copytree(shared_drawn, tmp_path / "o")


def logged(export: Path, change: Callable[[dict[str, Any]], object], place: int = 5) -> int:
    """Change an entry of the log; returns its row."""
    log = export / "applied.jsonl"
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    row = int(entries[place]["row"])
    change(entries[place])
    log.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    reseal(export)
    return row


LOGGED: dict[str, Callable[[dict[str, Any]], object]] = {
    "a value": lambda entry: entry["applied"]["transforms"][0].update(rotate=1.5),
    "no transform": lambda entry: entry["applied"].update(transforms=[]),
    "no entry": lambda entry: entry.clear(),
}


@pytest.mark.parametrize("name", LOGGED)
def test_a_changed_value_of_the_log_names_the_row(
    name: str, drawn: Path, shared_store: Path
) -> None:
    row = logged(drawn, LOGGED[name])
    assert verify(VerifyRequest(drawn)).passed
    report = replayed(drawn, shared_store)
    (only,) = report.findings
    assert only.place == f"train.h5:{row}"
    assert "applied.jsonl has other values than were drawn again" in only.what
    assert report.replay.equal["augmented"] == report.replay.rows["augmented"] - 1


def test_a_log_that_is_gone_names_every_drawn_row(drawn: Path, shared_store: Path) -> None:
    (drawn / "applied.jsonl").unlink()
    reseal(drawn)
    assert replayed(drawn, shared_store).replay.equal["augmented"] == 0


CHANGED_ROWS = {
    "a mixture": ("smote", cell("mix", 200, lambda mix: 1 - mix), 200),
    "a picture of a mixture": ("smote", cell("images", 201, lambda p: p ^ 1), 201),
    "a picture of a copy": ("modified", cell("images", 300, lambda p: p[::-1]), 300),
    "the number of a drawn copy": (
        "drawn",
        cell("sample_id", 150, lambda name: name.rpartition(b"/")[0] + b"/7"),
        150,
    ),
    "one pixel": ("modified", cell("images", 9, lambda p: np.where(np.eye(48) > 0, p ^ 1, p)), 9),
}


@pytest.mark.parametrize("name", CHANGED_ROWS)
def test_what_a_row_is_not_made_of_is_named(
    name: str, request: pytest.FixtureRequest, shared_store: Path
) -> None:
    fixture, change, row = CHANGED_ROWS[name]
    export = request.getfixturevalue(fixture)
    change(export)
    reseal(export)
    report = replayed(export, shared_store)
    assert finding(report, f"train.h5:{row}", "differ from the row made again"), lines(report)


NAMELESS = {
    "an operation": (cell("op", 200, b"rotate(degrees=91)"), "no operation 'rotate(degrees=91)'"),
    "a sample": (cell("sample_id", 2, b"fer2013:9999999"), "no sample and no copy of one"),
    "no parent": (cell("parent_a", 200, b""), "no sample and no copy of one has the name ''"),
}


@pytest.mark.parametrize("name", NAMELESS)
def test_a_row_that_no_name_explains_is_named_and_the_others_are_made(
    name: str, modified: Path, shared_store: Path
) -> None:
    change, says = NAMELESS[name]
    change(modified)
    reseal(modified)
    report = replayed(modified, shared_store)
    row = 2 if name == "a sample" else 200
    assert finding(report, f"train.h5:{row}", says), lines(report)
    assert sum(report.replay.equal.values()) == report.checked["rows"] - 1


def spoiled(export: Path) -> Path:
    """Spoil every picture, so that findings tell which rows were made again."""
    for name in (TRAIN, "test.h5"):
        edited(name, lambda file: replace(file, "images", file["images"][:] ^ 1))(export)
    reseal(export)
    return export


def rows_of(report: VerifyReport) -> set[str]:
    return {one.place for one in report.findings if one.row >= 0}


def test_the_same_rows_are_drawn_each_time(modified: Path, shared_store: Path) -> None:
    spoiled(modified)
    few, again = (replayed(modified, shared_store, 40, jobs) for jobs in (1, 3))
    assert len(rows_of(few)) == 40
    assert few.findings == again.findings
    assert {place.partition(":")[0] for place in rows_of(few)} == {TRAIN, "test.h5"}
    assert few.replay.to_json()["rows"] == 40
    more = replayed(modified, shared_store, 80)
    assert rows_of(few) < rows_of(more)
    assert len(rows_of(replayed(modified, shared_store, 5000))) == more.checked["rows"]


def test_another_store_is_remarked_and_its_rows_differ(
    modified: Path, tmp_path: Path, shared_store: Path
) -> None:
    from fercurate.pipeline.ingest.ingest import ingest
    from fercurate.pipeline.ingest.request import IngestRequest
    from fercurate.synthetic.fer2013 import write_fer2013

    write_fer2013(tmp_path / "other", sizes=(140, 30, 30), seed=4)
    ingest(IngestRequest((tmp_path / "other",), tmp_path / "other.h5"))
    report = replayed(modified, tmp_path / "other.h5")
    assert report.remarks == (
        "other.h5 is another store than the one of the build, or has changed",
    )
    assert len(rows_of(report)) > 500
    assert replayed(modified, shared_store).remarks == ()


def test_a_store_is_asked_for(modified: Path, store: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--store"):
        verify(VerifyRequest(modified, replay=3))
    with pytest.raises(UsageError, match="no rows to make again"):
        verify(VerifyRequest(store, replay=3))
    with pytest.raises(StoreError):
        replayed(modified, tmp_path / "none.h5")


def test_a_damaged_store_makes_no_rows(modified: Path, store: Path) -> None:
    part = store.with_name("store.h5.parts") / "000001.h5"
    content = bytearray(part.read_bytes())
    content[-100] ^= 1
    part.write_bytes(content)
    with pytest.raises(StoreError, match=r"000001\.h5"):
        replayed(modified, store)


def test_no_row_is_made_without_a_recipe(modified: Path, shared_store: Path) -> None:
    text("recipe.yaml", "version: 1", "version: 9")(modified)
    report = replayed(modified, shared_store)
    assert (report.replay, report.passed) == (None, False)
    assert report.remarks == ("no row was made again: the recipe cannot be read",)


def test_an_export_of_a_bundle_names_no_rows_of_a_store(modified: Path, shared_store: Path) -> None:
    reseal(modified, bundle="theirs.bundle.zip")
    assert verify(VerifyRequest(modified)).passed
    with pytest.raises(UsageError, match="bundle"):
        replayed(modified, shared_store)


@pytest.mark.parametrize("mix", [np.nan, np.inf, 2.0])
def test_a_share_that_is_none_is_a_finding(mix: float, smote: Path) -> None:
    cell("mix", 200, mix)(smote)
    reseal(smote)
    assert not verify(VerifyRequest(smote)).passed


def test_votes_of_a_row_are_those_of_the_store(modified: Path, shared_store: Path) -> None:
    with Store.open(shared_store) as opened:
        assert opened.votes.any()
    cell("votes", 2, lambda votes: votes + 1)(modified)
    reseal(modified)
    assert not replayed(modified, shared_store).passed
