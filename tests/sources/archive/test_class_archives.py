"""An archive of class folders gives what the folder gives that it unpacks into."""

import gzip
from pathlib import Path

import pytest

from fercurate.domain.taxonomy import parse_label_map
from fercurate.pipeline.ingest.ingest import IngestRequest, ingest
from fercurate.store.store import Store
from tests.corpora import fer_rows
from tests.sources.archive.conftest import KINDS

TREES = {
    "classes": {"happy/a.png": 1, "sad/b.png": 2},
    "splits": {"train/happy/a.png": 1, "train/sad/b.png": 2, "test/happy/a.png": 3},
    "splits below": {"happy/train/a.png": 1, "happy/val/b.png": 2, "sad/train/c.png": 3},
    "a folder above": {"my data/Train/Angry/1.jpg": 1, "my data/Test/2. fear/1.jpg": 2},
    "people": {"sad/anna/1.png": 1, "sad/ben/1.png": 2, "happy/anna/1.png": 3},
    "papers beside": {"happy/a.png": 1, "README.md": "x", "license.txt": "y", "sad/c.png": 2},
    "debris": {"happy/a.png": 1, "__MACOSX/happy/._a.png": 2, "sad/.DS_Store": "x"},
    "no suffix": {"happy/a": 1, "sad/b": 2, "sad/notes": "no picture"},
    "broken pictures": {"happy/a.png": 1, "sad/b.png": "<html>", "sad/c.png": ""},
    "no class beside": {"happy/a.png": 1, "other/b.png": 2, "c.png": 3},
    "names of usages": {"angry/Training_1.png": 1, "happy/PublicTest_2.png": 2},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tree", TREES)
def test_an_archive_is_its_folder(plant, pack, reading, tree, kind) -> None:
    folder, packed = reading(plant(TREES[tree])), reading(pack(f"p{kind}", TREES[tree]))
    assert packed.recognition.source == folder.recognition.source

    def facts(of) -> dict:
        return {s.id: (s.expression, s.native_split, s.subject, s.digest) for s in of.samples}

    assert facts(packed) == facts(folder)
    assert sorted(packed.faults) == sorted(folder.faults)
    if kind == ".zip":
        assert packed.ids == folder.ids


def test_a_tree_and_its_copy_are_read_once(plant, pack, reading, refusal) -> None:
    tree = {"x/happy/a.png": 1, "x/x/happy/a.png": 1, "x/happy/b.png": 2}
    assert reading(pack("p.zip", tree)).ids == reading(plant(tree)).ids
    assert "what looks like its copy" in refusal(pack("p.tar.gz", tree))


def test_numbered_folders_need_a_map(pack, reading, refusal) -> None:
    tree = {"0/a.png": 1, "3/b.png": 2}
    assert "(rows by code: 0: 1, 3: 1)" in refusal(pack("p.zip", tree))
    options = {"label_map": parse_label_map("0=sad,3=happy")}
    assert list(reading(pack("p.tgz", tree), **options).labels.values()) == ["sad", "happy"]


def test_the_name_of_an_archive_may_tell_the_split(pack, reading) -> None:
    tree = {"happy/a.png": 1}
    assert reading(pack("train.zip", tree)).samples[0].native_split == "Training"
    assert reading(pack("test.tar.gz", tree)).samples[0].native_split == "Test"
    tree = {"happy/a.png": 1, "val/happy/a.png": 1}
    assert {s.native_split for s in reading(pack("train.zip", tree)).samples} == {"", "Validation"}


def test_what_was_passed_over_is_said(pack, reading) -> None:
    tree = {"happy/a.png": 1, "b.png": 2, "README.md": "x", "inner.zip": "x"}
    variant = reading(pack("p.zip", tree)).variant
    assert "passed over in the archive: a picture in no class folder (1)" in variant
    assert "a text or document (1)" in variant
    assert "an archive (1)" in variant


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_members_of_one_name_the_last_counts(pack, reading, kind, recwarn) -> None:
    path = pack(f"p{kind}", {"happy/a.png": 1, "./happy/a.png": 2})
    other = pack(f"q{kind}", {"happy/a.png": 2})
    found = reading(path)
    assert [s.digest for s in found.samples] == [s.digest for s in reading(other).samples]
    assert ["a later file" in reject.message for reject in found.rejects] == [True]


@pytest.mark.parametrize("kind", KINDS)
def test_a_csv_in_an_archive_is_the_csv(plant, pack, reading, kind) -> None:
    tree = {"fer2013/fer2013.csv": fer_rows().csv(), "fer2013/README": "x"}
    plain = reading(plant(tree) / "fer2013" / "fer2013.csv")
    packed = reading(pack(f"fer2013{kind}", tree))
    assert packed.recognition.source == "fer2013"
    assert packed.labels == plain.labels
    assert [s.digest for s in packed.samples] == [s.digest for s in plain.samples]


def without_usage() -> str:
    """The columns and rows of ``train.csv``."""
    return "".join(line.rpartition(",")[0] + "\n" for line in fer_rows().csv().splitlines())


def test_a_csv_packed_alone_is_the_csv(tmp_path: Path, plant, reading) -> None:
    alone = reading(plant({"train.csv": without_usage()}) / "train.csv")
    (tmp_path / "train.csv.gz").write_bytes(gzip.compress(without_usage().encode()))
    packed = reading(tmp_path / "train.csv.gz")
    assert packed.labels == alone.labels
    assert packed.samples[0].native_split == alone.samples[0].native_split == "Training"
    assert packed.samples[0].origin == "train.csv"


def test_the_published_files_in_one_zip_are_read_once(pack, reading) -> None:
    tree = {"icml_face_data.csv": fer_rows().csv(), "train.csv": without_usage()}
    packed = reading(pack("fer.zip", tree))
    assert "icml_face_data.csv (train.csv: the same pictures" in packed.recognition.why
    assert len(packed.samples) == 8


def test_own_pixels_in_a_zip_are_a_list(pack, reading, plant) -> None:
    tree = {"mine.csv": without_usage()}
    packed = reading(pack("own.zip", tree))
    assert packed.recognition.source == "list"
    assert packed.ids == reading(plant(tree) / "mine.csv").ids


def test_an_ingested_archive_is_stored_once(pack, plant, tmp_path) -> None:
    archive, store = pack("p.zip", TREES["splits"]), tmp_path / "s.h5"
    first = ingest(IngestRequest((archive,), store))[0]
    assert (first.source, first.added) == ("folder", 3)
    assert ingest(IngestRequest((archive,), store))[0].unchanged == 3
    assert ingest(IngestRequest((plant(TREES["splits"]),), store))[0].unchanged == 3
    with Store.open(store) as opened:
        assert len(opened) == 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["p.zip", "s.h5", "s.h5.parts", "tree"]
