"""Folders of several FER-2013 files, other sizes and codes, and which known copy a path is."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from fercurate.domain.taxonomy import label_maps
from fercurate.errors import InputError
from fercurate.sources.base import Recognition, RecordCounts
from fercurate.sources.fer2013.published import KNOWN_MD5
from fercurate.sources.fer2013.source import Fer2013

PLAIN = "emotion,pixels,Usage"


@pytest.fixture
def folder(corpus, tmp_path):
    """Write some of the known files; each has its first label changed to tell it apart."""

    def write(*names: str) -> Path:
        header = {"test.csv": "pixels", "train.csv": "emotion,pixels"}
        for name in names:
            columns = header.get(name.casefold(), PLAIN).split(",")
            parts = {"emotion": "4", "pixels": corpus.pixels[0], "Usage": "Training"}
            rows = [",".join(parts[column] for column in columns)] * 3
            (tmp_path / name).write_text("\n".join([",".join(columns), *rows, ""]))
        return tmp_path

    return write


PRECEDENCE = {
    "all four": (
        ("train.csv", "test.csv", "icml_face_data.csv", "fer2013.csv"),
        ["fer2013.csv"],
    ),
    "without fer2013.csv": (
        ("train.csv", "test.csv", "icml_face_data.csv"),
        ["icml_face_data.csv"],
    ),
    "train and test": (("test.csv", "train.csv"), ["train.csv", "test.csv"]),
    "train alone": (("train.csv",), ["train.csv"]),
    "test alone": (("test.csv",), ["test.csv"]),
    "another name alone": (("fer.csv",), ["fer.csv"]),
    "another name beside": (("fer.csv", "fer2013.csv"), ["fer2013.csv"]),
    "capitals": (("FER2013.CSV", "icml_face_data.csv"), ["FER2013.CSV"]),
}


@pytest.mark.parametrize(("names", "taken"), PRECEDENCE.values(), ids=PRECEDENCE)
def test_precedence_is_torchvisions(names, taken, folder, read) -> None:
    root = folder(*names)
    (root / "example_submission.csv").write_text("emotion\n0\n")
    (root / "._fer2013.csv").write_bytes(b"\0\5\x16\7" + bytes(300))
    reading = read(root)
    assert [path.name for path in reading.recognition.files] == taken
    assert sorted(reading.recognition.ignored) == sorted(set(names) - set(taken))
    assert Counter(s.origin for s in reading.samples) == dict.fromkeys(taken, 3)
    assert len(reading.by_id()) == 3 * len(taken)


def test_what_is_passed_over_is_said(folder, read) -> None:
    why = read(folder("train.csv", "fer2013.csv", "ckextended.csv")).recognition.why
    assert "train.csv: the same pictures, not read again" in why
    assert "ckextended.csv: not read; to ingest it, name the file itself" in why


def test_several_unknown_files_are_not_guessed_between(folder) -> None:
    root = folder("a.csv", "b.csv")
    with pytest.raises(InputError, match=r"a\.csv, b\.csv\. Name the one file to ingest"):
        Fer2013().recognize(root)


def test_train_and_test_both_labeled_have_different_ids(corpus, tmp_path, read) -> None:
    text = "\n".join(["emotion,pixels", f"3,{corpus.pixels[0]}", ""])
    for name in ("train.csv", "test.csv"):
        (tmp_path / name).write_text(text)
    reading = read(tmp_path)
    assert [(s.id, s.native_split) for s in reading.samples] == [
        ("fer2013:0000000", "Training"),
        ("fer2013:test/0000000", "Test"),
    ]


def test_96x96_rows_need_the_image_size(read_csv) -> None:
    large = np.random.default_rng(5).integers(0, 256, (96, 96), dtype=np.uint8)
    text = f"{PLAIN}\n3,{' '.join(map(str, large.ravel()))},Training\n"
    refused = read_csv(text)
    assert refused.fault_lines == [("E_PIXCOUNT", 2)]
    assert "9216 is 96x96: pass --image-size 96" in refused.rejects[0].message
    (sample,) = read_csv(text, image_size=96).samples
    np.testing.assert_array_equal(sample.pixels, large)


def test_48x48_rows_among_96x96_ones_are_rejected(corpus, read_csv) -> None:
    reading = read_csv(corpus.csv(), image_size=96)
    assert reading.samples == []
    assert reading.fault_lines == [("E_PIXCOUNT", line) for line in range(2, 10)]


@pytest.fixture
def ckextended(corpus) -> str:
    """A look-alike: the columns of FER-2013, but contempt as code 7."""
    codes = (6, 7, 0, 7, 3, 5, 6, 7)
    rows = zip(codes, corpus.pixels, corpus.usages, strict=True)
    return "\n".join([PLAIN, *(f"{code},{text},{usage}" for code, text, usage in rows), ""])


def test_codes_of_another_order_are_asked_about(ckextended, read_csv) -> None:
    with pytest.raises(InputError, match="fer2013 has no code 7") as caught:
        read_csv(ckextended, "ckextended.csv")
    assert "fer2013-extended (0=angry" in caught.value.fix
    assert "--label-map" in caught.value.fix


def test_label_map_gives_code_7_a_meaning(ckextended, read_csv) -> None:
    reading = read_csv(ckextended, label_map=label_maps()["fer2013-extended"])
    assert reading.fault_lines == []
    assert [s.expression for s in reading.samples].count("contempt") == 3


def test_codes_that_stand_for_no_expression_are_rejected(ckextended, read_csv) -> None:
    text = ckextended.replace("\n7,", "\n8,")
    reading = read_csv(text, label_map=label_maps()["affectnet"])
    assert reading.fault_lines == [("E_LABEL", 3), ("E_LABEL", 5), ("E_LABEL", 9)]
    assert [s.expression for s in reading.samples] == [
        "angry",
        "neutral",
        "surprise",
        "disgust",
        "angry",
    ]


def test_name_replaces_the_prefix_of_ids(corpus, tmp_path, read) -> None:
    (tmp_path / "fer2013.csv").write_text(corpus.csv())
    samples = read(tmp_path, name="mine").samples
    assert (samples[7].id, samples[7].source) == ("mine:0000007", "mine")


def describe(reading, md5: str) -> str:
    totals = RecordCounts()
    for record in (*reading.samples, *reading.rejects):
        totals.add(record)
    return Fer2013().variant(reading.recognition, totals, md5)


def test_known_md5_is_the_pristine_file(corpus, read_csv) -> None:
    reading = read_csv(corpus.csv())
    assert len(KNOWN_MD5) == 4
    for md5, name in KNOWN_MD5.items():
        assert describe(reading, md5) == f"the pristine {name} (MD5 {md5})"


OFFICIAL = {"Training": 28709, "PublicTest": 3589, "PrivateTest": 3589}
COPIES = {
    "rewritten fer2013.csv": (
        "csv",
        OFFICIAL,
        35887,
        "the counts of the published fer2013.csv, but another MD5, so written anew: 35,887 rows "
        "(Training 28,709, PublicTest 3,589, PrivateTest 3,589)",
    ),
    "rewritten train.csv": (
        "csv",
        {"Training": 28709},
        28709,
        "the counts of the published train.csv, but another MD5, so written anew: 28,709 rows "
        "(Training 28,709)",
    ),
    "one row short": (
        "csv",
        OFFICIAL | {"Training": 28708},
        35886,
        "not a published file: 35,886 rows (Training 28,708, PublicTest 3,589, PrivateTest 3,589)",
    ),
    "without usage": (
        "csv",
        {"": 35887},
        35887,
        "not a published file: 35,887 rows (no usage 35,887)",
    ),
    "nothing": ("csv", {}, 0, "not a published file: 0 rows (no sample)"),
    "msambare": (
        "class folders",
        OFFICIAL,
        35887,
        "an image-folder copy with the counts of the published fer2013.csv: 35,887 files "
        "(Training 28,709, PublicTest 3,589, PrivateTest 3,589)",
    ),
    "jonathanoheix": (
        "class folders",
        {"Training": 28821, "Validation": 7066},
        35887,
        "an image-folder copy with the counts of a re-split that is not the official one: "
        "35,887 files (Training 28,821, Validation 7,066)",
    ),
    "other folders": (
        "class folders",
        {"Test": 5, "": 1},
        7,
        "an image-folder copy: 7 files (no usage 1, Test 5)",
    ),
}


@pytest.mark.parametrize(("layout", "splits", "records", "text"), COPIES.values(), ids=COPIES)
def test_copy_is_described_by_its_counts(layout, splits, records, text) -> None:
    recognition = Recognition("fer2013", layout, "", Path(), ())
    assert Fer2013().variant(recognition, RecordCounts(records, Counter(splits)), "") == text
