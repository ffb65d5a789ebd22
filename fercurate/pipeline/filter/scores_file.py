"""The CSV file of scores: one line a sample, one column a criterion."""

import csv
import math
from pathlib import Path
from typing import TextIO

import numpy as np

from fercurate.errors import ConflictError
from fercurate.files.atomic import whole_file
from fercurate.files.regular import open_regular, real_path
from fercurate.pipeline.filter.verdicts import FilterReport

SCORE_COLUMNS: tuple[str, ...] = ("sample_id", "source", "row")
"""The columns of a scores file before those of the criteria."""

_BLOCK = 16384


def check_scores(path: Path) -> None:
    """Refuse a place where scores cannot be written, or where something else is.

    Raises:
        ConflictError: there is no such folder, it is a store's, or the file holds something else.
    """
    place = real_path(path)
    if not place.parent.is_dir():
        raise ConflictError("no such folder", where=str(path.parent), fix="Make it first")
    if place.parent.name.endswith(".parts"):
        raise ConflictError("a store keeps its parts there", where=str(path.parent))
    if not place.exists():
        return
    if not place.is_file():
        raise ConflictError("not a regular file", where=str(path), fix="Name another --scores")
    begins = ",".join(SCORE_COLUMNS).encode()
    with open_regular(path) as file:
        found = file.read(len(begins))
    if found != begins:
        raise ConflictError(
            "the file is there and holds no scores", where=str(path), fix="Name another --scores"
        )


def write_scores(report: FilterReport, path: Path) -> None:
    """Write one line a sample: sample_id, source, row, and each criterion's score.

    Higher is worse; an unknown score is empty. The file appears whole or not at all.

    Raises:
        ConflictError: the file is there and holds something else than scores.
    """
    check_scores(path)
    with (
        whole_file(real_path(path)) as partial,
        partial.open("w", newline="", encoding="utf-8") as out,
    ):
        _write_lines(report, out)


def _write_lines(report: FilterReport, out: TextIO) -> None:
    writer = csv.writer(out)
    writer.writerow([*SCORE_COLUMNS, *report.scores])
    columns = list(report.scores.values())
    for start in range(0, len(report.rows), _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, len(report.rows)))
        some = report.manifest.take(rows)
        told = zip(some.text("id"), some.text("source"), some.numbers("row"), strict=True)
        for row, facts in zip(rows.tolist(), told, strict=True):
            shown = ["" if math.isnan(c[row]) else f"{c[row]:.6g}" for c in columns]
            writer.writerow([*facts, *shown])
