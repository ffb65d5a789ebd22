"""RAF-DB: the basic list, its spellings and framings, and the copy in numbered folders."""

import numpy as np
import pytest

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.sample import five_points
from fercurate.errors import InputError
from fercurate.sources.rafdb.source import RafDb

MEANT = ["surprise", "fear", "disgust", "happy", "sad", "angry", "neutral"]
NAMES = ("train_00001.jpg", "test_0001.jpg")


def raf(lines: str | bytes, place: str = "", kind: str = "aligned", **more: int | str) -> dict:
    suffix = "_aligned" if kind == "aligned" else ""
    tree = {f"{place}EmoLabel/list_patition_label.txt": lines}
    for number, name in enumerate(NAMES):
        tree[f"{place}Image/{kind}/{name[:-4]}{suffix}.jpg"] = number
    return tree | more


PLAIN = "train_00001.jpg 5\ntest_0001.jpg 4\n"
SPELLINGS = {
    "as published": PLAIN,
    "byte-order mark": "\ufeff" + PLAIN,
    "CRLF": PLAIN.replace("\n", "\r\n"),
    "CR": PLAIN.replace("\n", "\r"),
    "blank lines": "\n  \n" + PLAIN.replace("\n", "\n\n"),
    "tabs and blanks around": PLAIN.replace(" ", "\t \t").replace("\n", " \n "),
    "a split column": "train_00001.jpg\ttrain\t5\ntest_0001.jpg\ttest\t4\n",
    "no last line end": PLAIN.rstrip(),
    "float codes": PLAIN.replace("5", "5.0"),
}


