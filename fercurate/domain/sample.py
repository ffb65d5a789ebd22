"""One face picture with what its corpus says about it, and the row that could not be one."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from math import nan

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""A picture: (H, W) or (H, W, 3) uint8, values 0..255."""

Points = NDArray[np.float32]
"""Landmarks (68, 2) float32: x, y in pixels."""


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """An image file kept as its original bytes, with what is known of the picture in it.

    The pixels themselves are not kept: a photograph fills a hundred times its file. ``shape`` is
    theirs, (H, W) or (H, W, 3), ``digest`` their ``pixel_digest``, and ``decode`` makes them of
    ``content``. ``frames`` is 2 if the file holds more than this first picture. ``file`` is its
    path below the corpus, with forward slashes ("": no file of its own).
    """

    content: bytes
    shape: tuple[int, ...]
    digest: str
    decode: Callable[[bytes], Pixels] = field(repr=False)
    frames: int = 1
    file: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture of a corpus.

    ``image`` is (H, W) or (H, W, 3) uint8 for array sources, or the file's bytes for file
    sources. ``origin`` is the raw file, relative to the ingested path; ``row`` its 0-based data
    row (-1 for files) and ``line`` its 1-based text line. ``action_units`` are FACS codes with
    intensities (``1=3 2=0 12=4``; 0: not given), ``valence`` and ``arousal`` lie in -1..1 (NaN:
    missing), ``votes`` are FER+'s ten counts. ``box`` is the face as left, top, width, height and
    ``landmarks`` (68, 2) are x, y in iBUG-68 order, both in pixels of the picture as stored; they
    may lie outside it. ``attributes`` are names and values as the corpus gives them (``gender``,
    ``female``); ``shares`` those of votes by ``EXPRESSIONS``, where no more is known of them.
    """

    id: str
    source: str
    image: Pixels | EncodedImage
    native_label: str
    expression: str
    native_split: str
    origin: str
    row: int = -1
    line: int = -1
    subject: str = ""
    sequence: str = ""
    frame: int = -1
    action_units: str = ""
    valence: float = nan
    arousal: float = nan
    votes: tuple[int, ...] | None = None
    box: tuple[float, float, float, float] | None = None
    landmarks: Points | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    shares: tuple[float, ...] | None = None

    @property
    def pixels(self) -> Pixels:
        """The picture itself, (H, W) or (H, W, 3) uint8; a file is decoded each time."""
        image = self.image
        return image.decode(image.content) if isinstance(image, EncodedImage) else image

    @property
    def shape(self) -> tuple[int, ...]:
        """Height, width and, if it is RGB, 3 of the picture."""
        return self.image.shape

    @property
    def digest(self) -> str:
        """The picture's ``pixel_digest``."""
        image = self.image
        return image.digest if isinstance(image, EncodedImage) else pixel_digest(image)


class RejectCode(StrEnum):
    """Why a row or file of a corpus could not become a sample."""

    PIXCOUNT = "E_PIXCOUNT"
    RANGE = "E_RANGE"
    LABEL = "E_LABEL"
    USAGE = "E_USAGE"
    DECODE = "E_DECODE"
    MISSING = "E_MISSING"
    PATH = "E_PATH"
    COLUMNS = "E_COLUMNS"
    TRUNCATED = "E_TRUNCATED"
    CONFLICT = "E_CONFLICT"
    SIZE = "E_SIZE"
    REMOVED = "E_REMOVED"


REJECT_MEANINGS: dict[RejectCode, str] = {
    RejectCode.PIXCOUNT: "too few or too many pixel values",
    RejectCode.RANGE: "a pixel that is no whole number in 0..255, or votes or shares out of range",
    RejectCode.LABEL: "an unknown or missing emotion",
    RejectCode.USAGE: "an unknown or missing usage",
    RejectCode.DECODE: "a file or value that cannot be decoded",
    RejectCode.MISSING: "empty pixels, or a file that is named but absent",
    RejectCode.PATH: "a path that leaves the corpus folder",
    RejectCode.COLUMNS: "too few or too many columns",
    RejectCode.TRUNCATED: "the last line of the file breaks off",
    RejectCode.SIZE: "a picture with a side under the least size",
    RejectCode.REMOVED: "a picture that was removed from this store, and is not to come back",
    RejectCode.CONFLICT: "the id is already stored with other pixels or another label",
}


@dataclass(frozen=True, slots=True)
class Reject:
    """A row or file that could not be ingested: where it stands, and why.

    ``file`` is the path of the picture file it is about, below the corpus with forward slashes
    ("": a row of a table, or not told); ``label`` is what its label said, if that is the fault.
    """

    code: RejectCode
    message: str
    origin: str
    line: int = -1
    file: str = field(default="", compare=False)
    label: str = field(default="", compare=False)

    @property
    def where(self) -> str:
        """``file:line`` or ``file``."""
        return f"{self.origin}:{self.line}" if self.line > 0 else self.origin

    def to_json(self) -> dict[str, object]:
        """JSON-ready values: code, message, and where it stands."""
        values = {"code": str(self.code), "message": self.message}
        return {**values, "origin": self.origin, "line": self.line}


def pixel_digest(pixels: Pixels) -> str:
    """SHA-256 (64 hex digits) of a picture's shape and pixels, whatever file it came from.

    Two pictures have one digest exactly if they are the same size and equal in every pixel.
    """
    hasher = hashlib.sha256("x".join(map(str, pixels.shape)).encode())
    hasher.update(np.ascontiguousarray(pixels).data)
    return hasher.hexdigest()


_EYES = (slice(36, 42), slice(42, 48))
_NOSE, _MOUTH = 30, (48, 54)


def five_points(landmarks: NDArray[np.floating]) -> NDArray[np.float64]:
    """Five points (N, 5, 2) of landmarks (N, 68, 2) in iBUG's order; NaN where one is not known.

    They are the eyes' centers, the tip of the nose and the corners of the mouth, the person's right
    first, which stand on the left of an upright picture: what YuNet finds, what RAF-DB has by hand.
    """
    known = landmarks.astype(np.float64)
    eyes = [known[:, eye].mean(axis=1) for eye in _EYES]
    return np.stack([*eyes, known[:, _NOSE], *(known[:, corner] for corner in _MOUTH)], axis=1)


def landmarks_of(points: NDArray[np.floating]) -> NDArray[np.float32]:
    """Landmarks (68, 2) float32 that hold five points (5, 2) where these are read, else NaN."""
    landmarks = np.full((68, 2), np.nan, dtype=np.float32)
    for place, eye in enumerate(_EYES):
        landmarks[eye] = points[place]
    for place, number in enumerate((_NOSE, *_MOUTH), 2):
        landmarks[number] = points[place]
    return landmarks
