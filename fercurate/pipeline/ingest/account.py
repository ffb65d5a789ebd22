"""Every file of an input is accounted for: read, rejected, or passed over with a reason."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fercurate.domain.lineage import FileAccount, PassedOver
from fercurate.domain.sample import EncodedImage, Sample
from fercurate.pipeline.ingest.provenance import printable
from fercurate.sources.base import Record

_MOST_GROUPS = 20
_BESIDE = "beside the corpus"


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


@dataclass(frozen=True, slots=True)
class AccountScope:
    """Where files are accounted for: below ``top``, but for the folders in ``others``.

    ``root`` is the corpus, which may lie below ``top``: what lies beside it is passed over.
    """

    top: Path
    root: Path
    others: tuple[Path, ...] = ()


def account_for(
    scope: AccountScope, files: tuple[Path, ...], use: FileUse, unread: Callable[[str], str]
) -> FileAccount:
    """Account for every file of a scope.

    ``files`` were read whatever they gave (lists, CSV files); ``unread`` says why another file of
    the corpus was not, or "" if it was read for its labels.
    """
    listed = {_relative(file, scope.root) for file in files if file.is_file()}
    read = rejected = 0
    passed: Counter[tuple[str, str, str]] = Counter()
    for path in _files_below(scope):
        inside = scope.root == scope.top or scope.root in path.parents
        file = path.relative_to(scope.root if inside else scope.top).as_posix()
        if inside and (file in use.read or file in listed):
            read += 1
        elif inside and file in use.rejected:
            rejected += 1
        elif reason := _reason(path, unread(file)) if inside else _BESIDE:
            folder = printable(path.parent.relative_to(scope.top).as_posix())
            suffix = printable(path.suffix.casefold())
            passed["" if folder == "." else folder, suffix, reason] += 1
        else:
            read += 1
    return FileAccount(read, rejected, _groups(passed))


def _reason(path: Path, reason: str) -> str:
    linked = reason and path.is_symlink() and not path.is_file()
    return "a link to a folder, or to nothing" if linked else reason


def account_of_files(files: tuple[Path, ...]) -> FileAccount:
    """The account of an input that is a file, or a few: all of them are read."""
    return FileAccount(len(files))


def _relative(file: Path, root: Path) -> str:
    return Path(os.path.relpath(file, root)).as_posix()


def _files_below(scope: AccountScope) -> Iterator[Path]:
    """Every file and link of a scope, in a fixed order; linked folders count as one link."""
    others = {str(other) for other in scope.others}
    for folder, names, files in os.walk(scope.top):
        links = [n for n in names if os.path.islink(os.path.join(folder, n))]  # noqa: PTH114, PTH118 - too long a path is none
        below = (n for n in names if n not in links and str(Path(folder, n)) not in others)
        names[:] = sorted(below)
        yield from (Path(folder, name) for name in sorted([*files, *links]))


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
