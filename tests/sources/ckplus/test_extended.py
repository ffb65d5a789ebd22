"""``ckextended.csv``: FER-2013's columns, eight codes, no subjects."""

import pytest

from fercurate.domain.taxonomy import parse_label_map
from fercurate.sources.ckplus.source import CkPlus

ROW = " ".join(["17"] * 2304)
NAMES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral", "contempt")


def table(codes=range(8), usages=("Training", "PublicTest", "PrivateTest")) -> str:
    rows = [f"{c},{ROW},{usages[i % len(usages)]}" for i, c in enumerate(codes)]
    return "\n".join(["emotion,pixels,Usage", *rows]) + "\n"


@pytest.mark.parametrize("name", ["ckextended.csv", "CKExtended.CSV"])
@pytest.mark.parametrize("folder", ["", "ckplus/"], ids=["alone", "in a folder"])
def test_every_row_is_read(name, folder, tree, read) -> None:
    path = tree.write(f"{folder}{name}", table())
    reading = read(path)
    assert reading.recognition.layout == "ckextended"
    assert reading.recognition.files == (path,)
    assert reading.rejects == []
    assert reading.ids == [f"ckplus:ext/{row:07d}" for row in range(8)]
    assert [s.expression for s in reading.samples] == list(NAMES)
    assert [s.native_label for s in reading.samples] == [str(code) for code in range(8)]
    assert [s.native_split for s in reading.samples[:3]] == [
        "Training",
        "PublicTest",
        "PrivateTest",
    ]
    assert {(s.subject, s.sequence, s.frame, s.box) for s in reading.samples} == {
        ("", "", -1, None)
    }
    assert (reading.samples[7].row, reading.samples[7].line) == (7, 9)
    assert reading.samples[7].origin == name


def test_a_folder_is_known_by_the_file_in_it(tree, read) -> None:
    path = tree.write("ckextended.csv", table())
    reading = read(tree.root)
    assert (reading.recognition.files, reading.recognition.root) == ((path,), tree.root)
    assert len(reading.ids) == 8


def test_no_subjects_is_said(tree, read) -> None:
    variant = read(tree.write("ckextended.csv", table())).variant
    assert variant == (
        "CK+ as a CSV of 8 rows (angry 1, contempt 1, disgust 1, fear 1, happy 1, sad 1, "
        "surprise 1, neutral 1; PrivateTest 2, PublicTest 3, Training 3); it names no subjects, "
        "so subject-independent evaluation is impossible, and its own Usage has the same faces on "
        "both sides"
    )


BROKEN = {
    "code 8": (f"8,{ROW},Training", "E_LABEL"),
    "no code": (f",{ROW},Training", "E_LABEL"),
    "too few pixels": ("3,1 2 3,Training", "E_PIXCOUNT"),
    "no pixels": ("3,,Training", "E_MISSING"),
    "300": (f"3,300{ROW[2:]},Training", "E_RANGE"),
    "unknown usage": (f"3,{ROW},Holdout", "E_USAGE"),
    "a column too few": (f"3,{ROW}", "E_COLUMNS"),
}


@pytest.mark.parametrize(("row", "code"), BROKEN.values(), ids=BROKEN)
def test_a_broken_row_is_one_reject(row, code, tree, read) -> None:
    reading = read(tree.write("ckextended.csv", table() + row + "\n" + f"7,{ROW},Training\n"))
    assert [(str(r.code), r.origin, r.line) for r in reading.rejects] == [
        (code, "ckextended.csv", 10)
    ]
    assert reading.ids[-1] == "ckplus:ext/0000009"


def test_name_and_labels_may_be_given(tree, read) -> None:
    path = tree.write("ckextended.csv", table(codes=[7]))
    (sample,) = read(path, name="ck", label_map=parse_label_map("7=sad")).samples
    assert (sample.id, sample.expression) == ("ck:ext/0000000", "sad")


NOT_EXTENDED = {
    "few rows and contempt": ("ck.csv", table()),
    "a faulty row of fer2013.csv": ("fer2013.csv", table()),
    "a faulty row of train.csv": ("Train.csv", table()),
    "no Usage": ("ck.csv", table().replace(",Usage", "")),
    "no pixels": ("ckextended.csv", "emotion,Usage\n7,Training\n"),
    "empty": ("ckextended.csv", ""),
    "UTF-16": ("ckextended.csv", table().encode("utf-16")),
    "a picture": ("ckextended.csv", b"\x89PNG\r\n\x1a\n\0\0\0"),
    "FER+": ("fer2013new.csv", "Usage,Image name,neutral,contempt,NF\nTraining,a.png,0,7,0\n"),
}


@pytest.mark.parametrize(("name", "content"), NOT_EXTENDED.values(), ids=NOT_EXTENDED)
def test_other_files_are_not_recognized(name, content, tree) -> None:
    assert CkPlus().recognize(tree.write(name, content)) is None
    assert CkPlus().recognize(tree.root) is None


def test_another_name_is_taken_on_our_word_only(tree, read) -> None:
    path = tree.write("ck.csv", table())
    assert CkPlus().recognize(path) is None
    assert CkPlus().recognize_asked(path).layout == "ckextended"


def test_a_link_out_of_the_folder_is_not_followed(tree, tmp_path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(table())
    tree.root.mkdir()
    (tree.root / "ckextended.csv").symlink_to(outside)
    assert CkPlus().recognize(tree.root) is None
