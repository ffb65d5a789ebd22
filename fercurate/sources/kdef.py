"""KDEF: folders of a session and a person, with pictures named for both, expression and angle.

Lundqvist, Flykt and Ohman, "The Karolinska Directed Emotional Faces", Karolinska Institutet 1998.
"""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import ClassVar

from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.files.containment import LEADS_OUT, Boundary
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.names.unread import unread_file
from fercurate.sources.options import SourceOptions
from fercurate.sources.reading.loading import NOT_READ, PictureFile, load_images
from fercurate.sources.reading.picture_folder import (
    check_file,
    entry_names,
    picture_names,
    subfolders,
)
from fercurate.sources.reading.variant import beside_published

CODES: dict[str, str] = {
    "AN": "angry",
    "DI": "disgust",
    "AF": "fear",
    "HA": "happy",
    "SA": "sad",
    "SU": "surprise",
    "NE": "neutral",
}
GENDERS: dict[str, str] = {"F": "female", "M": "male"}
ANGLES: tuple[str, ...] = ("S", "HL", "HR", "FL", "FR")

PUBLISHED = 4900

_NAME = re.compile(
    rf"([AB])([FM])(\d\d)({'|'.join(CODES)})({'|'.join(ANGLES)})\.\w+",
    re.IGNORECASE | re.ASCII,
)
_FOLDER = re.compile(r"[AB][FM]\d\d", re.IGNORECASE | re.ASCII)
_ENTRIES = 2000
_PEOPLE = 10


class Kdef:
    """Source ``kdef``."""

    name: ClassVar[str] = "kdef"
    title: ClassVar[str] = "KDEF"
    license: ClassVar[str] = "by agreement with the owners: research only"
    redistributable: ClassVar[bool | None] = False
    options: ClassVar[type[SourceOptions]] = SourceOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize folders such as ``AF01`` with pictures such as ``AF01ANS.JPG``."""
        if not path.is_dir():
            return None
        for folder in subfolders(path, "KDEF", "KDEF_and_AKDEF"):
            for corpus_root in subfolders(folder, "KDEF"):
                if named := _first_named(corpus_root):
                    why = f"folders of a session and a person with pictures such as {named}"
                    return Recognition(self.name, "named files", why, corpus_root, (corpus_root,))
        return None

    def read(self, recognition: Recognition, options: SourceOptions) -> Iterator[Record]:
        """Yield every picture of every person, all five angles, as a sample or a reject."""
        files = _kdef_files(recognition.root, options.name or self.name)
        yield from load_images(files, recognition.root, options)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say that a picture lies in no folder of a person."""
        del recognition
        return unread_file(file, "a picture in no folder of a person")

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Compare the count with the 4,900 published, and count the people."""
        del md5
        people = {folder[1:].upper() for folder in _kdef_folders(recognition.root)}
        return f"{beside_published(totals.records, PUBLISHED)}; {len(people)} people"


def _kdef_folders(root: Path) -> list[str]:
    return [name for name in entry_names(root) if _FOLDER.fullmatch(name)]


def _first_named(root: Path) -> str:
    """Path of the first picture named as KDEF's below the first few people, or ""."""
    for folder in islice(_kdef_folders(root), _PEOPLE):
        if not (root / folder).is_symlink():
            for name in picture_names(root / folder, _ENTRIES):
                if _NAME.fullmatch(name):
                    return f"{folder}/{name}"
    return ""


def _kdef_files(root: Path, source: str) -> Iterator[PictureFile | Reject]:
    boundary = Boundary(root)
    for name in _kdef_folders(root):
        folder = root / name
        if not boundary.holds(folder):
            yield Reject(RejectCode.PATH, LEADS_OUT, name)
        elif not folder.is_symlink():
            for picture in picture_names(folder):
                yield _kdef_file(folder / picture, boundary, source)


def _kdef_file(path: Path, boundary: Boundary, source: str) -> PictureFile | Reject:
    origin = f"{path.parent.name}/{path.name}"
    parts = _NAME.fullmatch(path.name)
    if parts is None:
        expected = "session A/B, F/M, two digits, AF/AN/DI/HA/NE/SA/SU, S/HL/HR/FL/FR"
        return Reject(RejectCode.LABEL, f"{path.name[:80]!r}; expected {expected}", origin)
    session, gender, number, code, angle = (part.upper() for part in parts.groups())
    person = f"{gender}{number}"
    if path.parent.name.upper() != session + person:
        message = f"the name says {session}{person}, the folder {path.parent.name}"
        return Reject(RejectCode.LABEL, message, origin)
    sample = Sample(
        id=f"{source}:{origin}",
        source=source,
        image=NOT_READ,
        native_label=code,
        expression=CODES[code],
        native_split="",
        origin=origin,
        subject=person,
        sequence=f"{session}{person}{code}/{angle}",
        attributes=(("gender", GENDERS[gender]),),
    )
    return check_file(path, sample, boundary)
