"""The source ``folder``: any tree of class-named folders."""

import numpy as np
import pytest

from fercurate.domain.sample import EncodedImage
from fercurate.domain.taxonomy import label_maps, parse_label_map
from fercurate.errors import InputError
from fercurate.sources.folder import Folder
from fercurate.sources.reading.class_folders import is_nested

T, V, E = "Training", "Validation", "Test"
LAYOUTS = {
    "no split": {"happy/1.png": ("happy", ""), "neutral/1.png": ("neutral", "")},
    "split above": {
        "test/fear/1.png": ("fear", E),
        "train/fear/1.png": ("fear", T),
        "val/fear/1.png": ("fear", V),
    },
    "split below": {
        "fear/test/1.png": ("fear", E),
        "fear/train/1.png": ("fear", T),
        "fear/valid/1.png": ("fear", V),
        "sad/2.png": ("sad", ""),
    },
    "deep": {"a/b/Train/ANGER/1.JPG": ("angry", T), "a/b/Train/anger/1.jpg": ("angry", T)},
    "mixed case and synonyms": {
        "Joy/a.PNG": ("happy", ""),
        "SURPRISED/b.webp": ("surprise", ""),
        "contemptuous/d.gif": ("contempt", ""),
        "scared/c.bmp": ("fear", ""),
    },
    "odd names": {"sad/%20.png": ("sad", ""), "sad/a b (1)+#é表.png": ("sad", "")},
}


