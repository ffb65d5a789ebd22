"""Any tree of class-named folders: extra pictures, and packs that no other source knows."""

import difflib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from fercurate.domain.expression import expression_words, parse_expression
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.class_folders import read_class_folders
from fercurate.sources.reading.class_tree import (
    class_files,
    class_part,
    is_clutter,
    is_picture,
    stray_pictures,
)
from fercurate.sources.reading.picture_folder import entry_names

_DEPTH = 5
_FOLDERS = 500
_ENTRIES = 5000
_SHOWN = 5
_NEARLY = 0.8


class Folder:
    """Source ``folder``."""

    name: ClassVar[str] = "folder"
    title: ClassVar[str] = "class folders"
    license: ClassVar[str] = "as given by the user"
    options: ClassVar[type[LabelMapOptions]] = LabelMapOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize a tree with at least one class-named folder that holds a picture."""
        if not path.is_dir():
            return None
        folder = next((f for f in _folders(path) if _is_class_folder(f, path)), None)
        if folder is None:
            return None
        relative = folder.relative_to(path).as_posix()
        why = f"class-named folders with pictures ({relative})"
        return Recognition(self.name, "class folders", why, path, (path,))

    def read(self, recognition: Recognition, options: LabelMapOptions) -> Iterator[Record]:
        """Yield every picture of a class folder as a sample or a reject.

        Raises:
            InputError: numeric class folders without a label map.
        """
        yield from read_class_folders(recognition.root, options, options.name or self.name)

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Count the files by split and class, and the pictures that are in no class."""
        del md5
        counts = Counter(
            (file.split, parse_expression(file.label) or file.label)
            for file in class_files(recognition.root)
        )
        files = counts.total()
        plural = "s" if files != 1 else ""
        text = f"class folders with {files:,} file{plural} ({_by_split(counts)})"
        if files > totals.records:
            text += f", {files - totals.records:,} of them in a second copy of the tree, read once"
        strays = stray_pictures(recognition.root)
        if strays:
            text += f"; not read: {_strays(strays)}"
        return text


def _folders(root: Path) -> Iterator[Path]:
    """The first few folders of a tree, level by level, in a fixed order."""
    level, seen = [root], 0
    for _ in range(_DEPTH + 1):
        below: list[Path] = []
        for folder in level:
            yield folder
            seen += 1
            if seen >= _FOLDERS:
                return
            names = (name for name in entry_names(folder, _ENTRIES) if not is_clutter(name))
            below.extend(p for name in names if _is_own_folder(p := folder / name))
        level = below


def _is_own_folder(path: Path) -> bool:
    return not is_picture(path.name) and not path.is_symlink() and path.is_dir()


def _is_class_folder(folder: Path, root: Path) -> bool:
    parts = folder.relative_to(root).parts
    return bool(class_part(parts)) and any(map(is_picture, entry_names(folder, _ENTRIES)))


def _by_split(counts: Counter[tuple[str, str]]) -> str:
    texts = []
    for split in sorted({split for split, _ in counts}):
        classes = [f"{label} {n:,}" for (own, label), n in sorted(counts.items()) if own == split]
        texts.append((f"{split}: " if split else "") + ", ".join(classes))
    return "; ".join(texts)


def _strays(strays: Counter[str]) -> str:
    """Name the folders with most pictures, and those whose name is nearly a class."""
    largest = sorted(strays, key=lambda folder: (-strays[folder], folder))[:_SHOWN]
    nearly = [folder for folder in sorted(strays) if _nearly(folder)][:_SHOWN]
    named = sorted({*largest, *nearly})
    texts = [f"{folder or 'the top'} {strays[folder]:,}{_nearly(folder)}" for folder in named]
    plural = "s" if len(strays) > 1 else ""
    rest = ", ..." if len(named) < len(strays) else ""
    return (
        f"{strays.total():,} pictures in {len(strays):,} folder{plural} that are no class "
        f"({', '.join(texts)}{rest})"
    )


def _nearly(folder: str) -> str:
    for part in folder.split("/"):
        close = difflib.get_close_matches(part.casefold(), expression_words(), n=1, cutoff=_NEARLY)
        if close and part.casefold() != close[0]:
            return f" (nearly {close[0]!r})"
    return ""
