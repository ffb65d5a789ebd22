"""Reading predictions from a CSV, .npz or Parquet file; nothing in it is trusted, or unpickled."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import EXPRESSIONS, parse_label
from fercurate.domain.lineage import InputFile
from fercurate.domain.text import is_written_text
from fercurate.errors import InputError
from fercurate.files.digest import sha256_of
from fercurate.files.regular import check_regular
from fercurate.pipeline.predictions.columns import MOST_CLASSES, OUT_OF_FOLD, class_order
from fercurate.pipeline.predictions.table import (
    MOST_ROWS,
    PredictionTable,
    TableOrigin,
    table_of_cells,
)
from fercurate.sources.arrays.columns import ArrayColumn
from fercurate.sources.arrays.npy import npz_columns
from fercurate.sources.reading.csv_records import Line, read_lines, split_header
from fercurate.sources.tables.pyarrow_files import table_facts, table_rows

NPZ, PARQUET = ".npz", ".parquet"
TEXT_SUFFIXES: tuple[str, ...] = (".csv", ".tsv", ".txt")

_MOST_BYTES = 2 << 30
_MOST_COLUMNS = 1024
_IDS, _CLASSES, _PROBABILITIES = "ids", "classes", "probabilities"
_MEANT = f"the arrays {_PROBABILITIES} (M, K), {_CLASSES} (K,) and, if need be, {_IDS} (M,)"


def read_predictions(path: Path) -> PredictionTable:
    """Read a file of predictions, of at most 2 GiB; its kind is told by its suffix.

    Raises:
        InputError: it is missing, no regular file, of another kind, too large, or not as expected.
    """
    suffix = path.suffix.casefold()
    if suffix not in (*TEXT_SUFFIXES, NPZ, PARQUET):
        known = ", ".join((*TEXT_SUFFIXES, NPZ, PARQUET))
        raise InputError("another kind of file", where=str(path), expected=f"one of {known}")
    try:
        check_regular(path)
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise InputError(f"{size:,} bytes; at most {_MOST_BYTES:,} are read", where=str(path))
        told = InputFile(path.name, size, sha256_of(path))
    except OSError as error:
        raise InputError(str(error.strerror or error), where=str(path)) from None
    line = "line" if suffix in TEXT_SUFFIXES else "row"
    origin = TableOrigin(str(path), path.stem, line, (told,))
    if suffix == NPZ:
        return _read_arrays(path, origin)
    return _read_parquet(path, origin) if suffix == PARQUET else _read_text(path, origin)


def _read_text(path: Path, origin: TableOrigin) -> PredictionTable:
    lines = (line for line in read_lines(path) if line.overlong or line.text.strip())
    head = next(lines, None)
    if head is None:
        raise InputError("the file is empty", where=str(path), expected="a CSV with a header line")
    if head.overlong:
        raise InputError("an overlong header line", where=str(path))
    delimiter = split_header(head.text).delimiter.decode()
    names = [name.strip("\ufeff \t\"'#") for name in _cells(head, delimiter, origin)]
    if len(names) > _MOST_COLUMNS:
        raise InputError(f"{len(names):,} columns", where=str(path), expected="an id and classes")
    rows = ((line.number, _cells(line, delimiter, origin)) for line in lines)
    return table_of_cells(origin, names, rows)


def _cells(line: Line, delimiter: str, origin: TableOrigin) -> list[str]:
    if line.overlong:
        raise InputError("an overlong line", where=origin.place(line.number))
    text = line.text.decode("utf-8", "surrogateescape")
    try:
        return next(csv.reader([text], delimiter=delimiter))
    except csv.Error as error:
        raise InputError(f"no line of a CSV ({error})", where=origin.place(line.number)) from None


def _read_parquet(path: Path, origin: TableOrigin) -> PredictionTable:
    facts = table_facts(path)
    names = [column.name for column in facts.columns if column.kind in ("number", "text")]
    if facts.rows > MOST_ROWS or len(names) > _MOST_COLUMNS:
        size = f"{facts.rows:,} rows of {len(names):,} columns"
        raise InputError(f"{size}; at most {MOST_ROWS:,} of {_MOST_COLUMNS:,}", where=str(path))
    return table_of_cells(origin, names, enumerate(table_rows(path, names), 1))


def _read_arrays(path: Path, origin: TableOrigin) -> PredictionTable:
    """Arrays are read in blocks, and only where their headers say what is expected."""
    columns = {column.key: column for column in npz_columns(path, ())}
    for column in columns.values():
        if column.key in (_PROBABILITIES, _CLASSES, _IDS, OUT_OF_FOLD) and column.fault:
            raise InputError(f"{column.key}: {column.fault}", where=str(path))
    missing = [name for name in (_PROBABILITIES, _CLASSES) if name not in columns]
    if missing:
        listed = ", ".join(list(columns)[:12]) or "none"
        found = f"no array {' and '.join(missing)} (arrays: {listed})"
        raise InputError(found, where=str(path), expected=_MEANT)
    _check_shapes(columns, str(path))
    names = [str(name) for name in _texts(columns[_CLASSES])]
    classes, places = class_order([_class(name, path) for name in names], names, str(path))
    ids, said = columns.get(_IDS), columns.get(OUT_OF_FOLD)
    values = np.concatenate([np.empty((0, len(names))), *columns[_PROBABILITIES].values()])
    return PredictionTable(
        origin,
        classes,
        values[:, places].astype(np.float64),
        None if ids is None else tuple(_texts(ids)),
        None if said is None else np.concatenate([[], *said.values()]).astype(bool),
        np.arange(1, len(values) + 1),
    )


def _check_shapes(columns: Mapping[str, ArrayColumn], where: str) -> None:
    """Refuse arrays that do not fit each other, by what their headers say."""
    shape = columns[_PROBABILITIES].shape
    kinds = {_PROBABILITIES: "f", _CLASSES: "SU", _IDS: "SU", OUT_OF_FOLD: "biu"}
    if len(shape) != 2 or not 2 <= shape[1] <= MOST_CLASSES or shape[0] > MOST_ROWS:
        raise InputError(
            columns[_PROBABILITIES].text,
            where=where,
            expected=f"(M, K) with 2 to {MOST_CLASSES} classes and at most {MOST_ROWS:,} rows",
        )
    lengths = {_PROBABILITIES: shape, _CLASSES: shape[1:], _IDS: shape[:1], OUT_OF_FOLD: shape[:1]}
    for name, length in lengths.items():
        column = columns.get(name)
        if column and (column.shape != length or column.dtype.kind not in kinds[name]):
            raise InputError(column.text, where=where, expected=_MEANT)


def _texts(column: ArrayColumn) -> Iterator[str]:
    """The texts of an array; bytes are UTF-8."""
    for block in column.values():
        values: NDArray[Any] = block
        if values.dtype.kind == "S":
            yield from (value.decode("utf-8", "surrogateescape") for value in values.tolist())
            continue
        if not is_written_text(values):
            raise InputError(f"{column.key}: numbers that are no characters", where=column.origin)
        yield from values.tolist()


def _class(name: str, path: Path) -> str:
    expression = parse_label(name)
    if expression is None:
        listed = f"a name of an expression, {', '.join(EXPRESSIONS)}, or of a compound one"
        raise InputError(f"the class {name[:40]!r}", where=str(path), expected=listed)
    return expression
