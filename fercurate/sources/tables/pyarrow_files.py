"""Parquet files by PyArrow, which is an extra: what their columns are, and rows by batches."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fercurate.errors import InputError
from fercurate.files.regular import check_regular, open_regular
from fercurate.sources.names.columns import refuse_repeated

SUFFIX = ".parquet"
_MAGIC = b"PAR1"
_MAX_GROUP = 1 << 30
"""Bytes of the largest row group: PyArrow may hold a page of it whole, and that may be all."""

_BATCH_BYTES = 256 << 20
_MAX_BATCH = 64
_MOST_BYTES, _MOST_ITEMS = 64 << 20, 4 << 20
"""Bytes of an image file, and items or characters of any other value, at most."""
_BUFFER = 1 << 20
_MOST_CLASSES = 256


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its name, the kind of its values, and the names of its codes if it has them.

    The kind is ``image`` (a structure with bytes), ``bytes``, ``text``, ``number`` or ``list``.
    """

    name: str
    kind: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What a file says of itself: its columns and the number of its rows."""

    columns: tuple[TableColumn, ...]
    rows: int


def has_pyarrow() -> bool:
    """Whether PyArrow is installed."""
    return find_spec("pyarrow") is not None


def missing_pyarrow(path: Path) -> InputError:
    """What is said of a Parquet file without PyArrow."""
    fix = "Install it with: pip install 'fercurate[parquet]'"
    return InputError("reading Parquet needs PyArrow", where=str(path), fix=fix)


def is_parquet(path: Path) -> bool:
    """Whether a file begins and ends as Parquet files do."""
    try:
        with open_regular(path) as file:
            head = file.read(4)
            file.seek(-4, 2)
            return head == _MAGIC == file.read(4)
    except OSError:
        return False


def table_facts(path: Path) -> TableFacts:
    """Read the columns of a file, and no row.

    Raises:
        InputError: no Parquet file, damaged, or PyArrow is not installed.
    """
    with _opened(path) as file:
        names = _class_names(file.schema_arrow.metadata)
        columns = tuple(
            TableColumn(field.name, _kind(field.type), names.get(field.name, ()))
            for field in file.schema_arrow
        )
        return TableFacts(columns, file.metadata.num_rows)


def table_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the values of some columns row by row, a few rows held at a time.

    Raises:
        InputError: damaged, or a row group that is too large to be held.
    """
    with _opened(path) as file:
        refuse_repeated(file.schema_arrow.names, str(path))
        group = _largest_group(file)
        if group > _MAX_GROUP:
            raise InputError(
                f"a row group of {group:,} bytes; at most {_MAX_GROUP:,} are read",
                where=str(path),
                fix="Write it again with a smaller row_group_size",
            )
        size = max(1, min(_MAX_BATCH, _BATCH_BYTES // max(group, 1)))
        batches = file.iter_batches(batch_size=size, columns=list(columns), use_threads=False)
        for batch in batches:
            for name in columns:
                _check_extent(batch.column(name), name)
            values = {name: batch.column(name).to_pylist() for name in columns}
            yield from zip(*(values[name] for name in columns), strict=True)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    if not has_pyarrow():
        raise missing_pyarrow(path)
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    try:
        check_regular(path)
        with parquet.ParquetFile(path, pre_buffer=False, buffer_size=_BUFFER) as file:
            yield file
    except (arrow.ArrowException, OSError, MemoryError, KeyError, ValueError) as error:
        text = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InputError(f"damaged, or no Parquet file ({text})", where=str(path)) from None


def _largest_group(file: Any) -> int:
    """Bytes that the largest row group says to fill.

    Of single columns nothing is asked: PyArrow ends the program if what a file says of them is
    damaged.
    """
    groups = range(file.metadata.num_row_groups)
    return max((file.metadata.row_group(group).total_byte_size for group in groups), default=0)


def _check_extent(values: Any, name: str) -> None:
    """Refuse a batch with values beyond all proportion before Python objects are made of them."""
    types, compute = import_module("pyarrow").types, import_module("pyarrow.compute")
    kind = values.type
    if types.is_struct(kind):
        for place in range(kind.num_fields):
            _check_extent(values.field(place), name)
        return
    most = _MOST_BYTES if _is_binary(kind) else _MOST_ITEMS
    if types.is_list(kind) or types.is_large_list(kind):
        longest = compute.max(compute.list_value_length(values)).as_py()
    elif _is_binary(kind) or types.is_string(kind) or types.is_large_string(kind):
        longest = compute.max(compute.binary_length(values)).as_py()
    else:
        return
    if (longest or 0) > most:
        raise ValueError(f"column {name}: a value of {longest:,} items; at most {most:,} are read")


def _is_binary(kind: Any) -> bool:
    types = import_module("pyarrow").types
    return bool(types.is_binary(kind) or types.is_large_binary(kind))


def _kind(kind: Any) -> str:
    types = import_module("pyarrow").types
    if types.is_struct(kind):
        names = [kind.field(position).name for position in range(kind.num_fields)]
        return "image" if "bytes" in names else "structure"
    if types.is_dictionary(kind):
        return _kind(kind.value_type)
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return "bytes"
    if types.is_string(kind) or types.is_large_string(kind):
        return "text"
    if types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        return "list"
    number = types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind)
    return "number" if number else "other"


def _class_names(metadata: Any) -> dict[str, tuple[str, ...]]:
    """The names of classes by column, from what Hugging Face writes into a schema."""
    try:
        features = json.loads((metadata or {}).get(b"huggingface", b"{}"))["info"]["features"]
        return {
            name: tuple(feature["names"])
            for name, feature in features.items()
            if isinstance(feature, dict) and _is_class_label(feature)
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _is_class_label(feature: dict[str, Any]) -> bool:
    names = feature.get("names")
    listed = isinstance(names, list) and 0 < len(names) <= _MOST_CLASSES
    return listed and all(isinstance(name, str) for name in names or ())
