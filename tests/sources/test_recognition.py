"""No source takes the corpus of another; order and contents do not depend on the machine."""

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fercurate.errors import InputError
from fercurate.sources.expw import ExpW
from fercurate.sources.fer2013.source import Fer2013
from fercurate.sources.folder import Folder
from fercurate.sources.jaffe import Jaffe
from fercurate.sources.kdef import Kdef
from fercurate.sources.rafdb.source import RafDb
from fercurate.sources.registry import recognize
from fercurate.synthetic.fer2013 import write_fer2013
from tests import corpora

SOURCES = {s.name: s for s in (RafDb(), ExpW(), Jaffe(), Kdef(), Folder(), Fer2013())}
FOREIGN = {
    "FER-2013 folders": {"train/angry/Training_1.jpg": 1, "test/sad/PublicTest_2.jpg": 2},
    "FER-2013 in numbered folders": {"train/0/00001.png": 1, "test/6/00002.png": 2},
    "FER-2013 CSV": {"fer2013.csv": "emotion,pixels,Usage\n0,1 2 3 4,Training\n"},
    "FER+ export": {
        "FER2013Train/fer0000000.png": 1,
        "FER2013Train/label.csv": 'fer0000000.png,"(0, 0, 48, 48)",4,0,0,1,3,2,0,0,0,0\n',
    },
    "CK+": {
        "cohn-kanade-images/S005/001/S005_001_00000001.png": 1,
        "Emotion/S005/001/S005_001_00000011_emotion.txt": "   3.0000000e+00\n",
    },
    "CK+48": {"anger/S010_004_00000017.png": 1, "happy/S010_006_00000013.png": 2},
    "AffectNet": {
        "Manually_Annotated_Images/103/29a31e.jpg": 1,
        "training.csv": "subDirectory_filePath,face_x,expression\n103/29a31e.jpg,1,1\n",
    },
    "AffectNet, arrays": {"train_set/images/0.jpg": 1, "train_set/annotations/0_exp.npy": b"x"},
    "AffectNet, Kaggle": {"anger/image0000006.jpg": 1, "labels.csv": ",pth,label,relFCs\n"},
    "YOLO": {"train/images/a.jpg": 1, "train/labels/a.txt": "3 0.5 0.5 1 1\n"},
    "empty": {},
    "pictures": {"a.png": 1, "b.jpg": 2},
}
OWNERS = {
    "folder": {"folder"},
    "rafdb": {"rafdb"},
    "rafdb in folders": {"rafdb", "folder"},
    "expw": {"expw"},
    "jaffe": {"jaffe", "folder"},
    "kdef": {"kdef", "folder"},
}
BY_CLASS_FOLDERS = {"FER-2013 folders", "FER-2013 in numbered folders", "CK+", "CK+48",
                    "AffectNet", "AffectNet, Kaggle"}  # fmt: skip


@pytest.mark.parametrize("tree", OWNERS)
def test_own_trees(tree, trees, plant) -> None:
    root = plant(trees[tree])
    assert {n for n, s in SOURCES.items() if s.recognize(root) is not None} == OWNERS[tree]


@pytest.mark.parametrize("tree", FOREIGN.values(), ids=FOREIGN)
@pytest.mark.parametrize("name", ["rafdb", "expw", "jaffe", "kdef"])
def test_foreign_trees_are_not_taken(name, tree, plant) -> None:
    assert SOURCES[name].recognize(plant(tree)) is None


@pytest.mark.parametrize("tree", FOREIGN)
def test_folder_takes_what_has_class_folders(tree, plant) -> None:
    found = SOURCES["folder"].recognize(plant(FOREIGN[tree])) is not None
    assert found is (tree in BY_CLASS_FOLDERS)


@pytest.mark.parametrize("tree", OWNERS)
def test_files_and_root_of_a_recognition(tree, trees, plant) -> None:
    root = plant(trees[tree])
    source = SOURCES[tree.split()[0]]
    found = source.recognize(root)
    assert found.source == source.name
    assert all(f.exists() and f.is_relative_to(root) for f in found.files)
    assert found.root == root
    lists = {"rafdb": ["list_patition_label.txt"], "expw": ["label.lst"]}
    lists["rafdb in folders"] = ["train_labels.csv", "test_labels.csv"]
    assert [f.name for f in found.files] == lists.get(tree, [root.name])


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_or_nothing_is_not_recognized(name, tmp_path) -> None:
    (tmp_path / "list_patition_label.txt").write_text("a 1\n")
    assert SOURCES[name].recognize(tmp_path / "list_patition_label.txt") is None
    assert SOURCES[name].recognize(tmp_path / "nothing") is None


