"""Changed copies of pictures, as people and tools make them: a table of changes by kind."""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Change = Callable[[Gray, np.random.Generator], Gray]


def moved(picture: Gray, matrix: list[list[float]], border: int) -> Gray:
    size = picture.shape[::-1]
    flags, given = cv2.INTER_CUBIC, np.array(matrix, dtype=np.float64)
    made: Any = cv2.warpAffine(picture, given, size, flags=flags, borderMode=border)
    return np.asarray(made)


def shift(share: float, border: int = cv2.BORDER_CONSTANT) -> Change:
    def change(picture: Gray, rng: np.random.Generator) -> Gray:
        right, down = share * len(picture) * rng.choice([-1, 1], 2)
        return moved(picture, [[1, 0, right], [0, 1, down]], border)

    return change


def tilt(degrees: float, border: int = cv2.BORDER_CONSTANT) -> Change:
    def change(picture: Gray, rng: np.random.Generator) -> Gray:
        middle = (len(picture) - 1) / 2
        angle = degrees * float(rng.choice([-1, 1]))
        matrix = cv2.getRotationMatrix2D((middle, middle), angle, 1)
        return moved(picture, matrix.tolist(), border)

    return change


def crop(share: float, spread: float = 0.0) -> Change:
    def change(picture: Gray, rng: np.random.Generator) -> Gray:
        size = len(picture)
        sides = np.clip(share + spread * rng.uniform(-1, 1, 4), 0.01, None) * size
        top, bottom, left, right = np.rint(sides).astype(int)
        part = picture[top : size - bottom, left : size - right]
        sized: Any = cv2.resize(part, (size, size), interpolation=cv2.INTER_CUBIC)
        return np.asarray(sized)

    return change


def recode(quality: int) -> Change:
    def change(picture: Gray, rng: np.random.Generator) -> Gray:
        packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        decoded: Any = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
        return np.asarray(decoded)

    return change


def light(factor: float, added: float) -> Change:
    def change(picture: Gray, rng: np.random.Generator) -> Gray:
        lit = np.clip(picture * float(factor) + added, 0, 255)
        return np.asarray(lit.astype(np.uint8))

    return change


def noise(deviation: float) -> Change:
    def change(picture: Gray, rng: np.random.Generator) -> Gray:
        return np.clip(picture + rng.normal(0, deviation, picture.shape), 0, 255).astype(np.uint8)

    return change


def resize(factor: float) -> Change:
    def change(picture: Gray, rng: np.random.Generator) -> Gray:
        sized: Any = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
        return np.asarray(sized)

    return change


def sharpen(amount: float) -> Change:
    def change(picture: Gray, rng: np.random.Generator) -> Gray:
        coarse = cv2.GaussianBlur(picture.astype(np.float64), (0, 0), len(picture) / 48)
        return np.clip(picture + amount * (picture - coarse), 0, 255).astype(np.uint8)

    return change


def turned(quarters: int) -> Change:
    return lambda picture, rng: np.ascontiguousarray(np.rot90(picture, quarters))


CHANGES: dict[str, tuple[Change, ...]] = {
    "enlarged": (resize(2), resize(1.5), resize(0.6)),
    "re-encoded": (recode(80), recode(60), recode(40)),
    "noise": (noise(4), noise(8), noise(12)),
    "brighter": (light(1, 20), light(1, 40), light(1.2, 10)),
    "contrast": (light(1.4, -50), light(0.6, 50), light(0.4, 0)),
    "sharpness": (sharpen(1.0), sharpen(-0.7), sharpen(2.0)),
    "mirrored": (
        lambda picture, rng: np.ascontiguousarray(picture[:, ::-1]),
        lambda picture, rng: np.ascontiguousarray(picture[::-1]),
        lambda picture, rng: np.ascontiguousarray(picture.T),
    ),
    "turned by quarters": (turned(1), turned(2), turned(3)),
    "shifted": (shift(0.05), shift(0.1), shift(0.08, cv2.BORDER_REPLICATE)),
    "cropped": (crop(0.04), crop(0.08), crop(0.08, 0.06)),
    "tilted": (tilt(5), tilt(10), tilt(10, cv2.BORDER_REPLICATE)),
}
"""Changes by kind, three variants each; they take a gray picture and give one."""
