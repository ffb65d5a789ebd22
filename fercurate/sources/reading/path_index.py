"""Paths that stand in lists, turned into files of the corpus and never into anything else.

Lists are written on other machines: with backslashes, drive letters, another case, or the names
that files had before somebody converted them.
"""

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from fercurate.domain.sample import RejectCode
from fercurate.files.containment import LEADS_OUT, Boundary
from fercurate.files.regular import open_regular
from fercurate.sources.names.file_kinds import IMAGE_SUFFIXES, is_clutter

MAX_TEXT = 4096
"""Characters of the longest path that is looked up."""

_ENTRIES = 2048
_FOLDERS = 256
_ELSEWHERE = re.compile(r"/|[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class PathFault:
    """Why a path gives no file: ``E_PATH`` (leads out), ``E_MISSING`` or ``E_DECODE`` (unread)."""

    code: RejectCode
    message: str


def plain_path(text: str) -> str:
    """Return a relative path with forward slashes and without ``.``, or "" if it is not one.

    Not plain are: nothing, absolute, drive-letter and UNC paths, URLs, anything with ``..`` or a
    NUL character. The text is taken as it is otherwise (``%20`` stays ``%20``).
    """
    parts = _parts(text)
    foreign = ".." in parts or _ELSEWHERE.match(_slashed(text)) or "\0" in text
    return "" if foreign or len(text) > MAX_TEXT else "/".join(parts)


class PathIndex:
    """Finds the files that a list names, below ``root`` only.

    Each path is looked up below each of ``bases`` (folders inside the root; the root itself if
    none are given): first exactly, then in any case, then with another image suffix. A folder is
    listed at most once, and only if something in it is not found exactly.
    """

    def __init__(self, root: Path, bases: Sequence[Path] = ()) -> None:
        self.root = root
        self._bases = tuple(str(base) for base in bases) or (str(root),)
        self._boundary = Boundary(root)
        self._listings: dict[str, _Listing] = {}

    def resolve(self, text: str) -> Path | PathFault:
        """Return the file that ``text`` names.

        Absolute paths and such (see ``plain_path``) are those of another machine: the longest
        end of at least two names that exists here is taken, and without one they are refused.
        """
        plain = plain_path(text)
        if plain:
            return self._find(tuple(plain.split("/"))) or _missing("no such file")
        if not _parts(text):
            return _missing("an empty path")
        if len(text) > MAX_TEXT or "\0" in text:
            return PathFault(RejectCode.PATH, "no path: too long, or with a NUL character")
        return self._anchored(_parts(text)) or PathFault(
            RejectCode.PATH, f"a path that leads out of the corpus: {text.strip()[:200]}"
        )

    def relative(self, path: Path) -> str:
        """The path below the root with forward slashes."""
        return Path(os.path.relpath(path, self.root)).as_posix()

    def read_bytes(self, path: Path, limit: int) -> bytes | PathFault:
        """Read a small file that belongs to the corpus (an annotation), ``limit`` bytes at most."""
        fault = self._fault(str(path))
        if fault is not None:
            return fault
        try:
            with open_regular(path) as file:
                content = file.read(limit + 1)
        except OSError as error:
            return PathFault(RejectCode.DECODE, f"cannot be read: {error.strerror}")
        if len(content) > limit:
            return PathFault(RejectCode.DECODE, f"over {limit:,} bytes")
        return content

    def _anchored(self, parts: tuple[str, ...]) -> Path | PathFault | None:
        for start in range(len(parts) - 1):
            end = parts[start:]
            if ".." not in end and isinstance(found := self._find(end), Path):
                return found
        return None

    def _find(self, parts: tuple[str, ...]) -> Path | PathFault | None:
        for base in self._bases:
            exact = os.path.join(base, *parts)  # noqa: PTH118 - half a million of them
            if _exists(exact):
                return self._fault(exact) or Path(exact)
        for lookup in (_Listing.any_case, _Listing.any_suffix):
            for base in self._bases:
                same = [
                    f"{folder}/{name}"
                    for folder in self._folders(base, parts[:-1])
                    for name in lookup(self._listing(folder), parts[-1])
                ]
                if len(same) > 1:
                    return _missing(f"{len(same)} files could be meant")
                if same:
                    return self._fault(same[0]) or Path(same[0])
        return None

    def _folders(self, base: str, names: tuple[str, ...]) -> list[str]:
        """Folders that ``names`` lead to in any case (``Anger`` and ``anger`` are both one)."""
        folders = [base]
        for name in names:
            folders = [f"{f}/{own}" for f in folders for own in self._listing(f).every_case(name)]
        return folders

    def _listing(self, folder: str) -> "_Listing":
        if folder not in self._listings:
            self._listings[folder] = _Listing(
                _names(folder) if self._boundary.holds(folder) else []
            )
        return self._listings[folder]

    def _fault(self, path: str) -> PathFault | None:
        try:
            status = os.lstat(path)
            if not self._boundary.holds(path):
                return PathFault(RejectCode.PATH, LEADS_OUT)
            if stat.S_ISLNK(status.st_mode):
                status = os.stat(path)  # noqa: PTH116
        except (OSError, ValueError):
            return _missing("no such file")
        return None if stat.S_ISREG(status.st_mode) else _missing("no regular file")


class _Listing:
    """The names in one folder, found by case-folded name or stem."""

    def __init__(self, names: Sequence[str]) -> None:
        self._exact = frozenset(names)
        self._folded: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        for name in names:
            self._folded.setdefault(_folded(name), []).append(name)
            stem, suffix = os.path.splitext(_folded(name))  # noqa: PTH122
            if suffix in IMAGE_SUFFIXES:
                self._stems.setdefault(stem, []).append(name)

    def any_case(self, name: str) -> list[str]:
        """Entries of this name: the exact one, else those that differ in case."""
        return [name] if name in self._exact else self.every_case(name)

    def every_case(self, name: str) -> list[str]:
        """Entries of this name, whatever their case."""
        return self._folded.get(_folded(name), [])

    def any_suffix(self, name: str) -> list[str]:
        """Pictures of the same stem, if the name is that of a picture."""
        stem, suffix = os.path.splitext(_folded(name))  # noqa: PTH122
        return self._stems.get(stem, []) if suffix in IMAGE_SUFFIXES else []


def _names(folder: str) -> list[str]:
    with suppress(OSError, ValueError), os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries)
    return []


