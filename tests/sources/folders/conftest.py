"""Tiny corpora: a tree is a dict from path to text, bytes, or a number (a picture)."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fercurate.domain.sample import Reject, Sample
from fercurate.sources.base import Recognition, RecordCounts, Source

Tree = dict[str, str | bytes | int]

RAF_LIST = "EmoLabel/list_patition_label.txt"
ALIGNED = "Image/aligned"
EXPW_LIST = "label/label.lst"
ORIGIN = "image/origin"


@dataclass(frozen=True)
class Reading:
    """What a source gave for a tree."""

    samples: list[Sample]
    rejects: list[Reject]
    recognition: Recognition
    variant: str

    @property
    def ids(self) -> list[str]:
        return [sample.id for sample in self.samples]

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Code and place of each reject."""
        return [(str(reject.code), reject.where) for reject in self.rejects]

    def by_id(self) -> dict[str, Sample]:
        assert len(set(self.ids)) == len(self.ids)
        return {sample.id: sample for sample in self.samples}


def picture(number: int) -> NDArray[np.uint8]:
    """An (8, 6, 3) picture, different for each number below 256."""
    pixels = np.full((8, 6, 3), number, np.uint8)
    pixels[0, 0] = (number, 255 - number, 7)
    return pixels


def encode(number: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture(number)).save(buffer, "PNG")
    return buffer.getvalue()


def _as_bytes(content: str | bytes | int) -> bytes:
    if isinstance(content, int):
        return encode(content)
    return content if isinstance(content, bytes) else content.encode()


def plant_tree(root: Path, tree: Tree) -> Path:
    root.mkdir(parents=True, exist_ok=True)
    for name, content in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_as_bytes(content))
    return root


def read_tree(source: Source, path: Path, **options: object) -> Reading:
    recognition = source.recognize(path)
    assert recognition is not None
    tally = RecordCounts()
    records = list(source.read(recognition, source.options(**options)))
    for record in records:
        tally.add(record)
    samples = [record for record in records if isinstance(record, Sample)]
    rejects = [record for record in records if isinstance(record, Reject)]
    return Reading(samples, rejects, recognition, source.variant(recognition, tally, ""))


@pytest.fixture
def plant(tmp_path: Path) -> Callable[[Tree], Path]:
    """Write a tree below a folder."""
    return lambda tree: plant_tree(tmp_path / "tree", tree)


@pytest.fixture
def read(plant: Callable[[Tree], Path]) -> Callable[..., Reading]:
    """Plant a tree (or take a path), recognize it and read all of it."""

    def call(source: Source, tree: Tree | Path, **options: object) -> Reading:
        path = tree if isinstance(tree, Path) else plant(tree)
        return read_tree(source, path, **options)

    return call


@pytest.fixture
def draw() -> Callable[[int], NDArray[np.uint8]]:
    return picture


@pytest.fixture
def encoded() -> Callable[[int], bytes]:
    return encode


TREES: dict[str, Tree] = {
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
    "expw": {
        EXPW_LIST: "a.jpg 0 10 20 110 120 99.5 3\na.jpg 1 5 6 7 9 50.25 0\nb.jpg 0 1 2 3 4 9 6\n",
        f"{ORIGIN}/a.jpg": 1,
        f"{ORIGIN}/b.jpg": 2,
    },
    "jaffe": {"KA.AN1.39.tiff": 1, "YM.NE3.51.tiff": 2},
    "kdef": {"AF01/AF01ANS.JPG": 1, "BM35/BM35AFHL.JPG": 2},
}


@pytest.fixture
def trees() -> dict[str, Tree]:
    return {name: dict(tree) for name, tree in TREES.items()}
