"""``ckextended.csv``: peaks and neutral frames of CK+ in the columns of FER-2013, no subjects."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from fercurate.domain.sample import Reject
from fercurate.domain.taxonomy import LabelMap
from fercurate.files.containment import Boundary
from fercurate.sources.base import Recognition, Record
from fercurate.sources.ckplus.options import CkPlusOptions
from fercurate.sources.ckplus.tree import list_names
from fercurate.sources.reading.pixel_shape import pixel_shape
from fercurate.sources.reading.pixel_table import PixelTable

LAYOUT = "ckextended"
FILE_NAME = "ckextended.csv"


def recognize_extended(path: Path, source: str, named: bool = False) -> Recognition | None:
    """Recognize the CSV by its name and columns, or its folder; its length alone proves nothing.

    ``named`` says that it is this corpus whatever the file is called.
    """
    if path.is_dir():
        files = (path / n for n in list_names(path) if n.casefold() == FILE_NAME)
        inside = filter(Boundary(path).holds, files)
        return next((r for file in inside if (r := recognize_extended(file, source))), None)
    if not (named or path.name.casefold() == FILE_NAME) or not path.is_file():
        return None
    shape = pixel_shape(path)
    if shape is None or not shape.is_challenge:
        return None
    why = f"{path.name}: the columns of FER-2013"
    return Recognition(source, LAYOUT, why, path.parent, (path,), complete=True)


class ExtendedReader(PixelTable):
    """Reads ``ckextended.csv`` row by row."""

    order: ClassVar[str] = "fer2013-extended"
    is_published: ClassVar[bool] = True

    def __init__(
        self, path: Path, source: str, labels: LabelMap | None = None, side: int = 48
    ) -> None:
        super().__init__(path, source, labels, side)
        self.prefix = f"{source}:ext/"

    def classes(self) -> Counter[str]:
        """Count the rows of each expression; pixels are not read."""
        return Counter(row.expression for row in self._rows() if not isinstance(row, Reject))


def read_extended(
    recognition: Recognition, options: CkPlusOptions, source: str
) -> Iterator[Record]:
    """Yield every row as a sample or a reject."""
    for file in recognition.files:
        yield from ExtendedReader(file, source, options.label_map, options.image_size).records()
