"""Measurements in a store: kept by method, resumed, checked."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.measurement import Measurements
from fercurate.errors import StoreError
from fercurate.store.store import Store
from fercurate.store.writer import open_writer
from tests.store.edits import accept

ENTRY = LineageEntry("fercurate filter", "", "measurements", "", "1", "2026-01-01T00:00:00+00:00")


def found(rows: list[int], method: str = "mean-1", factor: float = 1.0) -> Measurements:
    values = np.array([[row * factor, -row] for row in rows], dtype=np.float32)
    return Measurements("light", method, ("mean", "least"), np.array(rows), values)


def add(store: Path, *pieces: Measurements) -> None:
    with open_writer(store, "filter:test") as writer:
        writer.add_measurements(pieces)
        assert writer.commit(ENTRY)


def test_measurements_come_back_by_kind_and_method(store: Path) -> None:
    add(store, found([0, 2, 5]))
    add(store, found([1, 2], factor=10))
    add(store, found([7], method="mean-2"))
    with Store.open(store) as opened:
        measured = opened.measured("light", "mean-1")
        other = opened.measured("light", "mean-2")
        assert opened.measured("light", "mean-3") is None
        assert opened.measured("sound", "mean-1") is None
    assert measured is not None
    assert other is not None
    assert np.flatnonzero(measured.known).tolist() == [0, 1, 2, 5]
    assert measured.column("mean")[[0, 1, 2, 5]].tolist() == [0, 10, 20, 5]
    assert np.isnan(measured.values[3]).all()
    assert np.flatnonzero(other.known).tolist() == [7]


def test_measuring_changes_neither_samples_nor_digest(store: Path) -> None:
    with Store.open(store) as before:
        digest, count = before.digest(), len(before)
    add(store, found([0]))
    with Store.open(store) as after:
        assert (after.digest(), len(after)) == (digest, count)
        after.verify()


def test_staged_measurements_are_resumed_and_seen_only_by_the_writer(store: Path) -> None:
    with open_writer(store, "filter:test") as writer:
        writer.add_measurements([found([0, 1])])
    with Store.open(store) as opened:
        assert opened.measured("light", "mean-1") is None
    with open_writer(store, "filter:test") as writer:
        with writer.staged() as staged:
            measured = staged.measured("light", "mean-1")
        assert measured is not None
        assert measured.known.sum() == 2
        writer.commit(ENTRY)
    with Store.open(store) as opened:
        assert opened.measured("light", "mean-1") is not None


def test_another_session_does_not_see_what_was_staged(store: Path) -> None:
    with open_writer(store, "filter:test") as writer:
        writer.add_measurements([found([0, 1])])
    with open_writer(store, "filter:other") as writer, writer.staged() as staged:
        assert staged.measured("light", "mean-1") is None


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("rows", np.array([0, 10**6]), "rows outside"),
        ("rows", np.array([0, -1]), "rows outside"),
        ("rows", np.array([0]), "values is float32"),
        ("rows", np.array([1, 1]), "repeats rows"),
        ("values", np.full((2, 2), np.inf, np.float32), "infinite values"),
        ("values", np.zeros((2, 2)), "values is float64"),
        ("values", np.zeros((2, 3), np.float32), "values is float32"),
    ],
    ids=["beyond", "negative", "too few", "twice", "infinite", "dtype", "too wide"],
)
def test_damaged_measurements_are_refused(
    store: Path, name: str, values: np.ndarray, says: str
) -> None:
    add(store, found([0, 1]))
    part = max(store.with_name("store.h5.parts").glob("0*.h5"))
    with h5py.File(part, "r+") as file:
        group = file["measurements/light"]
        del group[name]
        group[name] = values
    accept(store, part)
    with Store.open(store) as opened, pytest.raises(StoreError, match=says):
        opened.measured("light", "mean-1")


def test_a_changed_byte_in_measurements_is_noticed(store: Path) -> None:
    add(store, found([0, 1]))
    part = max(store.with_name("store.h5.parts").glob("0*.h5"))
    content = bytearray(part.read_bytes())
    content[-1] ^= 1
    part.write_bytes(content)
    with Store.open(store) as opened, pytest.raises(StoreError, match="other bytes"):
        opened.measured("light", "mean-1")


@pytest.mark.parametrize("name", ["", "../x", "A b", "_x"])
def test_names_of_measurements_are_plain(name: str) -> None:
    with pytest.raises(ValueError, match="ill-formed"):
        Measurements(name, "m", ("c",), np.arange(1), np.zeros((1, 1), np.float32))
