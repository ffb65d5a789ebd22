"""CK+ (Extended Cohn-Kanade): the original tree, CK+48 class folders, and ``ckextended.csv``.

Lucey et al., "The Extended Cohn-Kanade Dataset (CK+)", CVPR Workshops 2010; Kanade et al.,
"Comprehensive database for facial expression analysis", FG 2000. Layouts: ``docs/corpora.md``.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.ckplus.extended import LAYOUT as EXTENDED
from fercurate.sources.ckplus.extended import read_extended, recognize_extended
from fercurate.sources.ckplus.folders import LAYOUT as FOLDERS
from fercurate.sources.ckplus.folders import read_folders, recognize_folders
from fercurate.sources.ckplus.options import CkPlusOptions
from fercurate.sources.ckplus.sequences import read_original
from fercurate.sources.ckplus.tree import find_roots, relative
from fercurate.sources.ckplus.variant import (
    describe_extended,
    describe_folders,
    describe_original,
)
from fercurate.sources.names.unread import unread_file

ORIGINAL = "original"


class CkPlus:
    """Source ``ckplus``."""

    name: ClassVar[str] = "ckplus"
    title: ClassVar[str] = "CK+"
    license: ClassVar[str] = "by agreement with the University of Pittsburgh; not redistributable"
    redistributable: ClassVar[bool | None] = False
    options: ClassVar[type[CkPlusOptions]] = CkPlusOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize an original tree, class folders with CK+ names, or ``ckextended.csv``.

        Of several layouts in one folder the first of these is read, for all show the same
        pictures; the others are named as ignored.
        """
        if not path.is_dir():
            return recognize_extended(path, self.name)
        recognizers = (self._recognize_original, recognize_folders, recognize_extended)
        recognitions = [
            r for recognize in recognizers if (r := recognize(path, self.name)) is not None
        ]
        if not recognitions:
            return None
        first, *others = recognitions
        ignored = (*first.ignored, *(f"{o.layout} (the same pictures)" for o in others))
        why = f"{first.why} (not read: {', '.join(ignored)})" if ignored else first.why
        return replace(first, why=why, ignored=ignored)

    def recognize_asked(self, path: Path) -> Recognition | None:
        """Take a table with FER-2013's columns for ``ckextended.csv``, because somebody says so."""
        return recognize_extended(path, self.name, named=True) if path.is_file() else None

    @staticmethod
    def _recognize_original(path: Path, source: str) -> Recognition | None:
        roots = find_roots(path)
        if roots is None:
            return None
        names = {kind: relative(folder, path) for kind, folder in roots.folders.items()}
        images = "this folder" if names["images"] == "." else names["images"]
        labels = f"labels in {names['emotion']}" if "emotion" in names else "but no labels"
        why = f"sequences in {images}, {labels}"
        return Recognition(source, ORIGINAL, why, path, (path,), tuple(roots.ignored))

    def read(self, recognition: Recognition, options: CkPlusOptions) -> Iterator[Record]:
        """Yield every chosen frame, picture or row as a sample or a reject.

        Raises:
            InputError: an original tree without labels, or numeric class folders without a map.
        """
        reader = {ORIGINAL: read_original, FOLDERS: read_folders, EXTENDED: read_extended}
        return reader[recognition.layout](recognition, options, options.name or self.name)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say that a frame is not one of those chosen; files of labels were read."""
        if recognition.layout == ORIGINAL:
            return unread_file(file, "a frame that is not chosen, or unlabeled", (".txt",))
        return unread_file(file, "a second copy, or beside the class folders")

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Compare sequences, subjects and classes with what was published; ``md5`` is not used."""
        if recognition.layout == EXTENDED:
            return describe_extended(recognition.files[0], totals)
        describe = describe_original if recognition.layout == ORIGINAL else describe_folders
        return describe(recognition.root)
