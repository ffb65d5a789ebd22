"""RAF-DB's five points by hand: a file for each picture, in pixels of the original picture.

``Annotation/manual/train_00001_manu_attri.txt`` has five lines of x and y (eyes, nose, corners of
the mouth, those on the left of the picture first), then gender, race and age, which are not read.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import landmarks_of
from fercurate.files.regular import read_regular
from fercurate.sources.reading.picture_folder import PictureFolder, descend

_ENDING = "_manu_attri.txt"
_NUMBER = re.compile(rb"-?\d{1,6}(?:\.\d{1,9})?")
_MOST_BYTES = 1 << 16


@dataclass(frozen=True)
class HandPoints:
    """The folder of these files."""

    folder: PictureFolder

    @classmethod
    def of(cls, root: Path) -> Self | None:
        """Those below the root of the corpus; None if there is no such folder."""
        path = descend(root, "Annotation", "manual")
        return cls(PictureFolder(path, root)) if path is not None and path.is_dir() else None

    def of_picture(self, name: str) -> NDArray[np.float32] | None:
        """The landmarks (68, 2) float32 of a picture by its name; None if no file has five points.

        All but what the five points tell is NaN.
        """
        path = self.folder.find(f"{name.rpartition('.')[0]}{_ENDING}")
        if path is None or not self.folder.holds(path):
            return None
        with suppress(OSError, ValueError):
            lines = read_regular(path, _MOST_BYTES).splitlines()[:5]
            pairs = [[float(number) for number in _NUMBER.findall(line)] for line in lines]
            if [len(pair) for pair in pairs] == [2] * 5:
                return landmarks_of(np.array(pairs))
        return None
