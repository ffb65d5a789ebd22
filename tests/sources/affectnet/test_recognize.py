"""What is AffectNet, what is not, and that looking costs little; which variant it is."""

import os
from collections import Counter
from pathlib import Path

import pytest

from fercurate.sources.affectnet.published import PUBLISHED
from fercurate.sources.affectnet.source import AffectNet
from fercurate.sources.base import Recognition, RecordCounts

OTHERS = {
    "nothing": {"x/y.txt": "a"},
    "fer2013.csv": {"fer2013.csv": "emotion,pixels,Usage\n0,1 2 3,Training\n"},
    "ferplus": {"fer2013new.csv": "Usage,Image name,neutral,NF\nTraining,fer0.png,1,0\n"},
    "label.csv of ferplus": {"FER2013Train/label.csv": 'fer0000000.png,"(0, 0, 48, 48)",4,0\n'},
    "fer folders": {"train/angry/Training_1.jpg": None, "test/sad/PublicTest_1.jpg": None},
    "ck+": {
        "cohn-kanade-images/S005/001/S005_001_00000001.png": None,
        "Emotion/S005/001/S005_001_00000011_emotion.txt": "   3.0000000e+00\n",
    },
    "rafdb": {
        "EmoLabel/list_patition_label.txt": "train_00001.jpg 5\n",
        "Image/aligned/a.jpg": None,
    },
    "rafdb on kaggle": {"train_labels.csv": "image,label\ntrain_00001.jpg,5\n"},
    "expw": {"label/label.lst": "a.jpg 0 1 2 3 4 50 5\n", "image/origin/a.jpg": None},
    "images and labels without boxes": {"images/a.jpg": None, "labels/a.txt": "sad"},
    "empty csv": {"training.csv": ""},
    "utf-16 csv": {"training.csv": "a/b.jpg,1".encode("utf-16")},
    "csv with paths but other columns": {"training.csv": "1/a.jpg,1\n"},
    "annotations without npy": {"images/a.jpg": None, "annotations/a.xml": "<a/>"},
    "a folder called training.csv": {"training.csv/x.txt": ""},
}


@pytest.mark.parametrize("files", OTHERS.values(), ids=OTHERS)
def test_something_else(plant, files):
    root = plant(files)
    assert AffectNet().recognize(root) is None
    for name in files:
        assert AffectNet().recognize(root / name) is None


def test_image_folders_are_not_walked(plant, monkeypatch):
    row = "1/a.jpg,1,2,6,5,@points,1,0,0\n"
    files = {f"Manually_Annotated_Images/{n}/a.jpg": "" for n in range(300)}
    root = plant(files | {"Manually_Annotated_file_lists/training.csv": "@head\n" + row})
    listed, scandir = [], os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(Path(path)) or scandir(path))
    assert AffectNet().recognize(root) is not None
    assert {p.relative_to(root).as_posix() for p in listed} == {
        ".",
        "Manually_Annotated_Images",
        "Manually_Annotated_file_lists",
    }


def test_a_large_flat_folder_is_only_begun(plant, monkeypatch, npy):
    files = {f"train_set/images/{n}.jpg": "" for n in range(2500)}
    root = plant(files | {"train_set/annotations/1_exp.npy": npy(1)})
    seen = []

    class Counted:
        def __init__(self, path):
            self.inner = scandir(path)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.inner.close()

        def __iter__(self):
            return self

        def __next__(self):
            seen.append(1)
            return next(self.inner)

    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", Counted)
    source = AffectNet()
    assert source.recognize(root).layout == "2021 release"
    looks = len(seen) / 2048
    assert looks < 6.5


def test_a_missing_path_and_a_picture(plant):
    root = plant({"a.jpg": None})
    assert AffectNet().recognize(root / "a.jpg") is None
    assert AffectNet().recognize(root / "none") is None


def recognition(layout):
    return Recognition("affectnet", layout, "", Path(), (Path(),))


@pytest.mark.parametrize(
    ("layout", "records", "splits", "text"),
    [
        (
            "csv lists",
            420_300,
            {"Validation": 4_000, "Training": 287_651},
            "the 2017 release: 420,300 rows (Training 287,651, Validation 4,000); "
            "the published counts of Training and Validation",
        ),
        (
            "csv lists",
            414_800,
            {"Training": 287_652},
            "the 2017 release: 414,800 rows (Training 287,652); the published counts of Training",
        ),
        (
            "csv lists",
            420_299,
            {"Training": 287_651, "Validation": 3_999},
            "the 2017 release: 420,299 rows (Training 287,651, Validation 3,999); published are "
            "Training 287,651 of 414,800 rows and Validation 4,000 of 5,500 rows; "
            "in a list without header the first row is easily lost",
        ),
        (
            "csv lists",
            1,
            {"Automatic": 1},
            "the 2017 release: 1 row (Automatic 1); not the published counts, which are "
            "Training 287,651 of 414,800 rows and Validation 4,000 of 5,500 rows",
        ),
        (
            "2021 release",
            291_650,
            {"Training": 287_651, "Validation": 3_999},
            "the 2021 release: 291,650 records (Training 287,651, Validation 3,999); "
            "the published counts of Training and Validation",
        ),
        (
            "2021 release",
            4_000,
            {"Validation": 4_000},
            "the 2021 release: 4,000 records (Validation 4,000); not the published counts, "
            "which are Training 287,651 and Validation 3,999",
        ),
        ("YOLO", 0, {}, "a copy in YOLO format: 0 records (no sample)"),
    ],
)
def test_variants(layout, records, splits, text):
    totals = RecordCounts(records, Counter(splits))
    assert AffectNet().variant(recognition(layout), totals, "") == text


def test_published_counts_are_those_of_the_tables():
    assert sum((74_874, 134_415, 25_459, 14_090, 6_378, 3_803, 24_882, 3_750)) == 287_651
    assert PUBLISHED["csv lists"]["Training"] == (287_651, 287_652)
    assert PUBLISHED["2021 release"]["Validation"] == (8 * 500 - 1,)


def test_kaggle_count(plant):
    source = AffectNet()
    found = source.recognize(plant({"labels.csv": "pth,label\nanger/a.jpg,sad\n"}))
    text = source.variant(found, RecordCounts(29_042, Counter({"": 29_042})), "")
    assert text.endswith("as many as in the copy on Kaggle")
