"""A traced picture, enlarged, beside its parents and what was made from it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.errors import UsageError
from fercurate.export.data_file import DataFile
from fercurate.files.atomic import whole_file
from fercurate.pipeline.trace.rows import TracedRow
from fercurate.report.contact_sheet import Cell, ContactSheet, Strip, draw_sheet
from fercurate.store.store import Store

_ACROSS = 8
_MOST_ROWS = 40


def check_picture_place(path: Path) -> None:
    """Refuse a place where no picture can be written.

    Raises:
        UsageError: another suffix, or a folder.
    """
    if path.suffix.casefold() != ".png" or path.is_dir():
        raise UsageError("no name of a PNG file", where=f"--picture {path}", expected="NAME.png")


def write_picture(
    path: Path,
    title: str,
    stored: Sequence[tuple[str, NDArray[np.uint8]]],
    made: Sequence[tuple[str, NDArray[np.uint8]]],
) -> None:
    """Draw stored pictures and rows made from them, each with its name, into a PNG file."""
    strips = [("stored", one) for one in _cut(stored)] + [("rows", one) for one in _cut(made)]
    across = max([len(some) for _, some in strips] or [1])
    rows = tuple(
        (Strip(caption, "", tuple(Cell(picture, note) for note, picture in some)),)
        for caption, some in strips
    )
    sheet = ContactSheet(title, ("",) * across, rows)
    with whole_file(path) as staged:
        draw_sheet(sheet).save(staged, "PNG", compress_level=3)


def _cut(
    pictures: Sequence[tuple[str, NDArray[np.uint8]]],
) -> list[Sequence[tuple[str, NDArray[np.uint8]]]]:
    return [pictures[k : k + _ACROSS] for k in range(0, len(pictures), _ACROSS)]


def stored_cells(store: Store, ids: Sequence[str]) -> list[tuple[str, NDArray[np.uint8]]]:
    """The stored pictures of samples, with their ids; those that are not stored are left out."""
    rows = np.flatnonzero(store.manifest.is_one_of("id", list(ids)))
    names = store.manifest.take(rows).text("id")
    return list(zip(map(str, names), store.images(rows), strict=True))


def row_cells(root: Path, rows: Sequence[TracedRow]) -> list[tuple[str, NDArray[np.uint8]]]:
    """The pictures of rows of an export, with what made each."""
    cells = []
    for one in rows[:_MOST_ROWS]:
        with DataFile(root / one.file) as file:
            picture = file.pictures(one.split, np.array([one.row]))[0]
        note = one.op if one.mix is None else f"{one.op} {one.mix:.2f}"
        cells.append((f"{one.split}:{one.row} {note}", picture))
    return cells
