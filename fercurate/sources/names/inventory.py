"""What lies in a path: files by kind, tables by columns, files that are not what they seem."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from fercurate.domain.text import plural
from fercurate.sources.names.file_kinds import (
    FileKind,
    first_bytes,
    is_clutter,
    kind_of_content,
    kind_of_name,
    suffix_of,
)

_MOST_FILES = 200_000
_HEADS_READ = 200
_SHOWN = 5
_HEAD = 512
_LOOKED_INTO = (FileKind.TABLE, FileKind.PICTURE, FileKind.ARCHIVE, FileKind.ARRAY)


@dataclass(frozen=True)
class PathInventory:
    """What lies in a path.

    ``kinds`` counts files by kind, ``pictures`` those of pictures by folder below the path and
    suffix; ``heads`` are the first lines of tables, by path below it; ``named`` are paths of other
    kinds than pictures. ``complete`` is False where there are more files than are counted.
    """

    root: Path
    kinds: Counter[FileKind] = field(default_factory=Counter)
    pictures: Counter[tuple[str, str]] = field(default_factory=Counter)
    heads: dict[str, str] = field(default_factory=dict)
    named: dict[FileKind, list[str]] = field(default_factory=dict)
    complete: bool = True

    @property
    def files(self) -> int:
        """All files that were counted."""
        return self.kinds.total()

    @property
    def picture_folders(self) -> Counter[str]:
        """Pictures by folder below the path."""
        folders: Counter[str] = Counter()
        for (folder, _), count in self.pictures.items():
            folders[folder] += count
        return folders

    def lines(self) -> Iterator[str]:
        """What was found, a line a kind, the commonest first."""
        for kind, count in sorted(self.kinds.items(), key=lambda pair: (-pair[1], pair[0])):
            yield f"{count_of(kind, count)}{self._details(kind)}"
        if not self.complete:
            yield f"... and more: counting stopped at {_MOST_FILES:,} files"

    def _details(self, kind: FileKind) -> str:
        if kind is FileKind.PICTURE:
            folders = self.picture_folders
            named = [f"{n or 'the top'} {folders[n]:,}" for n, _ in folders.most_common(_SHOWN)]
            rest = ", ..." if len(folders) > _SHOWN else ""
            return f" in {plural(len(folders), 'folder')} ({', '.join(named)}{rest})"
        names = self.named.get(kind, [])
        shown = [self._named(name) for name in names[:_SHOWN]]
        rest = ", ..." if len(names) > _SHOWN else ""
        return f" ({', '.join(shown)}{rest})" if shown else ""

    def _named(self, name: str) -> str:
        head = self.heads.get(name)
        return f"{name}: {head}" if head else name


_NOUNS: dict[FileKind, tuple[str, str]] = {
    FileKind.DEBRIS: ("file of the operating system", "files of the operating system"),
    FileKind.EMPTY: ("empty file", "empty files"),
    FileKind.LINK: ("link that is broken or leads out", "links that are broken or lead out"),
    FileKind.OTHER: ("other file", "other files"),
}


def count_of(kind: FileKind, count: int) -> str:
    """A count of files of a kind, in words."""
    one, many = _NOUNS.get(kind, (str(kind), f"{kind}s"))
    return f"{count:,} {one if count == 1 else many}"


def take_inventory(path: Path) -> PathInventory:
    """Look at what lies in a path: names of all files, and the first bytes of a few."""
    root = path if path.is_dir() else path.parent
    inventory = PathInventory(root)
    files = [path.name] if not path.is_dir() else _files_below(path)
    looked: Counter[FileKind] = Counter()
    for number, relative in enumerate(islice(files, _MOST_FILES + 1)):
        if number == _MOST_FILES:
            return replace(inventory, complete=False)
        file = root / relative
        kind = kind_of_name(file.name)
        if kind in _LOOKED_INTO and looked[kind] < _HEADS_READ:
            looked[kind] += 1
            kind = _kind_by_content(file, kind)
        _note(inventory, relative, kind)
    return inventory


def _kind_by_content(file: Path, kind: FileKind) -> FileKind:
    if not file.is_file():
        return FileKind.LINK
    return kind_of_content(first_bytes(file)) or kind


def _note(inventory: PathInventory, relative: str, kind: FileKind) -> None:
    inventory.kinds[kind] += 1
    folder, _, name = relative.rpartition("/")
    if kind is FileKind.PICTURE:
        inventory.pictures[folder, suffix_of(name)] += 1
    elif kind is not FileKind.DEBRIS:
        inventory.named.setdefault(kind, []).append(relative)
        if kind is FileKind.TABLE:
            inventory.heads[relative] = _columns(inventory.root / relative)


def _columns(file: Path) -> str:
    """The first line of a table of text, shortened; "" if it is none."""
    head = first_bytes(file, _HEAD).split(b"\n", 1)[0]
    text = head.decode("utf-8", "replace").strip()
    return f"columns {text[:60]!r}" if text.isprintable() and text else ""


def _files_below(root: Path) -> Iterator[str]:
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not is_clutter(name))
        below = Path(folder).relative_to(root)
        for name in sorted(files):
            yield (below / name).as_posix()
