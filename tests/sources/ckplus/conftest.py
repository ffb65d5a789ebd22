"""Builders of small CK+ trees, whole and broken."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fercurate.domain.sample import Reject, Sample
from fercurate.sources.base import Recognition, RecordCounts
from fercurate.sources.ckplus.source import CkPlus
from fercurate.synthetic.ckplus import write_ckplus48

IMAGES = "cohn-kanade-images"
Picture = Callable[..., bytes]


def pattern(number: int, shape: tuple[int, ...] = (49, 64)) -> NDArray[np.uint8]:
    """A small picture, different for each number."""
    return (np.arange(np.prod(shape)).reshape(shape) * (number + 1) % 251).astype(np.uint8)


def png(number: int, shape: tuple[int, ...] = (49, 64)) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pattern(number, shape)).save(buffer, "PNG")
    return buffer.getvalue()


def points(shift: float = 0.0) -> list[tuple[float, float]]:
    """68 points from (10, 20) to (30, 50), moved to the right by ``shift``."""
    return [(10 + 20 * i / 67 + shift, 20 + 30 * i / 67) for i in range(68)]


@dataclass(frozen=True)
class Tree:
    """An original tree under construction."""

    root: Path
    images: str = IMAGES
    emotion: str = "Emotion"
    facs: str = "FACS"
    landmarks: str = "Landmarks"

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def frame(self, key: str, frame: int, suffix: str = ".png", **look: object) -> Path:
        name = f"{self.images}/{key}/{stem(key, frame)}{suffix}"
        return self.write(name, png(frame, **look))

    def label(self, key: str, frame: int, text: str | bytes = "   3.0000000e+00\n") -> Path:
        return self.write(f"{self.emotion}/{key}/{stem(key, frame)}_emotion.txt", text)

    def coded(self, key: str, frame: int, text: str) -> Path:
        return self.write(f"{self.facs}/{key}/{stem(key, frame)}_facs.txt", text)

    def marked(self, key: str, frame: int, text: str | None = None) -> Path:
        lines = "".join(f"   {x:.7e}   {y:.7e}\n" for x, y in points())
        name = f"{self.landmarks}/{key}/{stem(key, frame)}_landmarks.txt"
        return self.write(name, lines if text is None else text)

    def sequence(
        self, key: str = "S005/001", frames: range = range(1, 12), code: str = "3"
    ) -> "Tree":
        """A whole labeled sequence."""
        for frame in frames:
            self.frame(key, frame)
            self.marked(key, frame)
        self.label(key, frames[-1], f"   {float(code):.7e}\n")
        self.coded(key, frames[-1], "   1.2000000e+01   4.0000000e+00\n")
        return self


def stem(key: str, frame: int) -> str:
    return f"{key.replace('/', '_')}_{frame:08d}"


@dataclass(frozen=True)
class Reading:
    """What the source gave for a path."""

    samples: list[Sample]
    rejects: list[Reject]
    recognition: Recognition
    variant: str

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Code and origin of each reject."""
        return [(str(reject.code), reject.origin) for reject in self.rejects]

    @property
    def ids(self) -> list[str]:
        return [sample.id for sample in self.samples]

    def by_id(self) -> dict[str, Sample]:
        assert len(set(self.ids)) == len(self.ids)
        return {sample.id: sample for sample in self.samples}


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path / "tree")


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Recognize a path as CK+ and read all of it."""

    def call(path: Path, **options: object) -> Reading:
        source, tally = CkPlus(), RecordCounts()
        recognition = source.recognize(path)
        assert recognition is not None
        records = list(source.read(recognition, source.options(**options)))
        for record in records:
            tally.add(record)
        samples = [record for record in records if isinstance(record, Sample)]
        rejects = [record for record in records if isinstance(record, Reject)]
        return Reading(samples, rejects, recognition, source.variant(recognition, tally, ""))

    return call


@pytest.fixture
def picture() -> Picture:
    return png


@pytest.fixture
def draw() -> Callable[..., NDArray[np.uint8]]:
    return pattern


@pytest.fixture
def face_points() -> Callable[..., list[tuple[float, float]]]:
    return points


@pytest.fixture(scope="session")
def published48(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CK+48 look-alike with the published counts, below a folder of its own."""
    folder = tmp_path_factory.mktemp("ck")
    write_ckplus48(folder / "CK+48")
    return folder
