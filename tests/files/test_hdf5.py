"""HDF5 files: whole or not at all, opened by type, and read without trust."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from fercurate.errors import ExportError, FormatError, StoreError
from fercurate.files import hdf5
from fercurate.files.hdf5 import (
    FileType,
    column,
    dataset,
    new_hdf5,
    open_hdf5,
    read_encoded,
    read_text,
    reading_hdf5,
    subgroup,
    write_text,
)

BOX = FileType("fercurate-box", 2, StoreError)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A file with a column of numbers, one of text, and a group."""
    with new_hdf5(tmp_path / "box.h5") as file:
        file.attrs["type"], file.attrs["format_version"] = BOX.name, 2
        file["numbers"] = np.arange(3, dtype=np.int32)
        write_text(file, "text", ["one", "zwölf", ""])
        file.create_group("group")["inner"] = np.arange(2)
    return tmp_path / "box.h5"


def open_files() -> int:
    return int(h5py.h5f.get_obj_count(h5py.h5f.OBJ_ALL, h5py.h5f.OBJ_FILE))


def test_what_was_written_is_read(box: Path) -> None:
    with open_hdf5(box, BOX) as file:
        assert column(file, "numbers", np.dtype(np.int32), 3).tolist() == [0, 1, 2]
        assert read_text(file, "text").tolist() == ["one", "zwölf", ""]
        assert read_encoded(file, "text")[1] == "zwölf".encode()
        assert dataset(subgroup(file, "group"), "inner")[:].tolist() == [0, 1]


@pytest.mark.parametrize("kind", [BOX, FileType("fercurate-box", 2, ExportError)])
@pytest.mark.parametrize(
    ("attributes", "says"),
    [
        pytest.param({"type": "fercurate-other"}, "an HDF5 file of type 'fercurate-other'; "
                     "expected type 'fercurate-box'", id="another type"),
        pytest.param({"type": None}, "not a fercurate file", id="no type"),
        pytest.param({"type": np.arange(3)}, r"an HDF5 file of type array\(\[0, 1, 2\]\)",
                     id="a type that is no text"),
        pytest.param({"format_version": None}, "expected type", id="no version"),
        pytest.param({"format_version": 3}, "format version 3; expected at most 2. "
                     "Update fercurate to read it", id="newer version"),
        pytest.param({"format_version": "two"}, "damaged, or not as the format says",
                     id="a version that is no number"),
    ],
)  # fmt: skip
def test_a_file_of_another_kind_is_refused_as_its_type_says(
    box: Path, kind: FileType, attributes: dict[str, object], says: str
) -> None:
    with h5py.File(box, "r+") as file:
        for name, value in attributes.items():
            del file.attrs[name]
            if value is not None:
                file.attrs[name] = value
    before = open_files()
    with pytest.raises(kind.error, match=says) as caught:
        open_hdf5(box, kind)
    assert (type(caught.value), caught.value.where) == (kind.error, str(box))
    assert open_files() == before


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(None, "no such file", id="missing"),
        pytest.param(b"", "not a readable HDF5 file", id="empty"),
        pytest.param(b"not HDF5", "not a readable HDF5 file", id="other bytes"),
        pytest.param(b"\x89HDF\r\n\x1a\n" + b"\xff" * 500, "not a readable HDF5 file", id="broken"),
    ],
)
def test_a_file_that_cannot_be_opened_is_refused_as_its_type_says(
    tmp_path: Path, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / "box.h5").write_bytes(content)
    with pytest.raises(StoreError, match=says):
        open_hdf5(tmp_path / "box.h5", BOX)


def external_link(file: h5py.File, other: Path) -> None:
    file["bad"] = h5py.ExternalLink(str(other), "/numbers")


def soft_link(file: h5py.File, _other: Path) -> None:
    file["bad"] = h5py.SoftLink("/numbers")


def virtual(file: h5py.File, other: Path) -> None:
    layout = h5py.VirtualLayout((3,), np.int32)
    layout[:] = h5py.VirtualSource(str(other), "numbers", (3,))
    file.create_virtual_dataset("bad", layout)


