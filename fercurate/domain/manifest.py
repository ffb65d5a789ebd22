"""The manifest: the table of all samples without their pixels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.columns import (
    CodedText,
    Columns,
    FittedColumns,
    HeldColumns,
    TakenColumns,
    repeated_texts,
)
from fercurate.domain.groups import Groups, alone, group_equal
from fercurate.domain.text import Encoded, decode_text, encode_text
from fercurate.domain.votes import VOTE_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

TEXT_COLUMNS: tuple[str, ...] = (
    "id",
    "source",
    "native_label",
    "expression",
    "native_split",
    "subject",
    "sequence",
    "action_units",
    "origin",
    "digest",
)
"""Text columns, one value a sample; empty where the source has none."""

NUMBER_COLUMNS: dict[str, np.dtype[Any]] = {
    "row": np.dtype(np.int64),
    "line": np.dtype(np.int64),
    "frame": np.dtype(np.int64),
    "width": np.dtype(np.int32),
    "height": np.dtype(np.int32),
    "valence": np.dtype(np.float32),
    "arousal": np.dtype(np.float32),
}
"""Number columns and their dtypes; -1 (NaN for fractions) where the source has none."""


@dataclass(frozen=True, slots=True)
class ArrayColumn:
    """A column of arrays that only some samples have: shape of one, dtype, value if missing."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    missing: float


ARRAY_COLUMNS: dict[str, ArrayColumn] = {
    "votes": ArrayColumn((len(VOTE_COLUMNS),), np.dtype(np.uint8), 0),
    "box": ArrayColumn((4,), np.dtype(np.float32), np.nan),
    "landmarks": ArrayColumn((68, 2), np.dtype(np.float32), np.nan),
}
"""Array columns of the store; they are no part of the manifest and are read on their own."""

COLUMNS: tuple[str, ...] = (*TEXT_COLUMNS, *NUMBER_COLUMNS)

OWN_TEXT = frozenset({"id", "digest"})
"""Text of which nearly every sample has its own: as codes it would take more."""


@dataclass(frozen=True, repr=False)
class Manifest:
    """All samples of a store in store order, one row a sample (``COLUMNS``).

    A sample's position in this table is its row number wherever plans and splits speak of rows.
    A column of a store is read when it is asked for, each time anew where most of its values
    differ (ids, digests), so that a million samples take some megabytes.
    """

    columns: Columns

    @classmethod
    def from_columns(cls, columns: Mapping[str, NDArray[Any]]) -> "Manifest":
        """Build from arrays (N,) of one length; text columns hold ``str`` objects."""
        texts = {name: encode_text(columns[name]) for name in TEXT_COLUMNS}
        numbers = {n: np.asarray(columns[n], k) for n, k in NUMBER_COLUMNS.items()}
        return cls(HeldColumns({**texts, **numbers}))

    @classmethod
    def empty(cls) -> "Manifest":
        """A manifest without samples."""
        columns: dict[str, NDArray[Any]] = {name: np.empty(0, "S1") for name in TEXT_COLUMNS}
        return cls(HeldColumns(columns | {n: np.empty(0, k) for n, k in NUMBER_COLUMNS.items()}))

    def take(self, rows: NDArray[np.int64]) -> "Manifest":
        """The manifest of some rows (N,), in their order."""
        return Manifest(TakenColumns(self.columns, rows))

    def held(self, names: Sequence[str]) -> "Manifest":
        """Some columns alone, held in memory: what is left when a store is gone."""
        return Manifest(HeldColumns({name: self.columns[name] for name in names}))

    def fitted(self, rows: NDArray[np.int64]) -> "Manifest":
        """The manifest with columns of text only as wide as some rows (M,) need.

        Text of other rows may be cut: what is made from these must not depend on others.
        """
        return Manifest(FittedColumns(self.columns, rows))

    def __len__(self) -> int:
        return len(self.columns)

    def __repr__(self) -> str:
        return f"<Manifest of {len(self):,} samples>"

    def text(self, column: str) -> NDArray[np.object_]:
        """Return a text column (N,) of ``str`` objects."""
        if column in OWN_TEXT:
            return decode_text(self.columns[column])
        return self.columns.coded(column).decoded()

    def encoded(self, column: str) -> Encoded:
        """Return a text column (N,) as fixed-length UTF-8."""
        return self.columns[column]

    def coded(self, column: str) -> CodedText:
        """Return a text column (N,) as codes of its different values."""
        return self.columns.coded(column)

    def equal(self, column: str) -> Groups:
        """Groups (N,) of the samples whose text in a column is equal."""
        groups = alone(len(self))
        rows, texts = repeated_texts(self.columns, column)
        groups[rows] = rows[group_equal(texts)]
        return groups

    def is_one_of(self, column: str, values: Sequence[str]) -> NDArray[np.bool_]:
        """Mask (N,) of the samples whose text in a column is one of some."""
        sought = encode_text(values)
        if column in OWN_TEXT:
            return np.isin(self.columns[column], sought)
        return self.columns.coded(column).mask(sought)

    def numbers(self, column: str) -> NDArray[np.int64]:
        """Return a whole-number column (N,) as int64."""
        return self.columns[column].astype(np.int64)

    def to_frame(self) -> "pd.DataFrame":
        """Return the manifest as a pandas table, for analyses of one's own."""
        import pandas as pd  # noqa: PLC0415 (its import takes longer than most commands)

        texts = {name: self.text(name) for name in TEXT_COLUMNS}
        numbers = {name: self.columns[name] for name in NUMBER_COLUMNS}
        return pd.DataFrame({**texts, **numbers}, columns=list(COLUMNS))

    def counts(self, by: str, then: str) -> dict[str, dict[str, int]]:
        """Count rows by one text column and, within it, by another; both sorted by name."""
        outer, inner = self.coded(by), self.coded(then)
        width = max(len(inner.values), 1)
        pairs = np.bincount(
            outer.codes.astype(np.int64) * width + inner.codes,
            minlength=len(outer.values) * width,
        ).reshape(len(outer.values), width)
        names = decode_text(inner.values).tolist()
        return {
            name: {inner: count for inner, count in zip(names, row, strict=True) if count}
            for name, row in zip(decode_text(outer.values).tolist(), pairs.tolist(), strict=True)
        }
