"""Changing a store: staged part by part, seen by readers only when committed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.measurement import Measurements
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.errors import StaleResumeError
from fercurate.store.change import Change
from fercurate.store.heads.head_format import PartEntry
from fercurate.store.layout import COLUMNS, MEASUREMENTS, REMOVALS
from fercurate.store.parts.part import (
    Chunk,
    write_chunk,
    write_columns_part,
    write_measurements_part,
    write_removal_part,
)
from fercurate.store.removals import Removal
from fercurate.store.sample_index import Facts, SampleIndex
from fercurate.store.staging import Say, StagedChange, open_change, silent
from fercurate.store.store import Store

CHUNK_BYTES = 24 << 20
CHUNK_ROWS = 16384


class StoreWriter:
    """Appends to a store; made by ``open_writer``.

    A sample whose id is stored with other content is a reject; but if it is one of
    ``replaceable``, it takes the place of the stored one.
    """

    def __init__(self, staging: StagedChange, replaceable: Collection[str] = ()) -> None:
        self.path = staging.path
        self.change = Change()
        self._replaceable = frozenset(replaceable)
        self._staging = staging
        self._chunk = Chunk()
        self._background = ThreadPoolExecutor(1)
        self._writing: Future[list[PartEntry]] | None = None
        with self.staged() as store:
            self._known_rejects = {hash(reject[:4]) for reject in store.rejects()}
            self._tombstones = store.tombstones
        self._resumed = self._staged_ids() if staging.staged else set()

    @property
    def resumes(self) -> bool:
        """Whether an interrupted run of the same session has staged something."""
        return bool(self._staging.staged)

    @property
    def lineage(self) -> tuple[LineageEntry, ...]:
        """The changes committed so far, oldest first."""
        return self._staging.committed.lineage

    def _before(self) -> Store:
        """The store without anything that is staged."""
        return Store(self.path, self._staging.committed)

    def staged(self) -> Store:
        """The store with everything staged so far, also by the interrupted run resumed here."""
        return Store(self.path, self._staging.head)

    def _staged_ids(self) -> set[str]:
        """The ids of samples that an interrupted run has staged, replaced ones among them."""
        own = len(self._staging.committed.lineage)
        with self.staged() as store:
            return set(store.manifest.text("id")[store.changes == own].tolist())

    @cached_property
    def _known(self) -> SampleIndex:
        """What is stored and staged; only who appends needs it."""
        with self.staged() as store:
            return SampleIndex(store)

    @cached_property
    def _earlier(self) -> dict[str, int]:
        """The rows of samples that earlier changes stored, by id."""
        with self._before() as store:
            return {str(name): row for row, name in enumerate(store.manifest.text("id"))}

    def append(self, sample: Sample) -> Reject | None:
        """Add a sample unless its id is stored.

        Returned is the reject, if there is one: of other content than is stored under its id, or
        of a picture that was removed.
        """
        digest = sample.digest
        facts = (digest, sample.expression, sample.native_split)
        number = self._known.find(sample.id)
        if number >= 0:
            self._known.see(number)
            return self._meet_again(sample, number, facts)
        if digest in self._tombstones:
            return self._refuse_removed(sample)
        self._known.add(sample.id, facts)
        self._add(sample, digest)
        self.change.added += 1
        return None

    def _add(self, sample: Sample, digest: str) -> None:
        self._chunk.add(sample, digest)
        if self._chunk.size >= CHUNK_BYTES or len(self._chunk.samples) >= CHUNK_ROWS:
            self._flush()

    def _refuse_removed(self, sample: Sample) -> Reject:
        message = "the picture was removed from this store, and is not to come back"
        reject = Reject(RejectCode.REMOVED, message, sample.origin, sample.line)
        self.reject(sample.source, reject)
        return reject

    def _meet_again(self, sample: Sample, number: int, facts: Facts) -> Reject | None:
        resumed = sample.id in self._resumed
        differing = self._known.differing(number, facts)
        if not differing:
            if resumed and sample.id in self._replaceable:
                self.change.count_replaced(sample.id)
            else:
                self.change.added += resumed
            self.change.unchanged += not resumed
            self._resumed.discard(sample.id)
            return None
        if resumed:
            raise StaleResumeError(f"{sample.id} is another picture than before the interruption")
        if sample.id in self._replaceable and sample.id in self._earlier:
            return self._replace(sample, number, facts)
        return self._refuse_conflict(sample, differing)

    def _replace(self, sample: Sample, number: int, facts: Facts) -> Reject | None:
        """Put a sample in the place of the one that is stored under its id."""
        digest = facts[0]
        if digest in self._tombstones:
            return self._refuse_removed(sample)
        row = self._earlier.pop(sample.id)
        if "pixels" not in self._known.differing(number, facts) and sample.votes is None:
            sample = replace(sample, votes=self._votes_of(row))
        self._known.replace(number, facts)
        self._chunk.replaced.append(row)
        self._add(sample, digest)
        self.change.count_replaced(sample.id)
        return None

    def _votes_of(self, row: int) -> tuple[int, ...] | None:
        """The votes on a stored picture; None if nobody has voted."""
        votes = self._stored_votes[row]
        return tuple(votes.tolist()) if votes.any() else None

    @cached_property
    def _stored_votes(self) -> NDArray[np.uint8]:
        with self._before() as store:
            return store.votes

    def _refuse_conflict(self, sample: Sample, differing: tuple[str, ...]) -> Reject:
        message = (
            f"{sample.id} is stored with other {' and '.join(differing)}; ingest another corpus "
            "under another --name, a changed one with --update"
        )
        reject = Reject(RejectCode.CONFLICT, message, sample.origin, sample.line)
        self.change.collisions += sample.id in self._earlier
        self.reject(sample.source, reject)
        return reject

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
        with self.staged() as store:
            if np.array_equal(store.votes[rows], votes):
                return False
        self._add_columns(rows, {"votes": votes})
        return True

    def _add_columns(self, rows: NDArray[np.int64], arrays: Mapping[str, object]) -> None:
        self.settle()
        path = self._staging.next_part()
        with self.staged() as store:
            write_columns_part(path, store.stored_rows(rows), arrays)
        self._staging.stage(PartEntry.of(path, COLUMNS, 0))

    def add_measurements(self, found: Sequence[Measurements]) -> None:
        """Stage measurements of stored samples as one part; a later run resumes after them."""
        self.settle()
        path = self._staging.next_part()
        with self.staged() as store:
            stored = [replace(one, rows=store.stored_rows(one.rows)) for one in found]
        write_measurements_part(path, stored)
        self._staging.stage(PartEntry.of(path, MEASUREMENTS, 0))

    def unseen(self, ids: Sequence[str]) -> list[str]:
        """Those of some ids whose samples did not come in this change."""
        return [name for name in ids if not self._known.is_seen(name)]

    def remove_ids(self, ids: Collection[str]) -> None:
        """Hide samples of the committed store by their ids; their pictures may come back."""
        with self._before() as store:
            rows = np.flatnonzero(store.manifest.is_one_of("id", list(ids)))
        if len(rows):
            self.remove(rows.astype(np.int64))

    def remove(
        self,
        rows: NDArray[np.int64],
        tombstones: Sequence[str] = (),
        sources: Sequence[str] = (),
    ) -> None:
        """Hide rows (M,) of the committed store, and the rejects of whole sources.

        ``tombstones`` are digests of pictures that no ingest may store again.
        """
        self.settle()
        path = self._staging.next_part()
        with self._before() as store:
            removal = Removal(store.stored_rows(rows), tuple(tombstones), tuple(sources))
        write_removal_part(path, removal)
        self._staging.stage(PartEntry.of(path, REMOVALS, 0))

    def _flush(self) -> None:
        """Hand the chunk to the background; one part is written while the next one fills."""
        self._stage_written()
        if self._chunk:
            gone = np.array(self._chunk.replaced, dtype=np.int64)
            if len(gone):
                with self._before() as store:
                    gone = store.stored_rows(gone)
            paths = [self._staging.next_part(ahead) for ahead in range(2)]
            self._writing = self._background.submit(write_chunk, paths, self._chunk, gone)
            self._chunk = Chunk()

    def settle(self) -> None:
        """Write what was appended so far, so that ``staged`` has it."""
        self._flush()
        self._stage_written()

    def _stage_written(self) -> None:
        """Wait for the parts being written, and stage them."""
        if self._writing is not None:
            writing, self._writing = self._writing, None
            self._staging.stage(*writing.result())

    def commit(self, entry: LineageEntry) -> bool:
        """Make the change visible in one rename; False if there was nothing to change.

        Raises:
            StaleResumeError: samples of the interrupted change that it resumed did not come again.
        """
        if self._resumed:
            raise StaleResumeError(f"{len(self._resumed):,} pictures are gone since")
        self.settle()
        return self._staging.commit(entry)

    def discard(self) -> None:
        """Drop all that is not committed."""
        self._chunk = Chunk()
        if self._writing is not None:
            self._writing.exception()
            self._writing = None
        self._staging.discard()

    def close(self) -> None:
        """Wait for the background; what it wrote without being staged is swept up later."""
        self._background.shutdown()


@contextmanager
def open_writer(
    path: Path, session: str, say: Say = silent, replaceable: Collection[str] = ()
) -> Iterator[StoreWriter]:
    """Open a store for appending, made if it is new; see ``staging.open_change``.

    Raises:
        StoreError: another process is writing, or ``path`` is something else than a store.
        OSError: the disk is full or the folder cannot be written.
    """
    with open_change(path, session, say) as staging:
        writer = StoreWriter(staging, replaceable)
        try:
            yield writer
        finally:
            writer.close()