@pytest.mark.parametrize("lines", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_of_the_list(lines, read, draw) -> None:
    reading = read(RafDb(), raf(lines))
    assert reading.faults == []
    assert [(s.id, s.expression, s.native_split, s.origin) for s in reading.samples] == [
        ("rafdb:train_00001.jpg", "sad", "Training", "Image/aligned/train_00001_aligned.jpg"),
        ("rafdb:test_0001.jpg", "happy", "Test", "Image/aligned/test_0001_aligned.jpg"),
    ]
    for number, sample in enumerate(reading.samples):
        np.testing.assert_array_equal(sample.pixels, draw(number))


PLACES = {
    "root": raf(PLAIN),
    "basic": raf(PLAIN, "basic/"),
    "Basic": raf(PLAIN, "Basic/"),
    "mended name": {
        name.replace("patition", "partition"): content for name, content in raf(PLAIN).items()
    },
    "other case": {
        name.replace("EmoLabel", "emolabel").replace("Image/al", "image/Al"): content
        for name, content in raf(PLAIN).items()
    },
    "list in the root": {
        name.replace("EmoLabel/", ""): content for name, content in raf(PLAIN).items()
    },
    "original only": raf(PLAIN, kind="original"),
    "aligned empty": raf(PLAIN, kind="original") | {"Image/aligned/.DS_Store": ""},
    "compound beside": raf(PLAIN, "basic/")
    | {"compound/EmoLabel/list_patition_label.txt": "train_0001.jpg 9\n"},
}


@pytest.mark.parametrize("tree", PLACES.values(), ids=PLACES)
def test_every_place_of_the_list(tree, read) -> None:
    reading = read(RafDb(), tree, name="raf")
    assert reading.faults == []
    assert reading.ids == ["raf:train_00001.jpg", "raf:test_0001.jpg"]
    assert [s.source for s in reading.samples] == ["raf", "raf"]
    assert reading.recognition.files[0].name.startswith("list_pa")


def test_codes(read) -> None:
    names = [f"train_{code:05d}.jpg" for code in range(1, 8)]
    lines = "".join(f"{name} {code}\n" for code, name in enumerate(names, 1))
    pictures = {f"Image/aligned/{name[:-4]}_aligned.jpg": 1 for name in names}
    reading = read(RafDb(), {"EmoLabel/list_patition_label.txt": lines, **pictures})
    assert [s.expression for s in reading.samples] == MEANT
    assert [s.native_label for s in reading.samples] == list("1234567")


def test_aligned_pictures_are_preferred(read, draw) -> None:
    tree = raf(PLAIN) | {f"Image/original/{name}": 99 for name in NAMES}
    reading = read(RafDb(), tree)
    for number, sample in enumerate(reading.samples):
        np.testing.assert_array_equal(sample.pixels, draw(number))
    assert reading.variant == (
        "aligned pictures, not the published counts (Training 12,271, Test 3,068): "
        "2 pictures (Test 1, Training 1)"
    )


def test_both_spellings_of_the_list_name(read) -> None:
    reading = read(RafDb(), raf(PLAIN) | {"EmoLabel/list_partition_label.txt": "x 1\n"})
    assert len(reading.samples) == 2
    assert reading.recognition.ignored == ("list_partition_label.txt",)


@pytest.mark.parametrize("code", ["8", "9", "10", "11"])
def test_the_compound_list_is_not_taken(code, plant) -> None:
    tree = raf(f"train_00001.jpg 5\ntest_0001.jpg {code}\n")
    assert RafDb().recognize(plant(tree)) is None


def test_one_wrong_code_among_many_does_not_make_a_compound_list(read) -> None:
    lines = "test_0001.jpg 9\n" + "train_00001.jpg 5\n" * 100
    reading = read(RafDb(), raf(lines))
    assert reading.ids == ["rafdb:train_00001.jpg"]
    assert reading.faults == [("E_LABEL", "EmoLabel/list_patition_label.txt:1")]


def test_no_pictures_beside_the_list(read) -> None:
    with pytest.raises(InputError, match="no folder Image/aligned or Image/original"):
        read(RafDb(), {"EmoLabel/list_patition_label.txt": PLAIN})


def test_utf16_list_is_refused(read) -> None:
    with pytest.raises(InputError, match="UTF-16 text"):
        read(RafDb(), raf(PLAIN.encode("utf-16")))


def test_list_that_is_a_link_out_is_refused(plant, read, tmp_path) -> None:
    (tmp_path / "secret.txt").write_text(PLAIN)
    root = plant(raf(PLAIN))
    (root / "EmoLabel/list_patition_label.txt").unlink()
    (root / "EmoLabel/list_patition_label.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(InputError, match="a link that leads out of the corpus"):
        read(RafDb(), root)


def test_basic_that_is_a_link_out_is_not_entered(plant, tmp_path) -> None:
    plant({"notes.txt": ""})
    outside = plant(raf(PLAIN)).rename(tmp_path / "outside")
    root = plant({"notes.txt": ""})
    (root / "basic").symlink_to(outside)
    assert RafDb().recognize(root) is None


CSVS = {
    "train_labels.csv": "image,label\ntrain_00001_aligned.jpg,5\n",
    "test_labels.csv": "image,label\ntest_0001_aligned.jpg,4\n",
}
PICTURES = {"train/5/train_00001_aligned.jpg": 0, "test/4/test_0001_aligned.jpg": 1}
NUMBERED = {
    "DATASET and lists": {f"DATASET/{name}": n for name, n in PICTURES.items()} | CSVS,
    "DATASET, no lists": {f"DATASET/{name}": n for name, n in PICTURES.items()},
    "dataset": {f"dataset/{name}": n for name, n in PICTURES.items()} | CSVS,
    "lists within": {f"DATASET/{name}": n for name, n in (PICTURES | CSVS).items()},
    "the folder itself": PICTURES,
    "the folder itself with lists": PICTURES | CSVS,
    "one list": PICTURES | {"train_labels.csv": CSVS["train_labels.csv"]},
    "lists with CRLF, mark, index": PICTURES
    | {"train_labels.csv": '\ufeff"",image,label\r\n0,"train_00001_aligned.jpg",5\r\n\r\n'},
    "lists name the original pictures": PICTURES
    | {"train_labels.csv": "label,image\n5,train_00001.jpg\n"},
}


@pytest.mark.parametrize("tree", NUMBERED.values(), ids=NUMBERED)
def test_every_layout_of_numbered_folders(tree, read, draw) -> None:
    reading = read(RafDb(), tree)
    assert reading.faults == []
    assert [(s.id, s.expression, s.native_split) for s in reading.samples] == [
        ("rafdb:test/4/test_0001_aligned.jpg", "happy", "Test"),
        ("rafdb:train/5/train_00001_aligned.jpg", "sad", "Training"),
    ]
    assert [s.origin in tree for s in reading.samples] == [True, True]
    np.testing.assert_array_equal(reading.samples[0].pixels, draw(1))
    assert [s.native_label for s in reading.samples] == ["4", "5"]


def test_other_names_are_read_where_a_list_identifies_the_copy(read) -> None:
    tree = {"DATASET/train/1/x.jpg": 1, "train_labels.csv": "image,label\nx.jpg,1\n"}
    reading = read(RafDb(), tree)
    assert reading.ids == ["rafdb:train/1/x.jpg"]
    assert reading.samples[0].expression == "surprise"


UNKNOWN = {
    "numbers alone": {"DATASET/train/1/a.jpg": 1, "DATASET/train/7/b.jpg": 2},
    "a folder 0 (shifted)": PICTURES | {"train/0/train_00002_aligned.jpg": 3} | CSVS,
    "a folder 8": PICTURES | {"test/8/test_0002_aligned.jpg": 3},
    "named classes": {"train/sad/train_00001_aligned.jpg": 1} | CSVS,
    "other columns": {"DATASET/train/1/a.jpg": 1, "train_labels.csv": "file,class\na.jpg,1\n"},
    "no pictures": {"DATASET/train/1/a.txt": "x"} | CSVS,
    "compound only": {"compound/EmoLabel/list_patition_label.txt": "a 9\n"},
}


@pytest.mark.parametrize("tree", UNKNOWN.values(), ids=UNKNOWN)
def test_not_recognized(tree, plant) -> None:
    assert RafDb().recognize(plant(tree)) is None


def test_published_counts_are_known(plant) -> None:
    from collections import Counter

    from fercurate.sources.base import RecordCounts

    recognition = RafDb().recognize(plant(raf(PLAIN)))
    totals = RecordCounts(15339, Counter(Training=12271, Test=3068))
    assert RafDb().variant(recognition, totals, "") == (
        "aligned pictures, the published counts of the basic set: "
        "15,339 pictures (Test 3,068, Training 12,271)"
    )


POINTS = ((20.5, 30.0), (60.0, 31.0), (40.0, 50.0), (25.0, 70.0), (58.0, 71.0))
ATTRIBUTES = "".join(f"{x}\t{y}\n" for x, y in POINTS) + "1\n0\n2\n"
MANUAL = "Annotation/manual/train_00001_manu_attri.txt"


@pytest.mark.parametrize(
    ("pictures", "content", "known"),
    [
        ("Image/original/train_00001.jpg", ATTRIBUTES, True),
        ("Image/aligned/train_00001_aligned.jpg", ATTRIBUTES, False),
        ("Image/original/train_00001.jpg", "1 2\n3 4\n", False),
        ("Image/original/train_00001.jpg", "a b\n" * 5, False),
        ("Image/original/train_00001.jpg", b"\xff\xfe" * 9, False),
    ],
    ids=["original", "aligned", "short", "words", "bytes"],
)
def test_points_by_hand_belong_to_the_original_pictures(read, pictures, content, known) -> None:
    tree = {"EmoLabel/list_patition_label.txt": "train_00001.jpg 5\n", pictures: 1, MANUAL: content}
    (sample,) = read(RafDb(), tree).samples
    assert (sample.landmarks is not None) == known
    if known:
        np.testing.assert_allclose(five_points(sample.landmarks[None])[0], POINTS)


ALIGNED = "Image/aligned/train_00001_aligned.jpg"
LIST = "EmoLabel/list_patition_label.txt"


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ("1\n0\n2\n", {"gender": "female", "race": "Caucasian", "age": "20-39"}),
        ("0\r\n1\r\n4\r\n", {"gender": "male", "race": "African-American", "age": "70+"}),
        ("2\n2\n0", {"gender": "unsure", "race": "Asian", "age": "0-3"}),
        ("3\n0\n1\n", {"race": "Caucasian", "age": "4-19"}),
        ("1\n", {"gender": "female"}),
        ("x\n-1\n07\n", {}),
        ("\n1\n\n2\n", {"gender": "female", "race": "Asian"}),
        ("", {}),
    ],
)
def test_attributes_by_hand(read, codes, told) -> None:
    points = "".join(f"{x}\t{y}\n" for x, y in POINTS)
    tree = {LIST: "train_00001.jpg 5\n", ALIGNED: 1, MANUAL: points + codes}
    (sample,) = read(RafDb(), tree).samples
    assert dict(sample.attributes) == told


