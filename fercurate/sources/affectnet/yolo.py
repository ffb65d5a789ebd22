"""AffectNet in YOLO format: a text file of classes and boxes for each picture."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from fercurate.domain.expression import parse_expression
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap
from fercurate.errors import InputError
from fercurate.files.regular import real_path
from fercurate.sources.affectnet.entries import (
    SKIPPED,
    SPLIT_WORDS,
    Box,
    Entry,
    Repeats,
    expression_of,
    number,
)
from fercurate.sources.affectnet.parts import Part, file_names, find_parts, picture_names
from fercurate.sources.affectnet.yaml_names import yaml_names
from fercurate.sources.base import Recognition, Record
from fercurate.sources.names.file_kinds import is_clutter
from fercurate.sources.names.split_words import native_split
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.loading import NOT_READ, PictureFile
from fercurate.sources.reading.path_index import PathFault, PathIndex, first_names, nearby_folders

LAYOUT = "YOLO"

_MAX_TEXT = 1 << 16
_NO_LABELS = ("classes.txt", "notes.txt")
"""Files that annotation tools leave among the labels."""


def find_names(root: Path) -> dict[int, str]:
    """The class names of the first ``.yaml`` file that has some, {} if none has.

    Of a pack of which one split folder was given (``train``) they stand beside it.
    """
    folders = [*nearby_folders(root, 1, SKIPPED)]
    if native_split(real_path(root).name):
        folders.append(real_path(root).parent)
    return next((names for folder in folders if (names := _names_in(folder))), {})


def _names_in(folder: Path) -> dict[int, str]:
    index = PathIndex(folder)
    for name in first_names(folder, lambda e: e.name.casefold().endswith((".yaml", ".yml"))):
        content = index.read_bytes(folder / name, _MAX_TEXT)
        if isinstance(content, bytes) and (names := yaml_names(_text(content))):
            return names
    return {}


def recognize_yolo(path: Path, source: str) -> Recognition | None:
    """Recognize split folders with ``images`` and ``labels`` whose classes are expressions."""
    yaml = path.is_file() and path.suffix.casefold() in (".yaml", ".yml")
    root = path.parent if yaml else path
    parts = find_parts(root, "labels", _is_split)
    names = find_names(root) if parts.kept else {}
    known = any(map(parse_expression, names.values()))
    if not known and (names or not any(_has_boxes(part.annotations) for part in parts.kept)):
        return None
    index = PathIndex(root)
    folders = ", ".join(index.relative(part.images) for part in parts.kept)
    ignored = tuple(index.relative(part.images) for part in parts.further)
    classes = ", ".join(f"{code}={name}" for code, name in sorted(names.items()))
    why = f"pictures with boxes in text files ({folders}); classes: {classes or 'not named'}"
    return Recognition(source, LAYOUT, why, root, (root,), ignored)


def _is_split(part: Part) -> bool:
    return part.split != ""


def _has_boxes(folder: Path) -> bool:
    """Whether the first label file with a line has one of the YOLO kind."""
    index = PathIndex(folder)
    for name in first_names(folder, lambda e: _is_label(e.name))[:16]:
        content = index.read_bytes(folder / name, _MAX_TEXT)
        if isinstance(content, bytes) and content.strip():
            values = [number(field) for field in content.splitlines()[0].split()]
            return len(values) in (5, 6) and all(value >= 0 for value in values)
    return False


def yolo_entries(
    recognition: Recognition, options: LabelMapOptions, source: str
) -> Iterator[Entry | Reject]:
    """Yield every box of every picture and every label file without one, split by split.

    Raises:
        InputError: the class numbers have no names and no label map is given.
    """
    names = find_names(recognition.root)
    if not names and options.label_map is None:
        raise InputError(
            "class numbers without names, and number orders differ between copies",
            where=str(recognition.root),
            expected="a data.yaml with names",
            fix="Say what the numbers mean with --label-map (alphabetical-8, affectnet, ..., "
            "or pairs such as 0=angry,1=disgust)",
        )
    known = {str(code): e for code, name in names.items() if (e := parse_expression(name))}
    labels = options.label_map or LabelMap("names", known)
    for part in find_parts(recognition.root, "labels", _is_split).kept:
        yield from PartReader(part, PathIndex(recognition.root), labels, names, source).entries()


class PartReader:
    """Reads one part picture by picture; boxes stay in shares of the picture for now."""

    def __init__(
        self, part: Part, index: PathIndex, labels: LabelMap, names: dict[int, str], source: str
    ) -> None:
        self.part = part
        self.index = index
        self.labels = labels
        self.names = names
        self.source = source
        self.images = index.relative(part.images)
        self.texts = index.relative(part.annotations)

    def entries(self) -> Iterator[Entry | Reject]:
        """Yield what each picture gives, then a reject for each label file without picture."""
        texts = {Path(n).stem: n for n in sorted(file_names(self.part.annotations)) if _is_label(n)}
        pictures = picture_names(self.part.images)
        for name in pictures:
            text = texts.get(Path(name).stem)
            if text is None:
                message = f"no {Path(name).stem}.txt in {self.texts}"
                yield Reject(RejectCode.MISSING, message, f"{self.images}/{name}")
            else:
                yield from self._boxes(name, text)
        for stem in sorted(texts.keys() - {Path(n).stem for n in pictures}):
            message = f"no picture {stem} in {self.images}"
            yield Reject(RejectCode.MISSING, message, f"{self.texts}/{texts[stem]}")

    def _boxes(self, name: str, text: str) -> Iterator[Entry | Reject]:
        origin = f"{self.texts}/{text}"
        content = self.index.read_bytes(self.part.annotations / text, _MAX_TEXT)
        if isinstance(content, PathFault):
            yield Reject(content.code, content.message, origin)
            return
        lines = [(n, t.split()) for n, t in enumerate(_text(content).splitlines(), 1)]
        lines = [(n, fields) for n, fields in lines if fields]
        if not lines:
            yield Reject(RejectCode.LABEL, "an empty label file", origin)
        repeats = Repeats()
        for line, fields in lines:
            yield self._entry(name, fields, Reject(RejectCode.LABEL, "", origin, line), repeats)

    def _entry(
        self, name: str, fields: list[str], fault: Reject, repeats: Repeats
    ) -> Entry | Reject:
        if len(fields) not in (5, 6):
            message = f"{len(fields)} fields; expected class, x, y, width, height"
            return replace(fault, code=RejectCode.COLUMNS, message=message)
        try:
            expression = expression_of(fields[0], self.labels)
        except ValueError as error:
            return replace(fault, message=str(error))
        sample = Sample(
            id=f"{self.source}:{SPLIT_WORDS[self.part.split]}/{repeats.unique(name)}",
            source=self.source,
            image=NOT_READ,
            native_label=self._label(fields[0]),
            expression=expression,
            native_split=self.part.split,
            origin=f"{self.images}/{name}",
            box=share_box(*(number(field) for field in fields[1:5])),
        )
        find = partial(PictureFile, self.part.images / name, sample)
        return Entry(sample.id, self.part.split, expression, find)

    def _label(self, code: str) -> str:
        """The name of a class number, or the text itself where there is none."""
        value = number(code)
        return self.names.get(int(value), code) if value.is_integer() else code


def share_box(x: float, y: float, width: float, height: float) -> Box | None:
    """Left, top, width, height in shares of the picture, cut at its edges; None if empty."""
    left, right = max(x - width / 2, 0.0), min(x + width / 2, 1.0)
    top, bottom = max(y - height / 2, 0.0), min(y + height / 2, 1.0)
    inside = width > 0 and height > 0 and right > left and bottom > top
    return (left, top, right - left, bottom - top) if inside else None


def in_pixels(record: Record) -> Record:
    """Scale the box of a sample from shares of its picture to pixels."""
    if isinstance(record, Reject) or record.box is None:
        return record
    height, width = record.shape[:2]
    left, top, wide, high = record.box
    return replace(record, box=(left * width, top * height, wide * width, high * height))


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace")


def _is_label(name: str) -> bool:
    folded = name.casefold()
    return folded.endswith(".txt") and folded not in _NO_LABELS and not is_clutter(name)
