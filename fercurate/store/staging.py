"""One running change of a store: parts staged one by one, then committed in one rename."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from fercurate.domain.lineage import LineageEntry
from fercurate.errors import StoreError
from fercurate.files.atomic import whole_file
from fercurate.files.lock import exclusive_lock
from fercurate.files.regular import real_path
from fercurate.store.heads.head import busy_store, read_head, refuse_irregular
from fercurate.store.heads.head_format import OWN, Head, PartEntry
from fercurate.store.heads.marker import read_marker, write_marker
from fercurate.store.heads.pending import staged_head
from fercurate.store.layout import COMMITTED, LOCK, PART_NAME, PENDING, parts_folder
from fercurate.store.parts.integrity import check_all_bytes

_STAGED = PENDING + ".new"
"""What is about to replace the head or the marker; swept up where a run was killed before."""

Say = Callable[[str], object]
"""What is told of something odd that is no error."""


def silent(_remark: str) -> None:
    """Say nothing."""


class StagedChange:
    """Parts that wait to be committed; made by ``open_change``.

    ``committed`` is the state before, ``head`` the one with everything staged so far, also by an
    interrupted run of the same session.
    """

    def __init__(self, path: Path, session: str, say: Say) -> None:
        self.path = path
        self.folder = parts_folder(path)
        self.committed = read_head(path) if path.exists() else Head()
        self._check_head()
        check_all_bytes(path, self.committed.parts)
        self.head, remark = staged_head(path, self.committed, session)
        if remark:
            say(f"{remark}; the change begins anew")
        self._session = session

    def _check_head(self) -> None:
        """Refuse to write beside parts whose head is lost or older: they would be swept away."""
        known = read_marker(self.folder / COMMITTED)
        if self.committed.generation < known:
            generation = self.committed.generation
            found = f"generation {generation}" if self.path.exists() else "missing"
            raise StoreError(
                f"the head is {found}, but its parts are those of generation {known}",
                where=str(self.path),
                fix=f"Put {self.path.name} back, or remove the folder {self.folder.name}",
            )

    @property
    def staged(self) -> tuple[PartEntry, ...]:
        """The parts that are staged so far."""
        return self.head.parts[len(self.committed.parts) :]

    def next_part(self, ahead: int = 0) -> Path:
        """Where the part that comes next is to be written, or one that comes after it."""
        return self.folder / self.head.next_part(ahead)

    def stage(self, *entries: PartEntry) -> None:
        """Record finished parts in the pending head, from which an interrupted run resumes.

        Parts that were written now are this change's; copies keep the change that wrote them.
        """
        own = len(self.committed.lineage)
        for entry in entries:
            told = replace(entry, change=own) if entry.change == OWN else entry
            self.head = self.head.with_part(told)
        self.head = replace(self.head, session=self._session)
        self._write_head(self.folder / PENDING)

    def _write_head(self, path: Path) -> None:
        with whole_file(path, self.folder / _STAGED) as staged:
            self.head.write(staged)

    def commit(self, *entries: LineageEntry, parts: Sequence[PartEntry] | None = None) -> bool:
        """Make the change visible in one rename; False if there was nothing to change.

        ``parts`` are those of the new state; without them, all that were there and are staged.
        """
        listed = self.head.parts if parts is None else tuple(parts)
        if listed == self.committed.parts:
            return False
        lineage = (*self.committed.lineage, *entries)
        generation = self.committed.generation + 1
        self.head = Head(generation, listed, lineage)
        self._write_head(self.path)
        (self.folder / PENDING).unlink(missing_ok=True)
        with whole_file(self.folder / COMMITTED, self.folder / _STAGED) as staged:
            write_marker(staged, generation)
        self.committed = self.head
        return True

    def discard(self) -> None:
        """Drop all that is not committed."""
        self.head = self.committed
        (self.folder / PENDING).unlink(missing_ok=True)
        self.sweep()

    def sweep(self) -> None:
        """Remove parts that no state lists: what an interrupted run left, or a change replaced."""
        listed = {part.name for part in self.head.parts}
        for path in self.folder.iterdir():
            stale = PART_NAME.fullmatch(path.name) and path.name not in listed
            if stale or path.name == _STAGED:
                path.unlink()


@contextmanager
def open_change(path: Path, session: str, say: Say = silent) -> Iterator[StagedChange]:
    """Open a store for changing, made if it is new; one process at a time.

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
    busy = busy_store(path)
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
        change = StagedChange(path, session, say)
        try:
            change.sweep()
            yield change
        finally:
            _remove_if_unused(path, folder)


def _remove_if_unused(path: Path, folder: Path) -> None:
    """Leave no trace of a store that was never made."""
    if not path.exists() and {p.name for p in folder.iterdir()} == {LOCK}:
        (folder / LOCK).unlink()
        folder.rmdir()
