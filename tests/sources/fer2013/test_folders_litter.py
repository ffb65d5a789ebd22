"""Image-folder copies of FER-2013 with everything in them that does not belong there."""

import os

import numpy as np
import pytest

from fercurate.errors import InputError
from fercurate.sources.fer2013.source import Fer2013
from fercurate.sources.registry import recognize

CLUTTER = (
    "train/sad/._a.png", "train/sad/Thumbs.db", "train/sad/desktop.ini", "train/sad/.DS_Store",
    "__MACOSX/train/sad/a.png", "__MACOSX/train/sad/._a.png", "train/sad/notes.txt",
    "train/.ipynb_checkpoints/sad/a.png", "train/sad/.hidden.png", "README.md", "train/loose.png",
    "train/sad/a.png.bak",
)  # fmt: skip


def test_clutter_is_passed_over(plant, read) -> None:
    root = plant("train/sad/a.png", contents=dict.fromkeys(CLUTTER, b"\0\5\x16\7junk"))
    (root / "train/happy").mkdir()
    (root / "train/angry/deeper").mkdir(parents=True)
    reading = read(root)
    assert [s.origin for s in reading.samples] == ["train/sad/a.png"]
    assert reading.rejects == []


BROKEN = {
    "zero bytes": (b"", "the file is empty (0 bytes)"),
    "HTML": (b"<!DOCTYPE html><html><body>404</body></html>", "a web page"),
    "text": (b"Not found", "begins with b'Not foun'"),
    "pickle": (b"\x80\x04\x95\x0f\0\0\0\0\0\0\0\x8c\x05hello\x94.", "not an image"),
    "AppleDouble": (b"\0\5\x16\7\0\2\0\0Mac OS X", "not an image of a known format"),
    "head alone": (b"\xff\xd8\xff\xe0", ""),
}


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("name", ["a.jpg", "z.jpg"])
def test_broken_file_is_rejected_and_the_rest_is_read(name, content, message, plant, read) -> None:
    """Also when it is the first file, by which the folder is recognized."""
    kept = [f"train/sad/m{number}.jpg" for number in range(5)]
    reading = read(plant(*kept, contents={f"train/sad/{name}": content}))
    assert [s.origin for s in reading.samples] == kept
    assert [(r.code, r.where) for r in reading.rejects] == [("E_DECODE", f"train/sad/{name}")]
    assert message in reading.rejects[0].message


@pytest.mark.parametrize("left", [0.3, 0.6, 0.9])
def test_truncated_jpeg_is_rejected(left, plant, read) -> None:
    root = plant(*(f"train/sad/Training_{number}.jpg" for number in range(4)))
    path = root / "train/sad/Training_2.jpg"
    path.write_bytes(path.read_bytes()[: int(len(path.read_bytes()) * left)])
    reading = read(root)
    assert [s.origin[-5:] for s in reading.samples] == ["0.jpg", "1.jpg", "3.jpg"]
    assert [(r.code, r.origin) for r in reading.rejects] == [
        ("E_DECODE", "train/sad/Training_2.jpg")
    ]


def test_suffix_is_not_trusted(plant, read, encoded, draw) -> None:
    reading = read(plant(contents={"train/sad/Training_1.jpg": encoded(draw(3), "png")}))
    np.testing.assert_array_equal(reading.samples[0].pixels, draw(3))


NESTED = {
    "below a folder": ("images/", "images/images/"),
    "in the root itself": ("", "tree/"),
}


@pytest.mark.parametrize(("outer", "inner"), NESTED.values(), ids=NESTED)
def test_nested_second_copy_is_read_once(outer, inner, plant, read, encoded, draw) -> None:
    names = ["train/angry/1.jpg", "train/sad/1.jpg", "validation/sad/1.jpg"]
    contents = {outer + name: encoded(draw(i), "jpg") for i, name in enumerate(names)}
    contents |= {inner + name: encoded(draw(i), "jpg") for i, name in enumerate(names)}
    reading = read(plant(contents=contents))
    assert reading.rejects == []
    assert sorted(s.origin for s in reading.samples) == sorted(outer + name for name in names)


