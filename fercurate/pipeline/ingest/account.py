"""Every file of an input is accounted for: read, rejected, or passed over with a reason."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from fercurate.domain.lineage import FileAccount, PassedOver
from fercurate.domain.sample import EncodedImage, Sample
from fercurate.sources.base import Record

_MOST_GROUPS = 100


@dataclass
class FileUse:
    """Which files gave samples, and which only rejects, by path below the root."""

    read: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)

    def add(self, record: Record) -> None:
        """Note the files that a record comes from: the picture, and the list that names it."""
        if isinstance(record, Sample):
            self.read.add(record.origin)
            if isinstance(record.image, EncodedImage):
                self.read.add(record.image.file)
        else:
            self.rejected.add(record.file or record.origin)


def account_for(
    root: Path, files: tuple[Path, ...], use: FileUse, unread: Callable[[str], str]
) -> FileAccount:
    """Account for every file below a root, or for ``files`` alone if the root is none of a folder.

    ``files`` were read whatever they gave (lists, CSV files); ``unread`` says why another file was
    not, or "" if it was read for its labels.
    """
    listed = {_relative(file, root) for file in files if file.is_file()}
    read = rejected = 0
    passed: Counter[tuple[str, str, str]] = Counter()
    for file in _files_below(root):
        if file in use.read or file in listed:
            read += 1
        elif file in use.rejected:
            rejected += 1
        elif reason := unread(file):
            path = PurePath(file)
            folder = path.parent.as_posix()
            passed["" if folder == "." else folder, path.suffix.casefold(), reason] += 1
        else:
            read += 1
    return FileAccount(read, rejected, _groups(passed))


def account_of_files(files: tuple[Path, ...]) -> FileAccount:
    """The account of an input that is a file, or a few: all of them are read."""
    return FileAccount(len(files))


def _relative(file: Path, root: Path) -> str:
    return Path(os.path.relpath(file, root)).as_posix()


def _files_below(root: Path) -> Iterator[str]:
    """Every file and link below a folder, in a fixed order; linked folders count as one link."""
    for folder, names, files in os.walk(root):
        links = [n for n in names if Path(folder, n).is_symlink()]
        names[:] = sorted(n for n in names if n not in links)
        below = Path(folder).relative_to(root)
        for name in sorted([*files, *links]):
            yield (below / name).as_posix()


def _groups(passed: Counter[tuple[str, str, str]]) -> tuple[PassedOver, ...]:
    """The groups, those of deeper folders put together if they are too many to be read."""
    depth = max((folder.count("/") + 1 for folder, _, _ in passed), default=0)
    while len(passed) > _MOST_GROUPS and depth > 0:
        depth -= 1
        shorter: Counter[tuple[str, str, str]] = Counter()
        for (folder, suffix, reason), count in passed.items():
            shorter["/".join(folder.split("/")[:depth]), suffix, reason] += count
        passed = shorter
    return tuple(PassedOver(*group, count) for group, count in sorted(passed.items()))
