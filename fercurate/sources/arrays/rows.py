"""From a set of arrays to samples and rejects, row by row."""

from collections.abc import Iterator
from itertools import repeat

from fercurate.domain.sample import Pixels, Reject, RejectCode, Sample
from fercurate.sources.arrays.columns import ArrayColumn
from fercurate.sources.arrays.pictures import GrayLevels, picture_rows
from fercurate.sources.arrays.sets import ArraySet
from fercurate.sources.arrays.texts import row_texts
from fercurate.sources.base import Record
from fercurate.sources.names.split_words import native_split
from fercurate.sources.tables.label_codes import LabelMeaning, code_name, unknown_split
from fercurate.training.shared.format import ORIGINAL


def set_records(
    arrays: ArraySet, levels: GrayLevels, meaning: LabelMeaning, source: str
) -> Iterator[Record]:
    """Yield the rows of a set in order; rows that an operation made are passed over."""
    columns = zip(
        picture_rows(arrays.pictures, arrays.shape, levels),
        row_texts(arrays.labels),
        _texts(arrays.subjects, ""),
        _texts(arrays.splits, None),
        _texts(arrays.operations, ORIGINAL),
        strict=False,  # what is not there repeats for ever; lengths were compared before
    )
    for row, (picture, label, subject, split, operation) in enumerate(columns):
        if operation == ORIGINAL:
            facts = (row, label, subject or "", split)
            yield _record(arrays, picture, facts, meaning, source)


def derived_rows(arrays: ArraySet) -> int:
    """How many rows of a set an operation made, which are not read."""
    operations = arrays.operations
    return 0 if operations is None else sum(op != ORIGINAL for op in row_texts(operations))


def _texts(column: ArrayColumn | None, otherwise: str | None) -> Iterator[str | None]:
    return repeat(otherwise) if column is None else row_texts(column)


def _record(
    arrays: ArraySet,
    picture: Pixels | None,
    facts: tuple[int, str, str, str | None],
    meaning: LabelMeaning,
    source: str,
) -> Record:
    row, label, subject, told = facts
    origin = arrays.pictures.origin
    split = arrays.split if told is None else native_split(code_name(told, arrays.split_names))
    expression = meaning.expressions.get(label)
    if expression is None:
        return meaning.unknown_label(label, origin, row)
    if told and not split:
        return unknown_split(told, origin, row)
    if picture is None:
        message = f"a value of row {row} that is no gray level; expected whole numbers 0..255"
        return Reject(RejectCode.RANGE, message, origin, row + 1)
    return Sample(
        id=f"{source}:{arrays.prefix}{row:07d}",
        source=source,
        image=picture,
        native_label=meaning.native[label],
        expression=expression,
        native_split=split,
        origin=origin,
        row=row,
        subject=subject,
    )