def test_nested_file_with_other_pixels_is_kept(plant, read) -> None:
    reading = read(plant("images/train/sad/1.png", "images/images/train/sad/1.png"))
    assert len(reading.by_id()) == 2


def test_same_picture_under_other_names_or_classes_is_kept(plant, read, encoded, draw) -> None:
    same = encoded(draw(1), "png")
    names = ("train/sad/1.png", "train/sad/2.png", "train/fear/1.png", "test/sad/1.png")
    assert len(read(plant(contents=dict.fromkeys(names, same))).samples) == 4


def test_links(plant, read, tmp_path, encoded, draw) -> None:
    outside = tmp_path / "outside"
    (outside / "sad").mkdir(parents=True)
    (outside / "sad/secret.png").write_bytes(encoded(draw(9), "png"))
    root = plant("train/angry/a.png", "train/sad/b.png", "spare.png")
    (root / "train/sad/out.png").symlink_to(outside / "sad/secret.png")
    (root / "train/sad/in.png").symlink_to("../../spare.png")
    (root / "train/sad/broken.png").symlink_to("gone.png")
    (root / "train/sad/loop.png").symlink_to("loop.png")
    (root / "train/sad/up.png").symlink_to("../../../../nowhere.png")
    (root / "train/happy").symlink_to(outside / "sad")
    (root / "test").symlink_to(outside)
    (root / "train/fear").symlink_to("angry")
    (root / "train/neutral").symlink_to("..")
    reading = read(root)
    assert [s.origin for s in reading.samples] == [
        "train/angry/a.png",
        "train/sad/b.png",
        "train/sad/in.png",
    ]
    assert sorted((r.code, r.origin) for r in reading.rejects) == [
        ("E_MISSING", "train/sad/broken.png"),
        ("E_MISSING", "train/sad/loop.png"),
        ("E_PATH", "test"),
        ("E_PATH", "train/happy"),
        ("E_PATH", "train/sad/out.png"),
        ("E_PATH", "train/sad/up.png"),
    ]


def test_root_may_itself_be_a_link(plant, read, tmp_path) -> None:
    (tmp_path / "link").symlink_to(plant("train/sad/a.png"))
    reading = read(tmp_path / "link")
    assert [s.origin for s in reading.samples] == ["train/sad/a.png"]


def test_pipe_named_like_a_picture_does_not_block(plant, read) -> None:
    root = plant("train/sad/b.png", "train/sad/c.png")
    os.mkfifo(root / "train/sad/a.png")
    (root / "train/sad/d.png").mkdir()
    reading = read(root)
    assert [s.origin for s in reading.samples] == ["train/sad/b.png", "train/sad/c.png"]
    assert [(r.code, r.origin) for r in reading.rejects] == [("E_MISSING", "train/sad/a.png")]


def test_name_that_is_not_utf8(plant, read, encoded, draw) -> None:
    root = plant("train/sad/a.png")
    (root / "train/sad" / os.fsdecode(b"caf\xe9.png")).write_bytes(encoded(draw(1), "png"))
    reading = read(root)
    assert [os.fsencode(s.origin) for s in reading.samples] == [
        b"train/sad/a.png",
        b"train/sad/caf\xe9.png",
    ]


OTHERS = {
    "pictures without a class": ("1.png", "train/2.png"),
    "empty": (),
    "FER+ export": ("FER2013Train/fer0000000.png",),
}


@pytest.mark.parametrize("names", OTHERS.values(), ids=OTHERS)
def test_other_folders_are_not_recognized(names, plant, tmp_path) -> None:
    root = plant(*names) if names else tmp_path
    assert Fer2013().recognize(root) is None
    with pytest.raises(InputError, match="not recognized"):
        recognize(root)


@pytest.mark.parametrize("shape", [(96, 96), (48, 48, 3), (48, 49)], ids=str)
def test_class_folders_of_other_pictures_are_not_recognized(shape, plant, encoded) -> None:
    picture = encoded(np.zeros(shape, np.uint8), "png")
    assert Fer2013().recognize(plant(contents={"train/sad/1.png": picture})) is None


def test_folder_of_only_broken_files_is_not_recognized(plant) -> None:
    assert Fer2013().recognize(plant(contents={"train/sad/1.png": b"", "sad/2.png": b"x"})) is None
