"""A filter is one call: it opens a store once, shrinks a picture once, and writes what is asked."""

import json
from collections import Counter
from pathlib import Path

import pytest

from fercurate.errors import ConflictError, InputError, UsageError
from fercurate.pipeline.filter.filter import filter_store
from fercurate.pipeline.filter.request import FilterRequest
from fercurate.pipeline.measure import instruments as making
from fercurate.store.heads.head import read_head
from fercurate.store.store import Store

SAMPLE = "fer2013:0000017"
EVERYTHING = ("--report", "page", "--scores", "scores.csv", "--explain", SAMPLE, "--json")


def test_a_measured_store_is_opened_and_read_once(
    run, shared_filtered: Path, opened: Counter[str]
) -> None:
    facts = json.loads(run("filter", shared_filtered, *EVERYTHING).out)
    assert facts["sample_id"] == SAMPLE
    assert Path("scores.csv").exists()
    assert Path("page/index.html").exists()
    parts = [part for part in read_head(shared_filtered).parts if part.kind == "samples"]
    assert opened == {"open": 1, "head": 1, "manifest": len(parts)}


def test_a_new_store_is_opened_once_and_seen_anew_after_measuring(
    run, store: Path, opened: Counter[str]
) -> None:
    assert run("filter", store, *EVERYTHING).code == 0
    assert opened["open"] == opened["head"] == 1


def test_a_new_store_is_shrunk_once(store: Path, shrunk: list[int]) -> None:
    filter_store(FilterRequest(store))
    assert sum(shrunk) == 200
    filter_store(FilterRequest(store, preset="strict"))
    assert sum(shrunk) == 200


def test_instruments_are_made_once(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    original = making.measures
    monkeypatch.setattr(making, "measures", lambda model: made.append(model) or original(model))
    filter_store(FilterRequest(store, ease=False))
    assert made == [None]


def test_one_call_gives_the_report_and_writes_what_is_asked_for(
    shared_filtered: Path, tmp_path: Path
) -> None:
    request = FilterRequest(
        shared_filtered,
        scores=tmp_path / "scores.csv",
        report=tmp_path / "page",
        explain=SAMPLE,
        command="fercurate filter mine",
    )
    report = filter_store(request)
    assert report.explain(SAMPLE)["sample_id"] == SAMPLE
    assert len((tmp_path / "scores.csv").read_text().splitlines()) == 201
    assert "fercurate filter mine" in (tmp_path / "page" / "index.html").read_text()


def test_nothing_is_measured_for_what_cannot_be_written_or_told(
    store: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.csv").write_text("mine")
    before = store.read_bytes()
    for error, options in (
        (ConflictError, {"scores": tmp_path / "mine.csv"}),
        (ConflictError, {"report": tmp_path / "mine.csv"}),
        (InputError, {"explain": "fer2013:9"}),
        (UsageError, {"thresholds": {"ocluded": 0.5}}),
    ):
        with pytest.raises(error):
            filter_store(FilterRequest(store, **options))
    assert store.read_bytes() == before
    assert (tmp_path / "mine.csv").read_text() == "mine"


def test_duplicates_are_counted_by_source_and_split(run, shared_filtered: Path) -> None:
    facts = json.loads(run("filter", shared_filtered, "--json").out)
    report = filter_store(FilterRequest(shared_filtered))
    first, copy = report.values["twins"].T
    groups: dict[float, set[str]] = {}
    for one, split in zip(first, report.splits, strict=True):
        groups.setdefault(one, set()).add(split)
    for place in facts["duplicates"]:
        mine = report.splits == place["split"]
        assert place["source"] == "fer2013"
        assert place["samples"] == mine.sum()
        assert place["identical"] == (copy[mine] == 2).sum()
        assert place["near"] == (copy[mine] == 1).sum()
        assert place["across"] == sum(len(groups[one]) > 1 for one in first[mine])
    assert sum(place["identical"] for place in facts["duplicates"]) > 0
    said = run("filter", shared_filtered).out
    assert "samples with a duplicate in another split" in said
    assert "PrivateTest" in said


def test_only_what_named_criteria_need_is_measured(run, store: Path) -> None:
    command = ("filter", store, "--criteria", "constant, too_dark", "--json")
    facts = json.loads(run(*command).out)
    assert list(facts["criteria"]) == ["constant", "too_dark"]
    assert facts["duplicates"] is None
    with Store.open(store) as opened:
        assert [kind for kind, _ in opened.measured_kinds()] == ["exposure"]
    refused = run(*command[:-1], "--threshold", "blurred=0.5")
    assert refused.code == 2
    assert "blurred is not scored with --criteria constant,too_dark" in refused.err
    unknown = run("filter", store, "--criteria", "constnat")
    assert unknown.code == 2
    assert "no criterion is named 'constnat'" in unknown.err


def test_a_page_of_some_criteria_has_no_duplicates(run, store: Path, tmp_path: Path) -> None:
    assert run("filter", store, "--criteria", "constant", "--report", tmp_path / "page").code == 0
    assert (tmp_path / "page" / "index.html").exists()
