"""The sources, and the recognition of what a path is."""

from pathlib import Path

from fercurate.errors import InputError, UsageError
from fercurate.sources.base import Recognition, Source
from fercurate.sources.fer2013 import Fer2013
from fercurate.sources.ferplus import FerPlus

SOURCES: tuple[Source, ...] = (Fer2013(),)
OVERLAYS: tuple[FerPlus, ...] = (FerPlus(),)
READERS: tuple[Source | FerPlus, ...] = (*SOURCES, *OVERLAYS)
"""Everything that reads a path; overlays come last, for they join to what sources stored."""

_EXPECTED = (
    "a fer2013.csv, icml_face_data.csv, train.csv or test.csv, class folders of 48x48 gray "
    "pictures, or FER+'s fer2013new.csv or label.csv"
)


def source_names() -> tuple[str, ...]:
    """Names that ``--source`` takes."""
    return tuple(reader.name for reader in READERS)


def find_source(name: str) -> Source | FerPlus:
    """Return a source or overlay by name.

    Raises:
        UsageError: no such source.
    """
    for reader in READERS:
        if reader.name == name:
            return reader
    raise UsageError(f"unknown source {name!r}", expected=f"one of {', '.join(source_names())}")


def recognize(path: Path, source: str = "") -> tuple[Recognition, ...]:
    """Return everything that a path holds: sources first, then overlays that join to them.

    Raises:
        InputError: the path is missing, or nothing in it is recognized.
        UsageError: ``source`` names no source.
    """
    if not path.exists():
        raise InputError("no such file or folder", where=str(path))
    readers = (find_source(source),) if source else READERS
    found = tuple(r for reader in readers if (r := reader.recognize(path)) is not None)
    if not found:
        as_source = f" as {source}" if source else ""
        raise InputError(f"not recognized{as_source}", where=str(path), expected=_EXPECTED)
    return found
