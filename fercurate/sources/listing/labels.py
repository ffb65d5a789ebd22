"""What the labels of a list mean: names, one-hot columns, or codes in an order that is known."""

from collections import Counter
from dataclasses import dataclass

from fercurate.domain.expression import EXPRESSIONS, parse_expression
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError
from fercurate.sources.listing.table import Table, TableRow
from fercurate.sources.names.label_orders import code_question, is_code

NAMES = LabelMap("names", {name: name for name in EXPRESSIONS})
_ROWS = 1_000_000
_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class ListLabels:
    """How the label of a row is read: ``column`` (or one-hot), by ``labels``; ``said`` is why."""

    table: Table
    column: int
    labels: LabelMap
    said: str = ""

    def native(self, row: TableRow) -> str:
        """The label as the row has it; of one-hot columns, the name of the one that is set."""
        classes = self.table.roles.classes
        if not classes:
            return row.cells[self.column]
        chosen = [self.table.names[i] for i, _ in classes if _is_set(row.cells[i])]
        return chosen[0] if len(chosen) == 1 else "+".join(chosen)

    def expression(self, native: str) -> str | None:
        """The canonical expression of a native label, or None."""
        expression = self.labels.expression(native)
        return expression if expression in EXPRESSIONS else None


def list_labels(table: Table, label_map: LabelMap | None, where: str) -> ListLabels:
    """Decide how the labels of a list are read.

    Raises:
        InputError: codes without names and no map, or several columns that could be the label.
    """
    if table.roles.classes:
        return ListLabels(table, -1, label_map or NAMES)
    column = _label_column(table, label_map, where)
    if label_map is not None:
        return ListLabels(table, column, label_map)
    codes = _codes(table, column)
    if not codes:
        return ListLabels(table, column, NAMES)
    if table.roles.valence >= 0 and table.roles.arousal >= 0:
        order = label_maps()["affectnet"]
        return ListLabels(table, column, order, f"codes read as AffectNet's: {order.describe()}")
    raise code_question(codes, where, "the labels are codes without names")


def _codes(table: Table, column: int) -> Counter[str]:
    """Rows by code, if most labels are whole numbers; empty if they are names."""
    counts: Counter[str] = Counter()
    for number, row in enumerate(table.rows()):
        if row.cells:
            counts[row.cells[column]] += 1
        if number >= _ROWS:
            break
    codes = Counter({label: n for label, n in counts.items() if is_code(label)})
    return codes if codes.total() > _SHARE * counts.total() else Counter()


def _label_column(table: Table, label_map: LabelMap | None, where: str) -> int:
    """The column of the label; of several the one that holds names, else it is asked for."""
    columns = table.roles.labels
    if len(columns) == 1:
        return columns[0]
    rows = [row.cells for row, _ in zip(table.rows(), range(64), strict=False) if row.cells]

    def known(text: str) -> bool:
        named = parse_expression(text) is not None
        return named or (label_map is not None and label_map.knows(text))

    named = [i for i in columns if rows and all(known(cells[i]) for cells in rows)]
    if len(named) == 1:
        return named[0]
    example = " ".join(rows[0]) if rows else ""
    readings = "; ".join(f"--columns {_columns(table, i)}" for i in columns[:3])
    raise InputError(
        f"several columns could be the label (as in {example[:80]!r})",
        where=where,
        fix=f"Say what the columns are, one of: {readings}",
    )


def _columns(table: Table, label: int) -> str:
    roles = {table.roles.path: "path", label: "label"}
    return ",".join(roles.get(i, "-") for i in range(len(table.names)))


def _is_set(cell: str) -> bool:
    try:
        return float(cell) == 1
    except ValueError:
        return cell.casefold() == "true"
