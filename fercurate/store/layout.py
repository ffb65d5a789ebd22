"""Names and versions of the on-disk format."""

import re
from pathlib import Path

from fercurate.errors import FormatError, StoreError
from fercurate.files.hdf5 import FileType

FORMAT_VERSION = 1
REMOVALS_VERSION = 2
"""The version of a head that lists removals, which an earlier reader would not heed."""

HEAD_TYPE = FileType("fercurate-store", REMOVALS_VERSION, FormatError)
PART_TYPE = FileType("fercurate-part", FORMAT_VERSION, StoreError)
SAMPLES, COLUMNS, MEASUREMENTS, REMOVALS = "samples", "columns", "measurements", "removals"
"""The kinds of part: new samples; of stored ones an array column, measurements, removals."""

KINDS: tuple[str, ...] = (SAMPLES, COLUMNS, MEASUREMENTS, REMOVALS)

LONGEST_ENTRY = 16 << 20
"""Bytes of a lineage entry at most."""

RESTORE = "Restore the file from a copy, or ingest the corpora again into a new store"
"""What can be done about damage."""

PENDING = "pending.h5"
LOCK = "lock"
COMMITTED = "committed"
PART_NAME = re.compile(r"\d{6}\.h5")
HEAP = "heap"
REJECT_COLUMNS: tuple[str, ...] = ("source", "origin", "code", "message")


def parts_folder(store: Path) -> Path:
    """The folder beside a store that holds its parts."""
    return store.with_name(store.name + ".parts")
