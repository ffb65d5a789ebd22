"""Checks of arguments: what the command line refuses is refused here, by the same error tree."""

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import index
from pathlib import Path
from typing import SupportsIndex

from fercurate.domain.taxonomy import LabelMap, parse_label_map
from fercurate.errors import UsageError
from fercurate.pipeline.defaults import MOST_JOBS, SOURCE_NAME_CHARACTERS, is_source_name
from fercurate.pipeline.engine.choice import ClusterChoice

PathLike = str | os.PathLike[str]
"""A path as people pass it: text or a ``Path``."""

Paths = PathLike | Sequence[PathLike]
"""One path, or several."""


def a_path(value: object, name: str) -> Path:
    """Return a path.

    Raises:
        UsageError: it is no text and no path, it is empty, or it has a NUL byte.
    """
    if not isinstance(value, str | os.PathLike) or isinstance(os.fspath(value), bytes):
        raise UsageError(f"{value!r} is no path", where=name, expected="text or a pathlib.Path")
    if not os.fspath(value):
        raise UsageError("the path is empty", where=name)
    if "\0" in os.fspath(value):
        raise UsageError(
            f"{os.fspath(value)[:200]!r} has a NUL byte, which no path has", where=name
        )
    return Path(value)


def an_optional_path(value: object, name: str) -> Path | None:
    """Return a path, or None for None."""
    return None if value is None else a_path(value, name)


def a_face_model(value: object) -> Path | None:
    """Return the path of a face model, or None for None.

    Raises:
        UsageError: there is no such file.
    """
    path = an_optional_path(value, "face_model")
    if path is not None and not path.is_file():
        raise UsageError("no such file", where=f"face_model {path}")
    return path


def some_paths(value: object, name: str) -> tuple[Path, ...]:
    """Return one path or several as a tuple.

    Raises:
        UsageError: there is none, or something among them is no path.
    """
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | os.PathLike):
        paths = tuple(a_path(one, name) for one in value)
    else:
        paths = (a_path(value, name),)
    if not paths:
        raise UsageError("there is no path", where=name)
    return paths


def a_choice(value: object, name: str, known: Collection[str]) -> str:
    """Return a word that is one of some.

    Raises:
        UsageError: it is another.
    """
    if not isinstance(value, str) or value not in known:
        raise UsageError(f"{value!r}", where=name, expected=f"one of {', '.join(known)}")
    return value


def a_number(value: object, name: str, least: int, most: int | None = None) -> int:
    """Return a whole number within bounds.

    Raises:
        UsageError: it is none, or it lies outside.
    """
    number = None
    if isinstance(value, SupportsIndex) and not isinstance(value, bool):
        number = index(value)
    if number is None or number < least or (most is not None and number > most):
        bound = f"{least} or more" if most is None else f"{least} to {most}"
        raise UsageError(f"{value!r}", where=name, expected=f"a whole number, {bound}")
    return number


def some_jobs(value: object) -> int:
    """Return a number of workers; 0 means one a core."""
    return a_number(value, "jobs", 0, MOST_JOBS)


def a_source_name(value: object) -> str:
    """Return a name that ids may begin with, or the empty text for the source's own.

    Raises:
        UsageError: it has other characters.
    """
    if not value:
        return ""
    if not (isinstance(value, str) and is_source_name(value)):
        raise UsageError(f"{value!r}", where="name", expected=SOURCE_NAME_CHARACTERS)
    return value


def some_names(value: object, name: str) -> tuple[str, ...]:
    """Return names as a tuple; a text is one name.

    Raises:
        UsageError: something among them is no text, or empty.
    """
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, Iterable):
        raise UsageError(f"{value!r}", where=name, expected="names")
    found = tuple(names)
    for one in found:
        if not isinstance(one, str) or not one:
            raise UsageError(f"{one!r} is no name", where=name, expected="text")
    return found


def a_label_map(value: object, name: str) -> LabelMap | None:
    """Return what codes mean: of a label map's name, of ``0=angry,1=happy``, or of a mapping.

    Raises:
        UsageError: it is none of these.
    """
    if isinstance(value, Mapping):
        value = ",".join(f"{code}={meaning}" for code, meaning in value.items())
    if not isinstance(value, str):
        raise UsageError(f"{value!r}", where=name, expected="text or a mapping")
    return parse_label_map(value) if value else None


def a_cluster(
    address: object, work_dir: object, shard: object, *, seal: bool
) -> ClusterChoice | None:
    """Return who is to do the work, or None where only a process with threads is asked for.

    Raises:
        UsageError: the address or the part is none, or they do not go together.
    """
    if not isinstance(address, str):
        raise UsageError(f"{address!r}", where="cluster", expected="text such as local:4")
    if not isinstance(shard, str):
        raise UsageError(f"{shard!r}", where="shard", expected="text such as 3/16")
    return ClusterChoice.of(address, an_optional_path(work_dir, "work_dir"), shard, seals=seal)


def some_thresholds(value: Mapping[str, float | None] | None) -> dict[str, float | None]:
    """Return thresholds by criterion; None takes a criterion out.

    Raises:
        UsageError: one is no number in 0..1.
    """
    for name, threshold in (value or {}).items():
        if threshold is not None and not 0 <= threshold <= 1:  # also refuses NaN
            raise UsageError(
                f"{threshold!r}", where=f"thresholds: {name}", expected="0 to 1, or None"
            )
    return dict(value or {})
