"""The benchmarks of balancing, augmenting and size, run on a few dozen pictures."""

import importlib
import json
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.speed import balance, child, growth
from benchmarks.speed.bench import Bench, faster, quicker
from benchmarks.speed.building import csv_rows, write_part
from benchmarks.speed.result import Result
from benchmarks.speed.ways import synthetic_csv

TRAINING, OTHERS = (9, 7, 8, 12, 8, 7, 9), (2, 1, 1, 2, 1, 1, 2)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    counts = {"Training": TRAINING, "PublicTest": OTHERS, "PrivateTest": OTHERS}
    monkeypatch.setattr(synthetic_csv, "COUNTS", counts)
    synthetic_csv.write_csv(tmp_path / "fer2013.csv")
    return Bench(tmp_path / "fer2013.csv", tmp_path, repeat=1, sample=1)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the benchmarks' own modules in this process: one import of heavy packages for all."""
    start_process = child.run

    def run(command: Sequence[str]) -> child.Run:
        name, *rest = command[2:]
        if not name.startswith("benchmarks."):
            return start_process(command)
        said, start = StringIO(), time.perf_counter()
        with redirect_stdout(said):
            importlib.import_module(name).WAYS[rest[0]](*rest[1:])
        return child.Run(time.perf_counter() - start, 1_000_000, json.loads(said.getvalue()))

    monkeypatch.setattr(child, "run", run)
    monkeypatch.setattr(balance, "run", run)


@pytest.mark.usefixtures("in_process")
def test_smote_is_compared_with_the_plain_one(bench: Bench) -> None:
    results = list(balance.smote(bench))
    missing = 7 * max(TRAINING) - sum(TRAINING)
    assert results[0].measure == f"raise {sum(TRAINING)} pictures to equal classes"
    assert all(value > 0 for result in results for value in result.runs)
    assert results[-1].measure == "equal to the peer's, rounded"
    assert results[-1].runs == (missing,)
    bar = results[-1].bar
    assert bar is not None
    assert bar.met


@pytest.mark.usefixtures("in_process")
def test_copies_are_rated_beside_the_loop(bench: Bench) -> None:
    results = list(balance.augment(bench))
    assert len(results) == 2 + 2 * len(balance.NAMES)
    assert {result.unit for result in results} == {"images/s"}
    assert all(value > 0 for result in results for value in result.runs)
    assert [result.bar is not None for result in results] == [True, False, True, False, True, False]


def test_builds_are_followed_by_rows_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "ORIGINALS", 50)
    monkeypatch.setattr(growth, "TIMES", (1, 2))
    found: dict[str, Result] = {result.measure: result for result in growth.rows(bench)}
    assert found["build 200 rows"].unit == "s"
    assert found["peak memory, 400 rows"].runs[0] > 10
    assert found["memory, 400 : 200"].bar is not None
    assert list(bench.work.glob("rows/*.h5")) == []


@pytest.mark.parametrize("count", [1, 7, 80])
def test_a_part_of_a_csv_is_taken_evenly(bench: Bench, tmp_path: Path, count: int) -> None:
    write_part(bench.csv, tmp_path / "part.csv", count)
    given = bench.csv.read_bytes().splitlines()
    taken = (tmp_path / "part.csv").read_bytes().splitlines()
    assert taken[0] == given[0]
    assert csv_rows(tmp_path / "part.csv") == count
    places = [given.index(line) for line in taken[1:]]
    gaps = {b - a for a, b in pairwise(places)}
    assert not gaps or max(gaps) - min(gaps) <= 1


def test_bars_compare_medians() -> None:
    assert faster((1.0, 1.0, 9.0), (2.0, 2.0, 0.1), 2).met
    assert not faster((1.0,), (1.9,), 2).met
    assert quicker((20.0,), (2.0,), 10).met
    assert not quicker((19.0,), (2.0,), 10).met
