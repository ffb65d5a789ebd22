"""The release of 2021: one ``.npy`` file an annotation, none of them ever unpickled."""

import os
from math import isnan

import numpy as np
import pytest

from fercurate.sources.affectnet.npy_values import npy_texts

POINTS = [n / 2 for n in range(136)]


@pytest.fixture
def annotated(npy):
    """The files of one picture; keyword arguments replace an annotation (None: leave it out)."""

    def call(number, folder="train_set", label=1, **files):
        made = {"exp": npy(label), "val": npy(0.25), "aro": npy(-0.5), "lnd": npy(POINTS)} | files
        stem = f"{folder}/annotations/{number}"
        found = {f"{stem}_{kind}.npy": content for kind, content in made.items()}
        return {f"{folder}/images/{number}.jpg": None} | {
            name: content for name, content in found.items() if content is not None
        }

    return call


def test_a_picture_in_full(plant, read, annotated, draw):
    reading = read(plant(annotated("0001", label=6)))
    sample = reading.sample("0001.jpg")
    assert sample.id == "affectnet:train/0001.jpg"
    assert (sample.native_label, sample.expression) == ("6", "angry")
    assert (sample.native_split, sample.origin) == ("Training", "train_set/images/0001.jpg")
    assert (sample.line, sample.row, sample.box) == (-1, -1, None)
    assert (sample.valence, sample.arousal) == (0.25, -0.5)
    assert sample.landmarks is not None
    np.testing.assert_array_equal(sample.landmarks, np.reshape(POINTS, (68, 2)))
    assert sample.image.content == draw(0)
    assert reading.recognition.layout == "2021 release"
    assert reading.recognition.files == (reading.recognition.root,)


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (3, "int64"),
        (3, ">i4"),
        (3, "uint8"),
        (3.0, "float64"),
        (3.0, "float32"),
        ("3", "<U1"),
        ("3", "<U21"),
        (" 3 ", None),
        ("3.0", None),
        (b"3", "S4"),
        ([3], "int64"),
        ([["3"]], None),
    ],
)
def test_types_of_an_expression(plant, read, annotated, npy, value, dtype):
    reading = read(plant(annotated(7, exp=npy(value, dtype))))
    assert reading.labels == {"affectnet:train/7.jpg": "surprise"}


@pytest.mark.parametrize(
    ("value", "dtype", "expected"),
    [
        (0.5, "float32", 0.5),
        ("0.5", "<U30", 0.5),
        (-2.0, "float64", None),
        ("-2", None, None),
        (np.nan, None, None),
        (7.0, None, None),
        ([0.5, 0.5], None, None),
        ("NULL", None, None),
    ],
)
def test_valence(plant, read, annotated, npy, value, dtype, expected):
    sample = read(plant(annotated(7, val=npy(value, dtype)))).sample("7.jpg")
    assert (None if isnan(sample.valence) else sample.valence) == expected
    assert sample.arousal == -0.5


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (POINTS, True),
        ([str(v) for v in POINTS], True),
        (np.reshape(POINTS, (68, 2)), True),
        (POINTS[:-1], False),
        ([], False),
        ([np.nan, *POINTS[1:]], False),
        (["x", *map(str, POINTS[1:])], False),
    ],
)
def test_landmarks(plant, read, annotated, npy, value, whole):
    sample = read(plant(annotated(7, lnd=npy(value)))).sample("7.jpg")
    assert (sample.landmarks is not None) == whole


def test_only_the_expression_is_needed(plant, read, annotated):
    sample = read(plant(annotated(7, val=None, aro=None, lnd=None))).sample("7.jpg")
    assert (isnan(sample.valence), isnan(sample.arousal), sample.landmarks) == (True, True, None)


@pytest.mark.parametrize(
    ("folder", "start", "split"),
    [
        ("train_set", "train/", "Training"),
        ("val_set", "val/", "Validation"),
        ("test_set", "test/", "Test"),
        ("Train_Set", "train/", "Training"),
        ("validation", "val/", "Validation"),
        ("AffectNet/val_set", "val/", "Validation"),
        ("Dataset", "", ""),
        (".", "", ""),
    ],
)
def test_folders(plant, read, annotated, folder, start, split):
    reading = read(plant(annotated(7, folder)))
    assert reading.ids == [f"affectnet:{start}7.jpg"]
    assert reading.samples[0].native_split == split


def test_a_split_folder_given_alone_keeps_its_ids(plant, read, annotated):
    root = plant(annotated(7, "val_set"))
    assert read(root).ids == read(root / "val_set").ids == ["affectnet:val/7.jpg"]


def test_order_is_by_split_and_number(plant, read, annotated):
    root = plant(
        annotated(5, "val_set") | annotated(10) | annotated(9) | annotated("b") | annotated("007")
    )
    names = ["train/007", "train/9", "train/10", "train/b", "val/5"]
    assert read(root).ids == [f"affectnet:{name}.jpg" for name in names]


def test_a_second_copy_is_named_and_not_read(plant, read, annotated):
    root = plant(annotated(7) | annotated(8, "copy/train_set"))
    reading = read(root)
    assert reading.ids == ["affectnet:train/7.jpg"]
    assert reading.recognition.ignored == ("copy/train_set/images",)


