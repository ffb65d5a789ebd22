"""What RAF-DB's authors told by hand of each picture: five points, gender, race and age.

``Annotation/manual/train_00001_manu_attri.txt`` has five lines of x and y in pixels of the original
picture (eyes, nose, corners of the mouth, those on the left of the picture first), then one code
each. Codes are those of the corpus's own description.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from fercurate.domain.sample import Points, landmarks_of
from fercurate.files.regular import read_regular
from fercurate.sources.reading.picture_folder import PictureFolder, descend

GENDERS: tuple[str, ...] = ("male", "female", "unsure")
RACES: tuple[str, ...] = ("Caucasian", "African-American", "Asian")
AGES: tuple[str, ...] = ("0-3", "4-19", "20-39", "40-69", "70+")
ATTRIBUTES: dict[str, tuple[str, ...]] = {"gender": GENDERS, "race": RACES, "age": AGES}
"""What the codes mean, which begin with 0, in the order of their lines."""

ENDING = "_manu_attri.txt"
"""What the names of these files end with."""

_NUMBER = re.compile(rb"-?\d{1,6}(?:\.\d{1,9})?")
_PAIR = re.compile(rb"\s*[^\s,;]+[\s,;]+[^\s,;]+\s*")
"""A line of two words: with one less of them, a code would stand in another's place."""

_POINTS = 5
_MOST_BYTES = 1 << 16


@dataclass(frozen=True)
class ManualAnnotation:
    """What was told of one picture: landmarks (68, 2) with all but five NaN, and attributes."""

    landmarks: Points | None = None
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ManualAnnotations:
    """The folder of these files."""

    folder: PictureFolder

    @classmethod
    def of(cls, root: Path) -> Self | None:
        """Those below the root of the corpus; None if there is no such folder."""
        path = descend(root, "Annotation", "manual")
        return cls(PictureFolder(path, root)) if path is not None and path.is_dir() else None

    def of_picture(self, name: str) -> ManualAnnotation:
        """What its file tells of a picture; nothing of what it does not tell as it should."""
        path = self.folder.find(f"{name.rpartition('.')[0]}{ENDING}")
        if path is None or not self.folder.holds(path):
            return ManualAnnotation()
        with suppress(OSError):
            lines = [line for line in read_regular(path, _MOST_BYTES).splitlines() if line.strip()]
            points, codes = lines[:_POINTS], lines[_POINTS:]
            told = _attributes(codes) if all(map(_PAIR.fullmatch, points)) else ()
            return ManualAnnotation(_points(points), told)
        return ManualAnnotation()


def _points(lines: list[bytes]) -> Points | None:
    pairs = [[float(number) for number in _NUMBER.findall(line)] for line in lines]
    return landmarks_of(np.array(pairs)) if [len(pair) for pair in pairs] == [2] * _POINTS else None


def _attributes(lines: list[bytes]) -> tuple[tuple[str, str], ...]:
    """What the codes say, each by its place behind five lines of points; nothing of too many."""
    codes = [line.strip() for line in lines]
    if len(codes) > len(ATTRIBUTES):
        return ()
    return tuple(
        (name, values[int(code)])
        for (name, values), code in zip(ATTRIBUTES.items(), codes, strict=False)
        if code.isdigit() and len(code) == 1 and int(code) < len(values)
    )
