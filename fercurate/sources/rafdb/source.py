"""RAF-DB, the basic set: its list of labels, and the Kaggle copy in numbered folders.

Li et al., "Reliable crowdsourcing and deep locality-preserving learning for expression
recognition in the wild", CVPR 2017. Codes are 1..7: surprise, fear, disgust, happy, sad, angry,
neutral. The compound set uses lists of the same name with codes up to 11; it is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError
from fercurate.sources.base import IngestOptions, Recognition, Record, Tally
from fercurate.sources.rafdb.folders import read_numbered, recognize_numbered
from fercurate.sources.reading.class_tree import SPLIT_FOLDERS
from fercurate.sources.reading.loading import NOT_READ, Found, load_images
from fercurate.sources.reading.picture_folder import PictureFolder, descend, picture_names, places
from fercurate.sources.reading.text_list import ListLine, read_list

LIST_NAMES: tuple[str, ...] = ("list_patition_label.txt", "list_partition_label.txt")
"""The name in the distribution (sic), and as it was mended by others."""

OFFICIAL: dict[str, int] = {"Training": 12271, "Test": 3068}
COMPOUND_CODES = frozenset(("8", "9", "10", "11"))
_PREFIX = re.compile(r"^(train|test)_", re.IGNORECASE)
_FEW = 100


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    name: str
    label: str
    expression: str
    split: str


class RafDb:
    """Source ``rafdb``."""

    name: ClassVar[str] = "rafdb"
    title: ClassVar[str] = "RAF-DB (basic)"
    license: ClassVar[str] = (
        "by agreement with the authors: non-commercial research; not redistributable"
    )

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize the list by its name, numbered folders by label CSVs or file names."""
        if not path.is_dir():
            return None
        for place in places(path, "basic"):
            lists = _label_lists(place)
            if lists:
                why = f"the list {lists[0].relative_to(path).as_posix()}"
                ignored = tuple(other.name for other in lists[1:])
                return Recognition(self.name, "list", why, place, (lists[0],), ignored)
        return recognize_numbered(path, self.name)

    def read(self, recognition: Recognition, options: IngestOptions) -> Iterator[Record]:
        """Yield every row of the list, or every file, as a sample or a reject.

        Raises:
            InputError: no folder of pictures beside the list, or the list of the compound set.
        """
        source = options.name or self.name
        labels = options.label_map or label_maps()["rafdb"]
        if recognition.layout == "list":
            found = _listed(recognition, labels, source)
        else:
            found = read_numbered(recognition, labels, source)
        yield from load_images(found, recognition.root, options.jobs)

    def variant(self, recognition: Recognition, tally: Tally, md5: str) -> str:
        """Compare the counts with those published."""
        del md5
        counts = ", ".join(
            f"{name or 'no split'} {n:,}" for name, n in sorted(tally.splits.items())
        )
        facts = f"{tally.records:,} pictures ({counts or 'no sample'})"
        framing = ""
        if recognition.layout == "list" and (folder := _pictures(recognition.root)) is not None:
            framing = f"{folder.name.casefold()} pictures, "
        if dict(tally.splits) == OFFICIAL:
            return f"{framing}the published counts of the basic set: {facts}"
        return f"{framing}not the published counts (Training 12,271, Test 3,068): {facts}"


def _label_lists(place: Path) -> list[Path]:
    found = (descend(place, *way, name) for way in (("EmoLabel",), ()) for name in LIST_NAMES)
    return [path for path in found if path is not None and path.is_file()]


def _listed(recognition: Recognition, labels: LabelMap, source: str) -> Iterator[Found | Reject]:
    root, path = recognition.root, recognition.files[0]
    origin = path.relative_to(root).as_posix()
    _refuse_compound(path, root)
    place = _pictures(root)
    if place is None:
        raise InputError(
            "no folder Image/aligned or Image/original with pictures",
            where=str(root),
            fix="Unpack the pictures beside EmoLabel",
        )
    folder = PictureFolder(place, root)
    for row in _rows(path, root, origin, labels):
        yield row if isinstance(row, Reject) else _found(row, folder, recognition, source)


def _pictures(root: Path) -> Path | None:
    """The folder of pictures: the aligned ones unless there are only the original ones."""
    found = (descend(root, "Image", name) for name in ("aligned", "original"))
    return next((f for f in found if f is not None and picture_names(f, _FEW)), None)


def _refuse_compound(path: Path, root: Path) -> None:
    codes = [line.fields[-1] for line in read_list(path, root) if len(line.fields) in (2, 3)]
    if sum(code in COMPOUND_CODES for code in codes) * 100 > len(codes):
        raise InputError(
            "codes above 7: this is the list of the compound set (codes 1 to 11)",
            where=path.name,
            expected="the basic set, codes 1 to 7",
            fix="Ingest the folder basic",
        )


def _rows(path: Path, root: Path, origin: str, labels: LabelMap) -> Iterator[_Row | Reject]:
    """Rows in the order of the list; of a repeated name only the first."""
    first: dict[str, _Row] = {}
    for line in read_list(path, root):
        row = _row(line, origin, labels)
        if isinstance(row, _Row):
            known = first.setdefault(row.name, row)
            if known is not row and known.expression == row.expression:
                continue
            if known is not row:
                message = f"{row.name[:80]!r} is {known.label!r} in line {known.line}"
                row = Reject(RejectCode.CONFLICT, message, origin, line.number)
        yield row


def _row(line: ListLine, origin: str, labels: LabelMap) -> _Row | Reject:
    if len(line.fields) not in (2, 3):
        code = RejectCode.COLUMNS if line.ended else RejectCode.TRUNCATED
        message = f"{len(line.fields)} columns; expected a file name and a code"
        return Reject(code, message, origin, line.number)
    name, label = line.fields[0], line.fields[-1]
    expression = labels.expression(label)
    if expression not in EXPRESSIONS:
        message = f"code {label[:40]!r}; expected {labels.describe()}"
        return Reject(RejectCode.LABEL, message, origin, line.number)
    prefix = _PREFIX.match(name)
    split = prefix[1] if prefix else line.fields[1]
    return _Row(line.number, name, label, expression, SPLIT_FOLDERS.get(split.casefold(), ""))


def _found(
    row: _Row, folder: PictureFolder, recognition: Recognition, source: str
) -> Found | Reject:
    stem, dot, suffix = row.name.rpartition(".")
    path = folder.find(f"{stem}_aligned{dot}{suffix}", row.name)
    if path is None:
        listed = recognition.files[0].relative_to(recognition.root).as_posix()
        return folder.absent(row.name, listed, row.line)
    sample = Sample(
        id=f"{source}:{row.name}",
        source=source,
        image=NOT_READ,
        native_label=row.label,
        expression=row.expression,
        native_split=row.split,
        origin=path.relative_to(recognition.root).as_posix(),
    )
    return Found(path, sample)
