"""A tiny tree for each row of the table "What I have on disk" in docs/corpora.md."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.corpora import Content, FerRows, Tree, fer_rows
from tests.corpora_by_source import TREES, ferplus_folders_tree
from tests.docs.layout_files import npz, parquet, zipped

FER: FerRows = fer_rows()
CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
FEW = ("happy", "sad")


@dataclass(frozen=True)
class Layout:
    """A tree, and what is read of it: the source, samples by native split, people."""

    tree: Tree
    source: str
    splits: Mapping[str, int]
    people: int = 0
    labels: tuple[str, ...] = field(default=())


def table(header: str, line: str, count: int = 7) -> str:
    """A CSV of pixels: ``{c}`` is the code, ``{p}`` the pixels, ``{w}`` them with commas."""
    rows = [
        line.format(c=code, p=FER.pixels[code], w=FER.pixels[code].replace(" ", ","))
        for code in range(count)
    ]
    return "\n".join([*([header] if header else []), *rows]) + "\n"


def folders(*names: str, files: tuple[str, ...] = ("1.png",)) -> dict[str, Content]:
    """One picture of its own in each folder."""
    return {f"{name}/{file}": None for name in names for file in files}


def listed(header: str, line: str, where: str, file: str) -> dict[str, Content]:
    """A list of seven pictures, one a class, and the pictures."""
    text = "".join(
        line.format(n=number, label=label) + "\n" for number, label in enumerate(CLASSES)
    )
    pictures: dict[str, Content] = {where.format(n=number): None for number in range(7)}
    return {**pictures, file: (header + "\n" if header else "") + text}


def split_folders(train: str, test: str) -> dict[str, Content]:
    return folders(*(f"{split}/{name}" for split in (train, test) for name in FEW))


T, V, E = "Training", "Validation", "Test"
POINTS = ";".join("1.0" for _ in range(136))
AFFECTNET = (
    "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,"
    "expression,valence,arousal\n"
)
WIDE = "label," + ",".join(f"pixel{n}" for n in range(2304))

LAYOUTS: dict[str, Layout] = {
    "`fer2013.csv`": Layout(
        {"fer2013.csv": FER.csv()}, "fer2013", {T: 5, "PublicTest": 2, "PrivateTest": 1}
    ),
    "`train.csv` and `test.csv` of the challenge": Layout(
        {
            "train.csv": table("emotion,pixels", "{c},{p}"),
            "test.csv": table("pixels", "{p}"),
        },
        "fer2013",
        {T: 7, E: 7},
    ),
    "a CSV of my own: `emotion,pixels`": Layout(
        {"mine.csv": table("emotion,pixels", "{c},{p}")}, "list", {"": 7}
    ),
    "a CSV with a `split` column": Layout(
        {"mine.csv": table("label,pixels,split", "{c},{p},val")}, "list", {V: 7}
    ),
    "a CSV with one pixel a column": Layout({"mine.csv": table(WIDE, "{c},{w}")}, "list", {"": 7}),
    "a CSV without a header": Layout({"mine.csv": table("", "{c},{p},Training")}, "list", {T: 7}),
    "a CSV whose codes have another order": Layout(
        {"mine.csv": table("emotion,pixels", "{c},{p}")}, "list", {"": 7}, labels=("neutral",)
    ),
    "files named `Training_123.jpg` in class folders": Layout(
        {"train/angry/Training_1.jpg": None, "test/angry/PublicTest_2.jpg": None},
        "fer2013",
        {T: 1, "PublicTest": 1},
    ),
    "class folders": Layout(folders("happy", "sad"), "folder", {"": 2}),
    "class folders below `train` and `test`": Layout(
        split_folders("train", "test"), "folder", {T: 2, E: 2}
    ),
    "class folders below `training_set` and `test data`": Layout(
        split_folders("training_set", "test data"), "folder", {T: 2, E: 2}
    ),
    "split folders below class folders": Layout(
        folders("happy/train", "happy/dev", "sad/train"), "folder", {T: 2, V: 1}
    ),
    "one split folder alone": Layout(folders("train/happy", "train/sad"), "folder", {T: 2}),
    "class folders that tell no split": Layout(folders("happy", "sad"), "folder", {E: 2}),
    "two packs of class folders": Layout(
        {**folders("A/happy", "A/sad"), **folders("B/happy", "B/sad")}, "folder", {"": 4}
    ),
    "folders numbered 0 to 6": Layout(folders("0", "3"), "folder", {"": 2}, labels=("happy",)),
    "folders named `0_angry`, `1. Disgust`, `happy_faces`": Layout(
        folders("0_angry", "1. Disgust", "happy_faces"), "folder", {"": 3}
    ),
    "folders named in another language": Layout(
        folders("Freude", "Wut", "Trauer"), "folder", {"": 3}, labels=("happy", "angry", "sad")
    ),
    "folders named in words of my own": Layout(
        folders("cheerful", "grim"), "folder", {"": 2}, labels=("happy", "angry")
    ),
    "a folder a person below each class": Layout(
        folders("happy/anna", "happy/ben", "sad/anna"), "folder", {"": 3}, people=2
    ),
    "a folder a person above the classes": Layout(
        folders("S01/happy", "S02/happy", "S02/sad"), "folder", {"": 3}, people=2
    ),
    "pictures named `happy_12.png`": Layout(
        {"happy_1.png": None, "sad_2.png": None, "train_3_fear.png": None},
        "folder",
        {"": 2, T: 1},
    ),
    "a list `path,label`": Layout(
        listed("path,label", "images/{n}.jpg,{label}", "images/{n}.jpg", "labels.csv"),
        "list",
        {"": 7},
    ),
    "a list `filename,emotion,split,subject`": Layout(
        listed(
            "filename,emotion,split,subject",
            "{n}.jpg,{label},test,p{n}",
            "images/{n}.jpg",
            "labels.csv",
        ),
        "list",
        {E: 7},
        people=7,
    ),
    "a list `train.txt` without a header, with codes": Layout(
        listed("", "images/{n}.jpg {n}", "images/{n}.jpg", "train.txt"),
        "list",
        {T: 7},
        labels=("angry",),
    ),
    "a list with a column a class (`_classes.csv`)": Layout(
        listed(
            "filename, " + ", ".join(CLASSES),
            "{n}.jpg, 0, 0, 0, 1, 0, 0, 0",
            "train/{n}.jpg",
            "train/_classes.csv",
        ),
        "list",
        {T: 7},
        labels=("happy",),
    ),
    "`metadata.jsonl` beside pictures": Layout(
        listed(
            "",
            '{{"file_name": "{n}.jpg", "label": "{label}"}}',
            "val/{n}.jpg",
            "val/metadata.jsonl",
        ),
        "list",
        {V: 7},
    ),
    "a list whose columns nobody knows": Layout(
        listed("", "{n}.jpg {n} 9", "faces/{n}.jpg", "list.txt"),
        "list",
        {"": 7},
        labels=("angry",),
    ),
    "a list that contradicts the class folders": Layout(
        {"data.csv": "path,label\nhappy/1.png,sad\n", **folders("happy")},
        "list",
        {"": 1},
        labels=("sad",),
    ),
    "CK+: the original tree": Layout(
        {
            "cohn-kanade-images/S005/001/S005_001_00000001.png": None,
            "cohn-kanade-images/S005/001/S005_001_00000011.png": None,
            "Emotion/S005/001/S005_001_00000011_emotion.txt": "   3.0000000e+00\n",
        },
        "ckplus",
        {"": 2},
        people=1,
    ),
    "CK+48: class folders of crops": Layout(
        {"anger/S010_004_00000017.png": None, "happy/S010_006_00000013.png": None},
        "ckplus",
        {"": 2},
        people=1,
    ),
    "`ckextended.csv`": Layout(
        {"ckextended.csv": table("emotion,pixels,Usage", "{c},{p},Training")}, "ckplus", {T: 7}
    ),
    "AffectNet 2017: `training.csv` and pictures": Layout(
        {
            "Manually_Annotated_Images/1/a.jpg": None,
            "training.csv": AFFECTNET + f"1/a.jpg,0,0,9,9,{POINTS},1,0.1,0.2\n",
        },
        "affectnet",
        {T: 1},
    ),
    "AffectNet: `test.csv` beside its folder `test/`": Layout(
        {
            "test/1/a.jpg": None,
            "test.csv": AFFECTNET + f"1/a.jpg,0,0,9,9,{POINTS},1,0.1,0.2\n",
        },
        "affectnet",
        {E: 1},
    ),
    "AffectNet: a pack with `labels.csv` (`pth,label`)": Layout(
        {"anger/a.jpg": None, "labels.csv": ",pth,label\n0,anger/a.jpg,anger\n"},
        "affectnet",
        {"": 1},
    ),
    "AffectNet in YOLO format": Layout(
        {
            "train/images/a.png": None,
            "train/labels/a.txt": "1 0.5 0.5 0.9 0.9\n",
            "data.yaml": "names:\n  [\n    Anger,\n    Happy,\n  ]\n",
        },
        "affectnet",
        {T: 1},
        labels=("happy",),
    ),
    "RAF-DB: `EmoLabel/list_patition_label.txt`": Layout(TREES["rafdb"], "rafdb", {T: 1, E: 1}),
    "RAF-DB: `compound/EmoLabel/list_patition_label.txt`": Layout(
        TREES["rafdb_compound"],
        "rafdb_compound",
        {T: 1, E: 1},
        labels=("disgustedly_surprised", "happily_surprised"),
    ),
    "RAF-DB: `DATASET/train/1` ...": Layout(TREES["rafdb in folders"], "rafdb", {T: 1, E: 1}),
    "ExpW: `label/label.lst`": Layout(TREES["expw"], "expw", {"": 3}),
    "JAFFE": Layout(TREES["jaffe"], "jaffe", {"": 2}, people=2),
    "KDEF": Layout(TREES["kdef"], "kdef", {"": 2}, people=2),
    "RaFD": Layout(
        {
            "Rafd090_01_Caucasian_female_angry_frontal.jpg": None,
            "Rafd090_02_Caucasian_male_contemptuous_left.jpg": None,
        },
        "folder",
        {"": 2},
        people=2,
        labels=("angry", "contempt"),
    ),
    "frames of CREMA-D": Layout(
        {"1001_DFA_ANG_XX_01.jpg": None, "1002_IEO_HAP_LO_07.jpg": None},
        "folder",
        {"": 2},
        people=2,
        labels=("angry", "happy"),
    ),
    "frames of RAVDESS": Layout(
        {"01-01-05-01-01-01-03_7.png": None, "01-01-08-01-01-01-12_9.png": None},
        "folder",
        {"": 2},
        people=2,
        labels=("angry", "surprise"),
    ),
    "a `.npz` with `X_train`, `y_train`, `X_test`, `y_test`": Layout(
        {"faces.npz": npz()}, "arrays", {T: 3, E: 2}
    ),
    "Parquet of Hugging Face": Layout(
        {"data/test-00000-of-00001.parquet": parquet()}, "parquet", {E: 3}
    ),
    "a zip of class folders": Layout(
        {"archive.zip": zipped(split_folders("train", "test"))}, "folder", {T: 2, E: 2}
    ),
    "`fer2013.csv.gz`": Layout(
        {"fer2013.csv.gz": gzip.compress(FER.csv().encode())},
        "fer2013",
        {T: 5, "PublicTest": 2, "PrivateTest": 1},
    ),
    "FER+'s own folders": Layout(
        ferplus_folders_tree(), "ferplus_folders", {T: 4, "PublicTest": 4}
    ),
}
