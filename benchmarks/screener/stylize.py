"""Pictures that are no photographs of a face: drawings made of photographs, and non-faces."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.screener.material import SIDE

Image = NDArray[Any]
"""A gray picture, uint8."""

_LARGE = 144


def stylize(image: Image, rng: np.random.Generator) -> Image:
    """Turn a face (48, 48) into a drawing, print, painting or rendered figure (48, 48)."""
    large = cv2.resize(image, (_LARGE, _LARGE), interpolation=cv2.INTER_CUBIC)
    style = _STYLES[int(rng.integers(len(_STYLES)))](large, rng)
    if rng.random() < 0.3:
        style = cv2.addWeighted(style, 0.8, np.full_like(style, rng.integers(256)), 0.2, 0)
    return np.asarray(cv2.resize(style, (SIDE, SIDE), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _smooth(image: Image, rng: np.random.Generator) -> Image:
    width = float(rng.uniform(15, 60))
    for _ in range(int(rng.integers(1, 4))):
        image = cv2.bilateralFilter(image, 9, width, 9)
    return image


def _posterize(image: Image, rng: np.random.Generator) -> Image:
    levels = int(rng.integers(3, 7))
    smooth = cv2.equalizeHist(cv2.medianBlur(_smooth(image, rng), 5))
    step = 256 / levels
    levels_of: Image = np.floor(smooth / step) * 255 / (levels - 1)
    return levels_of.clip(0, 255).astype(np.uint8)


def _stencil(image: Image, rng: np.random.Generator) -> Image:
    smooth = cv2.GaussianBlur(cv2.equalizeHist(image), (0, 0), float(rng.uniform(1.5, 3.5)))
    _, mask = cv2.threshold(smooth, float(rng.uniform(70, 150)), 255, cv2.THRESH_BINARY)
    return cv2.GaussianBlur(mask, (0, 0), 1)


def _sketch(image: Image, rng: np.random.Generator) -> Image:
    blurred = cv2.GaussianBlur(255 - image, (0, 0), float(rng.uniform(3, 9)))
    dodge = cv2.divide(image, 255 - blurred, scale=256)
    power = float(rng.uniform(1, 5))
    return (255 * (dodge / 255.0) ** power).astype(np.uint8)


def _lines(image: Image, rng: np.random.Generator) -> Image:
    smooth = cv2.medianBlur(image, 7)
    size = int(rng.choice([9, 13, 17]))
    kind = cv2.ADAPTIVE_THRESH_MEAN_C
    drawn = cv2.adaptiveThreshold(smooth, 255, kind, cv2.THRESH_BINARY, size, rng.uniform(3, 8))
    return cv2.medianBlur(drawn, 3)


def _cartoon(image: Image, rng: np.random.Generator) -> Image:
    flat = _posterize(image, rng) if rng.random() < 0.6 else _smooth(image, rng)
    return np.minimum(flat, _lines(image, rng))


def _painting(image: Image, rng: np.random.Generator) -> Image:
    color = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    strokes = cv2.stylization(color, sigma_s=float(rng.uniform(10, 60)), sigma_r=0.45)
    gray = cv2.cvtColor(strokes, cv2.COLOR_BGR2GRAY)
    canvas = cv2.resize(rng.normal(0, 9, (48, 48)).astype(np.float32), (_LARGE, _LARGE))
    return (gray + canvas).clip(0, 255).astype(np.uint8)


def _rendered(image: Image, rng: np.random.Generator) -> Image:
    smooth = image
    for _ in range(4):
        smooth = cv2.bilateralFilter(smooth, 11, 35, 11)
    low = cv2.GaussianBlur(smooth, (0, 0), 6)
    sharp = cv2.addWeighted(smooth, 1.5, low, -0.5, 0)
    return (255 * (sharp / 255.0) ** rng.uniform(0.7, 1.6)).astype(np.uint8)


_STYLES = (_posterize, _stencil, _sketch, _lines, _cartoon, _cartoon, _painting, _rendered)


def non_face(image: Image, other: Image, rng: np.random.Generator) -> Image:
    """Make a picture (48, 48) in which no face stands as a face crop should."""
    return _NON_FACES[int(rng.integers(len(_NON_FACES)))](image, other, rng)


def _fragment(image: Image, _: Image, rng: np.random.Generator) -> Image:
    side = int(rng.integers(8, 15))
    x, y = rng.integers(0, SIDE - side, 2)
    return cv2.resize(
        image[y : y + side, x : x + side], (SIDE, SIDE), interpolation=cv2.INTER_CUBIC
    )


def _turned(image: Image, _: Image, rng: np.random.Generator) -> Image:
    matrix = cv2.getRotationMatrix2D((23.5, 23.5), float(rng.uniform(75, 285)), 1.0)
    return cv2.warpAffine(image, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)


def _small(image: Image, other: Image, rng: np.random.Generator) -> Image:
    """A face far away, on a plain or blurred ground, as in a picture of a whole person."""
    side = int(rng.integers(12, 24))
    ground = cv2.GaussianBlur(cv2.flip(other, 0), (0, 0), float(rng.uniform(1, 9)))
    if rng.random() < 0.5:
        ground = np.full_like(image, rng.choice([0, 255, 240, int(rng.integers(256))]))
    x, y = int(rng.integers(0, SIDE - side)), int(rng.integers(0, SIDE - side))
    cv2.ellipse(
        ground,
        ((x + side / 2, y + 2.2 * side), (2.2 * side, 2.6 * side), 0.0),
        int(rng.integers(256)),
        -1,
    )
    face = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    mask = np.zeros((side, side), dtype=np.uint8)
    cv2.ellipse(mask, ((side / 2, side / 2), (side * 0.85, side * 1.05), 0.0), 255, -1)
    part = ground[y : y + side, x : x + side]
    part[mask > 0] = face[mask > 0]
    return ground


def _shuffled(image: Image, other: Image, rng: np.random.Generator) -> Image:
    size = int(rng.choice([8, 12, 16]))
    cells = SIDE // size
    blocks = image.reshape(cells, size, cells, size).swapaxes(1, 2).reshape(-1, size, size)
    mixed = rng.permutation(blocks).reshape(cells, cells, size, size).swapaxes(1, 2)
    return cv2.GaussianBlur(np.ascontiguousarray(mixed.reshape(SIDE, SIDE)), (0, 0), 0.8)


def _page(_: Image, __: Image, rng: np.random.Generator) -> Image:
    paper, ink = (
        (255, 0) if rng.random() < 0.8 else (int(rng.integers(256)), int(rng.integers(256)))
    )
    page = np.full((4 * SIDE, 4 * SIDE), paper, dtype=np.uint8)
    scale = float(rng.uniform(0.3, 1.6))
    for top in range(int(rng.integers(0, 40)), 4 * SIDE, int(22 * scale + rng.integers(6, 40))):
        if rng.random() < 0.75:
            text = "".join(rng.choice(list("abcdefghijklmnopqrstuvwxyz    "), 24))
            left = int(rng.integers(-30, 60))
            cv2.putText(
                page, text, (left, top), cv2.FONT_HERSHEY_SIMPLEX, scale, ink, 1 + (scale > 1)
            )
    return cv2.resize(page, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def _icon(_: Image, __: Image, rng: np.random.Generator) -> Image:
    icon = np.full((4 * SIDE, 4 * SIDE), int(rng.choice([0, 0, 255, 160])), dtype=np.uint8)
    ink = 255 - int(icon[0, 0])
    for _number in range(int(rng.integers(1, 4))):
        x, y = (int(v) for v in rng.integers(40, 150, 2))
        size = int(rng.integers(14, 70))
        match int(rng.integers(4)):
            case 0:
                cv2.circle(icon, (x, y), size, ink, int(rng.choice([-1, 6])))
            case 1:
                cv2.rectangle(icon, (x - size, y - size // 2), (x + size, y + size // 2), ink, -1)
            case 2:
                corners = np.array([[x, y - size], [x - size, y + size], [x + size, y + size]])
                cv2.fillPoly(icon, [corners.astype(np.int32)], ink)
            case _:
                cv2.putText(icon, "!X?i"[int(rng.integers(4))], (x - 20, y + 30), 0, 3, ink, 9)
    return cv2.resize(icon, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def _ground(_: Image, __: Image, rng: np.random.Generator) -> Image:
    if rng.random() < 0.3:
        return np.full((SIDE, SIDE), int(rng.choice([0, 0, 255, int(rng.integers(256))])), np.uint8)
    grid = int(rng.integers(2, 14))
    coarse = rng.uniform(0, 255, (grid, grid)).astype(np.float32)
    smooth = cv2.resize(coarse, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    return smooth.clip(0, 255).astype(np.uint8)


_NON_FACES = (_fragment, _turned, _turned, _small, _small, _shuffled, _page, _icon, _ground)
