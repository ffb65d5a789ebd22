"""Writing synthetic faces in the layouts of AffectNet: the lists of 2017, the ``.npy`` of 2021."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.synthetic.faces import Identity, Scene, draw_face, landmarks

CODES: tuple[str, ...] = (
    *("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry", "contempt"),
)
"""Expressions in the order of AffectNet's codes 0..7."""

LISTS, IMAGES = "Manually_Annotated_file_lists", "Manually_Annotated_Images"
HEADER = (
    "subDirectory_filePath,face_x,face_y,face_width,face_height,"
    "facial_landmarks,expression,valence,arousal"
)

_AFFECT: dict[str, tuple[float, float]] = {
    "neutral": (0.0, 0.0),
    "happy": (0.65, 0.1),
    "sad": (-0.6, -0.25),
    "surprise": (0.2, 0.65),
    "fear": (-0.15, 0.75),
    "disgust": (-0.65, 0.35),
    "angry": (-0.45, 0.55),
    "contempt": (-0.55, 0.45),
}
"""Valence and arousal about which the faces of an expression lie."""

_TINTS = np.array([[0.72, 0.86, 1.0], [0.6, 0.75, 1.0], [0.8, 0.9, 0.98], [0.95, 0.95, 0.95]])
"""Blue, green and red as shares of the gray level."""

_MARGIN = 0.115
_FACES = 60
_PER_FOLDER = 250

