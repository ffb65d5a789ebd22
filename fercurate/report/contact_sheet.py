"""Contact sheets: pictures in a table, with headings, captions and notes, as one PNG."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from fercurate.report.legible import legible

SIDE = 96
"""The longer side of every shown picture: faces of 48 pixels are doubled, large ones reduced."""

_STEP, _CAPTION, _GAP, _MARGIN = SIDE + 8, 100, 24, 16
_TITLE, _HEAD, _NOTE = 18, 12, 11
_PAPER, _INK, _SOFT = "#eeeeee", "#1d1f23", "#565d68"
_MOST_NOTES = 4
_PIECE = re.compile(r"[^ _,:#(+/]*[ _,:#(+/]?")
"""What stays together where text is broken."""

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A picture (H, W) or (H, W, 3) uint8, or None for an empty place; value and note below it.

    A picture larger than ``SIDE`` is kept as small as it is drawn.
    """

    picture: NDArray[np.uint8] | None = None
    note: str = ""
    value: str = ""

    def __post_init__(self) -> None:
        if self.picture is not None and max(self.picture.shape[:2]) > SIDE:
            object.__setattr__(self, "picture", np.asarray(_fitted(self.picture)))


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Pictures side by side that belong together; ``caption`` and ``detail`` stand before them."""

    caption: str
    detail: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ContactSheet:
    """A title, the columns of every strip by name, and rows of one or several strips each."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Strip, ...], ...]


@dataclass(frozen=True, slots=True)
class _Lettering:
    """How lines are written: size in pixels, color, and Pillow's anchor of each line."""

    size: int
    ink: str = _INK
    anchor: str = "la"


def write_sheet(sheet: ContactSheet, path: Path) -> None:
    """Draw a sheet into a PNG file; equal sheets give equal bytes.

    Raises:
        OSError: the file cannot be written.
    """
    draw_sheet(sheet).save(path, "PNG", compress_level=3)


def draw_sheet(sheet: ContactSheet) -> Image.Image:
    """Draw a sheet: gray, or RGB if one of its pictures is.

    Text that is wider than its place is broken, so any number of columns and any label is legible.
    """
    across = max((len(row) for row in sheet.rows), default=1)
    breadth = _CAPTION + len(sheet.columns) * _STEP
    width = 2 * _MARGIN + across * breadth + (across - 1) * _GAP
    title = broken(sheet.title, width - 2 * _MARGIN, _TITLE)
    heads = [broken(name, SIDE, _HEAD) for name in sheet.columns]
    top = _MARGIN + _height(title, _TITLE) + 6
    below = top + max((_height(head, _HEAD) for head in heads), default=0) + 6
    heights = [_row_height(row) for row in sheet.rows]
    page = Image.new(_mode(sheet), (width, below + sum(heights) + _MARGIN), _PAPER)
    _write(page, (_MARGIN, _MARGIN), title, _Lettering(_TITLE))
    for place in range(across):
        left = _MARGIN + place * (breadth + _GAP)
        _draw_heads(page, left, below - 6, heads)
        for row, upper in zip(sheet.rows, np.cumsum([below, *heights]).tolist(), strict=False):
            if place < len(row):
                _draw_strip(page, (left, upper), row[place])
    return page


def broken(text: str, width: int, size: int) -> list[str]:
    """Break text into lines of at most so many pixels, where it allows; anywhere if it must."""
    lines = [""]
    for piece in _PIECE.findall(legible(text)):
        for part in _parts(piece, width, size):
            if _length(lines[-1] + part.rstrip(), size) > width:
                lines.append("")
            lines[-1] += part
    return [line.strip() for line in lines if line.strip()]


