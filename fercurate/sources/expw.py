"""ExpW, expressions in the wild: a list of faces and the web pictures that they are in.

Zhang et al., "From facial expression recognition to interpersonal relation prediction", IJCV
2018. A line of ``label.lst`` is: image name, number of the face, top, left, right, bottom,
confidence, code in FER-2013's order. A picture may hold several faces; each is a sample.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import ClassVar

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.names.unread import NOT_LISTED, unread_file
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.loading import NOT_READ, PictureFile, load_images
from fercurate.sources.reading.picture_folder import (
    PictureFolder,
    descend,
    picture_names,
    subfolders,
)
from fercurate.sources.tables.text_table import TableRow, blank_table

COLUMNS: tuple[str, ...] = (
    *("image_name", "face_id", "top", "left", "right", "bottom"),
    *("confidence", "expression"),
)
PUBLISHED_LINES = 91793
PUBLISHED_FACES = 88600

Box = tuple[float, float, float, float]

_PICTURES = (("image", "origin"), ("origin",), ("image",))
_FACE_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_SNIFFED = 20
_FEW = 100


@dataclass(frozen=True, slots=True)
class _Face:
    line: int
    image: str
    number: int
    label: str
    expression: str
    box: Box | None


class ExpW:
    """Source ``expw``."""

    name: ClassVar[str] = "expw"
    title: ClassVar[str] = "ExpW"
    license: ClassVar[str] = "non-commercial research; images from web search"
    redistributable: ClassVar[bool | None] = None
    options: ClassVar[type[LabelMapOptions]] = LabelMapOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize a ``label.lst`` whose lines have eight fields."""
        if not path.is_dir():
            return None
        for folder in subfolders(path, "data", "ExpW"):
            for way in (("label", "label.lst"), ("label.lst",)):
                face_list = descend(folder, *way)
                if face_list is not None and _is_face_list(face_list, folder):
                    why = (
                        f"the list {face_list.relative_to(path).as_posix()} of eight fields a line"
                    )
                    return Recognition(self.name, "list", why, folder, (face_list,))
        return None

    def read(self, recognition: Recognition, options: LabelMapOptions) -> Iterator[Record]:
        """Yield every face, in the order of the list, as a sample or a reject.

        Raises:
            InputError: no folder of pictures beside the list.
        """
        source = options.name or self.name
        labels = options.label_map or label_maps()["fer2013"]
        faces = _face_pictures(recognition, labels, source)
        yield from load_images(faces, recognition.root, options)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say that no line of the list names a picture."""
        del recognition
        return unread_file(file, NOT_LISTED, (".lst",))

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Count lines, faces and repeats, and compare them with what was published."""
        del totals, md5
        faces = FaceList(recognition, label_maps()["fer2013"])
        for _ in faces.rows():
            pass
        repeats = f", {faces.repeats:,} lines that repeat a face were passed over"
        facts = f"{faces.faces:,} faces in {faces.lines:,} lines{repeats if faces.repeats else ''}"
        if (faces.lines, faces.faces) == (PUBLISHED_LINES, PUBLISHED_FACES):
            return f"the published counts: {facts}"
        return f"not the published counts (88,600 faces in 91,793 lines): {facts}"


class FaceList:
    """The rows of ``label.lst``; counts lines, faces, and lines that repeat a face as it was."""

    def __init__(self, recognition: Recognition, labels: LabelMap) -> None:
        self.path = recognition.files[0]
        self.root = recognition.root
        self.origin = self.path.relative_to(self.root).as_posix()
        self.labels = labels
        self.lines = 0
        self.faces = 0
        self.repeats = 0

    def rows(self) -> Iterator[_Face | Reject]:
        """Yield faces in the order of the list; of a repeated face only the first line."""
        first: dict[tuple[str, int], _Face] = {}
        for line in blank_table(self.path, self.root, COLUMNS).rows():
            self.lines += 1
            face = self._face(line)
            if isinstance(face, _Face):
                known = first.setdefault((face.image, face.number), face)
                self.faces = len(first)
                if known is not face and known.expression == face.expression:
                    self.repeats += 1
                    continue
                if known is not face:
                    message = f"code {face.label!r}, but {known.label!r} in line {known.line}"
                    face = self._reject(RejectCode.CONFLICT, message, line)
            yield face

    def _face(self, line: TableRow) -> _Face | Reject:
        if line.fault:
            code = RejectCode.COLUMNS if line.ended else RejectCode.TRUNCATED
            message = f"{len(line.cells)} columns; expected {', '.join(COLUMNS)}"
            return self._reject(code, message, line)
        image, number, *edges, _, label = line.cells
        expression = self.labels.expression(label)
        if expression not in EXPRESSIONS:
            message = f"expression {label[:40]!r}; expected {self.labels.describe()}"
            return replace(self._reject(RejectCode.LABEL, message, line), label=label)
        if not _FACE_NUMBER.fullmatch(number):
            message = f"face {number[:40]!r}; expected a whole number"
            return self._reject(RejectCode.DECODE, message, line)
        try:
            box = _box(*map(_finite, edges))
        except ValueError:
            message = f"edges {' '.join(edges)[:80]!r}; expected four numbers"
            return self._reject(RejectCode.DECODE, message, line)
        return _Face(line.line, image, int(number), label, expression, box)

    def _reject(self, code: RejectCode, message: str, line: TableRow) -> Reject:
        return Reject(code, message, self.origin, line.line)


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _box(top: float, left: float, right: float, bottom: float) -> Box | None:
    width, height = right - left, bottom - top
    return (left, top, width, height) if width > 0 and height > 0 else None


def _is_face_list(path: Path, root: Path) -> bool:
    try:
        rows = list(islice(blank_table(path, root, COLUMNS).rows(), _SNIFFED))
    except InputError:
        return False
    return any(_FACE_NUMBER.fullmatch(row.cells[1]) for row in rows if not row.fault)


def _face_pictures(
    recognition: Recognition, labels: LabelMap, source: str
) -> Iterator[PictureFile | Reject]:
    root = recognition.root
    ways = (descend(root, *way) for way in _PICTURES)
    pictures = next((p for p in ways if p is not None and picture_names(p, _FEW)), None)
    if pictures is None:
        raise InputError(
            "no folder image/origin with pictures",
            where=str(root),
            fix="Unpack the pictures beside the folder label",
        )
    folder, faces = PictureFolder(pictures, root), FaceList(recognition, labels)
    for face in faces.rows():
        if isinstance(face, Reject):
            yield face
        elif (path := folder.find(face.image)) is None:
            yield folder.absent(face.image, faces.origin, face.line)
        else:
            yield PictureFile(path, _sample(face, source, path.relative_to(root).as_posix()))


def _sample(face: _Face, source: str, origin: str) -> Sample:
    return Sample(
        id=f"{source}:{face.image}#{face.number}",
        source=source,
        image=NOT_READ,
        native_label=face.label,
        expression=face.expression,
        native_split="",
        origin=origin,
        box=face.box,
    )