@pytest.mark.parametrize("files", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_is_read_whole(files, read, draw, encoded) -> None:
    reading = read(Folder(), {name: number for number, name in enumerate(files)}, name="extras")
    assert reading.faults == []
    assert [(s.origin, s.expression, s.native_split) for s in reading.samples] == [
        (name, *facts) for name, facts in files.items()
    ]
    assert reading.ids == [f"extras:{name}" for name in files]
    for number, sample in enumerate(reading.samples):
        np.testing.assert_array_equal(sample.pixels, draw(number))
        assert isinstance(sample.image, EncodedImage)
        assert sample.image.content == encoded(number)
        assert (sample.source, sample.row, sample.line) == ("extras", -1, -1)


def test_without_a_name_the_source_is_folder(read) -> None:
    reading = read(Folder(), {"sad/1.png": 1})
    assert reading.ids == ["folder:sad/1.png"]
    assert reading.samples[0].native_label == "sad"
    assert reading.recognition.files == (reading.recognition.root,)
    assert reading.recognition.why == "class-named folders with pictures (sad)"


def test_numbers_need_a_label_map(read) -> None:
    with pytest.raises(InputError, match="class folder '0' is a number") as caught:
        read(Folder(), {"train/0/a.png": 1, "train/1/b.png": 2})
    assert caught.value.where == "train/0/a.png"
    assert "--label-map (fer2013, " in caught.value.fix


def test_numbers_with_a_label_map(read) -> None:
    tree = {"train/0/a.png": 1, "train/7/b.png": 2, "train/9/c.png": 3}
    reading = read(Folder(), tree, label_map=label_maps()["affectnet"])
    assert [s.expression for s in reading.samples] == ["neutral", "contempt"]
    assert reading.faults == [("E_LABEL", "train/9/c.png")]
    own = read(Folder(), tree, label_map=parse_label_map("0=joy,7=sad,9=anger"))
    assert [s.expression for s in own.samples] == ["happy", "sad", "angry"]


def test_a_digit_below_a_named_class_is_no_class(read) -> None:
    """Is ``sad/7`` a class, or the seventh part of one? A label map must not make a class of it."""
    tree = {"sad/7/a.png": 1, "sad/b.png": 2}
    for options in ({}, {"label_map": label_maps()["affectnet"]}):
        reading = read(Folder(), tree, **options)
        assert reading.ids == ["folder:sad/b.png"]
        assert reading.faults == [("E_LABEL", "sad/7/a.png")]
        assert "'7' lies in the class folder 'sad'" in reading.rejects[0].message


def test_clutter_is_passed_over(read) -> None:
    junk = (
        "sad/._a.png", "sad/Thumbs.db", "sad/.DS_Store", "__MACOSX/sad/a.png", "sad/.hidden.png",
        ".cache/sad/a.png", "sad/notes.txt", "README.md", "sad/a.png.bak",
    )  # fmt: skip
    reading = read(Folder(), {"sad/a.png": 1, **dict.fromkeys(junk, b"junk")})
    assert reading.ids == ["folder:sad/a.png"]
    assert reading.faults == []
    assert reading.variant == "class folders with 1 file (sad 1)"


def test_variant_counts_files_by_split_and_class(read) -> None:
    names = ("train/happy/1.png", "train/joy/2.png", "train/sad/1.png", "test/happy/1.png")
    reading = read(Folder(), {name: number for number, name in enumerate(names)})
    assert reading.variant == (
        "class folders with 4 files (Test: happy 1; Training: happy 2, sad 1)"
    )


def test_variant_names_what_is_nearly_a_class(read) -> None:
    tree = {"train/happy/1.png": 1, "train/hapy/1.png": 2, "other/1.png": 3, "top.png": 4}
    reading = read(Folder(), tree)
    assert reading.ids == ["folder:train/happy/1.png"]
    assert reading.faults == []
    assert reading.variant == (
        "class folders with 1 file (Training: happy 1); folders that are no class: "
        "train/hapy (nearly 'happy')"
    )
    unread = {name: Folder().unread(reading.recognition, name) for name in tree}
    assert unread["top.png"] == unread["other/1.png"] == "in no class folder"


NESTED = {
    "below a folder": ("images/", "images/images/"),
    "in the root itself": ("", "tree/"),
    "read before the outer one": ("", "a/"),
}


@pytest.mark.parametrize(("outer", "inner"), NESTED.values(), ids=NESTED)
def test_nested_second_copy_is_read_once(outer, inner, read) -> None:
    names = ("train/angry/1.png", "train/sad/1.png", "val/sad/1.png")
    tree = {place + name: n for place in (outer, inner) for n, name in enumerate(names)}
    reading = read(Folder(), tree)
    assert len(reading.samples) == 3
    assert {s.origin.removeprefix(inner).removeprefix(outer) for s in reading.samples} == {*names}
    assert reading.variant.startswith("class folders with 3 files (")
    copy = next(name for name in tree if f"folder:{name}" not in reading.ids)
    assert Folder().unread(reading.recognition, copy) == "a second copy in the tree"


def test_of_a_folder_within_itself_the_outer_copy_is_kept(read) -> None:
    names = ("images/images/sad/1.png", "images/sad/1.png", "images/train/sad/1.png")
    assert read(Folder(), dict.fromkeys(names, 5)).ids == [
        "folder:images/sad/1.png",
        "folder:images/train/sad/1.png",
    ]


def test_same_picture_in_places_that_are_not_nested_is_kept(read) -> None:
    names = ("a/sad/1.png", "b/sad/1.png", "a/sad/2.png", "a/fear/1.png", "a/train/sad/1.png")
    assert len(read(Folder(), dict.fromkeys(names, 5)).samples) == 5


@pytest.mark.parametrize(
    ("one", "other", "nested"),
    [
        ("sad", "x/sad", True),
        ("x/sad", "x/x/sad", True),
        ("a/x/y/sad", "a/sad", True),
        ("a/sad", "b/sad", False),
        ("a/sad", "a/sad", False),
        ("a/b/sad", "a/x/b/y/sad", False),
    ],
)
def test_is_nested(one, other, nested) -> None:
    assert is_nested(tuple(one.split("/")), tuple(other.split("/"))) is nested
    assert is_nested(tuple(other.split("/")), tuple(one.split("/"))) is nested


def test_links(plant, read, tmp_path, encoded) -> None:
    outside = tmp_path / "outside"
    (outside / "sad").mkdir(parents=True)
    (outside / "sad/secret.png").write_bytes(encoded(9))
    root = plant({"train/angry/a.png": 1, "train/sad/b.png": 2, "spare.png": 3})
    links = {
        "train/sad/in.png": "../../spare.png",
        "train/sad/out.png": outside / "sad/secret.png",
        "train/sad/gone.png": "nothing.png",
        "train/sad/loop.png": "loop.png",
        "train/happy": outside / "sad",
        "train/fear": "angry",
        "test": outside,
    }
    for name, target in links.items():
        (root / name).symlink_to(target)
    reading = read(Folder(), root)
    assert [s.origin for s in reading.samples] == [
        "train/angry/a.png", "train/sad/b.png", "train/sad/in.png"
    ]  # fmt: skip
    assert sorted(reading.faults) == [
        ("E_MISSING", "train/sad/gone.png"),
        ("E_MISSING", "train/sad/loop.png"),
        ("E_PATH", "test"),
        ("E_PATH", "train/happy"),
        ("E_PATH", "train/sad/out.png"),
    ]


UNKNOWN = {
    "empty": {},
    "pictures without classes": {"a/1.png": 1, "2.png": 2, "train/3.png": 3},
    "class folder without pictures": {"sad/notes.txt": "x", "happy/.a.png": 1},
    "too deep": {"a/b/c/d/e/f/sad/1.png": 1},
    "a file named as a class": {"sad": "x", "1.png": 1},
}


@pytest.mark.parametrize("tree", UNKNOWN.values(), ids=UNKNOWN)
def test_not_recognized(tree, plant) -> None:
    assert Folder().recognize(plant(tree)) is None


def test_a_file_or_the_class_folder_itself_is_not_recognized(plant) -> None:
    root = plant({"sad/1.png": 1})
    assert Folder().recognize(root / "sad/1.png") is None
    assert Folder().recognize(root / "sad") is None
    assert Folder().recognize(root / "nothing") is None


def test_recognition_looks_at_few_folders(plant, monkeypatch) -> None:
    root = plant({f"{n // 40}/{n}x/1.txt": "" for n in range(1200)})
    opened = []
    from fercurate.sources.reading import picture_folder

    scandir = picture_folder.os.scandir
    monkeypatch.setattr(picture_folder.os, "scandir", lambda p: opened.append(p) or scandir(p))
    assert Folder().recognize(root) is None
    assert 0 < len(opened) <= 2500


def test_names_of_files_that_contradict_their_folder_are_counted(read) -> None:
    tree = {"happy/sad_1.png": 1, "happy/happy_2.png": 2, "happy/x.png": 3, "sad/x.png": 4}
    assert (
        "; 1 picture named for another expression than the folder's" in read(Folder(), tree).variant
    )


def test_numbered_people_below_numbered_classes(read) -> None:
    tree = {f"{code}/00{code}/a.png": code for code in (1, 2, 7)}
    reading = read(Folder(), tree, label_map=label_maps()["rafdb"])
    assert [(s.expression, s.subject) for s in reading.samples] == [
        ("surprise", "001"), ("fear", "002"), ("neutral", "007"),
    ]  # fmt: skip


def test_folders_of_two_splits_are_pointed_out(read) -> None:
    reading = read(Folder(), {"train/test/happy/1.png": 1, "test/sad/2.png": 2})
    assert "; folders of two splits, the outermost counts: train/test" in reading.variant


def test_a_folder_that_tells_no_split_beside_some_that_do(read) -> None:
    reading = read(Folder(), {"train/sad/1.png": 1, "holdout/sad/2.png": 2})
    assert "; folder holdout above the classes tells no split" in reading.variant
