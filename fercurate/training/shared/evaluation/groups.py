"""How well each group of people is recognized, by the attributes that the corpora give."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from ..errors import ExportError
from ..export import Subset, text_columns
from ..lock import Lock
from .metrics import classification_metrics

ATTRIBUTES_FILE = "attributes.csv"
"""The table beside an export: ``sample_id``, then a column an attribute."""

FEWEST = 30
"""Groups of fewer rows are shown, but do not count to the largest difference."""

_HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of characters that steer a terminal, or end a line."""

Attributes = dict[str, dict[str, str]]
"""Values by sample id, by attribute; samples without a value are left out."""


def read_attributes_of(folder: Path, *, verify: bool = True) -> Attributes:
    """The attributes of the samples of an export; nothing if its corpora give none.

    Raises:
        ExportError: the table is damaged, or not as the lock has it.
    """
    path = folder / ATTRIBUTES_FILE
    lock = Lock.of(folder)
    if not path.is_file():
        if lock is not None and verify and ATTRIBUTES_FILE in lock.outputs:
            raise ExportError(f"{path}: missing; build the export again, or pass --no-verify")
        return {}
    if lock is not None and verify:
        lock.check(path)
    try:
        with path.open(newline="", encoding="utf-8", errors="surrogateescape") as lines:
            header, *rows = [*csv.reader(lines, strict=True)] or [[]]
    except (OSError, ValueError, csv.Error) as error:
        raise ExportError(f"{path}: no table of attributes ({error})") from None
    fault = _fault(header, rows)
    if fault:
        raise ExportError(f"{path}: {fault}; build the export again")
    return {
        name: {row[0]: row[place] for row in rows if row[place]}
        for place, name in enumerate(header)
        if place
    }


def _fault(header: list[str], rows: list[list[str]]) -> str:
    """What is wrong with a table of attributes; "" if nothing is."""
    if header[:1] != ["sample_id"] or any(len(row) != len(header) for row in rows):
        return "no table of attributes; expected sample_id and attributes"
    if len(set(header)) < len(header):
        return "two columns of one name"
    if len({row[0] for row in rows}) < len(rows):
        return "a sample stands there twice"
    values = {cell for row in rows for cell in row[1:]}
    hidden = next((one for one in sorted(values) if _HIDDEN.intersection(map(category, one))), "")
    return f"a value that cannot be printed ({hidden[:40]!a})" if hidden else ""


def group_metrics(
    rows: Subset,
    predicted: NDArray[np.int64],
    attributes: Attributes,
    classes: Sequence[str],
) -> dict[str, Any]:
    """Accuracy by attribute and value, and the largest difference between groups.

    ``predicted`` (M,) are positions in ``classes``, of all ``rows`` (M,). A derived row counts to
    the group of its first parent. Values are in the order of their names; groups
    of fewer than ``FEWEST`` rows do not count to ``difference``, which is None with fewer than two.
    """
    told = text_columns(rows.split, ("sample_id", "parent_a"))
    samples = np.where(rows.split.original, told["sample_id"], told["parent_a"])[rows.rows]
    found: dict[str, Any] = {}
    for name, value_of in attributes.items():
        values = np.array([value_of.get(str(sample), "") for sample in samples], dtype=object)
        groups = {
            value: _accuracy(rows.labels[values == value], predicted[values == value], classes)
            for value in sorted(set(values.tolist()) - {""})
        }
        if groups:
            found[name] = {"groups": groups, "difference": _difference(groups)}
    return found


def _accuracy(
    labels: NDArray[np.int64], predicted: NDArray[np.int64], classes: Sequence[str]
) -> dict[str, Any]:
    metrics = classification_metrics(labels, predicted, classes)
    return {name: metrics[name] for name in ("rows", "accuracy", "mean_class_accuracy")}


def _difference(groups: Mapping[str, Mapping[str, Any]]) -> float | None:
    counted = [one["accuracy"] for one in groups.values() if one["rows"] >= FEWEST]
    return round(max(counted) - min(counted), 6) if len(counted) > 1 else None


def group_lines(found: Mapping[str, Any]) -> list[str]:
    """A line an attribute: the accuracy of each group, and the largest difference."""
    lines = []
    for name, one in found.items():
        said = ", ".join(
            f"{value} {group['accuracy']:.2%} of {group['rows']:,}"
            for value, group in one["groups"].items()
        )
        apart = one["difference"]
        least = f" (groups of {FEWEST} rows or more)"
        ending = "" if apart is None else f"; at most {100 * apart:.2f} points apart{least}"
        lines.append(f"by {name}: {said}{ending}")
    return lines
