"""FER-2013: its CSV files in all circulating variants, and the image-folder copies.

Goodfellow et al., "Challenges in representation learning", ICONIP 2013; distributed through
Kaggle. Columns and variants: see ``docs/corpora.md``.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from fercurate.errors import InputError
from fercurate.files.containment import Boundary
from fercurate.sources.archive.class_archive import LAYOUT as ARCHIVE
from fercurate.sources.archive.class_archive import archive_remark
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.fer2013.archives import (
    challenge_tables,
    read_archive,
    recognize_archive,
)
from fercurate.sources.fer2013.csv_file import ChallengeTable, is_challenge_csv
from fercurate.sources.fer2013.folders import read_folder, recognize_folder
from fercurate.sources.fer2013.published import (
    KNOWN_COUNTS,
    KNOWN_MD5,
    OFFICIAL,
    PRECEDENCE,
    VALIDATION_TABLE,
)
from fercurate.sources.names.label_orders import codes_said
from fercurate.sources.names.unread import outside_classes, unread_file
from fercurate.sources.options import IMAGE_SIZE, LabelMapOptions
from fercurate.sources.reading.class_tree import class_files
from fercurate.sources.reading.csv_records import read_header
from fercurate.sources.reading.pixel_shape import pixel_shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Fer2013Options(LabelMapOptions):
    """The side of the pictures in a CSV, beside what class numbers mean."""

    image_size: int = field(default=48, metadata=IMAGE_SIZE)


class Fer2013:
    """Source ``fer2013``."""

    name: ClassVar[str] = "fer2013"
    title: ClassVar[str] = "FER-2013"
    license: ClassVar[str] = "published for the ICML 2013 challenge; images from web search"
    redistributable: ClassVar[bool | None] = None
    options: ClassVar[type[Fer2013Options]] = Fer2013Options

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize a CSV by its header, a folder by its CSV files or its class folders."""
        if path.is_file():
            table = self._recognize_csv(path) or self._recognize_packed(path)
            return table or recognize_archive(path, self.name)
        return self._recognize_csv_folder(path) or recognize_folder(path, self.name)

    def recognize_asked(self, path: Path) -> Recognition | None:
        """Take a pixel table or class folders for FER-2013's because somebody says they are."""
        if path.is_file():
            shape = pixel_shape(path)
            why = "a table of pixels, as was said"
            files = (path,)
            read = Recognition(self.name, "csv", why, path.parent, files, complete=True)
            return read if shape is not None else None
        if next(class_files(path), None) is None:
            return None
        return Recognition(self.name, "class folders", "class folders, as was said", path, (path,))

    def _recognize_csv(self, path: Path) -> Recognition | None:
        if not is_challenge_csv(path):
            return None
        header = read_header(path)
        why = f"a CSV with the columns {', '.join(n or '(unnamed)' for n in header.names)}"
        return Recognition(self.name, "csv", why, path.parent, (path,), complete=True)

    def _recognize_packed(self, path: Path) -> Recognition | None:
        tables = self._kept_of(path, challenge_tables(path))
        if tables is None:
            return None
        why = f"{tables.why.replace('a folder', 'an archive', 1)}"
        return replace(tables, why=why, root=path.parent, files=(path,))

    def _recognize_csv_folder(self, path: Path) -> Recognition | None:
        holds = Boundary(path).holds
        tables = [table for table in sorted(path.glob("*.[cC][sS][vV]")) if holds(table)]
        return self._kept_of(path, [table for table in tables if is_challenge_csv(table)])

    def _kept_of(self, path: Path, tables: list[Path]) -> Recognition | None:
        """Of the tables of a folder or archive those that are read, and why not the others."""
        csvs = {table.name.casefold(): table for table in tables}
        if not csvs:
            return None
        known = next((g for g in PRECEDENCE if any(name in csvs for name in g)), None)
        if known is None and len(csvs) > 1:
            raise InputError(
                f"several CSV files could be FER-2013: {', '.join(p.name for p in csvs.values())}",
                where=str(path),
                fix="Name the one file to ingest",
            )
        names = known if known is not None else tuple(csvs)
        kept = tuple(csvs[name] for name in names if name in csvs)
        ignored = {name: p.name for name, p in csvs.items() if p not in kept}
        same = [p for name, p in ignored.items() if any(name in group for group in PRECEDENCE)]
        other = [p for p in ignored.values() if p not in same]
        why = f"a folder with {' and '.join(p.name for p in kept)}"
        if same:
            why += f" ({', '.join(same)}: the same pictures, not read again)"
        if other:
            why += f" ({', '.join(other)}: not read; to ingest it, name the file itself)"
        return Recognition(
            self.name, "csv", why, path, kept, tuple(ignored.values()), complete=True
        )

    def read(self, recognition: Recognition, options: Fer2013Options) -> Iterator[Record]:
        """Yield every row or file as a sample or a reject."""
        name = options.name or self.name
        if recognition.layout != "csv":
            read = read_archive if recognition.layout == ARCHIVE else read_folder
            yield from read(recognition, options, name)
            return
        files = self._tables(recognition)
        apart = any(file.name.casefold() == VALIDATION_TABLE for file in files)
        for file in files:
            table = ChallengeTable(file, name, options.label_map, options.image_size)
            if apart and len(files) > 1:
                table.prefix = f"{name}:{file.stem.casefold()}/"
            yield from table.records()

    def _tables(self, recognition: Recognition) -> tuple[Path, ...]:
        """The CSV files to read: those of the recognition, or those in its archive."""
        first = recognition.files[0]
        packed = self._kept_of(first, challenge_tables(first))
        return packed.files if packed is not None else recognition.files

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say what lies beside the CSV or the class folders."""
        if recognition.layout == "csv":
            return unread_file(file, "a picture beside the CSV")
        return unread_file(file, outside_classes(file))

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Compare MD5, row count and usage counts with what was published."""
        if md5 in KNOWN_MD5:
            return f"the pristine {KNOWN_MD5[md5]} (MD5 {md5})"
        archive = recognition.layout == ARCHIVE
        left = archive_remark(recognition.files[0]) if archive else ""
        return self._facts(recognition, totals) + codes_said(totals) + left

    def _facts(self, recognition: Recognition, totals: RecordCounts) -> str:
        counts = ", ".join(f"{name} {count:,}" for name, count in _in_order(totals.splits))
        rows = "rows" if recognition.layout == "csv" else "files"
        facts = f"{totals.records:,} {rows} ({counts or 'no sample'})"
        known = next((text for text, same in KNOWN_COUNTS if same == dict(totals.splits)), "")
        if recognition.layout != "csv":
            return f"an image-folder copy{known and f' with the counts of {known}'}: {facts}"
        if known:
            return f"the counts of {known}, but another MD5, so written anew: {facts}"
        return f"not a published file: {facts}"


def _in_order(splits: Counter[str]) -> list[tuple[str, int]]:
    order = [*OFFICIAL, *sorted(set(splits) - set(OFFICIAL))]
    return [(name or "no usage", splits[name]) for name in order if name in splits]
