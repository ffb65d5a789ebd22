"""An output folder that changes from one whole state to the next."""

import ctypes
import errno
import os
import shutil
from collections.abc import Callable, Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from fercurate.errors import ConflictError, FercurateError
from fercurate.files.atomic import sync, sync_file_system
from fercurate.files.lock import exclusive_lock

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NAMED = 3
"""So many foreign files are named; one is reason enough."""


_MANY = 256
"""More files than this are forced to disk together."""


def _nothing(_name: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class FolderKind:
    """What a folder of ours is: how its files are told from those of others, and its words.

    ``noun`` names it with its article (``an export``), ``option`` is what chose its place.
    ``files`` gives the paths, inside a folder, that belong to it: nothing if the folder is none of
    ours. An empty folder is a path that ends in a slash. What ``ignores`` is true of is nobody's:
    it goes unasked. ``expected`` and ``fix`` end the refusals of what is foreign, and of what is
    there already. ``busy`` is the error where another process is writing it. A link to a folder is
    taken for the folder if ``follows``.
    """

    noun: str
    option: str
    files: Callable[[Path], Set[str]]
    busy: type[FercurateError]
    ignores: Callable[[str], bool] = _nothing
    expected: str = ""
    fix: str = ""
    follows: bool = False

    @property
    def name(self) -> str:
        """The noun without its article."""
        return self.noun.split()[-1]

    def place(self, folder: Path) -> Path:
        """Where a folder is written: the absolute path, behind links if they are followed."""
        return Path(os.path.realpath(folder)) if self.follows else folder.absolute()


def check_folder(folder: Path, kind: FolderKind, overwrite: bool) -> None:
    """Refuse to touch a folder that was not asked for.

    Raises:
        ConflictError: it holds files that are not ours, or one of ours and ``overwrite`` is off.
    """
    place = kind.place(folder)
    if place.parent.name.endswith(".parts"):
        raise ConflictError("a store keeps its parts there", where=str(place.parent))
    if not os.path.lexists(place):
        return
    another = f"Choose another {kind.option}"
    if place.is_symlink() or not place.is_dir():
        raise ConflictError("not a folder", where=str(folder), fix=another)
    ours = kind.files(place)
    names = (name for name in contents(place) if not kind.ignores(name))
    foreign = list(islice((name for name in names if name not in ours), _NAMED))
    if foreign:
        raise ConflictError(
            f"the folder holds files that no {kind.name} made ({', '.join(foreign)})",
            where=str(folder),
            expected=kind.expected,
            fix=f"{another}; nothing was changed",
        )
    if not overwrite and any(not kind.ignores(name) for name in contents(place)):
        raise ConflictError(f"{kind.noun} is there already", where=str(folder), fix=kind.fix)


def contents(folder: Path, prefix: str = "") -> Iterator[str]:
    """Every file and link below a folder by path, in order, and empty folders with a slash."""
    with os.scandir(folder) as entries:
        folders = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
    for name in sorted(f"{name}/" if is_folder else name for name, is_folder in folders.items()):
        if name.endswith("/"):
            below = contents(folder / name, f"{prefix}{name}")
            yield next(below, f"{prefix}{name}")
            yield from below
        else:
            yield f"{prefix}{name}"


@contextmanager
def staged_folder(folder: Path, kind: FolderKind, overwrite: bool) -> Iterator[Path]:
    """Give a folder beside ``folder`` to write into; at the end it takes its place in one step.

    On any error it is removed and ``folder`` is what it was. What a killed run left is removed by
    the next. ``overwrite`` is as in ``check_folder``.

    Raises:
        FercurateError: of the class ``kind.busy``: another process is writing the same folder.
        ConflictError: the folder is not to be replaced.
    """
    place = kind.place(folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    staging, lock = (
        place.with_name(f".{place.name}.fercurate-{what}") for what in ("partial", "lock")
    )
    busy = kind.busy(f"another process is writing this {kind.name}", where=str(place))
    with exclusive_lock(lock, busy):
        try:
            _recover(place)
            check_folder(place, kind, overwrite)
            _remove(staging)
            staging.mkdir()
            yield staging
            _sync_tree(staging)
            check_folder(place, kind, overwrite)
            _replace(staging, place)
        finally:
            _remove(staging)
            lock.unlink(missing_ok=True)


def _remove(place: Path) -> None:
    """Remove what a run has left, whatever it is: a pipe would keep ``rmtree`` waiting."""
    if place.is_symlink() or not place.is_dir():
        place.unlink(missing_ok=True)
    else:
        shutil.rmtree(place, ignore_errors=True)


def _sync_tree(folder: Path) -> None:
    """Force everything below a folder to disk, before it takes its final name.

    Of many files the whole file system is forced at once, where the system can: one by one they
    take a hundred times as long.
    """
    names = contents(folder)
    first = list(islice(names, _MANY + 1))
    if len(first) > _MANY and sync_file_system(folder):
        return
    places = [folder / name for name in (*first, *names)]
    above = {parent for place in places for parent in place.parents} - {*folder.parents}
    for place in (*places, *sorted(above, reverse=True), folder):
        sync(place)


def _old(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.fercurate-old")


def _recover(folder: Path) -> None:
    """Bring back a folder that a run killed between two renames left under its old name."""
    if _old(folder).exists() and not folder.exists():
        _old(folder).rename(folder)


def _replace(staging: Path, folder: Path) -> None:
    """Put the staged folder in the place of another; what was there goes."""
    if not folder.exists():
        staging.rename(folder)
    elif not _exchange(staging, folder):
        _rename_twice(staging, folder)
    sync(folder.parent)


def _rename_twice(staging: Path, folder: Path) -> None:
    """Replace a folder where no system call can; the old one comes back if that fails."""
    _remove(_old(folder))
    folder.rename(_old(folder))
    try:
        staging.rename(folder)
    except OSError:
        _old(folder).rename(folder)
        raise
    _remove(_old(folder))


def _exchange(first: Path, second: Path) -> bool:
    """Swap two folders in one step (Linux); False where the system cannot."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    status = call(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE)
    if status == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(second))
