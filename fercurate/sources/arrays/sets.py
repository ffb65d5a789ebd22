"""From the arrays of files to sets: pictures with their labels, of one split of one file.

An array goes by its key, then by its shape: labels have as many rows as the pictures they lie
beside, names of classes are few and words.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fercurate.errors import InputError
from fercurate.sources.arrays.columns import ArrayColumn
from fercurate.sources.arrays.npy import NPY
from fercurate.sources.arrays.pictures import PictureShape, picture_shape
from fercurate.sources.arrays.texts import (
    MOST_CLASSES,
    is_one_hot,
    is_text_column,
    row_texts,
)
from fercurate.sources.tables.keys import KeyMeaning, Role, key_meaning
from fercurate.sources.tables.row_ids import check_prefixes, id_prefix
from fercurate.training.shared.format import EXPORT_TYPE


@dataclass(frozen=True, slots=True)
class ArraySet:
    """Pictures and labels of one split, a row a sample; ``prefix`` begins the ids of its rows.

    ``names`` are those of the codes 0, 1, ..., ``split_names`` those of codes in ``splits``;
    ``operations`` say of the rows of our own exports
    how they were made.
    """

    prefix: str
    split: str
    pictures: ArrayColumn
    labels: ArrayColumn
    names: tuple[str, ...] = ()
    subjects: ArrayColumn | None = None
    splits: ArrayColumn | None = None
    split_names: tuple[str, ...] = ()
    operations: ArrayColumn | None = None

    @property
    def shape(self) -> PictureShape:
        """How its rows are pictures.

        Raises:
            InputError: in no way that is known.
        """
        known = picture_shape(self.pictures.shape)
        if known is None:
            raise InputError(
                f"pictures of the shape {self.pictures.text}",
                where=self.pictures.origin,
                expected="(N, H, W), (N, H, W, 1 or 3), (N, 1 or 3, H, W), or flat square ones",
            )
        return known


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file says of itself: its ``type``, and the names of the codes 0, 1, ..."""

    kind: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Member:
    column: ArrayColumn
    meaning: KeyMeaning
    split: str
    scope: tuple[str, ...]


def array_sets(
    columns: Iterable[ArrayColumn], facts: Mapping[Path, FileFacts], root_name: str = ""
) -> tuple[ArraySet, ...]:
    """Put arrays together; ``facts`` are those of the files that say something of themselves.

    ``root_name`` is the name of the ingested folder, which may tell the split.

    Raises:
        InputError: two arrays that could be the pictures, or the labels, of one set; arrays that
            cannot be read; unequal lengths; two sets whose ids would be the same.
    """
    groups: dict[tuple[object, ...], list[_Member]] = {}
    scopes: dict[tuple[str, ...], list[ArrayColumn]] = {}
    for column in columns:
        member = _member(column, root_name)
        groups.setdefault((member.scope, member.split, member.meaning.group), []).append(member)
        scopes.setdefault(member.scope, []).append(column)
    sets = [
        _array_set(group, scopes[group[0].scope], facts.get(group[0].column.file, FileFacts()))
        for group in groups.values()
        if {Role.PICTURES, Role.LABELS} <= {member.meaning.role for member in group}
    ]
    check_prefixes({one.pictures.origin: one.prefix for one in sets})
    return tuple(sets)


def unread_columns(columns: Iterable[ArrayColumn], sets: Iterable[ArraySet]) -> list[ArrayColumn]:
    """The arrays that could be pictures, labels or splits and belong to no set."""
    used = {
        (column.file, column.key)
        for one in sets
        for column in (one.pictures, one.labels, one.subjects, one.splits)
        if column is not None
    }
    telling = (Role.PICTURES, Role.LABELS, Role.SPLITS)
    return [
        column
        for column in columns
        if (column.file, column.key) not in used and _meaning(column).role in telling
    ]


def _meaning(column: ArrayColumn) -> KeyMeaning:
    return key_meaning(column.key or column.file.name.removesuffix(NPY))


def _member(column: ArrayColumn, root_name: str) -> _Member:
    meaning = _meaning(column)
    stem, own = (column.file.stem,), (column.file.name,)
    outer = (*(stem if column.key else ()), *reversed(column.folders), root_name)
    split = meaning.split or next(filter(None, map(_split_of, outer)), "")
    return _Member(column, meaning, split, (*column.folders, *(own if column.key else ())))


