"""Small readers of layouts, written from what the trainers' loaders do, and not from ours.

Each gives for every split that it finds the pictures (H, W[, 3]) and the numbers of their classes,
in the order in which it comes upon them, each with the name of its file where it has one.
"""

import csv
import io
import json
import os
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from PIL import Image

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Row:
    """A picture, the number of its class, and what its file is called ("" if it has none)."""

    picture: Picture
    code: int
    name: str = ""


Splits = dict[str, list[Row]]
Reader = Callable[[Path], Splits]


def opened(path: Path) -> Picture:
    """A picture by Pillow, whatever its suffix."""
    return np.asarray(Image.open(path))


def class_folders(root: Path) -> Splits:
    """torchvision's ImageFolder, Keras: classes are numbered by their sorted names, by split."""
    splits: Splits = {}
    for split in sorted(path for path in root.iterdir() if path.is_dir()):
        classes = sorted(entry.name for entry in os.scandir(split) if entry.is_dir())
        splits[split.name] = [
            Row(opened(file), classes.index(name), file.name)
            for name in classes
            for file in sorted((split / name).iterdir())
        ]
    return splits


def raf_list(root: Path) -> Splits:
    """DAN, SCN, RUL, EAC, CAFE, Ada-DF, POSTER: the list, split by names, codes less one."""
    splits: Splits = {"train": [], "test": []}
    for line in (root / "EmoLabel" / "list_patition_label.txt").read_text().splitlines():
        name, code = line.split(" ")
        split = next((one for one in splits if name.startswith(one)), "")
        if split:
            file = root / "Image" / "aligned" / f"{name.split('.')[0]}_aligned.jpg"
            splits[split].append(Row(opened(file), int(code) - 1, file.name))
    return splits


def lists(files: dict[str, tuple[str, str]], first: int = 0) -> Reader:
    """QCS, APViT, Ada-CM, S4D, POSTER: a list a split, each with the folder of its names."""

    def read(root: Path) -> Splits:
        splits: Splits = {}
        for split, (table, folder) in files.items():
            if (root / table).exists():
                pairs = [line.split(" ") for line in (root / table).read_text().splitlines()]
                splits[split] = [
                    Row(opened(root / folder / name), int(code) - first, name)
                    for name, code in pairs
                ]
        return splits

    return read


def tables(files: dict[str, tuple[str, str]], columns: tuple[str, str], part: int) -> Reader:
    """ResEmoteNet, LibreFace: a CSV a split; the name is a part of what the column says."""

    def read(root: Path) -> Splits:
        splits: Splits = {}
        for split, (table, folder) in files.items():
            if (root / table).exists():
                with (root / table).open(newline="") as file:
                    rows = [(row[columns[0]], row[columns[1]]) for row in csv.DictReader(file)]
                names = [(path.split("/")[part], code) for path, code in rows]
                splits[split] = [
                    Row(opened(root / folder / name), int(code), name) for name, code in names
                ]
        return splits

    return read


def cub(lists_in: str, folder: str) -> Reader:
    """CUB's loaders: three lists by number, joined; 1 is trained on."""

    def read(root: Path) -> Splits:
        joined = [
            dict(line.split(" ") for line in (root / lists_in / name).read_text().splitlines())
            for name in ("images.txt", "image_class_labels.txt", "train_test_split.txt")
        ]
        splits: Splits = {"train": [], "test": []}
        for number, name in joined[0].items():
            split = "train" if joined[2][number] == "1" else "test"
            code = int(joined[1][number]) - 1
            splits[split].append(Row(opened(root / folder / name), code, name))
        return splits

    return read


def fer_csv(root: Path) -> Splits:
    """usef-kh, LetheSec, WuJie1010: one table, a usage a row."""
    splits: Splits = {}
    with (root / "fer2013.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            splits.setdefault(row["Usage"], []).append(_numbers(row))
    return splits


def fer_csvs(root: Path) -> Splits:
    """ResidualMaskingNetwork: a table a split."""
    splits: Splits = {}
    for split in ("train", "val", "test"):
        with (root / f"{split}.csv").open(newline="") as file:
            splits[split] = [_numbers(row) for row in csv.DictReader(file)]
    return splits


def _numbers(row: dict[str, str]) -> Row:
    pixels = np.array(row["pixels"].split(" "), dtype=np.uint8)
    side = round(len(pixels) ** 0.5)
    return Row(pixels.reshape(side, side), int(row["emotion"]))


def affectnet(root: Path) -> Splits:
    """AffectNet's release of 2021: a picture and the .npy of its expression, without pickles."""
    splits: Splits = {}
    for split in ("train_set", "val_set", "test_set"):
        for file in sorted((root / split / "images").glob("*"), key=lambda p: int(p.stem)):
            label = np.load(root / split / "annotations" / f"{file.stem}_exp.npy")
            splits.setdefault(split, []).append(Row(opened(file), int(label), file.name))
    return splits


def annotated(root: Path) -> Splits:
    """HSEmotion: train and val by the annotations that are there, each with its picture."""
    splits: Splits = {}
    for split in ("train_set", "val_set"):
        for file in (root / split / "annotations").glob("*_exp.npy"):
            picture = root / split / "images" / f"{file.name.split('_')[0]}.jpg"
            row = Row(opened(picture), int(np.load(file)), picture.name)
            splits.setdefault(split, []).append(row)
    return splits


def ferplus(root: Path) -> Splits:
    """FER+: pictures by ``label.csv``; the code is that of the most votes."""
    splits: Splits = {}
    for split in ("FER2013Train", "FER2013Valid", "FER2013Test"):
        with (root / split / "label.csv").open(newline="") as file:
            for name, _box, *votes in csv.reader(file):
                code = int(np.argmax([int(vote) for vote in votes]))
                splits.setdefault(split, []).append(Row(opened(root / split / name), code, name))
    return splits


def hugging_face(root: Path) -> Splits:
    """Parquet by PyArrow alone: bytes of pictures, names from the schema's metadata."""
    splits: Splits = {}
    for file in sorted((root / "data").iterdir()):
        for row in pq.read_table(file, columns=["image", "label"]).to_pylist():
            picture = np.asarray(Image.open(io.BytesIO(row["image"]["bytes"])))
            split = file.name.split("-")[0]
            splits.setdefault(split, []).append(Row(picture, row["label"], row["image"]["path"]))
    return splits


def web_dataset(root: Path) -> Splits:
    """Tar files by the standard library: members of one name up to its dot are a row."""
    splits: Splits = {}
    for index in sorted(root.glob("*.index.json")):
        split = index.name.split(".")[0]
        for shard in json.loads(index.read_text())["shardlist"]:
            rows: dict[str, dict[str, bytes]] = {}
            with tarfile.open(root / shard["url"]) as archive:
                for member in archive:
                    key, _, kind = member.name.partition(".")
                    file = archive.extractfile(member)
                    assert file is not None
                    rows.setdefault(key, {})[kind] = file.read()
            assert len(rows) == shard["nsamples"]
            for key, parts in rows.items():
                picture = np.asarray(Image.open(io.BytesIO(parts["png"])))
                splits.setdefault(split, []).append(Row(picture, int(parts["cls"]), f"{key}.png"))
    return splits


def npz(root: Path) -> Splits:
    """NumPy, without pickles."""
    with np.load(root / "data.npz", allow_pickle=False) as arrays:
        return {
            key[2:]: [
                Row(picture, int(code))
                for picture, code in zip(arrays[key], arrays[f"y_{key[2:]}"], strict=True)
            ]
            for key in arrays.files
            if key.startswith("x_")
        }
