"""``fercurate verify``: what it prints, its exit codes, and JSON whose keys stay."""

import json
from pathlib import Path
from typing import Any

import pytest

from fercurate.pipeline.verify import findings as limits
from fercurate.pipeline.verify.verify import VerifyRequest, verify
from tests.pipeline.verify.tampering import TRAIN, cell, reseal, swapped

pytestmark = pytest.mark.usefixtures("probed_here")

KEYS = [
    "schema_version",
    "kind",
    "path",
    "of",
    "passed",
    "checked",
    "replay",
    "findings",
    "more_findings",
    "remarks",
]


def test_a_sound_export_and_a_sound_store_pass(run: Any, modified: Path, store: Path) -> None:
    for path, kind in ((modified, "export"), (store, "store")):
        done = run("verify", path)
        assert (done.code, done.err) == (0, "")
        assert done.out.splitlines()[0] == f"{path.name}: {kind}"
        assert done.out.splitlines()[-1] == "passed: all as it was written"
        found = json.loads(run("verify", path, "--json").out)
        assert list(found) == KEYS
        assert (found["schema_version"], found["kind"], found["of"]) == (1, "verification", kind)
        assert (found["passed"], found["findings"], found["replay"]) == (True, [], None)


def other_label(label: int) -> int:
    return (label + 1) % 7


def test_findings_have_an_exit_code_of_their_own(run: Any, modified: Path) -> None:
    cell("labels", 200, other_label)(modified)
    reseal(modified)
    done = run("verify", modified)
    assert (done.code, done.out.splitlines()[-1]) == (3, "FOUND: 2 faults")
    assert "FOUND train.h5:200: its label is" in done.out
    done = run("verify", modified, "--json")
    found = json.loads(done.out)
    assert (done.code, found["passed"], len(found["findings"])) == (3, False, 2)
    assert list(found) == KEYS
    of_row, of_file = sorted(found["findings"], key=len, reverse=True)
    assert (list(of_row), of_row["row"]) == (["where", "row", "what"], 200)
    assert list(of_file) == ["where", "what"]


def test_findings_against_the_samples_are_json_too(run: Any, modified: Path) -> None:
    cell("labels", 2, other_label)(modified)
    reseal(modified)
    assert "FOUND train.h5:2: fer2013:0000002: its class is" in run("verify", modified).out
    done = run("verify", modified, "--json")
    assert done.code == 3
    assert 2 in {one.get("row") for one in json.loads(done.out)["findings"]}


def test_findings_of_a_store_too(run: Any, store: Path) -> None:
    (store.with_name("store.h5.parts") / "mine.txt").write_text("x")
    done = run("verify", store)
    assert done.code == 3
    assert "FOUND store.h5.parts/mine.txt: a file that no store makes" in done.out


def test_rows_are_made_again_where_it_is_asked(run: Any, modified: Path, store: Path) -> None:
    done = run("verify", modified, "--replay", "all", "--store", store, "--json")
    replay = json.loads(done.out)["replay"]
    assert (done.code, replay["rows"], replay["equal"]) == (0, 800, 800)
    assert list(replay) == ["rows", "equal", "by_kind", "equal_by_kind"]
    assert replay["by_kind"] == {"real": 200, "rotated": 400, "scaled": 200}
    done = run("verify", modified, "--replay", 7, "--store", store, "--json")
    assert json.loads(done.out)["replay"]["equal"] == 7
    swapped(2, 3, "images")(modified)
    reseal(modified)
    done = run("verify", modified, "--replay", "all", "--store", store)
    assert done.code == 3
    assert "made again: real 200, equal 198" in done.out
    assert all(f"FOUND train.h5:{row}: fer2013:000000{row}" in done.out for row in (2, 3))


@pytest.mark.parametrize("value", ["many", "-1", "1.5", ""])
def test_a_number_of_rows_that_is_none_is_refused(run: Any, modified: Path, value: str) -> None:
    assert run("verify", modified, "--replay", value).code == 2


def test_what_is_not_there_is_told_and_is_no_finding(run: Any, modified: Path, store: Path) -> None:
    assert run("verify", "nowhere").code in (1, 2)
    assert run("verify", store, "--replay", 3).code == 2
    done = run("verify", modified, "--replay", 3, "--store", "none.h5")
    assert done.code == 1
    assert "none.h5" in done.err


def test_a_report_is_shown_and_is_a_table(modified: Path) -> None:
    (modified / TRAIN).unlink()
    report = verify(VerifyRequest(modified))
    frame = report.to_frame()
    assert list(frame.columns) == ["where", "row", "what"]
    assert frame.to_numpy().tolist() == [[TRAIN, -1, "missing, or no regular file"]]
    assert "1 findings" in str(report.overview())


def test_findings_beyond_the_first_are_counted(
    run: Any, modified: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_FINDINGS", 30)
    for number in range(50):
        (modified / f"{number}.txt").write_text("x")
    found = json.loads(run("verify", modified, "--json").out)
    assert (len(found["findings"]), found["more_findings"]) == (30, 20)
    done = run("verify", modified)
    assert "  ... 30 more with --json" in done.out
    assert done.out.splitlines()[-1] == "FOUND: 50 faults"
