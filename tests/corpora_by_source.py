"""A small corpus of every source: what the conformance suite and others read."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from fercurate.synthetic.affectnet import write_affectnet
from fercurate.synthetic.ckplus import write_ckplus
from fercurate.synthetic.fer2013 import write_fer2013
from tests.corpora import Content, Tree, draw, encode, plant

RAF_LIST = "EmoLabel/list_patition_label.txt"
ALIGNED = "Image/aligned"
EXPW_LIST = "label/label.lst"
ORIGIN = "image/origin"

TREES: dict[str, Tree] = {
    "list": {"train.csv": "path,label\na.png,happy\nb.png,sadness\n", "a.png": 1, "b.png": 2},
    "folder": {"train/happy/a.png": 1, "train/sad/b.png": 2},
    "rafdb": {
        RAF_LIST: "train_00001.jpg 5\ntest_0001.jpg 4\n",
        f"{ALIGNED}/train_00001_aligned.jpg": 1,
        f"{ALIGNED}/test_0001_aligned.jpg": 2,
    },
    "rafdb in folders": {
        "DATASET/train/5/train_00001_aligned.jpg": 1,
        "DATASET/test/4/test_0001_aligned.jpg": 2,
        "train_labels.csv": "image,label\ntrain_00001_aligned.jpg,5\n",
        "test_labels.csv": "image,label\ntest_0001_aligned.jpg,4\n",
    },
    "rafdb_compound": {
        f"compound/{RAF_LIST}": "train_00001.jpg 1\ntest_0001.jpg 11\n",
        f"compound/{ALIGNED}/train_00001_aligned.jpg": 1,
        f"compound/{ALIGNED}/test_0001_aligned.jpg": 2,
    },
    "expw": {
        EXPW_LIST: "a.jpg 0 10 20 110 120 99.5 3\na.jpg 1 5 6 7 9 50.25 0\nb.jpg 0 1 2 3 4 9 6\n",
        f"{ORIGIN}/a.jpg": 1,
        f"{ORIGIN}/b.jpg": 2,
    },
    "cub": {
        "images.txt": "1 001.happy/a.png\n2 002.sad/b.png\n",
        "image_class_labels.txt": "1 1\n2 2\n",
        "train_test_split.txt": "1 1\n2 0\n",
        "classes.txt": "1 001.happy\n2 002.sad\n",
        "images/001.happy/a.png": 1,
        "images/002.sad/b.png": 2,
    },
    "jaffe": {"KA.AN1.39.tiff": 1, "YM.NE3.51.tiff": 2},
    "kdef": {"AF01/AF01ANS.JPG": 1, "BM35/BM35AFHL.JPG": 2},
}


def ferplus_folders_tree() -> Tree:
    """FER2013Train and FER2013Valid with four pictures each, of four different majorities."""
    tree: dict[str, Content] = {}
    for first, folder in ((0, "FER2013Train"), (10, "FER2013Valid")):
        lines = []
        for row in range(4):
            name = f"fer{row:07d}.png"
            tree[f"{folder}/{name}"] = first + row
            votes = ["10" if column == row else "0" for column in range(10)]
            lines.append(f'{name},"(0, 0, 48, 48)",{",".join(votes)}\n')
        tree[f"{folder}/label.csv"] = "".join(lines)
    return tree


def write_arrays(folder: Path) -> None:
    """One ``.npz`` with two splits, labels in words."""
    words = np.array(["happy", "sad", "no word"])
    arrays = {"X_train": np.stack([draw(n) for n in range(3)]), "y_train": words}
    arrays |= {"X_test": arrays["X_train"][:2], "y_test": words[:2]}
    np.savez(folder / "faces.npz", allow_pickle=False, **arrays)


def write_parquet(folder: Path) -> None:
    """Two shards and a test split as Hugging Face writes them; needs PyArrow."""
    import pyarrow
    from pyarrow import parquet

    (folder / "data").mkdir()
    feature = {"names": ["happy", "sad"], "_type": "ClassLabel"}
    hugging_face = {"info": {"features": {"label": feature, "image": {"_type": "Image"}}}}
    kind = pyarrow.struct([("bytes", pyarrow.binary()), ("path", pyarrow.string())])
    for number, name in enumerate(("train-00000-of-00002", "train-00001-of-00002", "test")):
        images = [{"bytes": encode(draw(2 * number + n)), "path": f"{n}.png"} for n in (0, 1)]
        columns = {"image": pyarrow.array(images, kind), "label": pyarrow.array([0, 1])}
        table = pyarrow.table(columns)
        metadata = {"huggingface": json.dumps(hugging_face)}
        path = folder / "data" / f"{name}.parquet"
        parquet.write_table(table.replace_schema_metadata(metadata), path)


def write_web_dataset(folder: Path) -> None:
    """Two tar files of two rows each, codes named by a list beside them."""
    (folder / "classes.txt").write_text("happy\nsad\n")
    for split in ("train", "test"):
        with tarfile.open(folder / f"{split}-000000.tar", "w") as out:
            for code in (0, 1):
                for kind, content in (("cls", b"%d" % code), ("png", encode(draw(code)))):
                    member = tarfile.TarInfo(f"{code:04d}.{kind}")
                    member.size = len(content)
                    out.addfile(member, io.BytesIO(content))


BUILDERS: dict[str, Callable[[Path], object]] = {
    "fer2013": lambda folder: write_fer2013(folder, sizes=(40, 8, 8)),
    "ckplus": lambda folder: write_ckplus(folder, subjects=3, sequences=2, size=(160, 120)),
    "affectnet": lambda folder: write_affectnet(folder, per_class=2, val_per_class=1, size=64),
    "arrays": write_arrays,
    "parquet": write_parquet,
    "webdataset": write_web_dataset,
    "ferplus_folders": lambda folder: plant(folder, ferplus_folders_tree()),
    **{
        name: lambda folder, tree=tree: plant(folder, tree)  # type: ignore[misc]
        for name, tree in TREES.items()
        if " " not in name
    },
}
"""Name of a source -> what writes a small corpus of it below a folder."""
