"""The columns of a table about stored samples: which names samples, and which hold values."""

import re
from dataclasses import dataclass
from pathlib import Path

from fercurate.domain.expression import fold_word
from fercurate.domain.text import did_you_mean, plural
from fercurate.errors import InputError

ID_COLUMNS: tuple[str, ...] = ("id", "sample_id")
"""What the column is called that says which sample a row is of."""

FILE_COLUMNS: tuple[str, ...] = ("file", "filename", "file_name", "image", "image_name", "path")
"""What it is called if it names the picture's file instead."""

MOST_COLUMNS = 256
"""Columns of a table at most."""

_LONGEST_NAME = 200
_NAMED = 3


@dataclass(frozen=True, slots=True)
class TableRequest:
    """How a table is to be read: what it holds, in a word for messages, and which ``columns``.

    Without ``columns`` all are read. ``skips_missing`` leaves out rows that are of no sample.
    """

    holds: str
    columns: tuple[str, ...] = ()
    skips_missing: bool = False


@dataclass(frozen=True)
class TableColumns:
    """Places of columns: the one that names samples, if any, and those of values."""

    sample: int | None
    by_file: bool
    values: tuple[int, ...]

    @classmethod
    def of(cls, path: Path, names: list[str], request: TableRequest) -> "TableColumns":
        """Those of a table by its header.

        Raises:
            InputError: two name samples, one that is asked for is not there, or none holds values.
        """
        where = f"{path}, header"
        if len(names) > MOST_COLUMNS:
            expected = f"at most {MOST_COLUMNS}"
            raise InputError(plural(len(names), "column"), where=where, expected=expected)
        plain = [re.sub(r"[\W_]+", "_", fold_word(name)).strip("_") for name in names]
        ids = [n for n, name in enumerate(plain) if name in ID_COLUMNS]
        files = [n for n, name in enumerate(plain) if name in FILE_COLUMNS]
        naming = ids or files
        if len(naming) > 1:
            told = " and ".join(names[place] for place in naming)
            what = "ids" if ids else "files"
            raise InputError(f"two columns of {what}: {told}", where=where, expected="one")
        values = [n for n in range(len(names)) if n not in (*naming, *files)]
        if request.columns:
            values = _asked(where, names, request)
        if not values:
            raise InputError(f"no column of {request.holds}", where=where)
        if naming and naming[0] in values:
            raise InputError(
                f"the column {names[naming[0]]} says which sample a row is of",
                where=where,
                expected=f"columns of {request.holds}",
                fix="Leave it out of --columns; it is read in any case",
            )
        for place in values:
            _check_name(where, names[place], place)
        return cls(naming[0] if naming else None, bool(files and not ids), tuple(values))


def _check_name(where: str, name: str, place: int) -> None:
    if not name or len(name) > _LONGEST_NAME:
        raise InputError(
            f"the name of column {place + 1} has {len(name):,} characters"
            if name
            else f"column {place + 1} has no name",
            where=where,
            expected="a header with a name for each column",
            fix="Name it id if it holds ids, or take it out",
        )


def _asked(where: str, names: list[str], request: TableRequest) -> list[int]:
    """The places of columns that are asked for by name, however they are spelled.

    Of several that come to one name only the one that is spelled the same is meant.
    """
    folded, places = [fold_word(name) for name in names], []
    for name in request.columns:
        alike = [n for n, other in enumerate(folded) if other == fold_word(name)]
        meant = alike if len(alike) == 1 else [n for n in alike if names[n] == name]
        if not alike:
            raise InputError(
                f"no column {name!r}{did_you_mean(name, names)}",
                where=where,
                expected=f"some of {', '.join(names)[:400]}",
            )
        if len(meant) != 1:
            told = ", ".join(f"{names[n]!r} (column {n + 1})" for n in alike[:_NAMED])
            found = f"{plural(len(alike), 'column')} may be {name!r}: {told}"
            raise InputError(found, where=where, expected="one", fix="Rename the others")
        places += meant
    return places
