"""Parquet: pictures in one column and labels in another, as Hugging Face data sets are kept."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.errors import InputError
from fercurate.files.parallel import map_ordered
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.names.label_orders import codes_said
from fercurate.sources.names.split_words import native_split
from fercurate.sources.names.unread import unread_file
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.parquet.columns import PictureTable
from fercurate.sources.parquet.pictures import picture_bytes, picture_of
from fercurate.sources.parquet.shards import (
    Shard,
    missing_shards,
    parquet_paths,
    read_shards,
)
from fercurate.sources.reading.loading import NOT_READ
from fercurate.sources.tables.label_codes import (
    LabelMeaning,
    code_name,
    count_labels,
    label_meaning,
    unknown_split,
)
from fercurate.sources.tables.precedence import holds_class_folders
from fercurate.sources.tables.pyarrow_files import has_pyarrow, missing_pyarrow, table_rows
from fercurate.sources.tables.row_ids import check_prefixes

FOLDER = "folder of shards"
_AHEAD = 64
_SHOWN = 6

_Row = tuple[Any, Sample] | Reject


class Parquet:
    """Source ``parquet``."""

    name: ClassVar[str] = "parquet"
    title: ClassVar[str] = "Parquet"
    license: ClassVar[str] = "as given by the user"
    redistributable: ClassVar[bool | None] = None
    options: ClassVar[type[LabelMapOptions]] = LabelMapOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize tables with a column of pictures and one of labels; class folders come first.

        Without PyArrow every Parquet file is taken, so that reading can ask for it.
        """
        files = parquet_paths(path)
        if not files or holds_class_folders(path):
            return None
        layout, root = (FOLDER, path) if path.is_dir() else ("file", path.parent)
        if has_pyarrow():
            try:
                files = [shard.file for shard in read_shards(path)]
            except InputError:  # of several files: reading says which is at fault
                files = files if path.is_dir() else []
        if not files:
            return None
        names = ", ".join(file.name for file in files[:_SHOWN])
        why = f"Parquet with pictures and labels ({names}{', ...' if len(files) > _SHOWN else ''})"
        return Recognition(self.name, layout, why, root, tuple(files), complete=True)

    def read(self, recognition: Recognition, options: LabelMapOptions) -> Iterator[Record]:
        """Yield every row as a sample or a reject, file after file.

        Raises:
            InputError: PyArrow is not installed, a damaged file, codes without names or label map.
        """
        if not has_pyarrow():
            raise missing_pyarrow(recognition.files[0])
        shards = _shards(recognition)
        check_prefixes({shard.relative: shard.prefix for shard in shards})
        meaning = _meaning(shards, options)
        name = options.name or self.name
        rows = (row for shard in shards for row in _rows(shard, meaning, name))
        yield from map_ordered(_record, rows, options.jobs, _AHEAD, _weight)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say what lies beside the tables."""
        del recognition
        return unread_file(file, "a picture beside Parquet")

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Count rows and files; name the codes, and shards that are missing."""
        del md5
        shards = _shards(recognition)
        plural = "s" if len(shards) != 1 else ""
        text = f"{totals.records:,} rows in {len(shards)} Parquet file{plural}"
        names = ", ".join(f"{code}={name}" for code, name in enumerate(_names(shards)))
        text += f"; codes named in the schema: {names}" if names else ""
        missing = missing_shards(shards)
        text += f"; not there: {', '.join(missing[:_SHOWN])}" if missing else ""
        return text + codes_said(totals)


def _shards(recognition: Recognition) -> tuple[Shard, ...]:
    folder = recognition.layout == FOLDER
    return read_shards(recognition.root if folder else recognition.files[0])


def _names(shards: Sequence[Shard]) -> tuple[str, ...]:
    """The names of the codes.

    Raises:
        InputError: two files name them differently.
    """
    named = {s.table.labels.names: s.relative for s in shards if s.table.labels.names}
    if len(named) > 1:
        texts = " and ".join(f"{', '.join(names)} in {place}" for names, place in named.items())
        raise InputError(f"codes have two orders: {texts}", fix="Ingest the files one by one")
    return next(iter(named), ())


def _meaning(shards: Sequence[Shard], options: LabelMapOptions) -> LabelMeaning:
    counts: Counter[str] = Counter()
    for shard in shards:
        column = shard.table.labels.name
        labels = (_text(value) for (value,) in table_rows(shard.file, [column]))
        counts += count_labels(labels, f"{shard.relative}, column {column}")
    where = f"{shards[0].relative}, column {shards[0].table.labels.name}"
    return label_meaning(counts, _names(shards), options.label_map, where)


def _text(value: Any) -> str:
    """A label, a person or a split as text; a one-hot list as the number of its column."""
    if isinstance(value, list):
        hot = [position for position, one in enumerate(value) if one == 1]
        plain = all(one in (0, 1) for one in value)
        return str(hot[0]) if plain and len(hot) == 1 else ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ""
    return "" if value is None else str(value).strip()[:200]


def _rows(shard: Shard, meaning: LabelMeaning, source: str) -> Iterator[_Row]:
    table = shard.table
    for row, values in enumerate(table_rows(shard.file, list(dict.fromkeys(table.names)))):
        told = dict(zip(dict.fromkeys(table.names), values, strict=True))
        label = _text(told[table.labels.name])
        split = _split(told, table)
        known = shard.split if split is None else native_split(split)
        expression = meaning.expressions.get(label)
        if expression is None:
            yield meaning.unknown_label(label, shard.relative, row)
        elif split and not known:
            yield unknown_split(split, shard.relative, row)
        else:
            yield (
                told[table.pictures.name],
                Sample(
                    id=f"{source}:{shard.prefix}{row:07d}",
                    source=source,
                    image=NOT_READ,
                    native_label=meaning.native[label],
                    expression=expression,
                    native_split=known,
                    origin=shard.relative,
                    row=row,
                    subject=_text(told[table.subjects]) if table.subjects else "",
                ),
            )


def _split(told: dict[str, Any], table: PictureTable) -> str | None:
    if table.splits is None:
        return None
    return code_name(_text(told[table.splits.name]), table.splits.names)


def _weight(row: _Row) -> int:
    return 0 if isinstance(row, Reject) else picture_bytes(row[0])


def _record(row: _Row) -> Record:
    if isinstance(row, Reject):
        return row
    value, sample = row
    try:
        return replace(sample, image=picture_of(value))
    except FileNotFoundError as error:
        code, message = RejectCode.MISSING, str(error)
    except (ValueError, TypeError, RuntimeError) as error:
        code, message = RejectCode.DECODE, str(error)
    return Reject(code, message, sample.origin, sample.row + 1)
