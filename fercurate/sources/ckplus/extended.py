"""``ckextended.csv``: peaks and neutral frames of CK+ in the columns of FER-2013, no subjects."""

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from fercurate.domain.sample import Reject
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError
from fercurate.files.containment import Boundary
from fercurate.sources.base import Recognition, Record
from fercurate.sources.ckplus.options import CkPlusOptions
from fercurate.sources.ckplus.tree import list_names
from fercurate.sources.fer2013.csv_file import CsvReader
from fercurate.sources.fer2013.published import PRECEDENCE
from fercurate.sources.reading.csv_records import Header, read_header, read_lines, split_fields

LAYOUT = "ckextended"
FILE_NAME = "ckextended.csv"
MAX_ROWS = 2000
"""A CSV with contempt (code 7) and at most this many rows is CK+ under another name."""

_MAX_BYTES = 40_000_000
_FER_NAMES = frozenset(name for group in PRECEDENCE for name in group)


def recognize_extended(path: Path, source: str) -> Recognition | None:
    """Recognize the CSV by its name, or by its code for contempt in few rows; or its folder."""
    if path.is_dir():
        files = (path / n for n in list_names(path) if n.casefold() == FILE_NAME)
        inside = filter(Boundary(path).holds, files)
        return next((r for file in inside if (r := recognize_extended(file, source))), None)
    try:
        header = read_header(path) if path.is_file() else Header((), b",")
        named = path.name.casefold() == FILE_NAME
        if not {"emotion", "pixels"} <= set(header.names) or not (named or _is_small(path, header)):
            return None
    except (InputError, OSError):
        return None
    why = f"{path.name}: the columns of FER-2013" + ("" if named else ", few rows, and contempt")
    return Recognition(source, LAYOUT, why, path.parent, (path,), complete=True)


def _is_small(path: Path, header: Header) -> bool:
    """Whether a file has the code 7 and few rows, and no name of a published FER-2013 file."""
    if path.name.casefold() in _FER_NAMES or "usage" not in header.names:
        return False
    if path.stat().st_size > _MAX_BYTES:
        return False
    emotion, pixels = header.index("emotion"), header.index("pixels")
    lines = islice(read_lines(path), 1, MAX_ROWS + 2)
    fields = [split_fields(line.text, header, pixels) for line in lines if line.text.strip()]
    labels = label_maps()["fer2013-extended"]
    codes = (row[emotion].decode("utf-8", "replace") for row in fields if emotion < len(row))
    return len(fields) <= MAX_ROWS and any(labels.expression(c) == "contempt" for c in codes)


class ExtendedReader(CsvReader):
    """Reads ``ckextended.csv`` row by row."""

    def __init__(
        self, path: Path, source: str, labels: LabelMap | None = None, side: int = 48
    ) -> None:
        super().__init__(path, source, labels or label_maps()["fer2013-extended"], side)
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