def _exists(path: str) -> bool:
    try:
        os.lstat(path)
    except (OSError, ValueError):
        return False
    return True


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _slashed(text: str) -> str:
    return text.strip().strip("\"'").replace("\\", "/")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in _slashed(text).split("/") if part not in ("", "."))


def _missing(message: str) -> PathFault:
    return PathFault(RejectCode.MISSING, message)


def nearby_folders(root: Path, depth: int, skipped: re.Pattern[str]) -> Iterator[Path]:
    """Yield ``root`` and the folders below it, level by level, without walking a large tree.

    ``skipped`` are the names of folders not entered (``fullmatch``, case-folded). Hidden folders
    and links are passed over; of all folders, the first 256 are seen.
    """
    level, seen = [root], 0
    for _ in range(depth + 1):
        deeper: list[Path] = []
        for folder in level:
            if seen == _FOLDERS:
                return
            seen += 1
            yield folder
            names = first_names(folder, lambda entry: entry.is_dir(follow_symlinks=False))
            deeper += [folder / name for name in names if not skipped.fullmatch(_folded(name))]
        level = deeper


def first_names(folder: Path, wanted: Callable[[os.DirEntry[str]], bool]) -> list[str]:
    """Sorted names of the wanted ones among a folder's first 2,048 entries; none if unreadable."""
    with suppress(OSError), os.scandir(folder) as entries:
        seen = islice(entries, _ENTRIES)
        return sorted(e.name for e in seen if not is_clutter(e.name) and wanted(e))
    return []
