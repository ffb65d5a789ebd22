"""Contact sheets: the worst and the borderline pictures of a criterion in one PNG each."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from fercurate.report.content import CriterionView, ReportContent, Rows
from fercurate.report.markup import legible
from fercurate.report.selection import Shown
from fercurate.report.thumbnails import LONGEST, Thumbnails

_COLUMNS, _GAP, _MARGIN, _CAPTION, _HEADING = 20, 10, 16, 32, 34
_PAPER, _INK, _SOFT = "#eeeeee", "#1d1f23", "#565d68"
_TAIL = 16
"""Of an id the sheet shows at most so many characters, the last ones."""

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

Block = tuple[str, Rows]
"""A heading and the rows under it."""


def write_sheets(
    folder: Path,
    criterion: CriterionView,
    shown: Shown,
    content: ReportContent,
    thumbnails: Thumbnails,
) -> list[str]:
    """Write the sheets of a criterion that have something to show; return their file names."""
    name, threshold = criterion.name, criterion.threshold
    bound = "" if threshold is None else f" {threshold:g}"
    sheets: dict[str, list[Block]] = {
        f"{name}.png": [(_heading(criterion, len(shown.worst)), shown.worst)],
        f"borderline-{name}.png": [
            (f"{name}: flagged, the nearest to the threshold{bound}", shown.above),
            (f"{name}: not flagged, the nearest to the threshold{bound}", shown.below),
        ],
    }
    caption = partial(_caption, content, criterion)
    written = []
    for file, blocks in sheets.items():
        filled = [block for block in blocks if len(block[1])]
        if filled:
            draw_sheet(filled, thumbnails, caption).save(folder / file, compress_level=3)
            written.append(file)
    return written


def _heading(criterion: CriterionView, count: int) -> str:
    if criterion.threshold is None:
        return f"{criterion.name}: the {count:,} highest scores"
    flagged = int(criterion.flagged.sum())
    part = "all" if count == flagged else f"the {count:,} worst of"
    return f"{criterion.name}: {part} {flagged:,} flagged (score {criterion.threshold:g} or more)"


@lru_cache
def _font(size: int) -> _Font:
    return ImageFont.load_default(size)


def _caption(content: ReportContent, criterion: CriterionView, row: int) -> tuple[str, str]:
    name = legible(str(content.ids[row]))
    tail = name if len(name) <= _TAIL else "…" + name[1 - _TAIL :]
    return f"{criterion.scores[row]:.3f}", tail


def draw_sheet(
    blocks: Sequence[Block], thumbnails: Thumbnails, caption: Callable[[int], tuple[str, str]]
) -> Image.Image:
    """Draw blocks of pictures, twenty a row, each with its score and the end of its id below."""
    cell, step = LONGEST + _GAP, LONGEST + _CAPTION + _GAP
    heights = [_HEADING + step * -(-len(rows) // _COLUMNS) for _, rows in blocks]
    gray = all(thumbnails[int(row)].mode == "L" for _, rows in blocks for row in rows)
    size = (2 * _MARGIN + _COLUMNS * cell - _GAP, 2 * _MARGIN + sum(heights))
    sheet = Image.new("L" if gray else "RGB", size, _PAPER)
    draw, top = ImageDraw.Draw(sheet), _MARGIN
    for (heading, rows), height in zip(blocks, heights, strict=True):
        draw.text((_MARGIN, top), legible(heading), _INK, _font(18))
        for place, row in enumerate(rows):
            left = _MARGIN + cell * (place % _COLUMNS)
            corner = (left, top + _HEADING + step * (place // _COLUMNS))
            _draw_cell(sheet, corner, thumbnails[int(row)], caption(int(row)))
        top += height
    return sheet


def _draw_cell(
    sheet: Image.Image, corner: tuple[int, int], image: Image.Image, caption: tuple[str, str]
) -> None:
    factor = LONGEST / max(image.size)
    width, height = (max(round(side * factor), 1) for side in image.size)
    large = image.resize((width, height), Image.Resampling.BICUBIC)
    left, top = corner
    sheet.paste(large, (left + (LONGEST - width) // 2, top + (LONGEST - height) // 2))
    draw, middle = ImageDraw.Draw(sheet), left + LONGEST / 2
    draw.text((middle, top + LONGEST + 2), caption[0], _INK, _font(13), anchor="ma")
    draw.text((middle, top + LONGEST + 18), caption[1], _SOFT, _font(11), anchor="ma")
