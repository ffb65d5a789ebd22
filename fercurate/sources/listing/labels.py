"""What the labels of a list mean: names, one-hot columns, or codes in an order that is known."""

import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from fercurate.domain.expression import KNOWN_EXPRESSIONS, parse_label
from fercurate.domain.taxonomy import LabelMap, integer_text, label_maps
from fercurate.errors import InputError
from fercurate.sources.names.label_orders import code_question, is_code
from fercurate.sources.tables.text_table import Table, TableRow

NAMES = LabelMap("names", {name: name for name in KNOWN_EXPRESSIONS})
_ROWS = 1_000_000
_PEEKED = 64
_SHOWN = 12
_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class ListLabels:
    """How the label of a row is read: ``column`` (or one-hot), by ``labels``; ``said`` is why."""

    table: Table
    column: int
    labels: LabelMap
    said: str = ""

    @property
    def expected(self) -> str:
        """What a label may be, in words."""
        return "a word for an expression" if self.labels is NAMES else self.labels.describe()

    def native(self, row: TableRow) -> str:
        """The label as the row has it; of one-hot columns, the name of the one that is set."""
        if self.column >= 0:
            return row.cells[self.column]
        classes = self.table.roles.classes
        values = [_flag(row.cells[i]) for i, _ in classes]
        chosen = [
            self.table.names[i] for (i, _), value in zip(classes, values, strict=True) if value
        ]
        return "+".join(chosen) if None not in values else ""

    def expression(self, native: str) -> str | None:
        """The canonical expression of a native label, or None."""
        expression = self.labels.expression(native)
        return expression if expression in KNOWN_EXPRESSIONS else None


def list_labels(table: Table, label_map: LabelMap | None, where: str) -> ListLabels:
    """Decide how the labels of a list are read.

    Raises:
        InputError: codes without names and no map, or several columns that could be the label.
    """
    if not table.roles.labels:
        _refuse_votes(table, where)
        return ListLabels(table, -1, label_map or NAMES)
    column = _label_column(table, label_map, where)
    if label_map is not None:
        return ListLabels(table, column, label_map)
    counts = _counts(table, column)
    codes: Counter[str] = Counter()
    for label, count in counts.items():
        if is_code(label):
            codes[integer_text(label)] += count
    if codes.total() <= _SHARE * counts.total():
        _refuse_words(counts, where)
        return ListLabels(table, column, NAMES)
    if table.roles.valence >= 0 and table.roles.arousal >= 0:
        order = label_maps()["affectnet"]
        return ListLabels(table, column, order, f"codes read as AffectNet's: {order.describe()}")
    raise code_question(codes, where, "the labels are codes without names")


def _refuse_votes(table: Table, where: str) -> None:
    """Refuse columns a class that hold votes or probabilities in place of one 1."""
    rows = [row for row, _ in zip(table.rows(), range(_PEEKED), strict=False) if not row.fault]
    classes = table.roles.classes
    flags = ([_flag(row.cells[i]) for i, _ in classes] for row in rows)
    single = sum(None not in values and sum(map(bool, values)) == 1 for values in flags)
    if single <= _SHARE * len(rows):
        names = ", ".join(table.names[i] for i, _ in classes)
        raise InputError(
            f"the columns {names} hold votes or probabilities; expected one 1 in each row",
            where=where,
            fix="Write the label of each row into a column: path,label",
        )


def _refuse_words(counts: Mapping[str, int], where: str) -> None:
    """Refuse labels that are mostly no known words, with an option to paste."""
    unknown = [label for label in counts if parse_label(label) is None]
    if sum(counts[label] for label in unknown) <= _SHARE * sum(counts.values()):
        return
    shown = ", ".join(f"{label!r} {counts[label]:,}" for label in sorted(unknown)[:_SHOWN])
    pairs = ",".join(f"{label}=..." for label in sorted(unknown)[:_SHOWN])
    raise InputError(
        f"labels that are no known words (rows by label: {shown})",
        where=where,
        fix=f"Say what they mean: --label-map {shlex.quote(pairs)} "
        "(- for a label that is no class)",
    )


def _counts(table: Table, column: int) -> Counter[str]:
    """Rows by label, of the first million rows."""
    rows = (row for row, _ in zip(table.rows(), range(_ROWS), strict=False) if not row.fault)
    return Counter(row.cells[column] for row in rows)


def _label_column(table: Table, label_map: LabelMap | None, where: str) -> int:
    """The column of the label; of several the one that holds names, else it is asked for."""
    columns = table.roles.labels
    if len(columns) == 1:
        return columns[0]
    rows = [
        row.cells for row, _ in zip(table.rows(), range(_PEEKED), strict=False) if not row.fault
    ]

    def known(text: str) -> bool:
        named = parse_label(text) is not None
        return named or (label_map is not None and label_map.knows(text))

    named = [i for i in columns if rows and all(known(cells[i]) for cells in rows)]
    if named and all(_same(cells[i], cells[named[0]]) for i in named for cells in rows):
        return named[0]
    example = " ".join(rows[0]) if rows else ""
    readings = "; ".join(f"--columns {_columns(table, i)}" for i in columns[:3])
    raise InputError(
        f"several columns could be the label (as in {example[:80]!r})",
        where=where,
        fix=f"Say what the columns are, one of: {readings}",
    )


def _same(one: str, other: str) -> bool:
    return one == other or parse_label(one) == (parse_label(other) or one)


def _columns(table: Table, label: int) -> str:
    roles = {table.roles.path: "path", label: "label"}
    return ",".join(roles.get(i, "-") for i in range(len(table.names)))


def _flag(cell: str) -> bool | None:
    """Whether a cell of a one-hot column is 1; None for what is neither 0 nor 1."""
    words = {"true": True, "false": False, "": False}
    try:
        return {1.0: True, 0.0: False}.get(float(cell))
    except ValueError:
        return words.get(cell.casefold())