def _split_of(name: str) -> str:
    return key_meaning(name).split


def _array_set(
    group: Sequence[_Member], scope: Sequence[ArrayColumn], facts: FileFacts
) -> ArraySet:
    pictures = _only(group, Role.PICTURES, lambda c: picture_shape(c.shape) is not None)
    _check(pictures.column)
    rows, stem = pictures.column.rows, pictures.column.file.stem
    own = [member for member in group if not _is_names(member.column, rows)]
    labels = _only(
        own,
        Role.LABELS,
        lambda c: is_text_column(c, rows),
        lambda c: is_one_hot(c, rows),
    )
    _check(labels.column)
    _check_labels(labels.column, pictures.column)
    lists = (tuple(row_texts(c)) for c in scope if not c.fault and _is_names(c, rows))
    return ArraySet(
        id_prefix(stem, key_meaning(stem).split, pictures.split),
        pictures.split,
        pictures.column,
        labels.column,
        facts.names or next((names for names in lists if len({*names}) == len(names)), ()),
        _beside(group, Role.SUBJECTS, rows),
        *_splits(group, scope, rows),
        _beside(group, Role.OPERATIONS, rows) if facts.kind == EXPORT_TYPE else None,
    )


def _splits(
    group: Sequence[_Member], scope: Sequence[ArrayColumn], rows: int
) -> tuple[ArrayColumn | None, tuple[str, ...]]:
    """The split of each row, in words or as codes with names; codes alone tell nothing."""
    column = _beside(group, Role.SPLITS, rows)
    lists = (c for c in scope if not c.fault and _meaning(c).role is Role.SPLIT_NAMES)
    names = next((tuple(row_texts(c)) for c in lists if _are_few_words(c)), ())
    known = column is not None and (column.dtype.kind in "SU" or names)
    return (column, names) if known else (None, ())


def _only(group: Sequence[_Member], role: Role, *ways: Callable[[ArrayColumn], bool]) -> _Member:
    """The one array of a role; of several the one that is as it should be, in the first way."""
    candidates = [member for member in group if member.meaning.role is role]
    for fits in ways:
        fitting = [member for member in candidates if fits(member.column)]
        if len(fitting) == 1:
            return fitting[0]
    if len(candidates) == 1:
        return candidates[0]
    texts = ", ".join(member.column.text for member in candidates or group)
    found = f"{len(candidates)} arrays could be the {role}" if candidates else f"no {role}"
    raise InputError(f"{found}: {texts}", where=group[0].column.origin, fix="Keep the one to read")


def _check(column: ArrayColumn) -> None:
    if column.fault:
        raise InputError(column.fault, where=column.origin)


def _check_labels(labels: ArrayColumn, pictures: ArrayColumn) -> None:
    rows = pictures.rows
    if is_text_column(labels, rows) or is_one_hot(labels, rows):
        return
    if labels.rows != rows:
        raise InputError(
            f"{labels.rows:,} labels, but {rows:,} pictures in {pictures.origin}",
            where=labels.origin,
        )
    raise InputError(
        f"labels of the shape {labels.text}",
        where=labels.origin,
        expected="one value a row, or one column a class with a single 1 in each row",
    )


def _is_names(column: ArrayColumn, rows: int) -> bool:
    """Whether an array names classes: a few words, by its key or because they are no row each."""
    meaning = _meaning(column)
    no_row_each = meaning.role is Role.LABELS and not meaning.split and column.rows != rows
    return _are_few_words(column) and (meaning.role is Role.NAMES or no_row_each)


def _are_few_words(column: ArrayColumn) -> bool:
    few = len(column.shape) == 1 and 2 <= column.rows <= MOST_CLASSES
    return few and column.dtype.kind in "SU"


def _beside(group: Sequence[_Member], role: Role, rows: int) -> ArrayColumn | None:
    columns: Iterator[ArrayColumn] = (m.column for m in group if m.meaning.role is role)
    return next((c for c in columns if not c.fault and is_text_column(c, rows)), None)
