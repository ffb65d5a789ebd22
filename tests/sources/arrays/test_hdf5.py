"""HDF5 files that lead out of themselves, lie about their size, or are damaged."""

import h5py
import numpy as np
import pytest

from fercurate.sources.arrays.source import Arrays


def links(file: h5py.File) -> None:
    file["images"] = h5py.SoftLink("/elsewhere")


def external_link(file: h5py.File) -> None:
    file["images"] = h5py.ExternalLink("/etc/passwd", "/images")


def external_values(file: h5py.File) -> None:
    file.create_dataset("images", (4, 48, 48), "u1", external=[("/etc/passwd", 0, 9216)])


def virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4, 48, 48), "u1")
    layout[:] = h5py.VirtualSource("other.h5", "images", (4, 48, 48))
    file.create_virtual_dataset("images", layout)


def nothing_stored(file: h5py.File) -> None:
    file.create_dataset("images", (40_000_000, 48, 48), "u1", chunks=(1, 48, 48))


def too_many_rows(file: h5py.File) -> None:
    file.create_dataset("images", (10**12, 48, 48), "u1", chunks=(1, 48, 48))


def ragged(file: h5py.File) -> None:
    file.create_dataset("images", (4,), h5py.vlen_dtype(np.uint8))


def empty_values(file: h5py.File) -> None:
    file.create_dataset("images", data=h5py.Empty("u1"))


def large_chunk(file: h5py.File) -> None:
    file.create_dataset("images", (10**6, 48, 48), "u1", chunks=(10**6, 48, 48))


HDF5 = {
    links: "a link",
    external_link: "a link",
    external_values: "keeps its values in another file",
    virtual: "keeps its values in another file",
    nothing_stored: "packed into 0",
    too_many_rows: "1,000,000,000,000 rows",
    ragged: "pickled objects",
    empty_values: "without values",
    large_chunk: "chunks of 2,304,000,000 bytes",
}


@pytest.mark.parametrize("plant_in", HDF5, ids=lambda case: case.__name__)
def test_hdf5_that_leads_out_or_lies(refusal, tmp_path, plant_in) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        plant_in(file)
        file["labels"] = np.array(["happy", "sad"] * 2, dtype="S")
    assert HDF5[plant_in] in refusal(tmp_path / "a.h5")


def test_hdf5_that_is_cut_short(refusal, tmp_path, hdf5, pictures, words) -> None:
    path = hdf5("a.h5", {"images": pictures(40), "labels": words(40)})
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert "not a readable HDF5 file" in refusal(path)
    hdf5("b.h5", {"images": pictures(4), "labels": words(4)})
    assert "not a readable HDF5 file" in refusal(tmp_path)


def test_groups_in_circles_end(read, tmp_path, pictures) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["images"], file["labels"] = pictures(2), np.array(["happy", "sad"], "S")
        again = file.create_group("again")
        again["again"] = again
    assert len(read(Arrays(), tmp_path / "a.h5").samples) == 2
