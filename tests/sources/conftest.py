"""Builders of small FER-2013 and FER+ corpora, whole and broken."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.sample import Reject, Sample
from fercurate.domain.votes import VOTE_EXPRESSIONS
from fercurate.errors import InputError
from fercurate.sources.base import Recognition
from fercurate.sources.fer2013.source import Fer2013

LABELS = (3, 0, 6, 2, 5, 1, 4, 3)
USAGES = ("Training",) * 5 + ("PublicTest",) * 2 + ("PrivateTest",)


@dataclass(frozen=True)
class Corpus:
    """Eight random faces, one as dark as can be, one as bright, with labels and usages."""

    images: NDArray[np.uint8]
    labels: tuple[int, ...] = LABELS
    usages: tuple[str, ...] = USAGES
    pixels: tuple[str, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.labels)

    def row(self, index: int) -> str:
        """One row of the plain fer2013.csv."""
        return f"{self.labels[index]},{self.pixels[index]},{self.usages[index]}"

    def rows(self, *skipped: int) -> list[str]:
        """The rows of the plain fer2013.csv but some."""
        return [self.row(index) for index in range(len(self)) if index not in skipped]

    def csv(self) -> str:
        """The plain fer2013.csv."""
        return "\n".join(["emotion,pixels,Usage", *self.rows()]) + "\n"


@dataclass(frozen=True)
class Reading:
    """What a source gave for a path."""

    samples: list[Sample]
    rejects: list[Reject]
    recognition: Recognition

    @property
    def faults(self) -> list[tuple[str, int]]:
        """Code and line of each reject."""
        return [(str(reject.code), reject.line) for reject in self.rejects]

    @property
    def ids(self) -> list[str]:
        return [sample.id for sample in self.samples]

    def by_id(self) -> dict[str, Sample]:
        assert len(set(self.ids)) == len(self.ids)
        return {sample.id: sample for sample in self.samples}


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    images = np.random.default_rng(13).integers(0, 256, (len(LABELS), 48, 48), dtype=np.uint8)
    images[2], images[4] = 0, 255
    return Corpus(images, pixels=tuple(" ".join(map(str, image.ravel())) for image in images))


@pytest.fixture
def read() -> Callable[..., Reading]:
    """Recognize a path as FER-2013 and read all of it."""

    def call(path: Path, **options: object) -> Reading:
        source = Fer2013()
        recognition = source.recognize(path)
        if recognition is None:
            raise InputError("not recognized", where=str(path))
        records = list(source.read(recognition, source.options(**options)))
        samples = [record for record in records if isinstance(record, Sample)]
        return Reading(samples, [r for r in records if isinstance(r, Reject)], recognition)

    return call


@pytest.fixture
def read_csv(tmp_path: Path, read: Callable[..., Reading]) -> Callable[..., Reading]:
    """Write a CSV (text or bytes) and read it."""

    def call(content: str | bytes, name: str = "fer2013.csv", **options: object) -> Reading:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read(path, **options)

    return call


def encode(pixels: NDArray[np.uint8], suffix: str) -> bytes:
    buffer = io.BytesIO()
    kind = {"png": "PNG", "bmp": "BMP"}.get(suffix, "JPEG")
    Image.fromarray(pixels).save(buffer, kind, **({"quality": 95} if kind == "JPEG" else {}))
    return buffer.getvalue()


@pytest.fixture
def plant(tmp_path: Path) -> Callable[..., Path]:
    """Write files below a folder: each path gets its own 48x48 picture, or the given bytes."""

    def call(*names: str, contents: dict[str, bytes] | None = None) -> Path:
        root = tmp_path / "tree"
        for number, name in enumerate((*names, *(contents or {}))):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            picture = encode(face(number), path.suffix[1:].lower())
            path.write_bytes((contents or {}).get(name, picture))
        return root

    return call


def face(number: int, size: int = 48) -> NDArray[np.uint8]:
    """A smooth gray picture (a JPEG keeps it nearly), different for each number."""
    x, y = np.meshgrid(np.arange(size), np.arange(size))
    return ((x * (1 + number % 5) + y * (2 + number // 5) + 7 * number) % 256).astype(np.uint8)


@pytest.fixture
def draw() -> Callable[..., NDArray[np.uint8]]:
    return face


@pytest.fixture
def encoded() -> Callable[..., bytes]:
    """Return the bytes of a picture in the format of a suffix."""
    return encode


VOTED = {"Training": 240, "PublicTest": 30, "PrivateTest": 30}


@dataclass(frozen=True)
class FerPlusKit:
    """Votes for 300 rows, the lines that hold them, and the stored FER-2013 they belong to."""

    sizes: dict[str, int] = field(default_factory=lambda: dict(VOTED))
    usages: list[str] = field(
        default_factory=lambda: [usage for usage, size in VOTED.items() for _ in range(size)]
    )
    count: int = sum(VOTED.values())
    folders: dict[str, str] = field(
        default_factory=lambda: dict(
            zip(VOTED, ("FER2013Train", "FER2013Valid", "FER2013Test"), strict=True)
        )
    )

    def votes_for(self, seed: int = 2) -> NDArray[np.uint8]:
        """Decided votes: seven for one of seven expressions, three for the next column."""
        winner = np.random.default_rng(seed).integers(0, 7, self.count)
        votes = np.zeros((self.count, 10), np.uint8)
        votes[np.arange(self.count), winner] = 7
        votes[np.arange(self.count), winner + 1] = 3
        return votes

    def stored(
        self, votes: NDArray[np.uint8], wrong: int = 0, without: tuple[int, ...] = ()
    ) -> Manifest:
        """FER-2013 labeled as voted, but the first ``wrong`` rows; some rows were rejected."""
        names = (*VOTE_EXPRESSIONS, "happy", "happy")
        expressions = [names[winner] for winner in votes.argmax(axis=1)]
        expressions[:wrong] = ["contempt"] * wrong
        rows = np.array([row for row in range(self.count) if row not in without])
        columns = {name: np.array([""] * len(rows), object) for name in TEXT_COLUMNS}
        columns |= {name: np.full(len(rows), -1, kind) for name, kind in NUMBER_COLUMNS.items()}
        columns["row"] = rows
        columns["expression"] = np.array([expressions[row] for row in rows], object)
        columns["native_split"] = np.array([self.usages[row] for row in rows], object)
        return Manifest.from_columns(columns)

    def lines(self, votes: NDArray[np.uint8], usages: list[str] | None = None) -> list[str]:
        """The data lines of fer2013new.csv."""
        return [
            f"{usage},fer{row:07d}.png," + ",".join(map(str, counts))
            for row, (usage, counts) in enumerate(zip(usages or self.usages, votes, strict=True))
        ]

    def shifted(self, votes: NDArray[np.uint8]) -> list[str]:
        """The data lines, the first moved to the end."""
        rows = self.lines(votes)
        return [*rows[1:], rows[0]]


@pytest.fixture
def kit() -> FerPlusKit:
    return FerPlusKit()
