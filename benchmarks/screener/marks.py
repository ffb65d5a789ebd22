"""Watermarks to paste: lines of text and simple marks, drawn large and reduced."""

import string
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import font_manager
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.screener.material import SIDE

_ENLARGED = 4
_FAMILIES = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono", "STIXGeneral")


def draw_marks(count: int, rng: np.random.Generator) -> NDArray[Any]:
    """Draw masks (count, 48, 48) float32 in 0..1 of marks as picture agencies lay over previews."""
    paths = [
        font_manager.findfont(font_manager.FontProperties(family=family, weight=w, style=s))
        for family in _FAMILIES
        for w in ("normal", "bold")
        for s in ("normal", "italic")
    ]
    return np.stack([_draw(rng, str(rng.choice(paths))) for _ in range(count)])


def _words(rng: np.random.Generator) -> str:
    letters = string.ascii_lowercase if rng.random() < 0.6 else string.ascii_uppercase
    if rng.random() < 0.15:
        letters = string.digits
    text = "".join(rng.choice(list(letters), rng.integers(3, 14)))
    if rng.random() < 0.3:
        text = text.capitalize()
    if rng.random() < 0.25:
        text += " " + "".join(rng.choice(list(letters), rng.integers(2, 9)))
    return ("© " if rng.random() < 0.1 else "") + text


def _draw(rng: np.random.Generator, font_path: str) -> NDArray[Any]:
    side = SIDE * _ENLARGED
    canvas = Image.new("L", (2 * side, 2 * side))
    pen = ImageDraw.Draw(canvas)
    large = rng.random() < 0.3
    font = ImageFont.truetype(
        font_path, int(rng.integers(50, 150) if large else rng.integers(11, 46))
    )
    words, tiled = _words(rng), not large and rng.random() < 0.15
    step = int(rng.integers(40, 120))
    tops = range(0, 2 * side, step) if tiled else [_top(rng, side, font.size)]
    for top in tops:
        left = int(rng.integers(side // 4, side)) if not tiled else int(rng.integers(0, step))
        pen.text((left, top), words * (3 if tiled else 1), fill=255, font=font)
    if rng.random() < 0.2:
        _shape(pen, rng, side)
    angles = (0.0, 0.0, 0.0, 90.0, float(rng.uniform(-40, 40)))
    turned = canvas.rotate(angles[int(rng.integers(len(angles)))], Image.Resampling.BILINEAR)
    box = (side // 2, side // 2, side // 2 + side, side // 2 + side)
    small = turned.crop(box).resize((SIDE, SIDE), Image.Resampling.BOX)
    mask = np.asarray(small, dtype=np.float32) / 255
    return mask if mask.max() > 0.2 and mask.sum() > 6 else _draw(rng, font_path)


def _top(rng: np.random.Generator, side: int, height: float) -> int:
    """Where a line of text begins: anywhere, or often along the upper or lower edge."""
    first, last = side // 2, side // 2 + side
    place = rng.random()
    if place < 0.15:
        return int(first - height * rng.uniform(0, 0.5))
    if place < 0.35:
        return int(last - height * rng.uniform(0.5, 1.2))
    return int(rng.integers(first - int(height) // 2, last - int(height) // 2))


def _shape(pen: ImageDraw.ImageDraw, rng: np.random.Generator, side: int) -> None:
    x, y = rng.integers(side // 2, 3 * side // 2, 2)
    radius = int(rng.integers(12, 90))
    width = int(rng.integers(3, 22))
    if rng.random() < 0.5:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=255, width=width)
    else:
        pen.line((0, int(y), 2 * side, int(rng.integers(0, 2 * side))), fill=255, width=width)


def paste_mark(image: NDArray[Any], mask: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    """Lay a mark (48, 48) over a picture (48, 48) in 0..255: light, dark or embossed."""
    strength = mask * rng.uniform(0.15, 0.95) ** 1.3
    tone = 255.0 if rng.random() < 0.65 else float(rng.uniform(0, 255))
    if rng.random() < 0.3:
        shadow = np.roll(strength, (1, 1), axis=(0, 1)) * 0.6
        image = image * (1 - shadow)
    laid = image * (1 - strength) + tone * strength
    moved = float((np.abs(laid - image) * mask).sum() / mask.sum())
    return laid if moved > 8 else image * (1 - mask * 0.5) + (255 - tone) * mask * 0.5


mpl.use("Agg")
