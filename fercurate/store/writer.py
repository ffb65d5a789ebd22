"""Changing a store: staged part by part, seen by readers only when committed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.measurement import Measurements
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.errors import StaleResumeError, StoreError
from fercurate.files.atomic import whole_file
from fercurate.files.lock import exclusive_lock
from fercurate.files.regular import real_path
from fercurate.store.change import Change
from fercurate.store.head import read_head, refuse_irregular
from fercurate.store.head_format import Head, PartEntry
from fercurate.store.integrity import check_all_bytes
from fercurate.store.layout import (
    COLUMNS,
    COMMITTED,
    LOCK,
    MEASUREMENTS,
    PART_NAME,
    PENDING,
    SAMPLES,
    parts_folder,
)
from fercurate.store.marker import read_marker, write_marker
from fercurate.store.part import (
    Chunk,
    write_columns_part,
    write_measurements_part,
    write_samples_part,
)
from fercurate.store.pending import staged_head
from fercurate.store.store import Store

CHUNK_BYTES = 24 << 20
CHUNK_ROWS = 16384

_STAGED = PENDING + ".new"
"""What is about to replace the head or the marker; swept up where a run was killed before."""


Say = Callable[[str], object]
"""What is told of something odd that is no error."""


def _silent(_remark: str) -> None:
    """Say nothing."""


class StoreWriter:
    """Appends to a store; made by ``open_writer``."""

    def __init__(self, path: Path, session: str, say: Say) -> None:
        self.path = path
        self.change = Change()
        self._folder = parts_folder(path)
        self._committed = read_head(path) if path.exists() else Head()
        self._check_head()
        check_all_bytes(path, self._committed.parts)
        self._head, remark = staged_head(path, self._committed, session)
        if remark:
            say(f"{remark}; the change begins anew")
        self._session = session
        self._chunk = Chunk()
        self._background = ThreadPoolExecutor(1)
        self._writing: Future[PartEntry] | None = None
        self._known, self._known_rejects = self._contents()
        ids = list(self._known)
        self._resumed = set(ids[sum(part.rows for part in self._committed.parts) :])

    @property
    def lineage(self) -> tuple[LineageEntry, ...]:
        """The changes committed so far, oldest first."""
        return self._committed.lineage

    def _check_head(self) -> None:
        """Refuse to write beside parts whose head is lost or older: they would be swept away."""
        known = read_marker(self._folder / COMMITTED)
        if self._committed.generation < known:
            found = f"generation {self._committed.generation}" if self.path.exists() else "missing"
            raise StoreError(
                f"the head is {found}, but its parts are those of generation {known}",
                where=str(self.path),
                fix=f"Put {self.path.name} back, or remove the folder {self._folder.name}",
            )

    def _contents(self) -> tuple[dict[str, tuple[str, str, str]], set[int]]:
        """What is stored by id, and the hashes of rejects: there may be millions of them."""
        with Store(self.path, self._head) as store:
            texts = [store.manifest.text(n) for n in ("digest", "expression", "native_split")]
            facts = zip(*texts, strict=True)
            known = dict(zip(store.manifest.text("id"), facts, strict=True))
            return known, {hash(reject[:4]) for reject in store.rejects()}

    def append(self, sample: Sample) -> Reject | None:
        """Add a sample unless its id is stored; returns the reject if it has another content."""
        digest = sample.digest
        facts = (digest, sample.expression, sample.native_split)
        stored = self._known.setdefault(sample.id, facts)
        if stored is not facts:
            return self._meet_again(sample, stored, facts)
        self._chunk.add(sample, digest)
        self.change.added += 1
        if self._chunk.size >= CHUNK_BYTES or len(self._chunk.samples) >= CHUNK_ROWS:
            self._flush()
        return None

    def _meet_again(
        self, sample: Sample, stored: tuple[str, ...], facts: tuple[str, ...]
    ) -> Reject | None:
        resumed = sample.id in self._resumed
        if stored == facts:
            self.change.added += resumed
            self.change.unchanged += not resumed
            self._resumed.discard(sample.id)
            return None
        if resumed:
            raise StaleResumeError(f"{sample.id} is another picture than before the interruption")
        names = ("pixels", "expression", "native split")
        differing = [n for n, a, b in zip(names, stored, facts, strict=True) if a != b]
        message = (
            f"{sample.id} is stored with other {' and '.join(differing)}; "
            "ingest another corpus under another --name, a changed one into a new --store"
        )
        reject = Reject(RejectCode.CONFLICT, message, sample.origin, sample.line)
        self.change.collisions += sample.id in self._earlier_ids
        self.reject(sample.source, reject)
        return reject

    @cached_property
    def _earlier_ids(self) -> frozenset[str]:
        """The ids that earlier changes stored: those that were known first."""
        return frozenset(islice(self._known, sum(part.rows for part in self._committed.parts)))

    def reject(self, source: str, reject: Reject) -> None:
        """Record what could not be ingested; the same reject is recorded once."""
        self.change.rejects[reject.code] = self.change.rejects.get(reject.code, 0) + 1
        key = hash((source, reject.origin, reject.line, str(reject.code)))
        if key not in self._known_rejects:
            self._known_rejects.add(key)
            self._chunk.add_reject(source, reject)
            if len(self._chunk.rejects) >= CHUNK_ROWS:
                self._flush()

    def set_votes(self, rows: NDArray[np.int64], votes: NDArray[np.uint8]) -> bool:
        """Give votes (N, 10) uint8 to stored samples at manifest rows (N,); False if unchanged."""
        with Store(self.path, self._head) as store:
            if np.array_equal(store.votes[rows], votes):
                return False
        self._add_columns(rows, {"votes": votes})
        return True

    def _add_columns(self, rows: NDArray[np.int64], arrays: Mapping[str, object]) -> None:
        self._flush()
        self._settle()
        path = self._folder / self._head.next_part
        write_columns_part(path, rows, arrays)
        self._stage(PartEntry.of(path, COLUMNS, 0))

    def add_measurements(self, found: Sequence[Measurements]) -> None:
        """Stage measurements of stored samples as one part; a later run resumes after them."""
        self._flush()
        self._settle()
        path = self._folder / self._head.next_part
        write_measurements_part(path, found)
        self._stage(PartEntry.of(path, MEASUREMENTS, 0))

    def staged(self) -> Store:
        """The store with everything staged so far, also by the interrupted run resumed here."""
        return Store(self.path, self._head)

    def _flush(self) -> None:
        """Hand the chunk to the background; one part is written while the next one fills."""
        self._settle()
        if self._chunk:
            path, chunk = self._folder / self._head.next_part, self._chunk
            self._writing = self._background.submit(_write_part, path, chunk)
            self._chunk = Chunk()

    def _settle(self) -> None:
        """Wait for the part being written, and stage it."""
        if self._writing is not None:
            writing, self._writing = self._writing, None
            self._stage(writing.result())

    def _stage(self, entry: PartEntry) -> None:
        """Record a finished part in the pending head, from which an interrupted run resumes."""
        self._head = replace(self._head.with_part(entry), session=self._session)
        self._write_head(self._folder / PENDING)

    def _write_head(self, path: Path) -> None:
        with whole_file(path, self._folder / _STAGED) as staged:
            self._head.write(staged)

    def commit(self, entry: LineageEntry) -> bool:
        """Make the change visible in one rename; False if there was nothing to change.

        Raises:
            StaleResumeError: samples of the interrupted change that it resumed did not come again.
        """
        if self._resumed:
            raise StaleResumeError(f"{len(self._resumed):,} pictures are gone since")
        self._flush()
        self._settle()
        if self._head.parts == self._committed.parts:
            return False
        lineage = (*self._committed.lineage, entry)
        generation = self._committed.generation + 1
        self._head = replace(self._head, generation=generation, lineage=lineage, session="")
        self._write_head(self.path)
        (self._folder / PENDING).unlink(missing_ok=True)
        with whole_file(self._folder / COMMITTED, self._folder / _STAGED) as staged:
            write_marker(staged, generation)
        self._committed = self._head
        return True

    def discard(self) -> None:
        """Drop all that is not committed."""
        self._chunk, self._head = Chunk(), self._committed
        if self._writing is not None:
            self._writing.exception()
            self._writing = None
        (self._folder / PENDING).unlink(missing_ok=True)
        self.sweep()

    def close(self) -> None:
        """Wait for the background; what it wrote without being staged is swept up later."""
        self._background.shutdown()

    def sweep(self) -> None:
        """Remove parts that no state lists: what an interrupted run left behind."""
        listed = {part.name for part in self._head.parts}
        for path in self._folder.iterdir():
            stale = PART_NAME.fullmatch(path.name) and path.name not in listed
            if stale or path.name == _STAGED:
                path.unlink()


def _write_part(path: Path, chunk: Chunk) -> PartEntry:
    pixels = write_samples_part(path, chunk)
    return PartEntry.of(path, SAMPLES, len(chunk.samples), pixels)


@contextmanager
def open_writer(path: Path, session: str, say: Say = _silent) -> Iterator[StoreWriter]:
    """Open a store for changing, made if it is new; one writer at a time.

    ``session`` names the change: an interrupted one with the same name is resumed, another
    one is dropped; ``say`` is told of one that is damaged. Nothing is visible to readers before
    ``commit``.

    Raises:
        StoreError: another process is writing, or ``path`` is something else than a store.
        OSError: the disk is full or the folder cannot be written.
    """
    refuse_irregular(path)
    path = real_path(path)
    if path.exists():
        read_head(path)  # what is no store gets no parts beside it
    folder = parts_folder(path)
    busy = StoreError(
        "another process is changing this store", where=str(path), fix="Wait for it to end"
    )
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(exclusive_lock(folder / LOCK, busy))
        except PermissionError as error:
            raise StoreError(
                f"it may not be changed by this user ({error.filename}: {error.strerror})",
                where=str(path),
                fix="Have its owner do it, or work on a copy",
            ) from error
        writer = StoreWriter(path, session, say)
        try:
            writer.sweep()
            yield writer
        finally:
            writer.close()
            _remove_if_unused(path, folder)


def _remove_if_unused(path: Path, folder: Path) -> None:
    """Leave no trace of a store that was never made."""
    if not path.exists() and {p.name for p in folder.iterdir()} == {LOCK}:
        (folder / LOCK).unlink()
        folder.rmdir()
