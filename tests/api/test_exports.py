"""An export read back: rows as tables, pictures in any order, batches; damage is one error."""

import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

import fercurate

CHANGED = "test holds changed copies"


@pytest.fixture(scope="module")
def folder(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("exports")
    for layout in ("standard", "legacy"):
        with pytest.warns(fercurate.FercurateWarning, match=CHANGED):
            fercurate.build(
                "modified_fer", store=shared_store, output=output / layout, layout=layout
            )
    return output


@pytest.mark.parametrize("layout", ["standard", "legacy"])
def test_rows_and_pictures_are_those_of_the_file(folder: Path, layout: str) -> None:
    export = fercurate.read_export(folder / layout)
    assert export.names == ("train", "test")
    train = export["train"]
    name, prefix = ("train.h5", "") if layout == "standard" else ("data.h5", "Training_")
    with h5py.File(folder / layout / name, "r", locking=False) as file:
        pictures = file[prefix + ("images" if layout == "standard" else "pixel")][:]
        labels = file[prefix + ("labels" if layout == "standard" else "label")][:]
        assert export.classes == tuple(file.attrs["class_names"])
        assert np.array_equal(train.training_numbers.class_weights, file.attrs["class_weights"])
        assert train.training_numbers.mean == file.attrs["mean"]
    assert np.array_equal(train.labels, labels)
    assert np.array_equal(train.images(), pictures)
    order = np.array([5, 0, 559, 5])
    assert np.array_equal(train.images(order), pictures[order])
    assert np.array_equal(train.images([-1]), pictures[[-1]])
    assert np.array_equal(train.images(train.derived), pictures[train.derived])
    assert train.images([]).shape == (0, 48, 48)


def test_one_file_is_an_export_of_one_split(folder: Path) -> None:
    export = fercurate.read_export(str(folder / "standard" / "test.h5"))
    assert export.names == ("test",)
    assert export["test"].images([0, 1]).shape == (2, 48, 48)


def test_the_table_says_what_each_row_is(folder: Path) -> None:
    export = fercurate.read_export(folder / "standard")
    table = export.to_frame()
    assert len(table) == sum(len(split) for split in export) == 800
    assert table["derived"].sum() == 600
    assert (table["parent_a"][~table["derived"]] == "").all()
    names = np.array(export.classes, dtype=object)
    assert (table["class"] == names[table["label"]]).all()
    assert "fold" not in table
    assert table["sample_id"].tolist()[: len(export["train"])] == list(export["train"].sample_ids)


def test_batches_cover_the_rows_asked_for(folder: Path) -> None:
    test = fercurate.read_export(folder / "standard")["test"]
    order = np.random.default_rng(1).permutation(len(test))
    batches = list(test.batches(100, order))
    assert [len(labels) for _, labels in batches] == [100, 100, 40]
    assert np.array_equal(np.concatenate([labels for _, labels in batches]), test.labels[order])
    assert np.array_equal(np.concatenate([images for images, _ in batches]), test.images(order))
    assert sum(len(labels) for _, labels in test.batches(64)) == len(test)


def test_folds_are_a_column(merged_store: Path, tmp_path: Path) -> None:
    fercurate.build("ckplus_10fold", store=merged_store, output=tmp_path / "folds")
    table = fercurate.read_export(tmp_path / "folds").to_frame()
    assert table["fold"].nunique() == 10


def test_a_split_that_repeats_rows_of_another_has_its_pictures(
    folder: Path, tmp_path: Path
) -> None:
    shutil.copytree(folder / "standard", tmp_path / "e")
    shutil.copy(tmp_path / "e" / "test.h5", tmp_path / "e" / "test_screened.h5")
    with h5py.File(tmp_path / "e" / "test_screened.h5", "r+") as file:
        file.attrs["splits"] = ["test_screened"]
    (tmp_path / "e" / "recipe.lock").unlink()
    export = fercurate.read_export(tmp_path / "e")
    assert export.names == ("train", "test", "test_screened")
    rows = [3, 1]
    assert np.array_equal(export["test_screened"].images(rows), export["test"].images(rows))


def test_wrong_rows_sizes_and_names_are_usage_errors(folder: Path) -> None:
    export = fercurate.read_export(folder / "standard")
    with pytest.raises(fercurate.UsageError, match=r"no split 'tset' \(did you mean 'test'"):
        _ = export["tset"]
    test = export["test"]
    with pytest.raises(fercurate.UsageError, match="no row 240; expected 0 to 239"):
        test.images([0, 240])
    for wrong in ([0.5], [[1, 2]], np.zeros(3, bool), ["a"]):
        with pytest.raises(fercurate.UsageError, match=r"rows: .*expected positions"):
            test.images(wrong)
    with pytest.raises(fercurate.UsageError, match="size: 0"):
        next(test.batches(0))


def test_what_is_no_export_is_refused(folder: Path, shared_store: Path, tmp_path: Path) -> None:
    with pytest.raises(fercurate.InputError, match="no such export"):
        fercurate.read_export(tmp_path / "none")
    with pytest.raises(fercurate.ExportError):
        fercurate.read_export(tmp_path)
    with pytest.raises(fercurate.ExportError):
        fercurate.read_export(shared_store)
    shutil.copytree(folder / "standard", tmp_path / "e")
    export = fercurate.read_export(tmp_path / "e")
    (tmp_path / "e" / "test.h5").unlink()
    with pytest.raises(fercurate.ExportError, match="no file of the split test"):
        export["test"].images([0])
    (tmp_path / "e" / "train.h5").write_bytes(b"not HDF5")
    with pytest.raises(fercurate.ExportError, match="changed since it was built"):
        export["train"].images([0])
