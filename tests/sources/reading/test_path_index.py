"""Paths from lists: found in any spelling, never outside the corpus."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fercurate.domain.sample import RejectCode
from fercurate.sources.reading.path_index import PathFault, PathIndex, nearby_folders, plain_path

FILES = (
    "images/1/a.jpg",
    "images/1/B.JPG",
    "images/1/photo.jpg",
    "images/2/a.jpg",
    "images/A dir (3)+x/é.png",
    "images/100%25/z%20.jpg",
    "two/A.jpg",
    "two/a.JPG",
    "stems/x.jpg",
    "stems/x.png",
    "Anger/one.jpg",
    "anger/two.jpg",
)


@pytest.fixture
def index(plant: Callable[..., Path]) -> PathIndex:
    root = plant(dict.fromkeys(FILES, ""))
    return PathIndex(root, (root / "images", root))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1/a.jpg", "images/1/a.jpg", id="first base"),
        pytest.param("images/1/a.jpg", "images/1/a.jpg", id="second base"),
        pytest.param(r"1\a.jpg", "images/1/a.jpg", id="backslash"),
        pytest.param("./1/./a.jpg", "images/1/a.jpg", id="dots"),
        pytest.param("1//a.jpg", "images/1/a.jpg", id="double slash"),
        pytest.param(' "1/a.jpg" ', "images/1/a.jpg", id="quotes and blanks"),
        pytest.param("1/A.JPG", "images/1/a.jpg", id="case of file"),
        pytest.param("1/b.jpg", "images/1/B.JPG", id="case of suffix"),
        pytest.param("IMAGES/1/a.jpg", "images/1/a.jpg", id="case of folder"),
        pytest.param("1/photo.bmp", "images/1/photo.jpg", id="bmp became jpg"),
        pytest.param("1/PHOTO.TIF", "images/1/photo.jpg", id="TIF became jpg, other case"),
        pytest.param("A dir (3)+x/é.png", "images/A dir (3)+x/é.png", id="blanks, plus, accent"),
        pytest.param("A dir (3)+x/e\u0301.png", "images/A dir (3)+x/é.png", id="decomposed"),
        pytest.param("100%25/z%20.jpg", "images/100%25/z%20.jpg", id="percent signs stay"),
        pytest.param("anger/one.jpg", "Anger/one.jpg", id="folders of both cases"),
        pytest.param("two/A.jpg", "two/A.jpg", id="exact among two cases"),
        pytest.param("/home/x/images/1/a.jpg", "images/1/a.jpg", id="absolute, anchored"),
        pytest.param("/1/a.jpg", "images/1/a.jpg", id="leading slash"),
        pytest.param(r"C:\data\images\2\a.jpg", "images/2/a.jpg", id="drive, anchored"),
        pytest.param(r"\\server\share\images\2\a.jpg", "images/2/a.jpg", id="UNC, anchored"),
        pytest.param("../images/2/a.jpg", "images/2/a.jpg", id="parent, anchored"),
        pytest.param("file:///data/2/a.jpg", "images/2/a.jpg", id="URL, anchored"),
    ],
)
def test_found(index: PathIndex, text: str, expected: str) -> None:
    found = index.resolve(text)
    assert isinstance(found, Path), found
    assert index.relative(found) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("", "E_MISSING", id="empty"),
        pytest.param("./", "E_MISSING", id="nothing but a dot"),
        pytest.param("1/none.jpg", "E_MISSING", id="absent"),
        pytest.param("1/A.txt", "E_MISSING", id="no image suffix"),
        pytest.param("1", "E_MISSING", id="folder"),
        pytest.param("two/a.jpg", "E_MISSING", id="two files of other case"),
        pytest.param("stems/x.bmp", "E_MISSING", id="two files of the stem"),
        pytest.param("1/a%2Ejpg", "E_MISSING", id="URL escapes are not undone"),
        pytest.param("1/" + "x" * 400 + ".jpg", "E_MISSING", id="longer than a name may be"),
        pytest.param("/etc/passwd", "E_PATH", id="absolute"),
        pytest.param("/a.jpg", "E_PATH", id="absolute, one name"),
        pytest.param("../../etc/passwd", "E_PATH", id="traversal"),
        pytest.param("1/../../corpus/images/1/none.jpg", "E_PATH", id="traversal within"),
        pytest.param(r"C:\Windows\a.jpg", "E_PATH", id="drive"),
        pytest.param("C:a.jpg", "E_PATH", id="drive-relative"),
        pytest.param(r"\\server\share\a.jpg", "E_PATH", id="UNC"),
        pytest.param(r"\\?\C:\x\a.jpg", "E_PATH", id="device path"),
        pytest.param("http://x.org/a.jpg", "E_PATH", id="URL"),
        pytest.param("1/a.jpg\0.png", "E_PATH", id="NUL"),
        pytest.param("x/" * 3000 + "a.jpg", "E_PATH", id="endless"),
    ],
)
def test_refused(index: PathIndex, text: str, code: str) -> None:
    found = index.resolve(text)
    assert isinstance(found, PathFault), found
    assert str(found.code) == code


def test_longest_end_wins(plant: Callable[..., Path]) -> None:
    root = plant({"x/1/a.jpg": "", "1/a.jpg": ""})
    assert PathIndex(root).resolve("/elsewhere/x/1/a.jpg") == root / "x/1/a.jpg"


def test_an_end_of_one_name_is_not_enough(plant: Callable[..., Path]) -> None:
    root = plant({"a.jpg": ""})
    found = PathIndex(root).resolve("/home/x/a.jpg")
    assert isinstance(found, PathFault)
    assert found.code is RejectCode.PATH


def test_end_after_the_last_parent_only(plant: Callable[..., Path]) -> None:
    root = plant({"b/c.jpg": ""})
    assert PathIndex(root).resolve("b/../b/c.jpg") == root / "b/c.jpg"
    assert isinstance(PathIndex(root).resolve("b/c.jpg/.."), PathFault)


@pytest.mark.parametrize("text", ["out.jpg", "folder/secret.jpg", "FOLDER/secret.jpg", "Out.jpg"])
def test_links_out_are_refused(plant: Callable[..., Path], tmp_path: Path, text: str) -> None:
    root = plant({"in.jpg": ""})
    secret = plant({"secret.jpg": "x"}, "elsewhere")
    (root / "out.jpg").symlink_to(secret / "secret.jpg")
    (root / "folder").symlink_to(secret)
    found = PathIndex(root).resolve(text)
    assert isinstance(found, PathFault)
    expected = "E_MISSING" if text.startswith("FOLDER") else "E_PATH"
    assert str(found.code) == expected


def test_links_inside_and_a_linked_root_are_fine(
    plant: Callable[..., Path], tmp_path: Path
) -> None:
    root = plant({"1/a.jpg": ""})
    (root / "b.jpg").symlink_to(root / "1/a.jpg")
    (tmp_path / "link").symlink_to(root)
    index = PathIndex(tmp_path / "link")
    assert index.resolve("b.jpg") == tmp_path / "link/b.jpg"
    assert index.resolve("1/A.jpg") == tmp_path / "link/1/a.jpg"


def test_sibling_with_the_same_beginning_is_outside(
    plant: Callable[..., Path], tmp_path: Path
) -> None:
    root, other = plant({"a.jpg": ""}), plant({"b.jpg": ""}, "tree2")
    (root / "b.jpg").symlink_to(other / "b.jpg")
    found = PathIndex(root).resolve("b.jpg")
    assert isinstance(found, PathFault)
    assert found.code is RejectCode.PATH


@pytest.mark.parametrize("kind", ["broken", "loop", "fifo"])
def test_no_regular_file(plant: Callable[..., Path], kind: str) -> None:
    root = plant({"a.jpg": ""})
    path = root / "odd.jpg"
    if kind == "fifo":
        os.mkfifo(path)
    else:
        path.symlink_to(root / ("none.jpg" if kind == "broken" else "odd.jpg"))
    index = PathIndex(root)
    for fault in (index.resolve("odd.jpg"), index.read_bytes(path, 100)):
        assert isinstance(fault, PathFault)
        assert fault.code is RejectCode.MISSING


def test_a_folder_is_listed_once(plant: Callable[..., Path], monkeypatch) -> None:
    root = plant({"1/a.jpg": "", "1/B.jpg": ""})
    index, listed, scandir = PathIndex(root), [], os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(str(path)) or scandir(path))
    assert isinstance(index.resolve("1/a.jpg"), Path)
    assert listed == []
    for name in ("1/b.jpg", "1/B.JPG", "1/c.jpg", "1/b.png"):
        index.resolve(name)
    assert sorted(listed) == [str(root), str(root / "1")]


def test_read_bytes_is_bounded(plant: Callable[..., Path]) -> None:
    root = plant({"a": "12345"})
    index = PathIndex(root)
    assert index.read_bytes(root / "a", 5) == b"12345"
    fault = index.read_bytes(root / "a", 4)
    assert isinstance(fault, PathFault)
    assert fault.code is RejectCode.DECODE


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r".\1\a b.jpg", "1/a b.jpg"),
        ("a/./b", "a/b"),
        ("..a/b..", "..a/b.."),
        ("a/..", ""),
        ("/a", ""),
        ("c:/a", ""),
        ("ab:/a", "ab:/a"),
        ("s3://a/b", ""),
        ("  ", ""),
        ("a\0b", ""),
    ],
)
def test_plain_path(text: str, plain: str) -> None:
    assert plain_path(text) == plain


def test_nearby_folders_are_bounded(plant: Callable[..., Path], tmp_path: Path) -> None:
    import re

    root = plant({"b/c/d/e/x": "", "a/x": "", "1/y/x": "", ".git/x": "", "f": ""})
    (root / "link").symlink_to(tmp_path)
    found = [f.relative_to(root).as_posix() for f in nearby_folders(root, 2, re.compile(r"\d+"))]
    assert found == [".", "a", "b", "b/c"]
    many = plant({f"m{n:03}/x": "" for n in range(300)}, "many")
    assert len(list(nearby_folders(many, 1, re.compile("")))) == 256
