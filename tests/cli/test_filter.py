"""``fercurate filter``: measure, judge, explain, export scores, draw the report."""

import csv
import json
import os
from pathlib import Path

import pytest

from fercurate.domain.expression import EXPRESSIONS
from fercurate.screening.presets import PRESETS, operating_point
from fercurate.screening.registry import CRITERIA

NAMES = [one.name for one in CRITERIA if not one.from_answers]


def test_a_filter_counts_what_fails_and_deletes_nothing(run, store: Path) -> None:
    facts = json.loads(run("filter", store, "--json").out)
    assert (facts["schema_version"], facts["kind"]) == (1, "filter")
    assert facts["samples"] == facts["kept"] + facts["dropped"] == 200
    assert sum(facts["reasons"].values()) == facts["dropped"]
    assert list(facts["criteria"]) == NAMES
    assert sum(c["dropped"] for c in facts["classes"].values()) == facts["dropped"]
    assert [name for name in facts["classes"] if name] == [*EXPRESSIONS[: len(facts["classes"])]]
    assert json.loads(run("stats", store, "--json").out)["total"] == 200


def test_judging_again_measures_nothing(run, store: Path) -> None:
    assert run("filter", store).code == 0
    parts = sorted(store.with_name("store.h5.parts").iterdir())
    again = run("filter", store, "--preset", "strict")
    assert again.code == 0
    assert sorted(store.with_name("store.h5.parts").iterdir()) == parts


def test_own_thresholds_replace_those_of_the_preset(run, store: Path) -> None:
    arguments = ["filter", store, "--json", "--no-ease"]
    everyone = json.loads(run(*arguments, "--threshold", "not_face=0").out)
    assert everyone["dropped"] == 200
    off = [f"--threshold={name}=off" for name in NAMES if name not in ("hard", "label_noise")]
    assert json.loads(run(*arguments, *off).out)["dropped"] == 0


@pytest.mark.parametrize(
    ("threshold", "says"),
    [
        ("ocluded=0.5", "'ocluded' (did you mean 'occluded'?); expected not_face,"),
        ("occluded=2", "expected CRITERION=SCORE with 0..1"),
        ("occluded", "expected CRITERION=SCORE with 0..1"),
        ("occluded=nan", "expected CRITERION=SCORE with 0..1"),
    ],
)
def test_a_wrong_threshold_is_a_usage_error(
    run, shared_store: Path, threshold: str, says: str
) -> None:
    done = run("filter", shared_store, "--threshold", threshold)
    assert done.code == 2
    assert says in done.err


def test_one_sample_is_explained(run, store: Path) -> None:
    facts = json.loads(run("filter", store, "--explain", "fer2013:0000003", "--json").out)
    assert facts["sample_id"] == "fer2013:0000003"
    assert set(facts["criteria"]) == set(NAMES)
    assert {"exposure", "sharpness", "face", "screener", "votes", "twins", "ease"} == set(
        facts["measurements"]
    )
    failing = [
        name for name, one in facts["criteria"].items() if one["fails"] and one["action"] == "drop"
    ]
    assert facts["verdict"] == (failing[0] if failing else "keep")
    shown = run("filter", store, "--explain", "fer2013:0000003").out
    assert "verdict:" in shown
    assert all(name in shown for name in NAMES)
    unknown = run("filter", store, "--explain", "fer2013:9")
    assert unknown.code == 1
    assert "no sample has the id 'fer2013:9'" in unknown.err


def test_scores_have_a_line_a_sample_and_a_column_a_criterion(
    run, store: Path, tmp_path: Path
) -> None:
    assert run("filter", store, "--scores", "scores.csv").code == 0
    with (tmp_path / "scores.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == ["sample_id", "source", "row", *NAMES]
    assert len(rows) == 200
    assert rows[3]["sample_id"] == "fer2013:0000003"
    assert rows[3]["row"] == "3"
    values = [float(row[name]) for row in rows for name in NAMES if row[name]]
    assert 0 <= min(values) <= max(values) <= 1
    assert not list(tmp_path.glob(".fercurate-*"))
    (tmp_path / "link.csv").symlink_to("scores.csv")
    assert run("filter", store, "--scores", "link.csv").code == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert run("filter", store, "--scores", "scores.csv").code == 0
    (tmp_path / "thesis.csv").write_text("mine")
    assert run("filter", store, "--scores", "thesis.csv").code == 2
    assert (tmp_path / "thesis.csv").read_text() == "mine"
    os.mkfifo(tmp_path / "pipe")
    for place in ("pipe", "nowhere/x.csv", "store.h5.parts/000099.h5", ""):
        assert run("filter", store, "--scores", place).code == 2


def test_the_report_says_what_the_filter_says(run, store: Path, tmp_path: Path) -> None:
    facts = json.loads(run("filter", store, "--json", "--report", "page").out)
    report = json.loads((tmp_path / "page" / "report.json").read_text())
    assert report["samples"] == facts["samples"]
    assert report["dropped"] == facts["dropped"]
    assert (tmp_path / "page" / "index.html").stat().st_size > 10_000
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / "thesis.txt").write_text("mine")
    refused = run("filter", store, "--report", "foreign")
    assert refused.code == 2
    assert (tmp_path / "foreign" / "thesis.txt").read_text() == "mine"


def test_the_help_states_what_the_presets_do(run) -> None:
    shown = " ".join(run("filter", "--help").out.split())
    for name in PRESETS:
        point = operating_point(name)
        assert f"{name} precision {point.precision}, recall {point.recall}" in " ".join(
            shown.split()
        )


def test_a_store_that_is_none_is_named(run, tmp_path: Path) -> None:
    (tmp_path / "x.h5").write_text("no store")
    done = run("filter", "x.h5")
    assert done.code == 1
    assert "x.h5" in done.err
    assert run("filter", "missing.h5").code == 1
