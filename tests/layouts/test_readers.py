"""Every layout and every trainer's preset, read back by a reader that is none of ours."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest

from fercurate.api.exports import read_export
from fercurate.layouts.presets import find_preset, preset_names
from fercurate.layouts.registry import LAYOUTS, find_layout
from fercurate.pipeline.exporting.export import LayoutReport, LayoutRequest, export_layout
from tests.layouts import readers
from tests.layouts.conftest import Exports
from tests.layouts.readers import Reader, Row

RAF = ("surprise", "fear", "disgust", "happy", "sad", "angry", "neutral")
AFFECTNET = ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry", "contempt")
FERPLUS = ("neutral", "happy", "surprise", "sad", "angry", "disgust", "fear", "contempt")
FER = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
ALPHABET = tuple(sorted(FER))
TVT = {name: name for name in ("train", "val", "test")}
USAGES = {"train": "Training", "val": "PublicTest", "test": "PrivateTest"}

_Case = tuple[Reader, tuple[str, ...], dict[str, str], str]
"""A reader, its order of classes, its name of each split that it reads, and an export."""

TRAIN_TEST = {"train": "train", "test": "test"}
RAF_LIST: _Case = (readers.raf_list, RAF, TRAIN_TEST, "seven")

TRAINERS: dict[str, _Case] = {
    "poster++": (readers.class_folders, RAF, TVT | {"val": "valid"}, "seven"),
    "poster++-affectnet8": (readers.class_folders, AFFECTNET, TVT, "eight"),
    "poster-rafdb": RAF_LIST,
    "poster-affectnet7": (
        readers.lists(
            {
                "train_set": ("train_set/train_annotations_7class.txt", "train_set/images"),
                "valid_set": ("valid_set/valid_annotations_7class.txt", "valid_set/images"),
            }
        ),
        AFFECTNET[:7],
        {"train": "train_set", "val": "valid_set"},
        "seven",
    ),
    "ddamfn-rafdb": (readers.class_folders, AFFECTNET[:7], TVT, "seven"),
    "ddamfn-affectnet": (readers.class_folders, AFFECTNET, TVT, "eight"),
    "ddamfn-ferplus": (readers.class_folders, AFFECTNET, TVT, "eight"),
    "dan-rafdb": RAF_LIST,
    "dan-affectnet": (readers.class_folders, AFFECTNET, TVT, "eight"),
    "scn": RAF_LIST,
    "rul": RAF_LIST,
    "eac": RAF_LIST,
    "cafe": RAF_LIST,
    "ada-df": RAF_LIST,
    "apvit": (
        readers.lists(
            {
                "train": ("EmoLabel/train.txt", "Image/aligned_224"),
                "test": ("EmoLabel/test.txt", "Image/aligned_224"),
            },
            first=1,
        ),
        RAF,
        TRAIN_TEST,
        "seven",
    ),
    "ceprompt": (
        readers.cub("EmoLabel", "Image/aligned_224"),
        RAF,
        TRAIN_TEST,
        "seven",
    ),
    "qcs-rafdb": (
        readers.lists(
            {
                "train": ("raf_db_basic_train.txt", "basic"),
                "test": ("raf_db_basic_test.txt", "basic"),
            }
        ),
        RAF,
        TRAIN_TEST,
        "seven",
    ),
    "qcs-ferplus": (
        readers.lists(
            {"train": ("ferplus_training.txt", "img"), "test": ("ferplus_test.txt", "img")}
        ),
        FERPLUS,
        TRAIN_TEST,
        "eight",
    ),
    "ada-cm": (
        readers.lists({"train": ("train.txt", "images"), "test": ("test.txt", "images")}),
        RAF,
        TRAIN_TEST,
        "seven",
    ),
    "s4d": (
        readers.lists(
            {
                "train": ("train_affectnet7_2w.txt", "Manually_Annotated_Images"),
                "test": ("test_affectnet7_2w.txt", "Manually_Annotated_Images"),
            }
        ),
        AFFECTNET[:7],
        TRAIN_TEST,
        "seven",
    ),
    "resemotenet": (
        readers.tables(
            {n: (f"{n}_labels.csv", n) for n in ("train", "valid", "test")},
            ("ImageName", "Label"),
            0,
        ),
        ("happy", "surprise", "sad", "angry", "disgust", "fear", "neutral"),
        TVT | {"val": "valid"},
        "seven",
    ),
    "libreface": (
        readers.tables(
            {
                "train": ("training_filtered.csv", "image"),
                "val": ("validation_filtered.csv", "image"),
            },
            ("image_path", "expression"),
            1,
        ),
        AFFECTNET,
        {"train": "train", "val": "val"},
        "eight",
    ),
    "hsemotion-affectnet": (
        readers.annotated,
        AFFECTNET,
        {"train": "train_set", "val": "val_set"},
        "eight",
    ),
    "ma-net": (readers.class_folders, AFFECTNET[:7], TVT, "seven"),
    "efficientface": (readers.class_folders, AFFECTNET[:7], TVT, "seven"),
    "emonext": (readers.class_folders, ALPHABET, TVT, "seven"),
    "usef-kh": (readers.fer_csv, FER, USAGES, "seven"),
    "lethesec": (readers.fer_csv, FER, USAGES, "seven"),
    "wujie1010": (readers.fer_csv, FER, USAGES, "seven"),
    "residual-masking": (readers.fer_csvs, FER, TVT, "seven"),
    "ferplus-cntk": (
        readers.ferplus,
        FERPLUS,
        {"train": "FER2013Train", "val": "FER2013Valid", "test": "FER2013Test"},
        "eight",
    ),
    "timm": (readers.class_folders, ALPHABET, TVT | {"val": "validation"}, "seven"),
    "torchvision": (readers.class_folders, ALPHABET, TVT, "seven"),
    "keras": (readers.class_folders, ALPHABET, TVT, "derived"),
    "ultralytics": (readers.class_folders, ALPHABET, TVT, "seven"),
    "datasets": (readers.hugging_face, FER, TVT | {"val": "validation"}, "derived"),
    "wds": (readers.web_dataset, FER, TVT, "derived"),
    "numpy": (readers.npz, FER, TVT, "derived"),
}
KINDS: dict[str, _Case] = {
    "imagefolder": (
        readers.class_folders,
        tuple(sorted(AFFECTNET)),
        TVT,
        "colored",
    ),
    "raf-basic": TRAINERS["dan-rafdb"],
    "list": (
        readers.lists({n: (f"{n}.txt", "images") for n in TVT}),
        (*FER, "contempt"),
        TVT,
        "colored",
    ),
    "cub": (readers.cub("", "images"), FER, TRAIN_TEST, "derived"),
    "csv": (
        readers.tables({n: (f"{n}_labels.csv", n) for n in TVT}, ("image", "label"), 0),
        (*FER, "contempt"),
        TVT,
        "colored",
    ),
    "fer2013-csv": TRAINERS["usef-kh"],
    "affectnet-2021": (
        readers.affectnet,
        AFFECTNET,
        {"train": "train_set", "val": "val_set", "test": "test_set"},
        "eight",
    ),
    "ferplus": TRAINERS["ferplus-cntk"],
    "hf": (readers.hugging_face, (*FER, "contempt"), TVT | {"val": "validation"}, "colored"),
    "webdataset": (readers.web_dataset, (*FER, "contempt"), TVT, "colored"),
    "npz": (readers.npz, (*FER, "contempt"), TVT, "colored"),
}


def test_every_trainer_and_every_layout_is_here() -> None:
    assert list(TRAINERS) == list(preset_names())
    assert list(KINDS) == [layout.kind for layout in LAYOUTS]


def rows_of(folder: Path) -> dict[str, list[dict[str, str]]]:
    """``rows.csv`` by split."""
    splits: dict[str, list[dict[str, str]]] = {}
    with (folder / "rows.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            splits.setdefault(row["split"], []).append(row)
    return splits


def check(report: LayoutReport, export: Path, case: _Case) -> None:
    """What the reader finds are the rows of the export: pixels equal, classes equal by name."""
    reader, order, places, _ = case
    found, told = reader(report.output), rows_of(report.output)
    for split in read_export(export):
        if split.name not in places or places[split.name] not in found:
            assert split.name in report.facts["left_out"] or places.get(split.name) is None
            continue
        rows = _in_order(found[places[split.name]], told[split.name])
        assert len(rows) == len(split.labels) > 0
        wanted = split.images(np.arange(len(split.labels)))
        for row, picture, label in zip(rows, wanted, split.labels, strict=True):
            shown = row.picture if row.picture.ndim == picture.ndim else row.picture[..., 0]
            np.testing.assert_array_equal(shown, picture)
            assert order[row.code] == split.classes[label]


def _in_order(rows: list[Row], told: list[dict[str, str]]) -> list[Row]:
    """Rows in the order of the export, by the names of their files, if they have any."""
    by_name = {row.name.rsplit("/", 1)[-1]: row for row in rows if row.name}
    names = [re.split("[/:]", row["file"])[-1] for row in told]
    if not set(names) <= set(by_name):
        return rows
    assert len(by_name) == len(rows)
    return [by_name[name] for name in names]


@pytest.mark.parametrize("name", TRAINERS)
def test_a_trainer_reads_the_rows_of_the_export(
    name: str, exports: Exports, tmp_path: Path
) -> None:
    preset, export = find_preset(name), exports(TRAINERS[name][3])
    report = export_layout(LayoutRequest(export, preset.layout, tmp_path / "out", preset))
    check(report, export, TRAINERS[name])


@pytest.mark.parametrize("kind", KINDS)
def test_a_layout_holds_the_rows_of_the_export(kind: str, exports: Exports, tmp_path: Path) -> None:
    export = exports(KINDS[kind][3])
    report = export_layout(LayoutRequest(export, find_layout(kind)(), tmp_path / "out"))
    check(report, export, KINDS[kind])
