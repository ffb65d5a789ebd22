"""``trace --list``: the samples that a condition holds for, as ids or as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fercurate.domain.text import decode_text
from fercurate.files.csv_text import write_csv_file
from fercurate.pipeline.annotations.attributes import attribute_names
from fercurate.pipeline.measure.columns import SampleValues, parsed
from fercurate.recipe.conditions import ATTRIBUTE, CONDITION_COLUMNS, DECISION, VERDICT, VOTES
from fercurate.report.overview.base import HasOverview, Overview, rows_frame
from fercurate.screening.presets import DEFAULT_PRESET
from fercurate.screening.registry import preset_policy
from fercurate.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
_LEFT_OUT = ("id",)


@dataclass(frozen=True, repr=False)
class SampleList(HasOverview):
    """Samples (M) of a store that a condition holds for: a column of texts by name.

    Columns: ``sample_id``, those of the manifest, and what else is known: scores, votes, verdict.
    """

    where: str
    columns: dict[str, list[str]]

    def __len__(self) -> int:
        return len(self.columns["sample_id"])

    @property
    def ids(self) -> list[str]:
        """The ids."""
        return self.columns["sample_id"]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the samples line by line."""
        yield from zip(*self.columns.values(), strict=True)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        samples = [dict(zip(self.columns, row, strict=True)) for row in self.rows()]
        head = {"schema_version": SCHEMA_VERSION, "kind": "samples", "where": self.where}
        return head | {"count": len(self), "samples": samples}

    def overview(self) -> Overview:
        """How many."""
        return Overview(f"{len(self):,} samples where {self.where or 'stored'}")

    def to_frame(self) -> "pd.DataFrame":
        """Return a row a sample as a pandas table of text."""
        return rows_frame(tuple(self.columns), list(self.rows()))

    def write_csv(self, path: Path) -> None:
        """Write them as CSV, whole or not at all.

        Raises:
            OSError: the file cannot be written.
        """
        write_csv_file(path, list(self.columns), self.rows(), "surrogateescape")


def list_samples(path: Path, where: str = "") -> SampleList:
    """List the samples of a store that a condition holds for; all of them for "".

    Raises:
        WhereError: it is no condition.
        InputError: it rests on what is not measured yet.
        StoreError: the store is missing or damaged.
    """
    condition = parsed(where) if where else None
    with Store.open(path) as store:
        values = SampleValues(store, preset_policy(DEFAULT_PRESET))
        rows = np.arange(len(store)) if condition is None else values.rows(condition)
        columns = {"sample_id": store.manifest.take(rows).text("id").tolist()}
        attributes = {ATTRIBUTE + name: "text" for name in attribute_names(store)}
        for name, kind in {**CONDITION_COLUMNS, **attributes}.items():
            if name in _LEFT_OUT or not _is_known(values, name):
                continue
            column = values.column(name)[rows]
            if kind == "text":
                columns[name] = decode_text(column).tolist()
            else:
                columns[name] = [f"{x:.6g}" if np.isfinite(x) else "" for x in column]
    return SampleList(where, columns)


def _is_known(values: SampleValues, name: str) -> bool:
    """Whether a column can be told: of scores and verdicts only what is measured."""
    store = values.store
    if name in store.manifest.columns or name.startswith((VOTES, ATTRIBUTE)):
        return True
    if name.startswith(DECISION):
        return values.is_decided
    if name == VERDICT:
        return all(one in values.scores for one in values.policy.criteria)
    return name in values.scores
