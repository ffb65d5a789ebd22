"""JAFFE: a flat folder of pictures whose names tell subject and expression.

Lyons et al., "Coding facial expressions with Gabor wavelets", FG 1998.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from fercurate.domain.sample import Reject, Sample
from fercurate.files.containment import Boundary
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.names.unread import unread_file
from fercurate.sources.options import SourceOptions
from fercurate.sources.reading.loading import NOT_READ, PictureFile, load_images
from fercurate.sources.reading.picture_folder import check_file, picture_names, subfolders
from fercurate.sources.reading.variant import beside_published

CODES: dict[str, str] = {
    "AN": "angry",
    "DI": "disgust",
    "FE": "fear",
    "HA": "happy",
    "SA": "sad",
    "SU": "surprise",
    "NE": "neutral",
}
PUBLISHED = 213

_NAME = re.compile(
    rf"([A-Z]{{2}})[\W_]+({'|'.join(CODES)})\d*[\W_]+\d+(?:[\W_]+\d+)*\.\w+",
    re.IGNORECASE | re.ASCII,
)
"""``KA.AN1.39.tiff`` and its misspellings (``KA..AN1.39.tiff``, ``KR.SU2.80-1.tiff``)."""

_ENTRIES = 2000


class Jaffe:
    """Source ``jaffe``."""

    name: ClassVar[str] = "jaffe"
    title: ClassVar[str] = "JAFFE"
    license: ClassVar[str] = "research with the owners' permission; no redistribution"
    redistributable: ClassVar[bool | None] = False
    options: ClassVar[type[SourceOptions]] = SourceOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize a flat folder in which at least half of the pictures are named as JAFFE's."""
        if not path.is_dir():
            return None
        for folder in subfolders(path, "jaffe", "jaffedbase", "jaffeimages", "images"):
            pictures = picture_names(folder, _ENTRIES)
            named = [name for name in pictures if _NAME.fullmatch(name)]
            if named and 2 * len(named) >= len(pictures):
                why = f"pictures named for subject and expression ({named[0]})"
                return Recognition(self.name, "named files", why, folder, (folder,))
        return None

    def read(self, recognition: Recognition, options: SourceOptions) -> Iterator[Record]:
        """Yield every picture named as JAFFE's, as a sample or a reject; ids are file names."""
        files = _jaffe_files(recognition.root, options.name or self.name)
        yield from load_images(files, recognition.root, options)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say that a picture has another name than JAFFE's."""
        del recognition
        return unread_file(file, "a picture of another name")

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Compare the count with the 213 published; count pictures of other names."""
        del md5
        names = picture_names(recognition.root)
        other = [name for name in names if not _NAME.fullmatch(name)]
        text = beside_published(totals.records, PUBLISHED)
        if other:
            text += f"; {len(other):,} pictures with other names not read ({other[0]}"
            text += ", ...)" if len(other) > 1 else ")"
        return text


def _jaffe_files(root: Path, source: str) -> Iterator[PictureFile | Reject]:
    boundary = Boundary(root)
    for name in picture_names(root):
        parts = _NAME.fullmatch(name)
        if parts is None:
            continue
        code = parts[2].upper()
        sample = Sample(
            id=f"{source}:{name}",
            source=source,
            image=NOT_READ,
            native_label=code,
            expression=CODES[code],
            native_split="",
            origin=name,
            subject=parts[1].upper(),
        )
        yield check_file(root / name, sample, boundary)