def shorten_note(text: str) -> str:
    """Return a note that stands in one line below a picture: its end, if it is too long."""
    ends = (f"…{text[-count:]}" for count in range(min(len(text) - 1, SIDE // 4), 0, -1))
    return next((note for note in (text, *ends) if len(broken(note, SIDE, _NOTE)) <= 1), "…")


def _parts(piece: str, width: int, size: int) -> Sequence[str]:
    """A piece whole, or letter by letter if it is wider than a line."""
    return [piece] if _length(piece.rstrip(), size) <= width else list(piece)


@lru_cache(maxsize=4096)
def _length(text: str, size: int) -> float:
    return _font(size).getlength(text)


@lru_cache
def _font(size: int) -> _Font:
    return ImageFont.load_default(size)


def _height(lines: Sequence[str], size: int) -> int:
    return len(lines) * (size + 3)


def _mode(sheet: ContactSheet) -> str:
    pictures = (cell.picture for row in sheet.rows for strip in row for cell in strip.cells)
    colored = any(picture is not None and picture.ndim == 3 for picture in pictures)
    return "RGB" if colored else "L"


def _notes(cell: Cell) -> list[str]:
    lines = broken(cell.note, SIDE, _NOTE)
    return lines if len(lines) <= _MOST_NOTES else [*lines[: _MOST_NOTES - 2], "…", lines[-1]]


def _value(cell: Cell) -> list[str]:
    return broken(cell.value, SIDE, _HEAD)


def _text_height(cell: Cell) -> int:
    """How high the text below a picture is."""
    return _height(_value(cell), _HEAD) + _height(_notes(cell), _NOTE)


def _row_height(row: Sequence[Strip]) -> int:
    """How high a row is: its pictures with their notes, or what stands before them."""
    notes = max((_text_height(cell) for strip in row for cell in strip.cells), default=0)
    captions = max((_height(_lines(strip), _HEAD) for strip in row), default=0)
    return max(SIDE + 2 + notes, captions) + 8


def _lines(strip: Strip) -> list[str]:
    return broken(strip.caption, _CAPTION - 8, _HEAD) + broken(strip.detail, _CAPTION - 8, _NOTE)


def _draw_heads(page: Image.Image, left: int, bottom: int, heads: Sequence[Sequence[str]]) -> None:
    for place, head in enumerate(heads):
        middle = left + _CAPTION + place * _STEP + SIDE // 2
        _write(page, (middle, bottom - _height(head, _HEAD)), head, _Lettering(_HEAD, anchor="ma"))


def _draw_strip(page: Image.Image, corner: tuple[int, int], strip: Strip) -> None:
    left, top = corner
    caption = broken(strip.caption, _CAPTION - 8, _HEAD)
    _write(page, corner, caption, _Lettering(_HEAD))
    detail = broken(strip.detail, _CAPTION - 8, _NOTE)
    _write(page, (left, top + _height(caption, _HEAD)), detail, _Lettering(_NOTE, ink=_SOFT))
    for place, cell in enumerate(strip.cells):
        if cell.picture is None:
            continue
        start = left + _CAPTION + place * _STEP
        _paste(page, (start, top), cell.picture)
        middle, below, value = start + SIDE // 2, top + SIDE + 2, _value(cell)
        _write(page, (middle, below), value, _Lettering(_HEAD, anchor="ma"))
        below += _height(value, _HEAD)
        _write(page, (middle, below), _notes(cell), _Lettering(_NOTE, _SOFT, "ma"))


def _paste(page: Image.Image, corner: tuple[int, int], picture: NDArray[np.uint8]) -> None:
    shown = _fitted(picture)
    left, top = ((SIDE - side) // 2 for side in shown.size)
    page.paste(shown, (corner[0] + left, corner[1] + top))


def _fitted(picture: NDArray[np.uint8]) -> Image.Image:
    """A picture at the size at which it is drawn: ``SIDE`` on its longer side."""
    image = Image.fromarray(picture)
    factor = SIDE / max(image.size)
    width, height = (max(round(side * factor), 1) for side in image.size)
    method = Image.Resampling.BICUBIC if factor > 1 else Image.Resampling.LANCZOS
    if factor.is_integer():
        method = Image.Resampling.NEAREST
    return image.resize((width, height), method)


def _write(
    page: Image.Image, corner: tuple[int, int], lines: Sequence[str], style: _Lettering
) -> None:
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        place = (corner[0], corner[1] + number * (style.size + 3))
        draw.text(place, line, style.ink, _font(style.size), anchor=style.anchor)
