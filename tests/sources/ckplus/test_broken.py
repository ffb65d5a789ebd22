"""Broken and hostile trees: the right code at the right place, and everything else still read."""

import os
from pathlib import Path

import pytest

from fercurate.sources.ckplus.source import CkPlus

SEQUENCE = "cohn-kanade-images/S005/001"
LABEL = "Emotion/S005/001/S005_001_00000011_emotion.txt"
PEAK = f"{SEQUENCE}/S005_001_00000011.png"

BAD_LABELS: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \r\n\r\n",
    "word": b"disgust",
    "two codes": b"3.0 4.0",
    "two lines": b"3.0\n4.0\n",
    "fraction": b"3.5",
    "too large": b"8.0000000e+00",
    "negative": b"-1",
    "not a number": b"nan",
    "infinite": b"inf",
    "overflow": b"1e999",
    "huge": b"1e300",
    "underscore": b"0_3",
    "hexadecimal": b"0x3",
    "foreign digits": "\u0663".encode(),
    "Latin-1": b"3\xb0",
    "UTF-16": "3.0".encode("utf-16"),
    "NUL bytes": b"\x003.0",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00",
    "endless": b"3" * 100_000,
    "endless blank lines": b"3.0" + b"\n" * 100_000,
}


@pytest.mark.parametrize("content", BAD_LABELS.values(), ids=BAD_LABELS)
def test_a_label_that_cannot_be_read_rejects_its_sequence(content, tree, read) -> None:
    tree.sequence("S005/001").sequence("S010/001")
    tree.write(LABEL, content)
    reading = read(tree.root)
    assert reading.faults == [("E_LABEL", LABEL)]
    assert len(reading.rejects[0].message) < 250
    assert {s.subject for s in reading.samples} == {"S010"}
    assert "1 with a label that cannot be used" in reading.variant


BAD_PICTURES: dict[str, bytes] = {
    "0 bytes": b"",
    "text": b"<html>404 Not Found</html>",
    "PNG head alone": b"\x89PNG\r\n\x1a\n",
    "a zip": b"PK\x03\x04" + b"\0" * 100,
}


@pytest.mark.parametrize("name", [PEAK, f"{SEQUENCE}/S005_001_00000001.png"], ids=["peak", "first"])
@pytest.mark.parametrize("content", BAD_PICTURES.values(), ids=BAD_PICTURES)
def test_a_broken_frame_is_rejected_and_not_replaced(content, name, tree, read) -> None:
    whole = read(tree.sequence().root)
    tree.write(name, content)
    reading = read(tree.root)
    assert reading.faults == [("E_DECODE", name)]
    assert reading.ids == [s.id for s in whole.samples if s.origin != name]


def test_a_truncated_frame_is_rejected(tree, read, picture) -> None:
    tree.sequence()
    tree.write(PEAK, picture(11)[:-40])
    assert read(tree.root).faults == [("E_DECODE", PEAK)]


def _swap(path: Path, target: str) -> None:
    path.unlink()
    path.symlink_to(target)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


