"""Joining rows of predictions with the samples of a store: by id, or by their order."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.text import text_rows
from fercurate.errors import InputError
from fercurate.pipeline.predictions.columns import ID_COLUMNS
from fercurate.pipeline.predictions.table import PredictionTable
from fercurate.store.store import Store

_NAMED = 3


@dataclass(frozen=True, eq=False)
class JoinedRows:
    """Manifest rows (M,) int64, ascending, and the position (M,) in the table of each.

    ``derived`` counts rows of the table that are derived rows of an export, and no samples.
    """

    rows: NDArray[np.int64]
    order: NDArray[np.int64]
    derived: int = 0


def join_samples(store: Store, table: PredictionTable) -> JoinedRows:
    """Find the sample of every row of a table; without ids, rows are in the order of the store.

    Raises:
        InputError: ids of no sample, an id that stands there twice, no row of a sample, or without
            ids another number of rows than the store has samples.
    """
    if table.ids is None:
        if len(table) != len(store):
            raise InputError(
                f"{len(table):,} rows without ids for the {len(store):,} samples of "
                f"{store.path.name}",
                where=table.origin.where,
                expected=f"a column {' or '.join(ID_COLUMNS)}, or one row a sample, in its order",
            )
        every = np.arange(len(store), dtype=np.int64)
        return JoinedRows(every, every)
    found = text_rows(store.manifest.encoded("id"), table.ids)
    unknown = np.flatnonzero(found < 0)
    known = frozenset(store.manifest.text("id") if len(unknown) else ())
    derived = [row for row in unknown.tolist() if _is_derived(table.ids[row], known)]
    if len(derived) < len(unknown):
        _refuse_unknown(store, table, sorted({*unknown.tolist()} - {*derived}))
    order = np.flatnonzero(found >= 0)
    if not len(order):
        raise InputError("only derived rows of an export", where=table.origin.where)
    order = order[np.argsort(found[order], kind="stable")]
    rows = found[order]
    again = np.flatnonzero(rows[1:] == rows[:-1])
    if len(again):
        first, second = order[again[0]], order[again[0] + 1]
        raise InputError(
            f"the id {table.ids[first]} stands there twice (also {table.place(int(second))})",
            where=table.place(int(first)),
        )
    return JoinedRows(rows, order, len(derived))


def _is_derived(name: str, known: Collection[str]) -> bool:
    """Whether a name is that of a row made from a sample: ``fer2013:0000017#rotate(90)``."""
    place = name.find("#")
    while place > 0:
        if name[:place] in known:
            return True
        place = name.find("#", place + 1)
    return False


def _refuse_unknown(store: Store, table: PredictionTable, rows: list[int]) -> None:
    ids = table.ids or ()
    listed = ", ".join(ids[row][:80] for row in rows[:_NAMED])
    more = ", ..." if len(rows) > _NAMED else ""
    samples = store.manifest.text("id")[:1].tolist()
    raise InputError(
        f"{len(rows):,} of {len(ids):,} ids are of no sample in {store.path.name} ({listed}{more})",
        where=table.origin.where,
        expected=f"ids such as {samples[0]}" if samples else "a store with samples",
        fix=f"Nothing was stored; list ids with: fercurate trace --list --store {store.path}",
    )