Color = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Face:
    """A drawn face: (size, size, 3) uint8 in B, G, R, and its landmarks (68, 2) x, y."""

    image: Color
    points: NDArray[np.float64]
    expression: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: path below the image folder, code, valence, arousal, and the face."""

    path: str
    code: int
    affect: tuple[float, float]
    face: Face

    def text(self) -> str:
        """The line as AffectNet writes it: box with a fractional left and top."""
        size = len(self.face.image)
        edge, side = round(_MARGIN * size), round((1 - 2 * _MARGIN) * size)
        points = ";".join(f"{value:.2f}" for value in self.face.points.ravel())
        valence, arousal = self.affect
        box = f"{edge:.1f},{edge:.1f},{side},{side}"
        return f"{self.path},{box},{points},{self.code},{valence:.6g},{arousal:.6g}"


def write_affectnet(
    folder: Path, per_class: int = 6, val_per_class: int = 2, seed: int = 0, size: int = 128
) -> Path:
    """Write the layout of 2017 and return ``folder``.

    ``training.csv`` (with a header) has ``per_class`` usable pictures of each expression, of
    which one is ``.JPG`` on disk and ``.jpg`` in the list, and five rows that give no sample: a
    happy one with an empty file, a neutral one without a file, and the codes 8, 9 and 10.
    ``validation.csv`` (without a header) has ``val_per_class``.
    """
    rng = np.random.Generator(np.random.PCG64([seed, 2017]))
    train = list(_rows(_drawn(CODES * per_class, rng, size), rng, f"{seed}/train"))
    val = list(_rows(_drawn(CODES * val_per_class, rng, size), rng, f"{seed}/val"))
    five = list(_rows(_drawn(("happy", *("neutral",) * 4), rng, size), rng, f"{seed}/extra"))
    empty, missing, *others = five
    for row in (*train, *val, *five):
        _write_image(folder, row)
    capital = folder / IMAGES / train[0].path
    capital.rename(capital.with_suffix(".JPG"))
    (folder / IMAGES / empty.path).write_bytes(b"")
    (folder / IMAGES / missing.path).unlink()
    coded = zip((8, 9, 10), others, strict=True)
    rows = [*train, *five[:2], *(replace(row, code=c, affect=(-2.0, -2.0)) for c, row in coded)]
    mixed = [rows[position].text() for position in rng.permutation(len(rows))]
    _write_list(folder, "training.csv", [HEADER, *mixed])
    _write_list(folder, "validation.csv", [row.text() for row in val])
    return folder


def write_affectnet_standin(
    folder: Path,
    train_counts: Mapping[str, int],
    val_counts: Mapping[str, int],
    seed: int = 0,
    size: int = 48,
) -> Path:
    """Write the layout of 2017 in any size, fast, and return ``folder``.

    ``train_counts`` and ``val_counts`` are pictures by canonical expression. Of each expression
    60 faces are drawn at most; every picture is one of them, moved, lit and grained anew, and
    all of them differ. Rows stand in random order.
    """
    counts = [train_counts.get(name, 0) + val_counts.get(name, 0) for name in CODES]
    rng = np.random.Generator(np.random.PCG64([seed, 2018]))
    faces = {
        name: list(_drawn((name,) * min(_FACES, count), rng, size))
        for name, count in zip(CODES, counts, strict=True)
    }
    for split, wanted in (("training", train_counts), ("validation", val_counts)):
        names = [name for name in CODES for _ in range(wanted.get(name, 0))]
        mixed = [names[i] for i in rng.permutation(len(names))]
        varied = (_varied(faces[name][int(rng.integers(len(faces[name])))], rng) for name in mixed)
        lines = [HEADER] if split == "training" else []
        for row in _rows(varied, rng, f"{seed}/{split}"):
            _write_image(folder, row)
            lines.append(row.text())
        _write_list(folder, f"{split}.csv", lines)
    return folder


def write_affectnet_mini(
    folder: Path, per_class: int = 3, val_per_class: int = 1, seed: int = 0, size: int = 96
) -> Path:
    """Write the layout of 2021 and return ``folder``.

    ``train_set`` and ``val_set`` hold ``images`` and ``annotations``. In ``train_set`` one more
    picture lacks its annotations, and one more set of annotations its picture. Numbers have gaps.
    """
    rng = np.random.Generator(np.random.PCG64([seed, 2021]))
    for part, count in (("train_set", per_class), ("val_set", val_per_class)):
        faces = list(_drawn(CODES * count, rng, size))
        for position, face in enumerate(faces):
            _write_numbered(folder / part, position * 3, face, rng)
    last = 3 * len(CODES) * per_class
    for number, kinds in ((last, ("images",)), (last + 1, ("annotations",))):
        face = next(_drawn(("sad",), rng, size))
        _write_numbered(folder / "train_set", number, face, rng, kinds)
    return folder


def _write_numbered(
    part: Path,
    number: int,
    face: Face,
    rng: np.random.Generator,
    kinds: Sequence[str] = ("images", "annotations"),
) -> None:
    for kind in kinds:
        (part / kind).mkdir(parents=True, exist_ok=True)
    valence, arousal = _felt(face.expression, rng)
    values = {
        "exp": np.array(CODES.index(face.expression)),
        "val": np.array(valence),
        "aro": np.array(str(arousal)),
        "lnd": face.points.ravel(),
    }
    if "images" in kinds:
        (part / "images" / f"{number}.jpg").write_bytes(_jpeg(face.image))
    if "annotations" in kinds:
        for name, value in values.items():
            np.save(part / "annotations" / f"{number}_{name}.npy", value, allow_pickle=False)


def _drawn(names: Sequence[str], rng: np.random.Generator, size: int) -> Iterator[Face]:
    """Draw one face of a new person for each expression named."""
    for name in names:
        person, scene = Identity.draw(rng), Scene.draw(rng)
        intensity = float(rng.uniform(0.6, 1.0))
        place = partial(landmarks, person, name, scene, intensity=intensity, size=size)
        gray = draw_face(person, name, scene, intensity=intensity, size=size)
        tint = _TINTS[int(rng.integers(len(_TINTS)))]
        yield Face(np.rint(gray[:, :, None] * tint).astype(np.uint8), place(), name)


def _varied(face: Face, rng: np.random.Generator) -> Face:
    """The same face elsewhere, in other light, with new grain."""
    right, down = rng.integers(-3, 4, 2).tolist()
    moved = np.roll(face.image, (down, right), axis=(0, 1))
    size = len(moved)
    grain = rng.integers(-9, 10, (size, size, 1), dtype=np.int16)
    light = int(rng.integers(-24, 25))
    image = np.clip(moved.astype(np.int16) + grain + light, 0, 255).astype(np.uint8)
    return Face(image, face.points + np.array([right, down]), face.expression)


def _rows(faces: Iterator[Face], rng: np.random.Generator, name: str) -> Iterator[Row]:
    for position, face in enumerate(faces):
        digest = hashlib.blake2b(f"{name}/{position}".encode(), digest_size=28).hexdigest()
        path = f"{1 + int(digest[:8], 16) % _PER_FOLDER}/{digest}.jpg"
        code = CODES.index(face.expression)
        yield Row(path, code, _felt(face.expression, rng), face)


def _felt(expression: str, rng: np.random.Generator) -> tuple[float, float]:
    center = np.array(_AFFECT[expression])
    valence, arousal = np.clip(center + rng.normal(0, 0.12, 2), -1, 1)
    return float(valence), float(arousal)


def _write_image(folder: Path, row: Row) -> None:
    path = folder / IMAGES / row.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_jpeg(row.face.image))


def _write_list(folder: Path, name: str, lines: Sequence[str]) -> None:
    (folder / LISTS).mkdir(parents=True, exist_ok=True)
    (folder / LISTS / name).write_text("\n".join(lines) + "\n")


def _jpeg(image: Color) -> bytes:
    done, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])
    if not done:
        raise RuntimeError("cv2 could not encode a picture")
    return encoded.tobytes()
