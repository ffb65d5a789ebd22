"""Damaged global heaps, in which HDF5 would run for ever, are seen before it opens the file."""

import struct
from pathlib import Path

import h5py
import numpy as np
import pytest

from fercurate.errors import FormatError
from fercurate.files.foreign.hdf5 import foreign_datasets, foreign_hdf5, text_attributes
from fercurate.files.foreign.heaps import has_endless_heap


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with text of variable length in a dataset and an attribute."""
    with h5py.File(tmp_path / "a.h5", "w") as file:
        words = np.array(["happy", "sad"] * 300, dtype=object)
        file.create_dataset("labels", data=words, dtype=h5py.string_dtype())
        file.attrs["names"] = ["happy", "sad"]
    return tmp_path / "a.h5"


def change(path: Path, offset: int, value: bytes) -> None:
    """Write into the first heap of a file."""
    content = bytearray(path.read_bytes())
    start = content.index(b"GCOL") + offset
    content[start : start + len(value)] = value
    path.write_bytes(content)


def test_a_whole_file_is_read(path: Path) -> None:
    assert not has_endless_heap(path)
    with foreign_hdf5(path) as file:
        assert [entry.key for entry in foreign_datasets(file)] == ["labels"]
        assert text_attributes(file) == {"names": ("happy", "sad")}


DAMAGES = {
    "free space of no size": (16, struct.pack("<HHIQ", 0, 0, 0, 0)),
    "an object larger than its heap": (24, struct.pack("<Q", 1 << 40)),
    "an object of any size": (24, struct.pack("<Q", (1 << 64) - 1)),
    "a heap larger than the file": (8, struct.pack("<Q", 1 << 40)),
    "a heap of no size": (8, struct.pack("<Q", 0)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_heap_that_leads_nowhere_is_damage(path: Path, damage: str) -> None:
    change(path, *DAMAGES[damage])
    assert has_endless_heap(path)
    with pytest.raises(FormatError, match="a heap whose objects lead nowhere"):
        foreign_hdf5(path).__enter__()


@pytest.mark.parametrize("content", [b"", b"\x89HDF\r\n\x1a\n", b"GCOL\x01\0\0\0" * 9])
def test_what_is_no_hdf5_has_no_heap(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.h5").write_bytes(content)
    assert not has_endless_heap(tmp_path / "b.h5")
