"""``fercurate stats``: bars, shares, derived rows, plots."""

import json
from pathlib import Path
from typing import Any

import pytest


def test_stats_shows_bars_shares_and_derived_rows(run: Any, shared_store: Path) -> None:
    run("build", "--recipe", "modified_fer", "--store", shared_store, "--output", "o")
    shown = run("stats", "o")
    assert "test: 240 rows" in shown.out
    assert "180 derived (75.0%)" in shown.out
    assert "imbalance ratio" in shown.out
    happy = next(line for line in shown.out.splitlines() if line.startswith("  happy"))
    assert "%" in happy
    stats = json.loads(run("stats", "o", "--json").out)
    assert stats["kind"] == "export"
    assert stats["derived"] == {"train": 420, "test": 180}


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_stats_draws_a_plot(run: Any, shared_store: Path, tmp_path: Path, suffix: str) -> None:
    assert run("stats", shared_store, "--plot", f"b.{suffix}").code == 0
    assert (tmp_path / f"b.{suffix}").stat().st_size > 5000
    refused = run("stats", shared_store, "--plot", "b.docx")
    assert (refused.code, "ending in .png" in refused.err) == (2, True)


def test_the_store_is_named_by_option_or_environment(
    run: Any, shared_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FERCURATE_STORE", str(shared_store))
    assert json.loads(run("stats", "--json").out)["total"] == 200
