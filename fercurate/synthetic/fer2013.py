"""Writing a synthetic set as ``fer2013.csv`` with FER+ votes."""

import json
from pathlib import Path

import numpy as np

from fercurate.domain.votes import VOTE_COLUMNS, VOTE_EXPRESSIONS
from fercurate.synthetic.corpus import FER_CLASSES, Portrait, SyntheticSet, synthetic_fer2013

USAGES: tuple[str, ...] = ("Training", "PublicTest", "PrivateTest")
_VOTE_HEADER = ",".join(("Usage", "Image name", *VOTE_COLUMNS))


def write_fer2013(
    folder: Path, sizes: tuple[int, int, int] = (600, 120, 120), seed: int = 0, broken: bool = True
) -> SyntheticSet:
    """Write ``fer2013.csv``, ``fer2013new.csv`` and ``planted.json`` into a folder.

    ``sizes`` are the rows of Training, PublicTest and PrivateTest; with ``broken``, three further
    Training rows are written that no reader can use (recorded as ``broken_row``).
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = synthetic_fer2013(list(zip(USAGES, sizes, strict=True)), seed)
    lines = [_csv_line(portrait) for portrait in drawn.portraits]
    rng = np.random.Generator(np.random.PCG64([seed, 1]))
    votes = [_vote_line(row, portrait, rng) for row, portrait in enumerate(drawn.portraits)]
    if broken:
        _append_broken(drawn, lines, votes)
    (folder / "fer2013.csv").write_text("\n".join(["emotion,pixels,Usage", *lines]) + "\n")
    (folder / "fer2013new.csv").write_text("\n".join([_VOTE_HEADER, *votes]) + "\n")
    (folder / "planted.json").write_text(json.dumps(drawn.planted, indent=1) + "\n")
    return drawn


def _csv_line(portrait: Portrait) -> str:
    pixels = " ".join(map(str, portrait.image.ravel()))
    return f"{FER_CLASSES.index(portrait.label)},{pixels},{portrait.usage}"


def _append_broken(drawn: SyntheticSet, lines: list[str], votes: list[str]) -> None:
    """Put three unusable rows after the last Training row: short, out of range, unknown label."""
    pixels = ["128"] * 2304
    place = sum(portrait.usage == USAGES[0] for portrait in drawn.portraits)
    rows = [
        f"3,{' '.join(pixels[:-1])},Training",
        f"4,{' '.join(['300', *pixels[1:]])},Training",
        f"9,{' '.join(pixels)},Training",
    ]
    lines[place:place] = rows
    votes[place:place] = ["Training,,0,0,0,0,0,0,0,0,0,10"] * len(rows)
    for group in (group for groups in drawn.planted.values() for group in groups):
        group[:] = [row + len(rows) if row >= place else row for row in group]
    for offset in range(len(rows)):
        drawn.record("broken_row", place + offset)


def _vote_line(row: int, portrait: Portrait, rng: np.random.Generator) -> str:
    """Ten votes: mostly for the drawn expression, as often disputed as FER+'s are."""
    counts = np.zeros(10, dtype=np.int64)
    if portrait.fault in ("not_face", "constant"):
        counts[9] = 10
    else:
        favorite = VOTE_EXPRESSIONS.index(portrait.expression)
        if rng.random() < 0.3:
            favorite = int(rng.integers(len(VOTE_EXPRESSIONS)))
        votes = np.where(rng.random(10) < 0.8, favorite, rng.integers(9, size=10))
        counts = np.bincount(votes, minlength=10)
    name = "" if counts[9] == 10 else f"fer{row:07d}.png"
    return ",".join([portrait.usage, name, *map(str, counts)])


def read_planted(folder: Path) -> dict[str, list[list[int]]]:
    """Return the recorded faults: kind -> groups of data rows."""
    with (folder / "planted.json").open() as file:
        planted: dict[str, list[list[int]]] = json.load(file)
    return planted
