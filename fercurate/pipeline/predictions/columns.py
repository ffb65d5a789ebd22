"""Which columns of a table are ids, probabilities, and what says that rows are out of fold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fercurate.domain.expression import (
    COMPOUND_EXPRESSIONS,
    EXPRESSIONS,
    KNOWN_EXPRESSIONS,
    nearest_expression,
    parse_label,
)
from fercurate.domain.taxonomy import mixed_fault
from fercurate.errors import InputError

ID_COLUMNS: tuple[str, ...] = ("sample_id", "id")
"""What the column of ids is called, the surer name first."""

OUT_OF_FOLD = "out_of_fold"
"""The column in which the training scripts say whether the model had not learned from a row."""

MOST_CLASSES = max(len(EXPRESSIONS), len(COMPOUND_EXPRESSIONS))
"""Classes of a model at most: simple expressions or compound ones."""

_FEWEST = 2
_PROBABILITY = re.compile(r"(?:p|prob|proba|probability)[_ .-]+(?P<name>.+)")


@dataclass(frozen=True, slots=True)
class PredictionColumns:
    """Positions of columns: -1 if there is none.

    ``classes`` are canonical expressions, in the order of ``KNOWN_EXPRESSIONS``, and ``places`` the
    positions of their probabilities.
    """

    classes: tuple[str, ...]
    places: tuple[int, ...]
    id: int = -1
    out_of_fold: int = -1


def prediction_columns(names: Sequence[str], where: str) -> PredictionColumns:
    """Tell the columns of a table by their names, of any case.

    Raises:
        InputError: fewer than two name an expression, two name the same, or one of probabilities
            (``p_...``) names none.
    """
    folded = [name.strip().casefold() for name in names]
    classes, places = class_order([_expression(name, where) for name in folded], names, where)
    if len(classes) < _FEWEST:
        listed = ", ".join(names[:12]) or "none"
        raise InputError(
            f"{len(classes)} columns are named after an expression (columns: {listed})",
            where=where,
            expected=f"2 to {MOST_CLASSES} columns of probabilities, each with the name of its "
            "expression: angry, p_happy, ...",
        )
    ids = [folded.index(name) for name in ID_COLUMNS if name in folded]
    said = folded.index(OUT_OF_FOLD) if OUT_OF_FOLD in folded else -1
    return PredictionColumns(classes, places, ids[0] if ids else -1, said)


def class_order(
    expressions: Sequence[str], names: Sequence[str], where: str
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Classes in the order of ``KNOWN_EXPRESSIONS``, with their positions among columns.

    ``expressions`` are those of the columns, "" for one that is none, ``names`` as they stand.

    Raises:
        InputError: two columns are of one expression, or they are of simple and compound ones.
    """
    places: dict[str, int] = {}
    for place, expression in enumerate(expressions):
        if expression in places:
            first, second = names[places[expression]], names[place]
            raise InputError(f"two columns of {expression}: {first!r} and {second!r}", where=where)
        if expression:
            places[expression] = place
    if mixed := mixed_fault(list(places)):
        raise InputError(f"columns of two kinds: {mixed}", where=where)
    classes = tuple(name for name in KNOWN_EXPRESSIONS if name in places)
    return classes, tuple(places[name] for name in classes)


def _expression(name: str, where: str) -> str:
    """The expression that a column names, or ""."""
    match = _PROBABILITY.fullmatch(name)
    expression = parse_label(match["name"] if match else name)
    if match and expression is None:
        near = nearest_expression(match["name"])
        fix = f"Did you mean {near}?" if near else "Leave it out, and let the others sum to 1"
        raise InputError(f"the column {name!r} names no expression", where=where, fix=fix)
    return expression or ""