def _large(tree: str) -> dict:
    """Forty pictures, a broken one among them."""
    if tree == "folder":
        names = [f"{split}/sad/{n}.png" for split in ("train", "test") for n in range(20)]
        return {name: n for n, name in enumerate(names)} | {"test/sad/5.png": b"broken"}
    if tree == "rafdb":
        files = {f"Image/aligned/train_{n:05d}_aligned.jpg": n for n in range(40)}
        lines = "".join(f"train_{n:05d}.jpg {n % 7 + 1}\n" for n in reversed(range(40)))
        files["Image/aligned/train_00005_aligned.jpg"] = b"broken"
        return files | {"EmoLabel/list_patition_label.txt": lines}
    if tree == "rafdb in folders":
        files = {f"train/{n % 7 + 1}/train_{n:05d}_aligned.jpg": n for n in range(40)}
        return files | {"train/6/train_00005_aligned.jpg": b"broken"}
    if tree == "expw":
        lines = "".join(f"{n // 2}.jpg {n % 2} 1 2 3 4 9 {n % 7}\n" for n in reversed(range(40)))
        files = {f"image/origin/{n}.jpg": n for n in range(20)}
        return files | {"label/label.lst": lines, "image/origin/5.jpg": b"broken"}
    if tree == "jaffe":
        files = {f"KA.AN1.{n}.tiff": n for n in range(40)}
        return files | {"KA.AN1.5.tiff": b"broken"}
    files = {f"AF{n:02d}/AF{n:02d}ANS.JPG": n for n in range(40)}
    return files | {"AF05/AF05ANS.JPG": b"broken"}


@pytest.mark.parametrize("tree", OWNERS)
def test_order_and_contents_depend_on_neither_jobs_nor_the_file_system(
    tree, plant, monkeypatch
) -> None:
    import os

    root, source = plant(_large(tree)), SOURCES[tree.split()[0]]
    scandir, listdir = os.scandir, os.listdir

    class Shuffled:
        def __init__(self, path: str = ".") -> None:
            self.scan = scandir(path)
            self.entries = iter(random.Random(len(seen)).sample(k := list(self.scan), len(k)))

        def __enter__(self):
            return self

        def __exit__(self, *_: object) -> None:
            self.close()

        def __iter__(self):
            return self.entries

        def __next__(self):
            return next(self.entries)

        def close(self) -> None:
            self.scan.close()

    seen: list[list[tuple]] = []
    for jobs in (1, 4):
        found = source.recognize(root)
        records = list(source.read(found, source.options(jobs=jobs)))
        seen.append([(type(r).__name__, r.origin, getattr(r, "id", "")) for r in records])
        monkeypatch.setattr(os, "scandir", Shuffled)
        monkeypatch.setattr(os, "listdir", lambda p: listdir(p)[::-1])
    assert seen[0] == seen[1]
    assert len(seen[0]) == 40
    assert [kind for kind, *_ in seen[0]].count("Reject") == (2 if tree == "expw" else 1)


def test_a_link_to_itself_in_a_folder_is_nothing_to_recognize(tmp_path) -> None:
    (tmp_path / "loop.tiff").symlink_to("loop.tiff")
    with pytest.raises(InputError, match="not recognized"):
        recognize(tmp_path)


def test_many_folders_of_people_are_one_tree(tmp_path) -> None:
    corpora.plant(tmp_path / "d", {f"q{n:04d}/happy/0.png": n % 200 for n in range(520)})
    (recognition,) = recognize(tmp_path / "d")
    assert (recognition.source, recognition.root) == ("folder", tmp_path / "d")


def test_a_source_that_was_asked_for_in_vain_names_the_right_one(plant) -> None:
    with pytest.raises(InputError, match="not recognized as rafdb") as caught:
        recognize(plant({"happy/a.png": 1}), "rafdb")
    assert caught.value.fix == "It is recognized as folder: leave --source out"


def test_a_class_folder_alone_names_the_one_above(plant) -> None:
    with pytest.raises(InputError) as caught:
        recognize(plant({"happy/a.png": 1, "sad/b.png": 2}) / "happy")
    assert "happy is itself a class folder: ingest the folder that holds it" in caught.value.fix


NEAREST = {
    "a corpus beside own pictures": (
        {"fer2013/fer2013.csv": corpora.fer_rows().csv(), "mine/happy/1.png": 1,
         "mine/sad/2.png": 2},
        ["fer2013", "folder"],
    ),
    "corpora two levels below": (
        {"raw/fer/fer2013.csv": corpora.fer_rows().csv(), "raw/mine/happy/1.png": 1,
         "raw/mine/sad/2.png": 2, "raw/jaffe/KA.AN1.39.tiff": 3, "raw/jaffe/YM.NE3.51.tiff": 4},
        ["fer2013", "jaffe", "folder"],
    ),
    "a corpus in a folder": ({"a/fer2013.csv": corpora.fer_rows().csv()}, ["fer2013"]),
    "a corpus beside a list": (
        {"fer2013/fer2013.csv": corpora.fer_rows().csv(), "l/l.csv": "path,label\na.png,sad\n",
         "l/a.png": 1},
        ["fer2013", "list"],
    ),
    "own tables in two folders": (
        {f"{n}/t.csv": f"emotion,pixels\n3,{' '.join(['7'] * 2304)}\n" for n in "ab"}, ["list"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NEAREST)
def test_what_lies_below_is_read_as_what_it_is(case, plant) -> None:
    tree, sources = NEAREST[case]
    assert [recognition.source for recognition in recognize(plant(tree))] == sources


def test_votes_are_no_list_even_where_pictures_of_their_names_lie(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_fer2013(tmp_path / "votes", sizes=(12, 3, 3))
    near = tmp_path / "elsewhere" / "fer0000000.png"
    near.parent.mkdir()
    Image.fromarray(np.zeros((48, 48), np.uint8)).save(near)
    votes = tmp_path / "votes" / "fer2013new.csv"
    assert [found.source for found in recognize(votes)] == ["ferplus"]
    monkeypatch.chdir(tmp_path / "votes")
    assert [found.source for found in recognize(Path("fer2013new.csv"))] == ["ferplus"]
