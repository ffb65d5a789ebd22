"""Hostile files beside RAF-DB's list: nothing is told of a wrong picture, or lost unsaid."""

import os

import pytest

from fercurate.sources.rafdb.source import RafDb
from fercurate.sources.registry import recognize

LIST = "EmoLabel/list_patition_label.txt"
ALIGNED = "Image/aligned/train_00001_aligned.jpg"
MANUAL = "Annotation/manual/train_00001_manu_attri.txt"
SHARES = "EmoLabel/distribution_basic.txt"
PLAIN = {LIST: "train_00001.jpg 5\n", ALIGNED: 1}
CODES = "1\n2\n3\n"
TOLD = {"gender": "female", "race": "Asian", "age": "40-69"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("1 2\n" * 5 + CODES, TOLD),
        ("1 2\n" * 5 + "\n" + CODES, TOLD),
        ("\n" + "x, y\r\n" * 5 + CODES, TOLD),
        ("1 2\n" * 4 + CODES, {}),
        ("1 2\n" * 6 + CODES, {}),
        ("1\n2\n" * 5 + CODES, {}),
    ],
    ids=["as it is", "a blank line", "words", "a point less", "a point more", "lines apart"],
)
def test_a_code_never_stands_for_another_attribute(read, content: str, told) -> None:
    (sample,) = read(RafDb(), PLAIN | {MANUAL: content}).samples
    assert dict(sample.attributes) == told


def test_shares_of_no_listed_picture_are_told_once(read) -> None:
    names = ("train_00001", "TRAIN_00002", "train_00003_aligned", "../train_00004", "a", "b")
    lines = "".join(f"{name}.jpg 1 0 0 0 0 0 0\n" for name in names)
    found = read(RafDb(), PLAIN | {SHARES: lines})
    (reject,) = found.rejects
    assert reject.code == "E_MISSING"
    assert reject.message == (
        "shares of 'TRAIN_00002.jpg', 'train_00003_aligned.jpg', '../train_00004.jpg' and 2 more, "
        "which the list of pictures does not name"
    )
    assert found.samples[0].shares is not None


@pytest.mark.parametrize("share", ["0_1", "\u0661", "1e400", "inf", "1" * 5000, "0x1"])
def test_a_share_is_a_plain_number(read, share: str) -> None:
    found = read(RafDb(), PLAIN | {SHARES: f"train_00001.jpg {share} 0 0 0 0 0 0\n"})
    assert found.samples[0].shares is None
    assert found.rejects[0].code == "E_RANGE"


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "huge"])
def test_what_is_no_file_of_the_corpus_tells_nothing(kind: str, read, plant) -> None:
    root = plant(PLAIN | {MANUAL: "1 2\n" * 5 + CODES})
    path, outside = root / MANUAL, root.parent / "outside.txt"
    path.rename(outside)
    if kind == "link":
        path.symlink_to(outside)
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.write_bytes(outside.read_bytes() + b"\n" * (1 << 17))
    (sample,) = read(RafDb(), root).samples
    assert sample.attributes == ()


def test_numbered_folders_in_a_folder_compound_are_not_the_basic_set(plant) -> None:
    tree = {f"compound/DATASET/train/{n}/train_0000{n}_aligned.jpg": n for n in range(1, 8)}
    root = plant(tree)
    for path in (root, root / "compound", root / "compound/DATASET"):
        assert "rafdb" not in {one.source for one in recognize(path)}
