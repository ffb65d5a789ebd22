"""Builders of small corpora, whole and broken, and what reading one gave: for all tests.

A tree is a mapping from paths to contents: text, bytes, the number of a picture, or None for a
picture of its own.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fercurate.domain.manifest import NUMBER_COLUMNS, TEXT_COLUMNS, Manifest
from fercurate.domain.sample import Reject, Sample
from fercurate.domain.votes import VOTE_EXPRESSIONS
from fercurate.sources.base import AnySource, Recognition, RecordCounts
from fercurate.sources.registry import ASKED

Content = str | bytes | int | None
Tree = Mapping[str, Content]
SMALL = (8, 10, 3)
"""Height, width and channels of the pictures in trees."""


def draw(number: int, shape: tuple[int, ...] = (48, 48)) -> NDArray[np.uint8]:
    """A smooth picture (a JPEG keeps it nearly), different for each number."""
    y, x = np.indices(shape[:2])
    values = x * (1 + number % 5) + y * (2 + number // 5) + 7 * number
    if len(shape) == 3:
        values = values[..., None] + 40 * np.arange(shape[2])
    picture: NDArray[np.uint8] = (values % 256).astype(np.uint8)
    return picture


def encode(pixels: NDArray[np.uint8], suffix: str = "png") -> bytes:
    """The bytes of a picture file in the format of a suffix."""
    buffer = io.BytesIO()
    kind = {"png": "PNG", "bmp": "BMP"}.get(suffix.lower(), "JPEG")
    Image.fromarray(pixels).save(buffer, kind, **({"quality": 95} if kind == "JPEG" else {}))
    return buffer.getvalue()


def seen_eyes(eyes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Five points (N, 5, 2) of which a detector saw the eyes (N, 2, 2) alone."""
    points = np.full((len(eyes), 5, 2), np.nan, dtype=np.float32)
    points[:, :2] = eyes
    return points


def plant(root: Path, tree: Tree) -> Path:
    """Write a tree below a folder; pictures are PNG files whatever their name says."""
    root.mkdir(parents=True, exist_ok=True)
    for position, (name, content) in enumerate(tree.items()):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        filled = position if content is None else content
        picture = encode(draw(filled, SMALL)) if isinstance(filled, int) else filled
        path.write_bytes(picture.encode() if isinstance(picture, str) else picture)
    return root


@dataclass(frozen=True)
class Reading:
    """What a source gave for a path."""

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

    @property
    def fault_lines(self) -> list[tuple[str, int]]:
        """Code and line of each reject."""
        return [(str(reject.code), reject.line) for reject in self.rejects]

    def by_id(self) -> dict[str, Sample]:
        assert len(set(self.ids)) == len(self.ids)
        return {sample.id: sample for sample in self.samples}

    def sample(self, end: str) -> Sample:
        """The one sample whose id ends so."""
        ending = [sample for sample in self.samples if sample.id.endswith(end)]
        assert len(ending) == 1, f"{end}: {self.ids} {self.rejects}"
        return ending[0]


def read_corpus(source: AnySource, path: Path, **options: Any) -> Reading:
    """Read all of a path as a corpus, recognized or taken for one on our word."""
    recognition = source.recognize(path)
    if recognition is None and source.name in ASKED:
        recognition = ASKED[source.name](path)
    assert recognition is not None, f"{path} was not recognized as {source.name}"
    totals = RecordCounts()
    records = list(source.read(recognition, source.options(**options)))
    for record in records:
        totals.add(record)
    samples = [record for record in records if isinstance(record, Sample)]
    rejects = [record for record in records if isinstance(record, Reject)]
    return Reading(samples, rejects, recognition, source.variant(recognition, totals, ""))


# FER-2013 and FER+

LABELS = (3, 0, 6, 2, 5, 1, 4, 3)
USAGES = ("Training",) * 5 + ("PublicTest",) * 2 + ("PrivateTest",)


@dataclass(frozen=True)
class FerRows:
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


def fer_rows() -> FerRows:
    images = np.random.default_rng(13).integers(0, 256, (len(LABELS), 48, 48), dtype=np.uint8)
    images[2], images[4] = 0, 255
    return FerRows(images, pixels=tuple(" ".join(map(str, image.ravel())) for image in images))


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
        columns: dict[str, Any] = {
            name: np.array([""] * len(rows), object) for name in TEXT_COLUMNS
        }
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


# CK+

FRAME = (49, 64)


def face_points(shift: float = 0.0) -> list[tuple[float, float]]:
    """68 points from (10, 20) to (30, 50), moved to the right by ``shift``."""
    return [(10 + 20 * i / 67 + shift, 20 + 30 * i / 67) for i in range(68)]


@dataclass(frozen=True)
class CkTree:
    """An original tree of CK+ under construction."""

    root: Path
    images: str = "cohn-kanade-images"
    emotion: str = "Emotion"
    facs: str = "FACS"
    landmarks: str = "Landmarks"

    def write(self, name: str, content: bytes | str) -> Path:
        plant(self.root, {name: content})
        return self.root / name

    def frame(
        self, key: str, frame: int, suffix: str = ".png", shape: tuple[int, ...] = FRAME
    ) -> Path:
        name = f"{self.images}/{key}/{frame_stem(key, frame)}{suffix}"
        return self.write(name, encode(draw(frame, shape)))

    def label(self, key: str, frame: int, text: str | bytes = "   3.0000000e+00\n") -> Path:
        return self.write(f"{self.emotion}/{key}/{frame_stem(key, frame)}_emotion.txt", text)

    def coded(self, key: str, frame: int, text: str) -> Path:
        return self.write(f"{self.facs}/{key}/{frame_stem(key, frame)}_facs.txt", text)

    def marked(self, key: str, frame: int, text: str | None = None) -> Path:
        lines = "".join(f"   {x:.7e}   {y:.7e}\n" for x, y in face_points())
        name = f"{self.landmarks}/{key}/{frame_stem(key, frame)}_landmarks.txt"
        return self.write(name, lines if text is None else text)

    def sequence(
        self, key: str = "S005/001", frames: range = range(1, 12), code: str = "3"
    ) -> "CkTree":
        """A whole labeled sequence."""
        for frame in frames:
            self.frame(key, frame)
            self.marked(key, frame)
        self.label(key, frames[-1], f"   {float(code):.7e}\n")
        self.coded(key, frames[-1], "   1.2000000e+01   4.0000000e+00\n")
        return self


def frame_stem(key: str, frame: int) -> str:
    return f"{key.replace('/', '_')}_{frame:08d}"


# AffectNet

AFFECTNET_HEADER = (
    "subDirectory_filePath,face_x,face_y,face_width,face_height,"
    "facial_landmarks,expression,valence,arousal"
)
AFFECTNET_POINTS = ";".join(f"{n / 2}" for n in range(136))


def affectnet_tree(files: Tree) -> Tree:
    """A tree in whose texts ``@head`` is the header of a list and ``@points`` are landmarks."""

    def expand(text: str) -> str:
        return text.replace("@head", AFFECTNET_HEADER).replace("@points", AFFECTNET_POINTS)

    return {
        name: expand(content) if isinstance(content, str) else content
        for name, content in files.items()
    }


def npy_file(value: object, dtype: str | None = None, *, pickled: bool = False) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.array(value, dtype=dtype), allow_pickle=pickled)
    return buffer.getvalue()
