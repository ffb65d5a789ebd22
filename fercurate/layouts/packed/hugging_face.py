"""Parquet as Hugging Face's ``datasets`` keeps it: ``Image``, ``ClassLabel``, and a card.

Class names stand in the schema's metadata, where ``load_dataset`` finds them without a script.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.errors import ExportError
from fercurate.layouts.base import (
    Layout,
    LayoutData,
    LayoutPlan,
    LayoutSplit,
    LayoutWork,
    kept_splits,
    row_files,
    split_places,
)
from fercurate.layouts.class_codes import InClassOrder, ordered_codes
from fercurate.layouts.encoding import SUFFIXES, Encoding, PictureFormat
from fercurate.layouts.packed.card_head import card_head

if TYPE_CHECKING:
    import pyarrow as pa

_SPLITS = {
    "train": "train",
    "val": "validation",
    "test": "test",
    "test_screened": "test_screened",
}
_SHARD_BYTES = 500_000_000
_GROUP_BYTES, _GROUP_ROWS = 64 << 20, 4096
_LICENSE = re.compile(r"[a-z0-9][a-z0-9.-]{0,40}")
_KINDS = {"O": "string", "i": "int64", "f": "float64"}


@dataclass(frozen=True)
class HuggingFace(InClassOrder, Layout):
    """``data/train-00000-of-00001.parquet`` and so on, at most half a gigabyte each, and a card.

    Columns are ``image``, ``label`` and everything that the export knows of a row. Codes go in the
    ``order`` of classes that the trainer has (empty: that of the export). ``license`` is that of
    the card, by the names of the Hub; of pictures that may not be passed on it can only be
    ``other``.
    """

    title: ClassVar[str] = "Parquet for Hugging Face datasets"
    carried: ClassVar[tuple[str, ...]] = ("*",)

    pictures: PictureFormat = "png"
    order: tuple[str, ...] = ()
    license: str = "other"
    kind: Literal["hf"] = "hf"

    def __post_init__(self) -> None:
        super().__post_init__()
        if not _LICENSE.fullmatch(self.license):
            raise ValueError(f"license is {self.license!r}; expected a name such as mit, or other")

    def plan(self, data: LayoutData) -> LayoutPlan:
        """The file and the row of every row."""
        if data.restricted and self.license != "other":
            raise ExportError(
                f"license {self.license}, but it holds pictures that may not be passed on",
                expected="license other",
                fix="Leave the license out; the card says which source does not allow it",
            )
        if not data.licensed and self.license != "other":
            raise ExportError(
                f"license {self.license}, but nothing is known of the licenses of its pictures",
                expected="license other",
                fix="Leave the license out, or lay out the whole folder of an export",
            )
        codes = ordered_codes(data.classes, self.order)
        places, remarks = split_places(data, _SPLITS)

        def namer(split: LayoutSplit) -> Callable[[int], str]:
            shards = _shards(split, places[split.split], data)
            return lambda row: f"{shards[row // shards[0][2]][0]}:{row % shards[0][2]}"

        return LayoutPlan(codes, places, row_files(data, places, namer), remarks)

    def write(self, folder: Path, data: LayoutData, plan: LayoutPlan, work: LayoutWork) -> set[str]:
        """Write the files of each split."""
        if find_spec("pyarrow") is None:
            fix = "Install it with: pip install 'fercurate[parquet]'"
            raise ExportError("writing Parquet needs PyArrow", fix=fix)
        (folder / "data").mkdir()
        written = set()
        for split in kept_splits(data, plan):
            shards = _shards(split, plan.places[split.split], data)
            table = _Table(split, data, plan, self.encoding, plan.codes.class_names(self.order))
            table.write(folder, shards, work)
            written |= {name for name, _, _ in shards}
        return written

    @property
    def encoding(self) -> Encoding:
        """How its pictures are files."""
        return Encoding(self.pictures)

    def front_matter(self, data: LayoutData, plan: LayoutPlan) -> str:
        """The head of the card: license, task, features, rows and files of each split."""
        features = _features(data.splits[0].columns, plan.codes.class_names(self.order))
        return card_head(data, plan, features, self.license)


def _shards(split: LayoutSplit, place: str, data: LayoutData) -> list[tuple[str, int, int]]:
    """The files of a split, each with its first row and its end."""
    rows = max(_SHARD_BYTES // (int(np.prod(data.picture)) + 400), 1)
    starts = list(range(0, len(split), rows)) or [0]
    return [
        (f"data/{place}-{n:05d}-of-{len(starts):05d}.parquet", first, min(first + rows, len(split)))
        for n, first in enumerate(starts)
    ]


def _features(columns: Mapping[str, NDArray[Any]], names: Sequence[str]) -> dict[str, Any]:
    features: dict[str, Any] = {
        "image": {"_type": "Image"},
        "label": {"names": list(names), "_type": "ClassLabel"},
    }
    for name, values in columns.items():
        kind = {"dtype": _KINDS.get(values.dtype.kind, values.dtype.name), "_type": "Value"}
        if values.dtype == np.float32:
            kind["dtype"] = "float32"
        features[name] = kind if values.ndim == 1 else {"feature": kind, "_type": "Sequence"}
    return features


class _Table:
    """The rows of a split, as Parquet holds them."""

    def __init__(
        self,
        split: LayoutSplit,
        data: LayoutData,
        plan: LayoutPlan,
        encoding: Encoding,
        names: Sequence[str],
    ) -> None:
        import pyarrow as pa  # noqa: PLC0415  # an extra, and slow to import

        self.split, self.encoding = split, encoding
        self.codes = plan.codes.of(split.labels)
        self.suffix, self.digits = SUFFIXES[encoding.form], data.digits
        picture = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
        fields = [pa.field("image", picture), pa.field("label", pa.int64())]
        for name, values in split.columns.items():
            kind = _arrow_type(values)
            fields.append(pa.field(name, kind if values.ndim == 1 else pa.list_(kind)))
        about = {"info": {"features": _features(split.columns, names)}}
        self.schema = pa.schema(fields, {"huggingface": json.dumps(about)})
        self.group = max(min(_GROUP_BYTES // (int(np.prod(data.picture)) + 400), _GROUP_ROWS), 1)

    def write(self, folder: Path, shards: Sequence[tuple[str, int, int]], work: LayoutWork) -> None:
        """Write the rows into their files, group by group."""
        import pyarrow.parquet as pq  # noqa: PLC0415

        groups = self._groups(shards, work)
        for name, first, end in shards:
            with pq.ParquetWriter(
                folder / name,
                self.schema,
                compression={
                    one: "none" if one == "image.bytes" else "snappy" for one in self._leaves()
                },
                use_dictionary=self._leaves()[2:],
                write_statistics=False,
            ) as out:
                row = first
                while row < end:
                    batch = next(groups)
                    out.write_batch(batch, row_group_size=len(batch))
                    row += len(batch)

    def _leaves(self) -> list[str]:
        """The columns as Parquet stores them, bytes and path of the picture first."""
        others = [
            field.name if self.split.columns[field.name].ndim == 1 else f"{field.name}.list.element"
            for field in list(self.schema)[2:]
        ]
        return ["image.bytes", "image.path", "label", *others]

    def _groups(
        self, shards: Sequence[tuple[str, int, int]], work: LayoutWork
    ) -> Iterator["pa.RecordBatch"]:
        """Yield record batches: full groups, and what is left at the end of a file."""
        ends = iter([end for _, _, end in shards])
        row, end, held = 0, next(ends), list[bytes]()
        for block in work.by_files(self.split, self.encoding, _as_they_are):
            held += block
            while held:
                wanted = min(self.group, end - row)
                if len(held) < wanted:
                    break
                yield self._batch(row, held[:wanted])
                held, row = held[wanted:], row + wanted
                if row == end:
                    end = next(ends, end)

    def _batch(self, first: int, contents: Sequence[bytes]) -> "pa.RecordBatch":
        import pyarrow as pa  # noqa: PLC0415

        rows = slice(first, first + len(contents))
        names = [
            f"{self.split.split}_{row:0{self.digits}d}{self.suffix}"
            for row in range(rows.start, rows.stop)
        ]
        picture = pa.StructArray.from_arrays(
            [pa.array(contents, pa.binary()), pa.array(names)], ["bytes", "path"]
        )
        others = [
            pa.array(list(values[rows]), field.type)
            for values, field in zip(
                self.split.columns.values(), list(self.schema)[2:], strict=True
            )
        ]
        arrays = [picture, pa.array(self.codes[rows]), *others]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def _as_they_are(_first: int, contents: Sequence[bytes]) -> Sequence[bytes]:
    return contents


def _arrow_type(values: NDArray[Any]) -> "pa.DataType":
    import pyarrow as pa  # noqa: PLC0415

    return pa.string() if values.dtype.kind == "O" else pa.from_numpy_dtype(values.dtype)
