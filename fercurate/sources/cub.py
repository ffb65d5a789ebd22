"""The three lists of CUB-200 with pictures of faces: numbered pictures, labels, and a split.

``images.txt`` numbers pictures, ``image_class_labels.txt`` has their codes by these numbers,
``train_test_split.txt`` a 1 for those that are trained on. ``classes.txt``, where it is there,
names the codes, often as ``003.happy``.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.errors import InputError
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.names.label_orders import codes_said
from fercurate.sources.names.unread import NOT_LISTED, unread_file
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.loading import NOT_READ, PictureFile, load_images
from fercurate.sources.reading.path_index import PathFault
from fercurate.sources.reading.picture_folder import descend, is_regular_file, subfolders
from fercurate.sources.reading.picture_search import PictureSearch, search_pictures
from fercurate.sources.tables.blank_lines import read_list
from fercurate.sources.tables.label_codes import LabelMeaning, count_labels, label_meaning

_IMAGES, _LABELS, _SPLIT = "images.txt", "image_class_labels.txt", "train_test_split.txt"
_CLASSES = "classes.txt"
_LISTS = (_IMAGES, _LABELS, _SPLIT)
_NUMBERED = re.compile(r"\d+\.(?P<name>.+)")
_SPLITS = {"1": "Training", "0": "Test"}
_ASKED = 64
_MOST_LINES = 5_000_000


@dataclass(frozen=True, slots=True)
class _Lists:
    """The lists, by the number of a picture; ``first`` is the line of each in ``images.txt``."""

    images: Mapping[str, str]
    labels: Mapping[str, str]
    splits: Mapping[str, str]
    lines: Mapping[str, int]


class Cub:
    """Source ``cub``."""

    name: ClassVar[str] = "cub"
    title: ClassVar[str] = "lists as of CUB-200"
    license: ClassVar[str] = "as given by the user"
    redistributable: ClassVar[bool | None] = None
    options: ClassVar[type[LabelMapOptions]] = LabelMapOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize the three lists, in a folder or in its ``EmoLabel`` or ``lists``."""
        if not path.is_dir():
            return None
        for folder in subfolders(path, "EmoLabel", "lists"):
            found = [descend(folder, name) for name in _LISTS]
            lists = [file for file in found if file is not None and is_regular_file(file)]
            if len(lists) == len(_LISTS):
                names = ", ".join(file.relative_to(path).as_posix() for file in lists)
                return Recognition(self.name, "lists", f"the lists {names}", path, tuple(lists))
        return None

    def read(self, recognition: Recognition, options: LabelMapOptions) -> Iterator[Record]:
        """Yield every picture in the order of ``images.txt`` as a sample or a reject.

        Raises:
            InputError: codes without names or label map, or a list that cannot be read.
        """
        pictures = _Pictures(recognition, options, options.name or self.name)
        yield from load_images(pictures.items(), recognition.root, options)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say that no line of ``images.txt`` names a picture."""
        del recognition
        return "" if Path(file).name == _CLASSES else unread_file(file, NOT_LISTED)

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Count rows by split and class."""
        del recognition, md5
        counts = totals.by_split() or "no sample"
        return f"lists of {totals.records:,} pictures ({counts}){codes_said(totals)}"


class _Pictures:
    """The rows of the lists, joined by the numbers of pictures."""

    def __init__(self, recognition: Recognition, options: LabelMapOptions, source: str) -> None:
        self.root, self.file = recognition.root, recognition.files[0]
        self.source = source
        self.lists = _read_lists(recognition)
        self.meaning = self._meaning(recognition, options)
        self.search = self._search()

    def _meaning(self, recognition: Recognition, options: LabelMapOptions) -> LabelMeaning:
        labels = recognition.files[1]
        where = labels.relative_to(self.root).as_posix()
        counts = count_labels(self.lists.labels.values(), where)
        named = _class_names(labels.with_name(_CLASSES), self.root)
        if options.label_map is None and named and set(counts) <= set(named):
            native = {code: named[code] for code in counts}
            own = label_meaning(count_labels(native.values(), where), (), None, where)
            known = {c: own.expressions[n] for c, n in native.items() if n in own.expressions}
            return LabelMeaning(native, known, own.expected)
        return label_meaning(counts, (), options.label_map, where)

    def _search(self) -> PictureSearch:
        names = list(self.lists.images.values())
        step = max(len(names) // _ASKED, 1)
        return search_pictures(self.root, self.file, names[::step])

    def items(self) -> Iterator[PictureFile | Reject]:
        """Yield every picture that ``images.txt`` numbers."""
        origin = self.file.relative_to(self.root).as_posix()
        seen: set[str] = set()
        for number, name in self.lists.images.items():
            line = self.lists.lines[number]
            label, split = (part.get(number) for part in (self.lists.labels, self.lists.splits))
            if label is None or split not in _SPLITS:
                message = f"picture {number[:20]} has no label, or no 0 or 1 in {_SPLIT}"
                yield Reject(RejectCode.LABEL, message, origin, line)
                continue
            if label not in self.meaning.expressions:
                yield self.meaning.unknown_label(label, origin, line - 1)
                continue
            path = self.search.resolve(name)
            if isinstance(path, PathFault):
                yield Reject(path.code, f"{name[:120]}: {path.message}", origin, line)
            elif (relative := path.relative_to(self.root).as_posix()) in seen:
                yield Reject(RejectCode.CONFLICT, f"{name[:120]}: numbered twice", origin, line)
            else:
                seen.add(relative)
                yield PictureFile(path, self._sample(relative, label, split, line))

    def _sample(self, relative: str, label: str, split: str, line: int) -> Sample:
        return Sample(
            id=f"{self.source}:{relative}",
            source=self.source,
            image=NOT_READ,
            native_label=self.meaning.native.get(label, label),
            expression=self.meaning.expressions[label],
            native_split=_SPLITS[split],
            origin=self.file.relative_to(self.root).as_posix(),
            line=line,
        )


def _read_lists(recognition: Recognition) -> _Lists:
    """The lists by number.

    Raises:
        InputError: a line that is no number and a value, or a number that comes twice.
    """
    lines: dict[str, int] = {}
    found: list[dict[str, str]] = []
    for file in recognition.files:
        values: dict[str, str] = {}
        for line in read_list(file, recognition.root):
            number, *rest = line.fields or ("",)
            where = f"{file.name}:{line.number}"
            if not number.isdecimal() or not rest or number in values:
                expected = "a number that comes once, a blank, and a value"
                shown = f"{' '.join(line.fields)[:80]!r}" if line.fields else "a line too long"
                raise InputError(shown, where=where, expected=expected)
            values[number] = " ".join(rest)
            if not found:
                lines[number] = line.number
            if len(values) > _MOST_LINES:
                raise InputError(f"more than {_MOST_LINES:,} lines", where=file.name)
        found.append(values)
    images, labels, splits = found
    return _Lists(images, labels, splits, lines)


def _class_names(file: Path, root: Path) -> dict[str, str]:
    """The names of codes, without the number that may stand before them; none without the list.

    Raises:
        InputError: the list cannot be read, leads out of the corpus, or names a code twice.
    """
    names: dict[str, str] = {}
    if not file.exists():
        return names
    for line in read_list(file, root):
        if len(line.fields) == 2:
            code, told = line.fields
            match = _NUMBERED.fullmatch(told)
            name = match["name"] if match else told
            if names.setdefault(code, name) != name:
                found = f"the code {code[:20]} is {names[code][:40]!r} and {name[:40]!r}"
                raise InputError(found, where=f"{file.name}:{line.number}")
    return names
