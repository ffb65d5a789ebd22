"""``attributes add``: a table of attributes becomes part of a store."""

import re
import shlex
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import normalize

from fercurate.domain.annotations.attribute import ATTRIBUTE_NAME, ordered_values, value_fault
from fercurate.domain.expression import fold_word
from fercurate.errors import InputError
from fercurate.pipeline.annotations.attributes import LAYOUT, changed_attributes
from fercurate.pipeline.annotations.joined_table import JoinedTable
from fercurate.pipeline.annotations.storing import (
    TableChange,
    contents_digest,
    printable_name,
    store_table,
)
from fercurate.pipeline.annotations.table_columns import TableRequest
from fercurate.pipeline.events import Listener, ignore
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable
from fercurate.store.store import Store

SCHEMA_VERSION = 1
_MOST_ATTRIBUTES = 16
_MOST_VALUES = 256


@dataclass(frozen=True, slots=True)
class AddAttributesRequest:
    """Which table of attributes goes into which store.

    ``columns`` are those to read, all without them; ``skips_missing`` leaves out rows of no stored
    sample.
    """

    store: Path
    file: Path
    columns: tuple[str, ...] = ()
    skips_missing: bool = False
    dry_run: bool = False

    @property
    def command(self) -> str:
        """The command that does the same again, without machine paths."""
        told = f" --columns {shlex.quote(','.join(self.columns))}" if self.columns else ""
        told += " --skip-missing" if self.skips_missing else ""
        return (
            f"fercurate attributes add {self.store.name} "
            f"{shlex.quote(printable_name(self.file))}{told}"
        )


@dataclass(frozen=True, repr=False)
class AddAttributesReport(HasOverview):
    """What a table of attributes held: samples with a value, by attribute and value.

    ``samples`` of ``stored`` ones have one, ``missing`` rows were of none. ``changed`` counts the
    values that the store did not have, of a dry run those that it would get.
    """

    store: Path
    counts: dict[str, dict[str, int]]
    samples: int
    stored: int
    missing: int
    changed: int
    dry_run: bool

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "attributes-added",
            "store": str(self.store),
            "attributes": self.counts,
            "samples": self.samples,
            "stored": self.stored,
            "missing": self.missing,
            "changed": self.changed,
            "dry_run": self.dry_run,
        }

    def overview(self) -> Overview:
        """How many samples have each value."""
        rows = tuple((a, v, n) for a, values in self.counts.items() for v, n in values.items())
        headline = f"attributes {', '.join(self.counts)} of {self.samples:,} samples"
        return Overview(headline, (OverviewTable("", ("attribute", "value", "samples"), rows),))


def add_attributes(request: AddAttributesRequest, listen: Listener = ignore) -> AddAttributesReport:
    """Store a table of attributes in one committed change; an empty cell leaves what is there.

    Raises:
        InputError: the table is not as it should be, or a row is of no sample; nothing is stored.
        StoreError: the store is missing, busy or damaged.
    """
    with Store.open(request.store) as store:
        asked = TableRequest("attributes", request.columns, request.skips_missing)
        table = JoinedTable.read(request.file, len(store), asked)
        found, rows = table.joined(store)
        values = _values(found)
        measurements = changed_attributes(store, rows, values)
        if measurements and not request.dry_run:
            change = TableChange(
                request.file,
                session=f"attributes {contents_digest(measurements)}",
                command=request.command,
                layout=LAYOUT,
                variant=f"attributes {', '.join(values)} on {len(rows):,} samples",
                records=len(rows),
            )
            store_table(store, change, measurements, listen)
        return AddAttributesReport(
            request.store,
            _counts(values),
            samples=len(rows),
            stored=len(store),
            missing=len(table.lines) - len(rows),
            changed=sum(len(one.rows) for one in measurements),
            dry_run=request.dry_run,
        )


def _values(table: JoinedTable) -> dict[str, list[str]]:
    """Values by attribute, one a row, in the one way of writing accents (NFC).

    Raises:
        InputError: a column's name or a value is none, or there are too many different values.
    """
    names = _names(table)
    written = {cell for cells in table.cells for cell in cells}
    composed = {cell: normalize("NFC", cell) for cell in written}
    wrong = {cell for cell, value in composed.items() if value_fault(value)}
    if wrong:
        row = next(row for row, cells in enumerate(table.cells) if wrong.intersection(cells))
        cell, name = next(o for o in zip(table.cells[row], names, strict=True) if o[0] in wrong)
        expected = "a few words: a group, not a remark"
        raise table.fault(row, f"{value_fault(composed[cell])}, in the column {name}", expected)
    columns = [[composed[cell] for cell in column] for column in zip(*table.cells, strict=True)]
    for name, column in zip(names, columns, strict=True):
        _check_groups(table, name, set(column) - {""})
    return dict(zip(names, columns, strict=True))


def _check_groups(table: JoinedTable, name: str, groups: set[str]) -> None:
    if len(groups) > _MOST_VALUES:
        some = ", ".join(ordered_values(groups)[:3])
        raise InputError(
            f"{len(groups):,} different values in the column {name}: {some}, ...",
            where=str(table.path),
            expected=f"at most {_MOST_VALUES} groups",
            fix="Bring values together (ages to decades), or choose columns with --columns",
        )


def _names(table: JoinedTable) -> list[str]:
    """The names of the attributes, column by column."""
    where, names = f"{table.path}, header", []
    for column in table.columns:
        name = re.sub(r"[\W]+", "_", fold_word(column)).strip("_")
        if not ATTRIBUTE_NAME.fullmatch(name) or not name.isascii():
            raise InputError(
                f"{column[:60]!r} is no name of an attribute",
                where=where,
                expected="Latin letters, digits and _, a letter first, at most 40: age",
                fix="Rename the column, or choose others with --columns",
            )
        if name in names:
            raise InputError(f"two columns are the attribute {name}", where=where, expected="one")
        names.append(name)
    if len(names) > _MOST_ATTRIBUTES:
        raise InputError(
            f"{len(names)} columns of attributes",
            where=where,
            expected=f"at most {_MOST_ATTRIBUTES}",
            fix="Choose some with --columns",
        )
    return names


def _counts(values: dict[str, list[str]]) -> dict[str, dict[str, int]]:
    """How many rows have each value, by attribute."""
    found = {name: Counter(filter(None, cells)) for name, cells in values.items()}
    return {
        name: {value: counts[value] for value in ordered_values(counts)}
        for name, counts in found.items()
    }
