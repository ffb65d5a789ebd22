"""Tables that are as they should be: which columns are read, under which ids and splits."""

import numpy as np
import pytest

from fercurate.domain.sample import EncodedImage
from fercurate.domain.taxonomy import label_maps
from fercurate.errors import InputError
from fercurate.sources.parquet.source import Parquet
from fercurate.sources.registry import recognize
from tests.corpora import draw, encode

HF = ["sad", "happy"]


def test_shards_of_hugging_face(read, parquet, images, tmp_path) -> None:
    for name in ("train-00000-of-00002", "train-00001-of-00002", "validation-00000-of-00001"):
        parquet(f"repo/data/{name}.parquet", {"image": images(2), "label": [0, 1]}, HF)
    (tmp_path / "repo/README.md").write_text("# a card\n")
    reading = read(Parquet(), tmp_path / "repo")
    assert reading.ids[1:3] == [
        "parquet:train-00000-of-00002/0000001",
        "parquet:train-00001-of-00002/0000000",
    ]
    assert [s.native_split for s in reading.samples] == ["Training"] * 4 + ["Validation"] * 2
    assert [s.expression for s in reading.samples[:2]] == HF
    assert [s.native_label for s in reading.samples[:2]] == HF
    assert "6 rows in 3 Parquet files; codes named in the schema: 0=sad, 1=happy" in reading.variant
    assert recognize(tmp_path / "repo")[0].source == "parquet"
    alone = read(Parquet(), tmp_path / "repo/data/train-00001-of-00002.parquet")
    assert alone.ids == reading.ids[2:4]
    assert "not there: train-00000-of-00002" in alone.variant


def test_the_bytes_of_a_file_are_kept(read, parquet, images) -> None:
    path = parquet("a.parquet", {"image": images(1), "label": ["joy"]})
    sample = read(Parquet(), path).samples[0]
    assert isinstance(sample.image, EncodedImage)
    assert sample.image.content == images(1)[0]["bytes"]
    assert np.array_equal(sample.pixels, draw(0))


def flat(count: int) -> list[list[int]]:
    return [draw(n).ravel().tolist() for n in range(count)]


PICTURES = {
    "bytes alone": {"img_bytes": [encode(draw(n)) for n in range(3)]},
    "bytes by another name": {"image_bytes": [encode(draw(n)) for n in range(3)]},
    "a jpeg's structure": {"image": [{"bytes": encode(draw(n)), "path": None} for n in range(3)]},
    "pixels as text": {"pixels": [" ".join(map(str, row)) for row in flat(3)]},
    "pixels with commas": {"Pixels": [",".join(map(str, row)) for row in flat(3)]},
    "a flat list": {"pixels": flat(3)},
    "lists of lists": {"image": [draw(n).tolist() for n in range(3)]},
    "one channel in lists": {"image": [draw(n)[..., None].tolist() for n in range(3)]},
}


@pytest.mark.parametrize("pictures", PICTURES)
def test_pictures_in_every_form(read, parquet, pictures) -> None:
    path = parquet("faces.parquet", {**PICTURES[pictures], "emotion": ["happy", "sad", "fear"]})
    samples = read(Parquet(), path).samples
    assert [s.pixels.tolist() for s in samples] == [draw(n).tolist() for n in range(3)]
    assert samples[2].id == "parquet:faces/0000002"


LABELS = {
    "label": [3, 0, 3],
    "labels": ["3", "0", "3"],
    "emotion": [3.0, 0.0, 3.0],
    "expression": [[0, 0, 0, 1], [1, 0, 0, 0], [0, 0, 0, 1]],
}


@pytest.mark.parametrize("name", LABELS)
def test_codes_need_a_map(read, parquet, images, name) -> None:
    path = parquet("a.parquet", {"image": images(3), name: LABELS[name]})
    with pytest.raises(InputError, match=r"codes without names \(rows by code: 0: 1, 3: 2\)"):
        read(Parquet(), path)
    codes = label_maps()["fer2013"]
    fitting = read(Parquet(), path, label_map=codes)
    assert [s.expression for s in fitting.samples] == ["happy", "angry", "happy"]


def test_words_go_before_bare_codes(read, parquet, images) -> None:
    columns = {"image": images(2), "label": [5, 6], "emotion": ["sad", "happy"]}
    assert list(read(Parquet(), parquet("a.parquet", columns)).labels.values()) == HF
    columns = {"image": images(2), "label_name": ["sad", "happy"]}
    assert list(read(Parquet(), parquet("b.parquet", columns)).labels.values()) == HF


def test_columns_of_splits_and_people(read, parquet, images) -> None:
    columns = {"image": images(3), "label": ["sad"] * 3, "Usage": ["train", "PublicTest", "?"]}
    reading = read(Parquet(), parquet("a.parquet", {**columns, "subject": [7, 8, 9]}))
    assert [(s.native_split, s.subject) for s in reading.samples] == [
        ("Training", "7"),
        ("PublicTest", "8"),
    ]
    assert reading.faults == [("E_USAGE", "a.parquet:3")]


def test_splits_in_the_names_of_folders(read, parquet, images, tmp_path) -> None:
    for split in ("train", "test"):
        parquet(f"r/default/{split}/0000.parquet", {"image": images(1), "label": [0]}, HF)
    reading = read(Parquet(), tmp_path / "r")
    assert reading.ids == ["parquet:0000/test/0000000", "parquet:0000/train/0000000"]
    assert [s.native_split for s in reading.samples] == ["Test", "Training"]


def test_other_tables_are_passed_over(read, parquet, images, tmp_path) -> None:
    parquet("r/train.parquet", {"image": images(1), "label": ["sad"]})
    parquet("r/statistics.parquet", {"mean": [1.0]})
    parquet("r/paths.parquet", {"image": ["a.png"], "label": ["sad"]})
    reading = read(Parquet(), tmp_path / "r")
    assert [file.name for file in reading.recognition.files] == ["train.parquet"]
    assert Parquet().unread(reading.recognition, "paths.parquet") == "a table"


def test_many_small_rows_in_one_group_are_read_a_few_at_a_time(read, parquet, images) -> None:
    columns = {"image": images(1) * 20_000, "label": ["sad"] * 20_000}
    path = parquet("a.parquet", columns, row_group_size=20_000)
    assert path.stat().st_size < 20_000
    reading = read(Parquet(), path)
    assert len(reading.samples) == 20_000
    assert reading.ids[-1] == "parquet:a/0019999"