def test_orphans_both_ways(plant, read, annotated):
    files = annotated(7) | annotated(8) | annotated(9) | annotated(11) | annotated(12)
    for number in (9, 11):
        del files[f"train_set/images/{number}.jpg"]
    for kind in ("exp", "val"):
        del files[f"train_set/annotations/11_{kind}.npy"]
        del files[f"train_set/annotations/12_{kind}.npy"]
    reading = read(plant(files))
    assert reading.ids == ["affectnet:train/7.jpg", "affectnet:train/8.jpg"]
    assert reading.faults == [
        ("E_MISSING", "train_set/images/12.jpg"),
        ("E_MISSING", "train_set/annotations/9_exp.npy"),
        ("E_MISSING", "train_set/annotations/11_aro.npy"),
    ]


def test_litter_is_no_picture(plant, read, annotated):
    litter = dict.fromkeys(
        (
            "train_set/images/._7.jpg",
            "train_set/images/Thumbs.db",
            "train_set/images/.DS_Store",
            "train_set/annotations/.DS_Store",
            "train_set/affectnet.csv",
        ),
        "phase,img_path,label\n",
    )
    reading = read(plant(annotated(7) | litter))
    assert (reading.ids, reading.rejects) == (["affectnet:train/7.jpg"], [])


class Trap:
    """Writes a file if it is ever unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


BROKEN = {
    "object": (lambda npy: npy([1, "x"], "object", pickled=True), "E_DECODE", "pickled"),
    "empty": (lambda npy: b"", "E_DECODE", "no .npy file"),
    "pickle": (lambda npy: b"\x80\x04K\x01.", "E_DECODE", "no .npy file"),
    "zip": (lambda npy: b"PK\x03\x04", "E_DECODE", "no .npy file"),
    "cut header": (lambda npy: npy(1)[:40], "E_DECODE", "neither numbers nor text"),
    "cut value": (lambda npy: npy(1)[:-1], "E_DECODE", "cut short"),
    "structured": (lambda npy: npy((1, 2), "i4,i4"), "E_DECODE", "neither numbers nor text"),
    "complex": (lambda npy: npy(1j), "E_DECODE", "neither numbers nor text"),
    "unknown type": (lambda npy: npy(1).replace(b"<i8", b"<i3"), "E_DECODE", "unknown type"),
    "declares more than it holds": (
        lambda npy: npy([1]).replace(b"(1,), }" + b" " * 20, b"(123456789012345678901,), }"),
        "E_DECODE",
        "cut short",
    ),
    "huge header": (
        lambda npy: b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + npy(1)[10:],
        "E_DECODE",
        "neither numbers nor text",
    ),
    "code in the header": (
        lambda npy: npy(1).replace(b"'<i8'", b"exit("),
        "E_DECODE",
        "neither numbers nor text",
    ),
    "too large": (lambda npy: npy(np.zeros(10_000)), "E_DECODE", "over 65,536 bytes"),
}


@pytest.mark.parametrize("kind", ["exp", "lnd"])
@pytest.mark.parametrize(("content", "code", "message"), BROKEN.values(), ids=BROKEN)
def test_broken_annotations(plant, read, annotated, npy, kind, content, code, message):
    reading = read(plant(annotated(7) | annotated(8, **{kind: content(npy)})))
    assert reading.ids == ["affectnet:train/7.jpg"]
    assert reading.faults == [(code, f"train_set/annotations/8_{kind}.npy")]
    assert message in reading.rejects[0].message


def test_nothing_is_unpickled(plant, read, annotated, npy, tmp_path):
    trap = npy([Trap(str(tmp_path / "sprung"))], "object", pickled=True)
    reading = read(plant(annotated(8, exp=trap)))
    assert [code for code, _ in reading.faults] == ["E_DECODE"]
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (8, "none"),
        ("9", "uncertain"),
        (10.0, "no face"),
        (11, "'11'"),
        (-1, "'-1'"),
        (np.nan, "'nan'"),
        ("", "''"),
        ([1, 2], "2 values"),
        ([], "0 values"),
        (True, "'True'"),
    ],
)
def test_unusable_expressions(plant, read, annotated, npy, value, message):
    reading = read(plant(annotated(7) | annotated(8, exp=npy(value))))
    assert reading.faults == [("E_LABEL", "train_set/annotations/8_exp.npy")]
    assert message in reading.rejects[0].message


def test_broken_pictures(plant, read, annotated):
    files = annotated(7) | annotated(8) | annotated(9)
    files["train_set/images/8.jpg"] = b""
    root = plant(files)
    (root / "train_set/images/9.jpg").unlink()
    (root / "train_set/images/9.jpg").symlink_to("/etc/hostname")
    reading = read(root)
    assert reading.ids == ["affectnet:train/7.jpg"]
    assert reading.faults == [
        ("E_DECODE", "train_set/images/8.jpg"),
        ("E_PATH", "train_set/images/9.jpg"),
    ]


def test_a_linked_annotation_out_of_the_corpus(plant, read, annotated, npy):
    root = plant(annotated(7) | annotated(8, exp=None))
    outside = plant({"8_exp.npy": npy(1)}, "outside")
    (root / "train_set/annotations/8_exp.npy").symlink_to(outside / "8_exp.npy")
    reading = read(root)
    assert reading.ids == ["affectnet:train/7.jpg"]
    assert reading.faults == [("E_PATH", "train_set/annotations/8_exp.npy")]


@pytest.mark.parametrize(
    "value", [np.arange(6).reshape(2, 3), np.asfortranarray([[1.5]]), np.array(["ä", "bc"])]
)
def test_npy_texts(npy, value):
    assert npy_texts(npy(value)) == [str(v) for v in value.ravel().tolist()]


def test_npy_version_two():
    import io

    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.array([4, 5]), version=(2, 0))
    assert npy_texts(buffer.getvalue()) == ["4", "5"]
