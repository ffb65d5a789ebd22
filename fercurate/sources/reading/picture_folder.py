"""One flat folder of pictures, and the names under which a list asks for them.

A list names files, not paths: only what the folder itself lists can be found, so no name, however
it is written, leads anywhere else.
"""

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.files.containment import LEADS_OUT, Boundary
from fercurate.sources.names.file_kinds import is_picture
from fercurate.sources.reading.loading import PictureFile

_ENTRIES = 2000


def is_regular_file(path: Path) -> bool:
    """Whether a path is a file that can be read to an end; a pipe or a broken link is none."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError, RuntimeError):
        return False


def check_file(path: Path, sample: Sample, boundary: Boundary) -> PictureFile | Reject:
    """A sample's file if it can be opened: within the boundary, no pipe or broken link."""
    if not boundary.holds(path):
        return Reject(RejectCode.PATH, LEADS_OUT, sample.origin)
    if not is_regular_file(path):
        message = "a broken link, or no regular file"
        return Reject(RejectCode.MISSING, message, sample.origin)
    return PictureFile(path, sample)


def entry_names(folder: Path, limit: int | None = None) -> list[str]:
    """The sorted names in a folder, at most ``limit`` of them; none if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in islice(entries, limit))
    except OSError:
        return []


def picture_names(folder: Path, limit: int | None = None) -> list[str]:
    """The sorted names of the pictures in a folder, without debris."""
    return [name for name in entry_names(folder, limit) if is_picture(name)]


def descend(folder: Path, *names: str) -> Path | None:
    """Return the entry reached by these names, whatever their case is, or None."""
    for name in names:
        own = entry_names(folder, _ENTRIES)
        same = [entry for entry in own if entry.casefold() == name.casefold()]
        if not same:
            return None
        folder /= name if name in same else same[0]
    return folder


def subfolders(root: Path, *names: str) -> Iterator[Path]:
    """The root and those of its subfolders that bear one of the names; no links."""
    yield root
    for name in names:
        folder = descend(root, name)
        if folder is not None and folder.is_dir() and not folder.is_symlink():
            yield folder


class PictureFolder:
    """The entries of one folder by name; a name of another case is found if none is exact."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path = path
        self._boundary = Boundary(root)
        names = entry_names(path)
        self._names = {name.casefold(): name for name in reversed(names)}
        self._names |= {name: name for name in names}

    def find(self, *names: str) -> Path | None:
        """The first of these names that is a regular file of the folder, or a link out."""
        for name in names:
            known = self._names.get(name) or self._names.get(name.casefold())
            if known and not is_path(name):
                path = self.path / known
                if is_regular_file(path) or not self._boundary.holds(path):
                    return path
        return None

    def holds(self, path: Path) -> bool:
        """Whether a path stays within the corpus."""
        return self._boundary.holds(path)

    def absent(self, name: str, origin: str, line: int) -> Reject:
        """The reject for a listed name that was not found."""
        if is_path(name) or ".." in name:
            message = f"{name[:80]!r} is a path; expected the bare name of a file"
            return Reject(RejectCode.PATH, message, origin, line)
        message = f"{name[:80]!r} is no file in {self.path.name}"
        return Reject(RejectCode.MISSING, message, origin, line)


def is_path(name: str) -> bool:
    """Whether a listed name is more than the name of a file."""
    return "/" in name or "\\" in name or name in (".", "..")
