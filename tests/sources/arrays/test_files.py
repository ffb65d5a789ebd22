"""Files of arrays that are as they should be: what is read of them, under which ids and splits."""

from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.domain.taxonomy import label_maps
from fercurate.errors import InputError
from fercurate.sources.arrays.source import Arrays
from fercurate.sources.registry import recognize

FER = label_maps()["fer2013"]


def test_keys_of_two_splits(read, npz, pictures, words) -> None:
    path = npz(X_train=pictures(9), y_train=words(9), x_test=pictures(2), y_test=words(2))
    reading = read(Arrays(), path)
    assert reading.ids[:2] == ["arrays:faces/train/0000000", "arrays:faces/train/0000001"]
    assert reading.ids[-1] == "arrays:faces/test/0000001"
    assert [s.native_split for s in reading.samples] == ["Training"] * 9 + ["Test"] * 2
    assert reading.labels["arrays:faces/train/0000003"] == "happy"
    assert np.array_equal(reading.samples[8].pixels, pictures(9)[8])
    assert reading.samples[8].row == 8
    assert "faces.npz/X_train, 9 pictures of 48x48, Training" in reading.variant


LAYOUTS: dict[str, Any] = {
    "plain": lambda p: p,
    "a channel last": lambda p: p[..., None],
    "a channel first": lambda p: p[:, None],
    "flat": lambda p: p.reshape(len(p), -1),
    "flat, an axis more": lambda p: p.reshape(len(p), -1, 1),
    "fortran's order": np.asfortranarray,
    "int64": lambda p: p.astype(np.int64),
    "big-endian": lambda p: p.astype(">i4"),
    "floats 0..1": lambda p: p.astype(np.float32) / 255,
    "doubles 0..1": lambda p: p / 255,
    "half precision 0..1": lambda p: (p / 255).astype(np.float16),
    "floats 0..255": lambda p: p.astype(np.float32),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_pictures_in_every_layout(read, npz, pictures, words, layout, packed) -> None:
    path = npz(images=LAYOUTS[layout](pictures(5)), labels=words(5), packed=packed)
    samples = read(Arrays(), path).samples
    assert [s.pixels.tolist() for s in samples] == pictures(5).tolist()


def test_color_first_and_last(read, npz, pictures, words) -> None:
    color = pictures(3, (20, 24, 3))
    for array in (color, np.moveaxis(color, -1, 1)):
        samples = read(Arrays(), npz(images=array, labels=words(3))).samples
        assert [s.pixels.tolist() for s in samples] == color.tolist()


CODES = np.arange(14) % 7
LABELS = {
    "integers": CODES,
    "a column": CODES[:, None],
    "floats": CODES.astype(np.float64),
    "one-hot": np.eye(7)[CODES],
    "one-hot integers": np.eye(7, dtype=np.uint8)[CODES],
    "text of numbers": CODES.astype(str),
    "bytes": CODES.astype("S"),
}


@pytest.mark.parametrize("labels", LABELS)
def test_codes_are_read_by_a_map(read, npz, pictures, labels) -> None:
    path = npz(images=pictures(14), labels=LABELS[labels])
    reading = read(Arrays(), path, label_map=FER)
    assert [s.native_label for s in reading.samples] == [str(code) for code in CODES]
    assert reading.samples[3].expression == "happy"
    with pytest.raises(
        InputError, match=r"codes without names \(rows by code: 0: 2, .*--label-map fer2013"
    ):
        read(Arrays(), path)


def test_names_in_the_file_explain_codes(read, npz, hdf5, pictures) -> None:
    names = ["sad", "happy", "no emotion"]
    codes = np.array([0, 1, 2, 1])
    arrays = {"images": pictures(4), "labels": codes}
    paths = [npz(class_names=np.array(names), **arrays), hdf5("a.h5", arrays, class_names=names)]
    for path in paths:
        reading = read(Arrays(), path)
        assert [s.expression for s in reading.samples] == ["sad", "happy", "happy"]
        assert reading.faults == [("E_LABEL", f"{path.name}/images:3")]
        assert "0=sad, 1=happy" in reading.variant


def test_a_map_goes_before_the_names_of_the_file(read, npz, pictures) -> None:
    path = npz(images=pictures(2), labels=np.array([0, 1]), class_names=np.array(["qq", "b"]))
    mapped = label_maps()["fer2013"]
    with pytest.raises(InputError, match="no label names an expression"):
        read(Arrays(), path)
    reading = read(Arrays(), path, label_map=mapped)
    assert [s.expression for s in reading.samples] == ["angry", "disgust"]


def test_the_hdf5_of_a_known_script(read, hdf5, pictures) -> None:
    sizes = {"Training": 9, "PublicTest": 2, "PrivateTest": 3}
    arrays = {f"{split}_pixel": pictures(n).reshape(n, -1) for split, n in sizes.items()}
    arrays |= {f"{split}_label": np.arange(n) % 7 for split, n in sizes.items()}
    reading = read(Arrays(), hdf5("data.h5", arrays), label_map=FER)
    splits = [s.native_split for s in reading.samples]
    assert {split: splits.count(split) for split in sizes} == sizes
    assert "arrays:data/publictest/0000001" in reading.ids


def test_groups_words_and_subjects_of_hdf5(read, hdf5, pictures, words) -> None:
    arrays = {"train/images": pictures(3), "train/labels": words(3)}
    arrays["train/subject"] = np.array(["a", "b", "c"])
    reading = read(Arrays(), hdf5("my.hdf5", arrays))
    assert reading.ids[0] == "arrays:my/train/0000000"
    assert [s.subject for s in reading.samples] == ["a", "b", "c"]


@pytest.mark.parametrize("options", [{"chunks": (2, 48, 48)}, {"chunks": (7, 5, 5)}, {}])
def test_chunks_and_packing_of_hdf5(read, tmp_path, pictures, words, options) -> None:
    with h5py.File(tmp_path / "f.h5", "w") as file:
        packing = {"compression": "gzip"} if options else {}
        file.create_dataset("images", data=pictures(9), **options, **packing)
        file.create_dataset("labels", data=words(9).astype("S"))
    samples = read(Arrays(), tmp_path / "f.h5").samples
    assert [s.pixels.tolist() for s in samples] == pictures(9).tolist()


def test_pairs_of_npy_files_by_name(read, npy, pictures, words) -> None:
    root = npy(X_train=pictures(4), y_train=words(4), X_test=pictures(2), y_test=words(2))
    reading = read(Arrays(), root)
    assert reading.ids[0] == "arrays:X_test/0000000"
    assert [s.native_split for s in reading.samples] == ["Test"] * 2 + ["Training"] * 4
    alone = read(Arrays(), root / "X_train.npy")
    assert alone.ids == [one for one in reading.ids if "train" in one]


def test_npy_files_in_folders_of_splits(read, npy, pictures, words) -> None:
    arrays = {"train__images": pictures(3), "train__labels": words(3)}
    arrays |= {"val__images": pictures(2), "val__labels": words(2)}
    root = npy(**arrays)
    reading = read(Arrays(), root)
    assert reading.ids[:1] == ["arrays:images/train/0000000"]
    assert reading.samples[-1].native_split == "Validation"
    assert read(Arrays(), root / "train").ids == reading.ids[:3]


def test_a_column_of_splits_counts(read, npz, pictures, words) -> None:
    usage = np.array(["Training", "PublicTest", "dev", "??"])
    reading = read(Arrays(), npz(images=pictures(4), labels=words(4), Usage=usage))
    splits = [s.native_split for s in reading.samples]
    assert splits == ["Training", "PublicTest", "Validation"]
    assert reading.faults == [("E_USAGE", "faces.npz/images:4")]


def test_splits_as_codes_need_names(read, npz, pictures, words) -> None:
    codes = {"usage": np.array([0, 1, 2]), "images": pictures(3), "labels": words(3)}
    reading = read(Arrays(), npz(**codes, usage_names=np.array(["Training", "dev", "PublicTest"])))
    splits = [s.native_split for s in reading.samples]
    assert splits == ["Training", "Validation", "PublicTest"]
    reading = read(Arrays(), npz(**codes))
    assert [s.native_split for s in reading.samples] == [""] * 3
    assert "not read: usage (3 int64)" in reading.variant


def test_files_of_splits_in_a_folder(read, npz, pictures, words, tmp_path) -> None:
    for split in ("train", "test"):
        npz(f"{split}.npz", x=pictures(2), y=words(2))
    reading = read(Arrays(), tmp_path)
    assert reading.ids == [f"arrays:{s}/{n:07d}" for s in ("test", "train") for n in (0, 1)]
    assert {s.native_split for s in reading.samples} == {"Test", "Training"}
    assert read(Arrays(), tmp_path / "train.npz").ids == reading.ids[2:]


def test_unread_arrays_are_said(read, npz, pictures, words) -> None:
    path = npz(X_train=pictures(2), y_train=words(2), X_test=pictures(3), landmarks=np.zeros(4))
    assert "not read: X_test (3x48x48 uint8)" in read(Arrays(), path).variant


def test_class_folders_come_before_arrays(npz, plant, tmp_path, pictures, words) -> None:
    npz(images=pictures(2), labels=words(2))
    plant({"happy/a.png": 1, "sad/b.png": 2}, ".")
    assert recognize(tmp_path)[0].source == "folder"
