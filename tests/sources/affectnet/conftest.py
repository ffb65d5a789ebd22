"""Builders of small AffectNet corpora in every layout, whole and broken."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fercurate.domain.sample import Reject, Sample
from fercurate.sources.affectnet.source import AffectNet
from fercurate.sources.base import Recognition, RecordCounts

HEADER = (
    "subDirectory_filePath,face_x,face_y,face_width,face_height,"
    "facial_landmarks,expression,valence,arousal"
)
POINTS = ";".join(f"{n / 2}" for n in range(136))


@dataclass(frozen=True)
class Reading:
    """What the source gave for a path."""

    samples: list[Sample]
    rejects: list[Reject]
    recognition: Recognition
    variant: str

    @property
    def ids(self) -> list[str]:
        return [sample.id for sample in self.samples]

    @property
    def labels(self) -> dict[str, str]:
        return {sample.id: sample.expression for sample in self.samples}

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Code and place of each reject."""
        return [(str(reject.code), reject.where) for reject in self.rejects]

    def sample(self, end: str) -> Sample:
        found = [sample for sample in self.samples if sample.id.endswith(end)]
        assert len(found) == 1, f"{end}: {self.ids} {self.rejects}"
        return found[0]


def picture(number: int = 0, kind: str = "PNG", size: tuple[int, int] = (8, 10)) -> bytes:
    """A picture 8 high and 10 wide, different for each number."""
    pixels = np.random.default_rng(number).integers(0, 256, (*size, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture(scope="session")
def draw() -> Callable[..., bytes]:
    return picture


@pytest.fixture(scope="session")
def npy() -> Callable[..., bytes]:
    return npy_file


def npy_file(value: object, dtype: str | None = None, *, pickled: bool = False) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array(value, dtype=dtype), allow_pickle=pickled)
    return buffer.getvalue()


def expand(text: str) -> str:
    return text.replace("@head", HEADER).replace("@points", POINTS)


@pytest.fixture
def plant(tmp_path: Path) -> Callable[..., Path]:
    """Write files (text, bytes, or None for a picture of its own) below a folder.

    In text, ``@head`` stands for the header of AffectNet's lists and ``@points`` for landmarks.
    """

    def call(files: Mapping[str, str | bytes | None], root: str = "corpus") -> Path:
        for number, (name, content) in enumerate(files.items()):
            path = tmp_path / root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            made = picture(number) if content is None else content
            path.write_bytes(made if isinstance(made, bytes) else expand(made).encode())
        return tmp_path / root

    return call


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Recognize a path as AffectNet and read all of it."""

    def call(path: Path, **options: object) -> Reading:
        source, tally = AffectNet(), RecordCounts()
        recognition = source.recognize(path)
        assert recognition is not None, f"{path} was not recognized"
        records = list(source.read(recognition, source.options(**options)))
        for record in records:
            tally.add(record)
        samples = [r for r in records if isinstance(r, Sample)]
        rejects = [r for r in records if isinstance(r, Reject)]
        return Reading(samples, rejects, recognition, source.variant(recognition, tally, ""))

    return call


@pytest.fixture
def read_list(plant: Callable[..., Path], read: Callable[..., Reading]) -> Callable[..., Reading]:
    """Read a list beside the pictures ``1/a.jpg``, ``1/b.jpg`` and ``2/a.jpg``."""

    def call(content: str | bytes, name: str = "training.csv", **options: object) -> Reading:
        images = ("1/a.jpg", "1/b.jpg", "2/a.jpg")
        root = plant(
            {
                **{f"Manually_Annotated_Images/{image}": None for image in images},
                f"Manually_Annotated_file_lists/{name}": content,
            }
        )
        return read(root, **options)

    return call