SPOILERS = {
    "frame: link out": (lambda r: _swap(r / PEAK, "/etc/passwd"), "E_PATH", PEAK),
    "frame: broken link": (lambda r: _swap(r / PEAK, "nothing.png"), "E_MISSING", PEAK),
    "frame: broken link out": (lambda r: _swap(r / PEAK, "/no/such.png"), "E_PATH", PEAK),
    "frame: folder": (lambda r: _folder(r / PEAK), "E_DECODE", PEAK),
    "frame: pipe": (lambda r: _pipe(r / PEAK), "E_DECODE", PEAK),
    "label: link out": (lambda r: _swap(r / LABEL, "/etc/hostname"), "E_PATH", LABEL),
    "label: endless device": (lambda r: _swap(r / LABEL, "/dev/zero"), "E_PATH", LABEL),
    "label: broken link": (lambda r: _swap(r / LABEL, "nothing.txt"), "E_LABEL", LABEL),
    "label: link to itself": (
        lambda r: _swap(r / LABEL, "S005_001_00000011_emotion.txt"),
        "E_LABEL",
        LABEL,
    ),
    "label: folder": (lambda r: _folder(r / LABEL), "E_LABEL", LABEL),
    "label: pipe": (lambda r: _pipe(r / LABEL), "E_LABEL", LABEL),
    "label of a frame that is gone": (lambda r: (r / PEAK).unlink(), "E_MISSING", LABEL),
    "label for another sequence": (
        lambda r: (r / LABEL).rename((r / LABEL).with_name("S006_001_00000011_emotion.txt")),
        "E_LABEL",
        "Emotion/S005/001/S006_001_00000011_emotion.txt",
    ),
    "two labels, none for the last": (
        lambda r: [
            (r / LABEL).rename((r / LABEL).with_name("S005_001_00000004_emotion.txt")),
            (r / LABEL).with_name("S005_001_00000005_emotion.txt").write_text("3.0"),
        ],
        "E_LABEL",
        "Emotion/S005/001",
    ),
    "two labels, both for the last": (
        lambda r: (r / LABEL).with_suffix(".TXT").write_text("4.0"),
        "E_LABEL",
        "Emotion/S005/001",
    ),
    "a picture of another sequence": (
        lambda r: (r / PEAK).with_name("S010_002_00000004.png").write_bytes(b""),
        "E_LABEL",
        f"{SEQUENCE}/S010_002_00000004.png",
    ),
    "a picture without a name": (
        lambda r: (r / PEAK).with_name("12.png").write_bytes(b""),
        "E_LABEL",
        f"{SEQUENCE}/12.png",
    ),
    "a name not in Unicode": (
        lambda r: Path(os.fsdecode(os.fsencode(r / SEQUENCE) + b"/\xff.png")).write_bytes(b""),
        "E_LABEL",
        f"{SEQUENCE}/\udcff.png",
    ),
    "a frame twice": (
        lambda r: (r / PEAK).with_suffix(".tif").write_bytes(b""),
        "E_CONFLICT",
        f"{SEQUENCE}/S005_001_00000011.tif",
    ),
    "a sequence twice": (
        lambda r: (r / "cohn-kanade-images/s005/001").mkdir(parents=True),
        "E_CONFLICT",
        "cohn-kanade-images/s005/001",
    ),
    "a linked subject": (
        lambda r: (r / "cohn-kanade-images/S006").symlink_to("/etc"),
        "E_PATH",
        "cohn-kanade-images/S006",
    ),
    "a linked sequence": (
        lambda r: (r / "cohn-kanade-images/S005/009").symlink_to(r / SEQUENCE),
        "E_PATH",
        "cohn-kanade-images/S005/009",
    ),
    "a linked label folder": (
        lambda r: (r / "Emotion/S005/009").symlink_to(".."),
        "E_PATH",
        "Emotion/S005/009",
    ),
    "a label without pictures": (
        lambda r: [
            (r / "Emotion/S011/001").mkdir(parents=True),
            (r / "Emotion/S011/001/S011_001_00000001_emotion.txt").write_text("3.0"),
        ],
        "E_MISSING",
        "Emotion/S011/001/S011_001_00000001_emotion.txt",
    ),
    "two labels without pictures": (
        lambda r: [
            (r / "Emotion/S011/001").mkdir(parents=True),
            (r / "Emotion/S011/001/S011_001_00000001_emotion.txt").write_text("3.0"),
            (r / "Emotion/S011/001/S011_001_00000002_emotion.txt").write_text("3.0"),
        ],
        "E_MISSING",
        "Emotion/S011/001/S011_001_00000001_emotion.txt",
    ),
}


@pytest.mark.parametrize(("spoil", "code", "origin"), SPOILERS.values(), ids=SPOILERS)
def test_whatever_is_wrong_is_one_reject(spoil, code, origin, tree, read) -> None:
    tree.sequence("S005/001").sequence("S999/001")
    spoil(tree.root)
    reading = read(tree.root)
    assert reading.faults == [(code, origin)]
    assert [s.frame for s in reading.samples if s.subject == "S999"] == [1, 9, 10, 11]
    assert all(s.subject in ("S005", "S999") for s in reading.samples)
    assert len(reading.by_id()) == len(reading.samples)


@pytest.mark.parametrize("kind", ["Landmarks", "FACS"])
def test_links_out_among_landmarks_and_facs_are_not_followed(kind, tree, read, tmp_path) -> None:
    tree.sequence()
    suffix = kind.casefold()
    path = tree.root / f"{kind}/S005/001/S005_001_00000011_{suffix}.txt"
    path.rename(tmp_path / "outside.txt")
    path.symlink_to(tmp_path / "outside.txt")
    reading = read(tree.root)
    assert reading.rejects == []
    assert reading.samples[-1].landmarks is None or kind == "FACS"
    assert reading.samples[-1].action_units == ("" if kind == "FACS" else "12=4")


def test_a_linked_root_is_named_and_not_entered(tree, read, tmp_path) -> None:
    tree.sequence()
    (tree.root / "Landmarks").rename(tmp_path / "away")
    (tree.root / "Landmarks").symlink_to(tmp_path / "away")
    reading = read(tree.root)
    assert reading.recognition.ignored == ("Landmarks (a linked folder)",)
    assert "Landmarks (a linked folder)" in reading.recognition.why
    assert all(s.landmarks is None for s in reading.samples)


def test_a_corpus_that_is_itself_a_link_is_read(tree, read, tmp_path) -> None:
    tree.sequence()
    (tmp_path / "link").symlink_to(tree.root)
    assert read(tmp_path / "link").ids == read(tree.root).ids
    (tmp_path / "all").mkdir()
    assert CkPlus().recognize(tmp_path / "all") is None


def test_folders_that_hold_each_other_do_not_end_in_a_loop(tree, read) -> None:
    tree.sequence()
    (tree.root / "again").symlink_to(tree.root)
    (tree.root / "itself").symlink_to("itself")
    (tree.root / "cohn-kanade-images/S005/001/002").symlink_to(tree.root)
    assert len(read(tree.root).ids) == 4


def test_files_where_folders_belong_are_passed_over(tree, read) -> None:
    tree.sequence()
    for name in ("cohn-kanade-images/S006", "cohn-kanade-images/S005/002", "Emotion/S006"):
        tree.write(name, b"")
    reading = read(tree.root)
    assert (len(reading.ids), reading.rejects) == (4, [])
