"""Arrays that are broken, hostile or of another kind: each ends in a message or a reject."""

import io
import pickle
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from fercurate.domain.taxonomy import parse_label_map
from fercurate.errors import InputError
from fercurate.sources.arrays.source import Arrays


def head(shape: str, kind: str = "|u1", order: str = "False") -> bytes:
    """The header of a ``.npy`` file that claims a shape."""
    text = f"{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode()


def stored(array: object) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(array), allow_pickle=True)
    return buffer.getvalue()


GOOD = stored(np.zeros((4, 48, 48), np.uint8))
WORDS = stored(np.array(["happy", "sad"] * 2))
HEADERS = {
    "10^12 rows": (head("(1000000000000, 48, 48)"), "rows"),
    "a huge product": (head(f"({2**62}, {2**62}, 48)"), "an array of the shape"),
    "rows that are not there": (head("(4000, 48, 48)"), "9,216,000 bytes, but 2,304 are there"),
    "a negative shape": (head("(-4, 48, 48)"), "an array of the shape"),
    "no shape": (head("('x',)"), "neither numbers nor text"),
    "code for a shape": (head("(__import__('os').getpid(),)"), "neither numbers nor text"),
    "pickled objects": (stored(np.array([{}, 1, "x", None], dtype=object)), "never loaded"),
    "records": (stored(np.zeros(4, [("a", "u1"), ("b", "f4")])), "neither numbers nor text"),
    "complex numbers": (head("(4, 24, 24)", "<c8"), "complex64"),
    "dates": (head("(4, 24, 12)", "<M8"), "neither a number nor text"),
    "an unknown type": (head("(4, 48, 48)", "|q9"), "unknown type"),
    "a long header": (b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + b" " * 99, "a header of"),
    "no header": (b"", "no array of NumPy"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(99), "no array of NumPy"),
    "cut short": (GOOD[:-1], "are there"),
    "bytes behind": (GOOD + b"x", "are there"),
}