def external_bytes(file: h5py.File, other: Path) -> None:
    file.create_dataset("bad", (3,), np.int32, external=[(str(other), 0, 12)])


def group(file: h5py.File, _other: Path) -> None:
    file.create_group("bad")


def nothing(_file: h5py.File, _other: Path) -> None:
    """Leave it missing."""


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (external_link, "is missing or no plain dataset"),
        (soft_link, "is missing or no plain dataset"),
        (group, "is missing or no plain dataset"),
        (nothing, "is missing or no plain dataset"),
        (virtual, "keeps its values in another file"),
        (external_bytes, "keeps its values in another file"),
    ],
)
def test_values_that_lie_elsewhere_are_never_read(
    box: Path, make: Callable[[h5py.File, Path], None], says: str
) -> None:
    other = box.with_name("other.h5")
    other.write_bytes(box.read_bytes())
    with h5py.File(box, "r+") as file:
        make(file, other)
    with open_hdf5(box, BOX) as file, pytest.raises(FormatError, match=f"/bad {says}") as caught:
        dataset(file, "bad")
    assert caught.value.where == str(box)


@pytest.mark.parametrize("make", [external_link, soft_link, nothing])
def test_groups_that_lie_elsewhere_are_never_read(
    box: Path, make: Callable[[h5py.File, Path], None]
) -> None:
    with h5py.File(box, "r+") as file:
        make(file, box)
    with open_hdf5(box, BOX) as file, pytest.raises(FormatError, match="'bad' is missing"):
        subgroup(file, "bad")
    with open_hdf5(box, BOX) as file, pytest.raises(FormatError, match="'numbers' is missing"):
        subgroup(file, "numbers")


@pytest.mark.parametrize(
    ("kind", "rows"), [(np.int64, 3), (np.int32, 4), (np.uint32, 3)], ids=["dtype", "rows", "sign"]
)
def test_a_column_is_as_wide_and_long_as_it_should_be(box: Path, kind: type, rows: int) -> None:
    with open_hdf5(box, BOX) as file:
        with pytest.raises(FormatError, match=r"/numbers is int32 \(3,\)") as caught:
            column(file, "numbers", np.dtype(kind), rows)
        assert caught.value.expected == f"{np.dtype(kind)} ({rows},)"
        with pytest.raises(FormatError, match="no column of text"):
            read_encoded(file, "numbers")


def test_damage_is_told_in_the_words_of_whoever_reads(box: Path) -> None:
    with (
        pytest.raises(ExportError, match="no column of text") as caught,
        open_hdf5(box, BOX) as file,
        reading_hdf5(Path("x.h5"), ExportError),
    ):
        read_text(file, "numbers")
    assert caught.value.where == str(box), "the place stays"


@pytest.mark.parametrize(
    "fault", [KeyError("a"), ValueError("b\nc"), RuntimeError(), IndexError(1)]
)
def test_whatever_a_reader_stumbles_over_is_one_clear_error(fault: Exception) -> None:
    with (
        pytest.raises(ExportError, match=r"^x\.h5: damaged, or not as the format says") as caught,
        reading_hdf5(Path("x.h5"), ExportError),
    ):
        raise fault
    assert "\n" not in caught.value.message


def test_other_faults_are_not_called_damage() -> None:
    with pytest.raises(MemoryError), reading_hdf5(Path("x.h5"), ExportError):
        raise MemoryError


def test_a_full_disk_leaves_no_file_and_gives_the_real_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: hdf5.GuardedFile, _view: memoryview) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write() -> None:
        with new_hdf5(tmp_path / "box.h5") as file:
            file["numbers"] = np.arange(100_000)

    monkeypatch.setattr(hdf5.GuardedFile, "_write_all", full)
    with pytest.raises(OSError, match="No space left"):
        write()
    assert not list(tmp_path.iterdir())


def test_an_error_of_the_writer_leaves_no_file(tmp_path: Path) -> None:
    def write() -> None:
        with new_hdf5(tmp_path / "box.h5"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert not list(tmp_path.iterdir())
