"""FER-2013 in an archive, or packed alone: its CSV files, and class folders of pictures."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from fercurate.files.archives.contents import read_members
from fercurate.files.pictures.decode import decode_image
from fercurate.sources.archive.class_archive import (
    LAYOUT,
    first_class_picture,
    read_class_archive,
)
from fercurate.sources.archive.listing import class_members
from fercurate.sources.archive.packed_tables import packed_tables
from fercurate.sources.base import Recognition, Record
from fercurate.sources.fer2013.csv_file import is_challenge_csv
from fercurate.sources.fer2013.folders import FER_SIZE, USAGE_PREFIX, picture_usage
from fercurate.sources.fer2013.published import KNOWN_COUNTS
from fercurate.sources.options import LabelMapOptions

_LOOKED_AT = 3


def challenge_tables(path: Path) -> list[Path]:
    """The CSV files of FER-2013 in an archive or packed file, as paths below it."""
    return [table for table in packed_tables(path) if is_challenge_csv(table)]


def recognize_archive(path: Path, source: str) -> Recognition | None:
    """Recognize class folders in an archive by what tells FER-2013 in folders as well."""
    first = first_class_picture(path)
    if not first:
        return None
    if USAGE_PREFIX.match(Path(first).name):
        why = f"class folders in an archive, with files named for their usage ({first})"
        return Recognition(source, LAYOUT, why, path.parent, (path,), complete=True)
    splits = Counter(file.split for file, _ in class_members(path))
    known = next((text for text, counts in KNOWN_COUNTS if counts == splits), "")
    if not known or not _has_its_size(path):
        return None
    why = f"class folders of 48x48 gray pictures in an archive, with the counts of {known}"
    return Recognition(source, LAYOUT, why, path.parent, (path,), complete=True)


def _has_its_size(path: Path) -> bool:
    first = [member for _, member in islice(class_members(path), _LOOKED_AT)]
    shapes = []
    for _, content in read_members(path, first):
        with suppress(ValueError):
            shapes.append(decode_image(content).shape if isinstance(content, bytes) else ())
    return bool(shapes) and all(shape == FER_SIZE for shape in shapes)


def read_archive(
    recognition: Recognition, options: LabelMapOptions, source: str
) -> Iterator[Record]:
    """Yield every picture in a class folder of the archive as a sample or a reject.

    Raises:
        InputError: a damaged archive, numeric class folders without a label map.
    """
    yield from read_class_archive(recognition.files[0], options, source, picture_usage)
