"""Our own files: exports are read as corpora, stores are not."""

from pathlib import Path

import numpy as np
import pytest

from fercurate.errors import InputError
from fercurate.export.reader import ExportImages, read_export
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.shipped import load_recipe
from fercurate.sources.arrays.source import Arrays
from fercurate.sources.registry import recognize


@pytest.fixture(scope="module")
def export(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("export") / "o"
    build(BuildRequest(load_recipe("modified_fer"), shared_store, output))
    return output


def test_the_originals_of_an_export_are_read_with_its_names(read, export: Path) -> None:
    reading = read(Arrays(), export)
    rows = read_export(export)
    originals = {part.split: int((~part.derived).sum()) for part in rows}
    splits = [s.native_split for s in reading.samples]
    assert splits.count("Training") == originals["train"] > 0
    assert splits.count("Test") == originals["test"] > 0
    derived = sum(int(part.derived.sum()) for part in rows)
    assert f"{derived:,} rows that an operation made are not read" in reading.variant
    train = next(part for part in rows if part.split == "train")
    first = int(np.flatnonzero(~train.derived)[0])
    sample = reading.sample(f"train/{first:07d}")
    assert sample.expression == train.classes[train.labels[first]]
    with ExportImages(export) as images:
        assert np.array_equal(images.read(np.array([first]))[0], sample.pixels)


def test_one_file_of_an_export_has_the_same_ids(read, export: Path) -> None:
    alone = read(Arrays(), export / "test.h5")
    assert {s.native_split for s in alone.samples} == {"Test"}
    assert set(alone.ids) < set(read(Arrays(), export).ids)


def test_splits_that_repeat_rows_are_left_out(read, export: Path, tmp_path: Path) -> None:
    for name in ("test", "test_screened"):
        (tmp_path / f"{name}.h5").write_bytes((export / "test.h5").read_bytes())
    reading = read(Arrays(), tmp_path)
    assert len(reading.ids) == len(read(Arrays(), export / "test.h5").ids)
    assert [file.name for file in reading.recognition.files] == ["test.h5"]


def test_a_store_is_no_corpus(shared_store: Path) -> None:
    with pytest.raises(InputError, match="It is a store of fercurate, not a corpus"):
        recognize(shared_store)