SHARES = "EmoLabel/distribution_basic.txt"


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("train_00001.jpg 0.1 0.2 0 0.05 0.5 0.1 0.05 \n", True),
        ("train_00001.jpg\t0.1\t0.2\t0\t0.05\t0.5\t0.1\t0.05", True),
        ("train_00001.jpg 0.1 0.2 0 0.05 0.5 0.1\n", False),
        ("train_00001.jpg 0.9 0.2 0 0.05 0.5 0.1 0.05\n", False),
        ("train_00001.jpg 0.1 0.2 0 0.05 0.5 0.1 happy\n", False),
        ("train_00001.jpg -0.1 0.4 0 0.05 0.5 0.1 0.05\n", False),
        ("train_00001.jpg nan 0.4 0 0.05 0.5 0.1 0.05\n", False),
    ],
)
def test_shares_of_votes(read, line, known) -> None:
    found = read(RafDb(), {LIST: "train_00001.jpg 5\n", ALIGNED: 1, SHARES: line})
    (sample,) = found.samples
    if known:
        shares = dict(zip(EXPRESSIONS, sample.shares, strict=True))
        assert shares == {
            "surprise": 0.1, "fear": 0.2, "disgust": 0, "happy": 0.05, "sad": 0.5, "angry": 0.1,
            "neutral": 0.05, "contempt": 0,
        }  # fmt: skip
        assert found.rejects == []
    else:
        (reject,) = found.rejects
        assert (sample.shares, reject.where) == (None, f"{SHARES}:1")
        assert "expected a file name and 7 shares of sum 1" in reject.message


def test_shares_that_contradict_each_other_are_told(read) -> None:
    line = "train_00001.jpg 0.5 0.5 0 0 0 0 0\n"
    other = "train_00001.jpg 1 0 0 0 0 0 0\n"
    tree = {LIST: "train_00001.jpg 5\n", ALIGNED: 1, SHARES: line * 2 + other}
    found = read(RafDb(), tree)
    (reject,) = found.rejects
    assert (reject.code, reject.line) == ("E_CONFLICT", 3)
