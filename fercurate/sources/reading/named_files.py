"""Pictures whose own names tell the expression: ``happy_12.png``, ``train_3_sad.jpg``."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePath

from fercurate.domain.expression import expressions_in
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.files.containment import LEADS_OUT, Boundary
from fercurate.sources.base import Record
from fercurate.sources.names.file_kinds import is_clutter, is_picture
from fercurate.sources.names.people import NamePattern, naming_of
from fercurate.sources.names.split_words import native_split
from fercurate.sources.names.subject_rule import SubjectRule
from fercurate.sources.options import SourceOptions
from fercurate.sources.reading.class_tree import root_split, split_part, tree_folders
from fercurate.sources.reading.loading import NOT_READ, PictureFile, load_images
from fercurate.sources.reading.picture_folder import entry_names, is_regular_file

_LOOKED_AT = 512
_ENTRIES = 5000
_SHARE = 0.9
_PARTS = re.compile(r"[\W_\d]+")


@dataclass(frozen=True, slots=True)
class NamedPicture:
    """A picture of which the name tells the expression (or "", if none or several)."""

    path: Path
    relative: str
    expression: str


def named_pictures(root: Path) -> list[NamedPicture]:
    """The first pictures of a tree of which the names tell an expression, if nearly all do so.

    A name made as a corpus makes its names counts, even if its code is no expression of the seven.
    """
    first = list(islice(_near_pictures(root), _LOOKED_AT))
    naming = naming_of([path.name for path, _ in first])
    named = [NamedPicture(path, rel, _expression(path.stem, naming)) for path, rel in first]
    telling = [picture for picture in named if picture.expression]
    understood = len(telling) + sum(
        not picture.expression and _is_coded(picture.path.stem, naming) for picture in named
    )
    return telling if telling and understood >= _SHARE * len(named) else []


def read_named_files(
    root: Path, options: SourceOptions, source: str, subject: SubjectRule | None
) -> Iterator[Record]:
    """Yield every picture as a sample or a reject; ids are ``source:path``."""
    first = [path.name for path, _ in islice(_pictures(root), _LOOKED_AT)]
    names = _Names(source, subject, naming_of(first), root_split(root), Boundary(root))
    yield from load_images((names.of(*file) for file in _pictures(root)), root, options)


@dataclass(frozen=True, slots=True)
class _Names:
    """What is known of the pictures of one tree by their names."""

    source: str
    subject: SubjectRule | None
    naming: NamePattern | None
    own_split: str
    boundary: Boundary

    def of(self, path: Path, relative: str) -> PictureFile | Reject:
        """A picture with what its name tells, or what is wrong with it."""
        if not self.boundary.holds(path):
            return Reject(RejectCode.PATH, LEADS_OUT, relative)
        if not is_regular_file(path):
            return Reject(RejectCode.MISSING, "a broken link, or no regular file", relative)
        expression = _expression(path.stem, self.naming)
        if not expression:
            message = f"the name {path.name[:80]!r} tells no expression, or several"
            return Reject(RejectCode.LABEL, message, relative, label=path.stem[:40])
        named = self.naming.subject(path.stem) if self.naming is not None else ""
        sample = Sample(
            id=f"{self.source}:{relative}",
            source=self.source,
            image=NOT_READ,
            native_label=expression,
            expression=expression,
            native_split=_split(relative) or self.own_split,
            origin=relative,
            subject=self.subject.of_path(relative) if self.subject is not None else named,
        )
        return PictureFile(path, sample)


def _near_pictures(root: Path) -> Iterator[tuple[Path, str]]:
    """The pictures in the first few folders of a tree, without walking a large one."""
    for folder in tree_folders(root):
        for name in filter(is_picture, entry_names(folder, _ENTRIES)):
            yield folder / name, (folder / name).relative_to(root).as_posix()


def _pictures(root: Path) -> Iterator[tuple[Path, str]]:
    """Every picture of a tree by its suffix, in a fixed order, with its path below the root."""
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not is_clutter(name))
        for name in sorted(filter(is_picture, files)):
            path = Path(folder, name)
            yield path, path.relative_to(root).as_posix()


def _expression(stem: str, naming: NamePattern | None) -> str:
    coded = naming.expression(stem) if naming is not None else ""
    named = expressions_in(stem)
    return coded or (next(iter(named)) if len(named) == 1 else "")


def _is_coded(stem: str, naming: NamePattern | None) -> bool:
    """Whether a name carries the code of a corpus, be it that of an expression or another."""
    return naming is not None and bool(naming.codes and naming.subject(stem))


def _split(relative: str) -> str:
    """The native split that the folders of a picture tell, or a word of its name."""
    path = PurePath(relative)
    words = filter(None, map(native_split, _PARTS.split(path.stem)))
    return split_part(path.parts[:-1]) or next(words, "")
