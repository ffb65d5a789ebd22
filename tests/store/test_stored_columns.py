"""Columns of stored samples, read from their parts when they are asked for."""

from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.manifest import COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS
from fercurate.errors import StoreError
from fercurate.store import writer as writer_module
from fercurate.store.parts import stored_columns
from fercurate.store.parts.stored_columns import StoredColumns
from fercurate.store.store import Store
from fercurate.store.writer import open_writer
from tests.store.test_store import ENTRY, fill, sample


@pytest.fixture
def removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of 23 samples in parts of four, two of them removed."""
    monkeypatch.setattr(writer_module, "CHUNK_ROWS", 4)
    path = tmp_path / "s.h5"
    with open_writer(path, "s") as writer:
        for number in range(23):
            writer.append(sample(number, subject=f"S{number % 3}"))
        writer.commit(ENTRY)
    with open_writer(path, "r") as writer:
        writer.remove(np.array([5, 20]))
        writer.commit(ENTRY)
    return path


def test_rows_are_those_of_the_whole_column(removed: Path) -> None:
    rng = np.random.default_rng(0)
    with Store.open(removed) as store:
        columns, rows = store.manifest.columns, rng.integers(0, len(store), 40)
        assert len(columns) == 21
        for name in COLUMNS:
            whole = columns[name]
            assert len(whole) == 21
            assert whole.dtype.kind == "S" or whole.dtype == NUMBER_COLUMNS[name]
            assert np.array_equal(
                columns.at(name, rows), whole[rows], equal_nan=whole.dtype.kind == "f"
            )
        for name in TEXT_COLUMNS:
            assert np.array_equal(columns.coded(name).encoded(), columns[name])
        kept = [one for one in range(23) if one not in (5, 20)]
        assert columns["row"].tolist() == kept
        assert columns.coded("subject").decoded().tolist() == [f"S{one % 3}" for one in kept]


def test_text_of_which_each_has_its_own_is_not_kept(
    removed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_columns, "_FEW", 1)
    with Store.open(removed) as store:
        columns = store.manifest.columns
        assert isinstance(columns, StoredColumns)
        subjects = columns["subject"]
        assert columns._kept("subject") is None
        assert columns._kept("source") is not None
        assert columns.coded("subject").decoded().tolist() == [one.decode() for one in subjects]


def test_a_part_that_changes_meanwhile_is_named(removed: Path) -> None:
    with Store.open(removed) as store:
        manifest = store.manifest
        ids = manifest.text("id").tolist()
        part = min(removed.with_name("s.h5.parts").glob("0*.h5"))
        whole = part.read_bytes()
        part.write_bytes(whole)  # touched, and the same
        assert manifest.text("id").tolist() == ids
        part.write_bytes(whole.replace(b"toy:1", b"toy:!"))
        with pytest.raises(StoreError, match="other bytes than when it was written"):
            manifest.text("digest")
        part.unlink()
        with pytest.raises(StoreError, match="is missing"):
            manifest.take(np.array([0])).text("id")


def test_an_empty_store_has_empty_columns(tmp_path: Path) -> None:
    fill(tmp_path / "s.h5", sample(0))
    with open_writer(tmp_path / "s.h5", "r") as writer:
        writer.remove(np.array([0]))
        writer.commit(ENTRY)
    with Store.open(tmp_path / "s.h5") as store:
        assert len(store.manifest) == 0
        assert [len(store.manifest.columns[name]) for name in COLUMNS] == [0] * len(COLUMNS)
        assert store.manifest.text("id").tolist() == []
        assert store.manifest.equal("digest").tolist() == []
