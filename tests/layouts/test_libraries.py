"""The libraries themselves read what was laid out for them: pixels and names of classes."""

import io
import os
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fercurate.api.exports import Export, read_export
from fercurate.domain.sample import pixel_digest
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutRequest, export_layout
from tests.layouts.conftest import Exports


def laid_out(export: Path, name: str, output: Path) -> Path:
    layout, preset = chosen_layout("", name, {})
    export_layout(LayoutRequest(export, layout, output, preset))
    return output


def counted(export: Export, split: str) -> Counter[tuple[str, str]]:
    """Digest and class of every row of a split."""
    rows = export[split]
    return Counter(
        (pixel_digest(picture), rows.classes[label])
        for picture, label in zip(rows.images(), rows.labels, strict=True)
    )


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hugging Face's caches in a scratch folder, and no network."""
    pytest.importorskip("datasets")
    for name in ("HF_HOME", "HF_DATASETS_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.mark.usefixtures("hub")
@pytest.mark.parametrize("name", ["datasets", "wds", "torchvision"])
def test_hugging_face_reads_it(name: str, exports: Exports, tmp_path: Path) -> None:
    from datasets import load_dataset

    folder = laid_out(exports("seven"), name, tmp_path / "out")
    export, cache = read_export(exports("seven")), str(tmp_path / "cache")
    if name == "datasets":
        found = load_dataset(str(folder), cache_dir=cache)
    elif name == "wds":
        files = {one: str(folder / f"{one}-*.tar") for one in ("train", "val", "test")}
        found = load_dataset("webdataset", data_files=files, cache_dir=cache)
    else:
        files = {one: str(folder / one / "**") for one in ("train", "val", "test")}
        found = load_dataset("imagefolder", data_files=files, cache_dir=cache)
    for split, told in (("train", "train"), ("test", "test")):
        rows = found[told]
        if name == "wds":
            names = export.classes
            pairs = [(np.asarray(row["png"]), names[int(row["cls"])]) for row in rows]
        else:
            names = rows.features["label"].names
            pairs = [(np.asarray(row["image"]), names[row["label"]]) for row in rows]
        assert Counter((pixel_digest(p), name) for p, name in pairs) == counted(export, split)
    if name == "datasets":
        assert list(found) == ["train", "validation", "test"]
        assert found["train"].features["label"].names == list(export.classes)
        assert found["train"][3]["sample_id"] == export["train"].sample_ids[3]
        assert len(found["train"][3]["votes"]) == 10


@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_webdataset_reads_it(exports: Exports, tmp_path: Path) -> None:
    wds = pytest.importorskip("webdataset")
    folder = laid_out(exports("derived"), "wds", tmp_path / "out")
    export = read_export(exports("derived"))
    shards = sorted(map(str, folder.glob("train-*.tar")))
    rows = wds.WebDataset(shards, shardshuffle=False).decode("pil").to_tuple("png", "cls", "json")
    found = [(np.asarray(picture), code, facts) for picture, code, facts in rows]
    split = export["train"]
    assert len(found) == len(split)
    for at, (picture, code, facts) in enumerate(found):
        np.testing.assert_array_equal(picture.reshape(48, 48, -1)[..., 0], split.images([at])[0])
        assert split.classes[code] == facts["class"] == split.classes[split.labels[at]]
        assert facts["op"] == split.rows.op[at]


def test_wids_finds_the_rows_by_the_index(exports: Exports, tmp_path: Path) -> None:
    wids = pytest.importorskip("wids")
    folder = laid_out(exports("seven"), "wds", tmp_path / "out")
    rows = wids.ShardListDataset(str(folder / "test.index.json"), cache_dir=str(tmp_path / "c"))
    split = read_export(exports("seven"))["test"]
    assert len(rows) == len(split)
    assert [int(rows[at][".cls"]) for at in (0, 7, 29)] == split.labels[[0, 7, 29]].tolist()


def test_pandas_reads_the_tables(exports: Exports, tmp_path: Path) -> None:
    folder = laid_out(exports("seven"), "usef-kh", tmp_path / "out")
    table = pd.read_csv(folder / "fer2013.csv")
    split = read_export(exports("seven"))["test"]
    rows = table[table.Usage == "PrivateTest"]
    pictures = [np.fromstring(text, dtype=int, sep=" ").reshape(48, 48) for text in rows.pixels]
    np.testing.assert_array_equal(np.stack(pictures), split.images())
    assert rows.emotion.tolist() == split.labels.tolist()


@pytest.mark.torch
def test_keras_reads_class_folders(exports: Exports, tmp_path: Path) -> None:
    if find_spec("keras") is None or find_spec("tensorflow") is None:
        pytest.skip("needs keras and tensorflow")
    folder = laid_out(exports("seven"), "keras", tmp_path / "out")
    code = (
        "import keras, sys, numpy as np\n"
        "rows = keras.utils.image_dataset_from_directory(sys.argv[1], color_mode='grayscale', "
        "image_size=(48, 48), shuffle=False, batch_size=None)\n"
        "print(rows.class_names)\n"
        "np.savez(sys.argv[2], x=np.stack([np.asarray(x)[..., 0] for x, _ in rows]), "
        "y=np.array([int(y) for _, y in rows]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, folder / "train", tmp_path / "found.npz"],
        env=os.environ | {"KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=True,
    )
    names = eval(done.stdout.splitlines()[-1])
    with np.load(tmp_path / "found.npz") as found:
        pairs = [
            (x.astype(np.uint8), names[y]) for x, y in zip(found["x"], found["y"], strict=True)
        ]
    told = Counter((pixel_digest(picture), name) for picture, name in pairs)
    assert told == counted(read_export(exports("seven")), "train")


@pytest.mark.torch
def test_torchvision_reads_class_folders(exports: Exports, tmp_path: Path) -> None:
    folders = pytest.importorskip("torchvision.datasets")
    folder = laid_out(exports("seven"), "torchvision", tmp_path / "out")
    rows = folders.ImageFolder(str(folder / "train"))
    told = Counter(
        (pixel_digest(np.asarray(picture)[..., 0]), rows.classes[code]) for picture, code in rows
    )
    assert told == counted(read_export(exports("seven")), "train")


def test_the_pictures_of_parquet_are_files(exports: Exports, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    from PIL import Image

    folder = laid_out(exports("colored"), "datasets", tmp_path / "out")
    table = parquet.read_table(next((folder / "data").glob("train-*")))
    first = table["image"][0].as_py()
    picture = Image.open(io.BytesIO(first["bytes"]))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (40, 40))
    assert first["path"].endswith(".png")
