"""A sealed file: every byte counts, and HDF5 sees nothing that has changed."""

from pathlib import Path

import h5py
import pytest

from fercurate.errors import FormatError
from fercurate.files.hdf5 import new_hdf5
from fercurate.files.seal import SEAL_BYTES, is_sealed

NAME = "fercurate-test"
MOST = 1 << 20


@pytest.fixture
def sealed_file(tmp_path: Path) -> Path:
    path = tmp_path / "a.h5"
    with new_hdf5(path, NAME) as file:
        file["numbers"] = [1, 2, 3]
    return path


def test_any_program_reads_a_sealed_file(sealed_file: Path) -> None:
    assert is_sealed(sealed_file, NAME, MOST)
    with h5py.File(sealed_file) as file:
        assert file["numbers"][:].tolist() == [1, 2, 3]
        assert file.userblock_size == SEAL_BYTES


def test_every_bit_is_covered(sealed_file: Path) -> None:
    content = sealed_file.read_bytes()
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 1 << place % 8
        sealed_file.write_bytes(changed)
        with pytest.raises(FormatError):
            is_sealed(sealed_file, NAME, MOST)


@pytest.mark.parametrize("length", [0, 1, 511, 512, 600, -1])
def test_every_length_is_covered(sealed_file: Path, length: int) -> None:
    content = sealed_file.read_bytes()
    sealed_file.write_bytes(content[:length])
    with pytest.raises(FormatError):
        is_sealed(sealed_file, NAME, MOST)
    sealed_file.write_bytes(content + b"\0")
    with pytest.raises(FormatError, match="damaged"):
        is_sealed(sealed_file, NAME, MOST)


def test_files_of_before_have_no_seal(tmp_path: Path) -> None:
    with new_hdf5(tmp_path / "a.h5") as file:
        file["numbers"] = [1]
    assert not is_sealed(tmp_path / "a.h5", NAME, MOST)


def test_a_file_beyond_all_measure_is_not_read(sealed_file: Path) -> None:
    with pytest.raises(FormatError, match="at most 100"):
        is_sealed(sealed_file, NAME, 100)
