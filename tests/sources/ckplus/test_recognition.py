"""What is CK+, what is not, and how little is read to tell."""

import os
from dataclasses import replace

import pytest

from fercurate.sources.ckplus.source import CkPlus

OTHERS = {
    "an empty folder": [],
    "class folders of FER-2013": ["train/angry/Training_1.png", "test/sad/PublicTest_2.png"],
    "class folders of something else": ["anger/1.png", "sad/2.png"],
    "mixed class folders": ["anger/A.png", "anger/S010_004_00000017.png"],
    "AffectNet": ["Manually_Annotated_Images/1/a.jpg", "Manually_Annotated_Images/2/b.jpg"],
    "AffectNet mini": ["train_set/images/0.jpg", "train_set/annotations/0_exp.npy"],
    "RAF-DB": ["Image/aligned/train_00001_aligned.jpg", "EmoLabel/list_patition_label.txt"],
    "KDEF": ["AF01/AF01ANS.JPG"],
    "labels of CK+ alone": ["Emotion/S005/001/S005_001_00000011_emotion.txt"],
    "CK+ pictures in one heap": ["S005_001_00000011.png"],
    "subject folders of something else": ["S005/001/image.png", "S005/002/a.txt"],
    "CK+ sequences without subjects": ["001/S005_001_00000011.png"],
    "one subject of CK+": ["001/S005_001_00000011.png", "002/S005_002_00000011.png"],
    "numbers as classes": ["0/1.png", "1/2.png"],
}


@pytest.mark.parametrize("names", OTHERS.values(), ids=OTHERS)
def test_other_corpora_are_not_recognized(names, tree, picture) -> None:
    tree.root.mkdir()
    for name in names:
        tree.write(name, picture(1))
    assert CkPlus().recognize(tree.root) is None


@pytest.mark.parametrize("name", ["a.h5", "a.zip", "S005_001_00000011.png", "noise"])
def test_other_files_are_not_recognized(name, tree) -> None:
    assert CkPlus().recognize(tree.write(name, os.urandom(500))) is None


def test_a_path_that_is_not_there(tmp_path) -> None:
    assert CkPlus().recognize(tmp_path / "nowhere") is None


def test_layout_and_reason_are_said(tree) -> None:
    recognition = CkPlus().recognize(tree.sequence().root)
    assert (recognition.source, recognition.layout) == ("ckplus", "original")
    assert recognition.why == "sequences in cohn-kanade-images, labels in Emotion"
    assert (recognition.root, recognition.files) == (tree.root, (tree.root,))
    assert recognition.ignored == ()


def test_of_several_layouts_one_is_read(tree, picture) -> None:
    tree.sequence()
    tree.write("CK+48/anger/S010_004_00000017.png", picture(1))
    tree.write("ckextended.csv", "emotion,pixels,Usage\n")
    recognition = CkPlus().recognize(tree.root)
    assert recognition.layout == "original"
    assert recognition.ignored == (
        "class folders (the same pictures)",
        "ckextended (the same pictures)",
    )
    assert "not read: class folders (the same pictures)" in recognition.why


def test_a_large_tree_is_not_walked(tree, monkeypatch) -> None:
    for folder in range(70):
        (tree.root / "many" / str(folder) / "deep").mkdir(parents=True)
    for file in range(2500):
        tree.write(f"flat/{file}.jpg", b"")
    (tree.root / "a/b/c/d/e").mkdir(parents=True)
    seen = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: seen.append(str(path)) or scandir(path))
    assert CkPlus().recognize(tree.root) is None
    entered = {path.removeprefix(str(tree.root)) for path in seen}
    assert entered == {"", "/many", "/flat", "/a", "/a/b", "/a/b/c", "/a/b/c/d"}


def test_the_number_of_folders_looked_at_is_bounded(tree, monkeypatch) -> None:
    for first in range(30):
        for second in range(30):
            (tree.root / f"{first}/{second}").mkdir(parents=True)
    count = 0
    scandir = os.scandir

    def counted(path):
        nonlocal count
        count += 1
        return scandir(path)

    monkeypatch.setattr(os, "scandir", counted)
    assert CkPlus().recognize(tree.root) is None
    assert count == 800  # 400 for each of the two folder layouts


def test_order_of_the_file_system_does_not_matter(tree, read, monkeypatch) -> None:
    for number, key in enumerate(("S010/002", "S005/001", "S999/001")):
        tree.sequence(key)
        replace(tree, images=f"copy{number}").sequence(key)
    before = read(tree.root)
    scandir, listdir = os.scandir, os.listdir

    class Backwards:
        def __init__(self, path):
            with scandir(path) as entries:
                self.entries = sorted(entries, key=lambda e: e.name, reverse=True)

        def __enter__(self):
            return iter(self.entries)

        def __exit__(self, *_):
            return None

    monkeypatch.setattr(os, "scandir", Backwards)
    monkeypatch.setattr(os, "listdir", lambda path: sorted(listdir(path), reverse=True))
    after = read(tree.root)
    assert (after.ids, after.recognition, after.variant) == (
        before.ids,
        before.recognition,
        before.variant,
    )