def zipped(path: Path, packing: int = zipfile.ZIP_DEFLATED, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return path


@pytest.mark.parametrize("case", HEADERS)
def test_a_header_that_is_not_true(refusal, tmp_path, case) -> None:
    content, message = HEADERS[case]
    if case == "rows that are not there":
        content += bytes(2304)
    assert message in refusal(zipped(tmp_path / "a.npz", images=content, labels=WORDS))
    (tmp_path / "images.npy").write_bytes(content)
    (tmp_path / "labels.npy").write_bytes(WORDS)
    assert message in refusal(tmp_path / "images.npy")


def ramp(low: float, high: float) -> NDArray[np.float64]:
    return np.linspace(low, high, 4 * 48 * 48).reshape(4, 48, 48)


SMALL = {"images": np.zeros((600, 8, 8)), "labels": np.arange(600)}
ARRAYS: dict[str, Any] = {
    "labels of another number": ({"labels": np.arange(3)}, "3 labels, but 4 pictures"),
    "labels of a shape": ({"labels": np.zeros((4, 2, 2))}, "labels of the shape"),
    "labels that are records": ({"labels": np.zeros(4, "c8")}, "complex64"),
    "two arrays of pictures": ({"faces": np.zeros((4, 48, 48))}, "2 arrays could be the pictures"),
    "two arrays of labels": ({"emotion": np.arange(4)}, "2 arrays could be the labels"),
    "pictures of four channels": ({"images": np.zeros((4, 48, 48, 4))}, "pictures of the shape"),
    "pictures of an odd length": ({"images": np.zeros((4, 2305))}, "pictures of the shape"),
    "pictures of a line": ({"images": np.zeros((4, 1, 48))}, "pictures of the shape"),
    "words for pictures": ({"images": np.full((4, 48, 48), "x")}, "pictures of str"),
    "standardized pictures": ({"images": ramp(-2, 2)}, "from -2 to 2"),
    "resized pictures": ({"images": ramp(0, 0.7)}, "no gray levels"),
    "NaN alone": ({"images": np.full((4, 48, 48), np.nan)}, "no gray levels"),
    "many labels": (SMALL, "over 500 different"),
    "words that are no expressions": ({"labels": np.array(["cat", "dog"] * 2)}, "'cat' 2, 'dog' 2"),
}


@pytest.mark.parametrize("case", ARRAYS)
def test_arrays_that_do_not_go_together(refusal, npz, case) -> None:
    changed, message = ARRAYS[case]
    arrays: dict[str, Any] = {
        "images": np.zeros((4, 48, 48), np.uint8),
        "labels": np.array(["happy", "sad"] * 2),
    }
    assert message in refusal(npz(**(arrays | changed)))


def test_single_rows_are_rejected(read, npz, pictures) -> None:
    floats = pictures(20).astype(np.float64) / 255
    floats[3, 5, 5] = np.nan
    floats[4, 5, 5] = 1.5
    words = np.array(["happy", "sad"] * 10)
    words[6] = "glum?"
    reading = read(Arrays(), npz(images=floats, labels=words))
    place = "faces.npz/images"
    assert reading.faults == [
        ("E_RANGE", f"{place}:4"),
        ("E_RANGE", f"{place}:5"),
        ("E_LABEL", f"{place}:7"),
    ]
    assert reading.rejects[2].label == "glum?"
    assert len(reading.samples) == 17


def test_values_beyond_a_byte_and_rows_of_two_classes(read, npz, pictures) -> None:
    values = pictures(3).astype(np.int16)
    values[0, 0, 0], values[1, 0, 0] = 256, -1
    hot = np.eye(3)
    assert read(Arrays(), npz(images=values, labels=np.array(["sad"] * 3))).faults == [
        ("E_RANGE", "faces.npz/images:1"),
        ("E_RANGE", "faces.npz/images:2"),
    ]
    hot[1] = (0, 0.5, 0.5)
    names = np.array(["sad", "happy", "fear"])
    reading = read(Arrays(), npz(images=pictures(3), labels=hot, class_names=names))
    assert reading.faults == [("E_LABEL", "faces.npz/images:2")]


def test_a_packed_bomb_is_not_unpacked(refusal, tmp_path) -> None:
    shape = (2_000_000, 8, 8)
    with zipfile.ZipFile(tmp_path / "b.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("images.npy", "w", force_zip64=True) as member:
            member.write(head(str(shape)))
            for _ in range(128):
                member.write(bytes(1_000_000))
        archive.writestr("labels.npy", WORDS)
    assert "packed into" in refusal(tmp_path / "b.npz")


def test_a_member_that_is_damaged_inside(refusal, tmp_path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (4, 48, 48), np.uint8)
    path = zipped(tmp_path / "a.npz", images=stored(noise), labels=WORDS)
    content = bytearray(path.read_bytes())
    place = content.index(zlib.compress(stored(noise), 6)[2:40]) + 4000
    content[place] ^= 255
    path.write_bytes(content)
    assert "damaged" in refusal(path)


def test_an_encrypted_member_and_one_that_is_there_twice(refusal, tmp_path) -> None:
    path = zipped(tmp_path / "a.npz", images=GOOD, labels=WORDS)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "encrypted" in refusal(path)
    names = [f"{name}.npy" for name in ("images", "images", "labels")]
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings(action="ignore"):
        for name in names:
            archive.writestr(name, WORDS if "labels" in name else GOOD)
    assert "2 arrays" in refusal(path)


def test_the_names_of_members_lead_nowhere(read, tmp_path) -> None:
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../images.npy", GOOD)
        archive.writestr("../../labels.npy", WORDS)
    assert len(read(Arrays(), path).samples) == 4
    assert [p.name for p in tmp_path.iterdir()] == ["a.npz"]


ADVICE = {
    "a.pkl": (pickle.dumps({"images": 1}), "not opened"),
    "a.mat": (b"MATLAB 5.0 MAT-file", "scipy.io.loadmat"),
    "a.npz": (b"PK\x03\x04 no archive", "no readable .npz file"),
    "b.h5": (b"\x89HDF\r\n\x1a\n", "not a readable HDF5 file"),
    "X_train.npy": (GOOD, "No labels of the same split"),
    "y_train.npy": (WORDS, "name the file of pictures"),
    "weights.npy": (GOOD, "neither pictures nor labels"),
}


@pytest.mark.parametrize("name", ADVICE)
def test_a_file_that_is_not_read_gets_advice(refusal, tmp_path, name) -> None:
    content, message = ADVICE[name]
    (tmp_path / name).write_bytes(content)
    assert message in refusal(tmp_path / name)


def test_keys_without_meaning_are_listed(refusal, npz) -> None:
    text = refusal(npz(arr_0=np.zeros((4, 48, 48), np.uint8), arr_1=np.arange(4)))
    assert "arr_0 (4x48x48 uint8), arr_1 (4 int64)" in text
    assert "name them images and labels" in text


def test_sets_with_the_same_ids_are_named(refusal, npz, tmp_path, pictures, words) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        npz(f"{folder}/d.npz", x=pictures(2), y=words(2))
    assert "a/d.npz/x and b/d.npz/x would have the same ids" in refusal(tmp_path)


def test_two_orders_of_codes_are_named(refusal, npz, tmp_path, pictures) -> None:
    for name, names in (("train", ["sad", "happy"]), ("test", ["happy", "sad"])):
        npz(f"{name}.npz", x=pictures(2), y=np.arange(2), class_names=np.array(names))
    assert "codes have two orders" in refusal(tmp_path)


MAPS = {
    "rafdb": "rafdb leaves 0 unexplained, and its own 7 never occurs",
    "happy=sad": "explains none of the labels",
}


@pytest.mark.parametrize("text", MAPS)
def test_a_map_that_does_not_fit(read, npz, pictures, text) -> None:
    path = npz(images=pictures(14), labels=np.arange(14) % 7)
    with pytest.raises(InputError, match=MAPS[text]):
        read(Arrays(), path, label_map=parse_label_map(text))


def test_names_that_do_not_cover_the_codes(refusal, npz, pictures) -> None:
    names = np.array(["surprise", "fear", "disgust"])
    path = npz(images=pictures(3), labels=np.array([1, 2, 3]), class_names=names)
    text = refusal(path)
    assert "names the codes 0..2 and holds others (rows by code: 1: 1, 2: 1, 3: 1)" in text


def test_a_link_out_of_the_folder_is_no_part_of_it(npz, pictures, words, tmp_path, npy) -> None:
    npy("other", images=pictures(2), labels=words(2))
    root = tmp_path / "corpus"
    root.mkdir()
    for name in ("images.npy", "labels.npy"):
        (root / name).symlink_to(tmp_path / "other" / name)
    assert Arrays().recognize(root) is None
