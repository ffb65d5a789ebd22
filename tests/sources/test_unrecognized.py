"""The one error for what no source reads: what was found, and the one thing to try next."""

from typing import Any

import pytest

from fercurate.errors import InputError
from fercurate.pipeline.inspect.inspect import inspect_path
from fercurate.sources.registry import recognize
from tests.corpora import Tree, draw, encode

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
CASES: dict[str, tuple[Tree, str, str]] = {
    "a pointer": ({"fer2013.csv": POINTER}, "1 Git LFS pointer (fer2013.csv)", "git lfs pull"),
    "pointers among pictures": (
        {"a.jpg": POINTER, "b.jpg": 1}, "1 Git LFS pointer", "git lfs pull"
    ),
    "a web page": (
        {"fer2013.csv": "<!DOCTYPE html>\n<html>"}, "1 web page (fer2013.csv)", "download it again"
    ),
    "an empty file": ({"fer2013.csv": ""}, "1 empty file (fer2013.csv)", "Download it again"),
    "nothing": ({}, "an empty folder", "folders named for expressions"),
    "videos": ({"a.mp4": b"x"}, "1 video (a.mp4)", "cut pictures out"),
    "a picture": ({"a.png": 1}, "1 picture in 1 folder (the top 1)", "sort them into folders"),
    "one unknown folder": (
        {"faces/a.png": 1, "faces/b.png": 2}, "2 pictures in 1 folder (faces 2)",
        "--label-map faces=...",
    ),
    "nearly a class": ({"hapy/a.png": 1}, "hapy 1", "hapy is nearly 'happy'"),
    "a list without pictures": (
        {"l.csv": "path,label\na.jpg,sad\n"}, "l.csv: columns 'path,label'", "they are not there"
    ),
    "a table of something": ({"t.csv": "height,weight\n1,2\n"}, "t.csv", "neither pixels"),
    "words beside pictures": (
        {"n.txt": "a.jpg x y\nb.jpg x z\n", "a.jpg": 1}, "1 picture", "--source list --columns"
    ),
    "a folder named labels beside pictures": (
        {"images/a.png": 1, "labels/notes.md": "x"}, "1 picture", "If images are classes"
    ),
    "CK+'s labels alone": (
        {"Emotion/S005/S005_001_00000011_emotion.txt": "3\n"}, "1 text", "cohn-kanade-images/"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_was_found_and_what_to_try(case: str, plant: Any) -> None:
    tree, found, fix = CASES[case]
    root = plant(tree)
    with pytest.raises(InputError) as caught:
        recognize(root)
    assert "not recognized. Found: " in caught.value.found
    assert found in caught.value.found
    assert fix in caught.value.fix
    report = inspect_path(root)
    assert report.recognized == ()
    assert report.problem == "not recognized"
    assert report.fix == caught.value.fix


FILES: dict[str, tuple[bytes, str]] = {
    "a.png": (encode(draw(1)), "A picture alone tells no expression"),
    "a.bin": (b"\0\1", "folders named for expressions"),
    "a.csv": (b"x,y\n1,2\n", "neither pixels"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_alone(name: str, plant: Any) -> None:
    content, fix = FILES[name]
    with pytest.raises(InputError) as caught:
        recognize(plant({name: content}) / name)
    assert fix in caught.value.fix
    assert "\\x" not in caught.value.message


def test_a_pipe_is_neither_file_nor_folder(tmp_path) -> None:
    import os

    os.mkfifo(tmp_path / "p")
    with pytest.raises(InputError, match="neither a file nor a folder"):
        recognize(tmp_path / "p")


def test_an_inventory_tells_what_is_read_as_well(plant: Any) -> None:
    root = plant({"train/happy/1.png": 1, "test/sad/2.jpg": 2, "l.csv": "a,b\n", "x.zip": b"PK"})
    report = inspect_path(root)
    facts = report.to_json()
    assert facts["kinds"] == {"archive": 1, "picture": 2, "table": 1}
    assert facts["files"] == 4
    assert [p["folder"] for p in facts["pictures"]] == ["test/sad", "train/happy"]
    assert facts["tables"] == {"l.csv": "columns 'a,b'"}
    assert [r["source"] for r in facts["recognized"]] == ["folder"]
    assert report.fix == f"fercurate ingest {root}  # folder"
    assert "folder" in str(report)


def test_inspect_needs_a_path(tmp_path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        inspect_path(tmp_path / "nothing")
