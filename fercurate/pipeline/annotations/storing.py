"""Storing what a table tells of samples: one committed change with its line in the history."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from fercurate import __version__
from fercurate.domain.lineage import InputFile, LineageEntry
from fercurate.domain.measurement import Measurements
from fercurate.errors import StoreBusyError
from fercurate.files.digest import sha256_of
from fercurate.pipeline.events import Listener, warn_by
from fercurate.store.heads.head import refuse_interrupted
from fercurate.store.store import Store
from fercurate.store.writer import open_writer


@dataclass(frozen=True)
class TableChange:
    """A table that becomes part of a store: the file, what the history says of it, its rows.

    ``session`` names the change: an interrupted one is resumed only by the very same.
    """

    file: Path
    session: str
    command: str
    layout: str
    variant: str
    records: int
    options: Mapping[str, str] = field(default_factory=dict)

    def entry(self) -> LineageEntry:
        """The line in the history of the store."""
        size, digest = self.file.stat().st_size, sha256_of(self.file)
        return LineageEntry(
            command=self.command,
            source="",
            layout=self.layout,
            variant=self.variant,
            version=__version__,
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            records=self.records,
            inputs=(InputFile(printable_name(self.file), size, digest),),
            options=dict(self.options),
        )


def store_table(
    store: Store, change: TableChange, measurements: Sequence[Measurements], listen: Listener
) -> None:
    """Store measurements in one committed change; their rows were looked up in ``store``.

    Raises:
        StoreError: the store is busy, or was changed meanwhile; nothing is stored.
    """
    refuse_interrupted(store.path, change.session)
    with open_writer(store.path, change.session, warn_by(listen)) as writer:
        if writer.lineage != store.lineage:  # rows were looked up before the store was locked
            raise StoreBusyError(
                "another command has changed it meanwhile",
                where=str(store.path),
                fix="Nothing was stored; run it again",
            )
        if not writer.resumes:
            writer.add_measurements(measurements)
        writer.commit(change.entry())


def contents_digest(measurements: Sequence[Measurements]) -> str:
    """Sixteen hexadecimal digits that change with the rows and values of measurements."""
    digest = hashlib.sha256()
    for one in measurements:
        digest.update("\0".join((one.kind, one.method, *one.columns, "")).encode())
        digest.update(one.rows.astype("<i8").tobytes() + one.values.astype("<f4").tobytes())
    return digest.hexdigest()[:16]


def printable_name(file: Path) -> str:
    """The name of a file, with undecodable bytes written out."""
    return file.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
