"""The sources, and the recognition of what a path is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fercurate.domain.expression import parse_label
from fercurate.errors import InputError, UsageError
from fercurate.files.containment import Boundary
from fercurate.files.regular import real_path
from fercurate.sources.affectnet.source import AffectNet
from fercurate.sources.arrays.source import Arrays
from fercurate.sources.base import AnySource, Recognition
from fercurate.sources.ckplus.source import CkPlus
from fercurate.sources.cub import Cub
from fercurate.sources.expw import ExpW
from fercurate.sources.fer2013.source import Fer2013
from fercurate.sources.ferplus.folders import FerPlusFolders
from fercurate.sources.ferplus.source import FerPlus
from fercurate.sources.folder import Folder
from fercurate.sources.jaffe import Jaffe
from fercurate.sources.kdef import Kdef
from fercurate.sources.listing.source import PictureTables
from fercurate.sources.names.file_kinds import FileKind, is_clutter, kind_of_name
from fercurate.sources.options import SourceOption
from fercurate.sources.parquet.source import Parquet
from fercurate.sources.rafdb.compound import RafDbCompound
from fercurate.sources.rafdb.source import RafDb
from fercurate.sources.unrecognized import not_recognized
from fercurate.sources.web_dataset.source import WebDataset

SOURCES: tuple[AnySource, ...] = (
    CkPlus(),
    AffectNet(),
    RafDb(),
    RafDbCompound(),
    ExpW(),
    Jaffe(),
    Kdef(),
    FerPlusFolders(),
    Fer2013(),
    Cub(),
    PictureTables(),
    Arrays(),
    Parquet(),
    WebDataset(),
    Folder(),
)
"""In the order in which they are asked; ``folder`` takes any class folders, so it is the last."""

OWN_SOURCES: tuple[str, ...] = (
    *(Folder.name, PictureTables.name, Arrays.name),
    *(Parquet.name, Cub.name, WebDataset.name),
)
"""Sources of whatever people have: their ids are unique within one input only."""

ASSUMED_ORDERS: tuple[str, ...] = (
    *(*OWN_SOURCES, Fer2013.name, RafDb.name, RafDbCompound.name, AffectNet.name),
)
"""Sources whose codes come without names from whoever wrote the list, and may have been changed."""

OVERLAYS: tuple[FerPlus, ...] = (FerPlus(),)
_OVERLAY_NAMES = tuple(overlay.name for overlay in OVERLAYS)
READERS: tuple[AnySource | FerPlus, ...] = (*SOURCES, *OVERLAYS)
"""Everything that reads a path; overlays come last, for they join to what sources stored."""

ASKED: dict[str, Callable[[Path], Recognition | None]] = {
    Folder.name: Folder().recognize_unknown,
    PictureTables.name: PictureTables().recognize_asked,
    Fer2013.name: Fer2013().recognize_asked,
    CkPlus.name: CkPlus().recognize_asked,
}
"""What a source takes on a user's word (``--source``) that it would not recognize by itself."""

_MOST_CHILDREN = 200
_LEVELS = 2
"""How far below a path corpora are looked for, as in ``data/raw/<corpus>``."""


def source_names() -> tuple[str, ...]:
    """Names that ``--source`` takes."""
    return tuple(reader.name for reader in READERS)


def is_overlay(name: str) -> bool:
    """Whether a reader joins to what sources stored, and so names no samples of its own."""
    return any(overlay.name == name for overlay in OVERLAYS)


def offered_options() -> dict[SourceOption, tuple[str, ...]]:
    """Every option of the sources, with the titles of those that take it."""
    offered: dict[SourceOption, tuple[str, ...]] = {}
    for source in SOURCES:
        for option in source.options.own_options():
            offered[option] = (*offered.get(option, ()), source.title)
    return offered


def find_source(name: str) -> AnySource | FerPlus:
    """Return a source or overlay by name.

    Raises:
        UsageError: no such source.
    """
    for reader in READERS:
        if reader.name == name:
            return reader
    raise UsageError(f"unknown source {name!r}", expected=f"one of {', '.join(source_names())}")


def recognize(path: Path, source: str = "") -> tuple[Recognition, ...]:
    """Return what a path holds: at most one source, and the overlays that join to it.

    A folder of folders that hold different corpora is read as all of them.

    Raises:
        InputError: the path is missing, or nothing in it is recognized.
        UsageError: ``source`` names no source.
    """
    if not path.exists():
        raise InputError("no such file or folder", where=str(path))
    if not (path.is_file() or path.is_dir()):
        raise InputError("neither a file nor a folder", where=str(path))
    if source:
        return (_recognize_as(path, source),)
    recognized = _recognize_nearest(path, _LEVELS)
    recognized = recognized or _recognize_children(path, _LEVELS, archives=True)
    unknown = None if recognized else Folder().recognize_unknown(path)
    recognized = recognized or ((unknown,) if unknown is not None else ())
    if not recognized:
        raise not_recognized(path)
    return recognized


def _recognize_nearest(path: Path, levels: int) -> tuple[Recognition, ...]:
    """The corpus of a path, or those of the folders below it.

    The folders are read one by one if they hold different corpora, or one beside own pictures: a
    list or class folders somewhere below do not make all of it theirs.
    """
    children = _recognize_children(path, levels)
    known = _known_corpora(children)
    if len(known) > 1:
        whole = _recognize_child(path, 0)
        return tuple(_of_the_whole(each, whole) for each in children)
    whole = _recognize(path)
    if known and whole and whole[0].source in OWN_SOURCES:
        return children
    return whole or children


def _of_the_whole(child: Recognition, whole: tuple[Recognition, ...]) -> Recognition:
    """The corpus of a path in place of its list, if that was recognized below it alone."""
    own = (one for one in whole if one.source == child.source)
    return next((one for one in own if set(one.files) & set(child.files)), child)


def _known_corpora(recognized: tuple[Recognition, ...]) -> set[str]:
    """The published corpora among what was recognized."""
    return {one.source for one in recognized} - {*OWN_SOURCES, *_OVERLAY_NAMES}


def _recognize_as(path: Path, source: str) -> Recognition:
    """A path read as the source that was asked for, even if its names tell less than usual."""
    recognition = find_source(source).recognize(path)
    if recognition is None and source in ASKED:
        recognition = ASKED[source](path)
    if recognition is None:
        others = ", ".join(dict.fromkeys(r.source for r in _recognize(path)))
        raise not_recognized(path, source, others)
    return recognition


def _recognize(path: Path) -> tuple[Recognition, ...]:
    asked = (reader.recognize(path) for reader in SOURCES)
    first = next((recognition for recognition in asked if recognition is not None), None)
    if first is not None and first.source == Folder.name and path.is_dir():
        first = _with_contradictions(first, path)
    overlays = [o for overlay in OVERLAYS if (o := overlay.recognize(path)) is not None]
    votes = {real_path(file) for overlay in overlays for file in overlay.files}
    tables = set(map(real_path, first.files)) if first is not None else set()
    if first is not None and first.source == PictureTables.name and tables <= votes:
        first = None  # votes name pictures, but no label: no list is to be read from them
    read = set(first.files) if first is not None else set()
    joined = (o for o in overlays if not read & set(o.files))
    return tuple(each for each in (first, *joined) if each is not None)


def _with_contradictions(recognition: Recognition, path: Path) -> Recognition:
    """Class folders beside which a list lies that says otherwise of some pictures: that is said."""
    lists = PictureTables().contradictions(path)
    if not lists:
        return recognition
    why = f"{recognition.why}; not read, though it says otherwise: {', '.join(lists)}"
    return replace(recognition, why=f"{why} (to read a list, name the file itself)")


def _recognize_children(path: Path, levels: int, archives: bool = False) -> tuple[Recognition, ...]:
    """The corpora in the folders below a path; class folders in many of them are one tree.

    A folder named for an expression is a class, no corpus. Archives, which take long to look into,
    are asked alone: where nothing else is there.
    """
    if not path.is_dir():
        return ()
    entries = sorted(path.iterdir())
    own = Boundary(path)
    corpora = [
        p
        for p in entries
        if not (is_clutter(p.name) or _is_class(p)) and (p.is_dir() or own.holds(p))
    ]
    packed = [p for p in corpora if kind_of_name(p.name) is FileKind.ARCHIVE and p.is_file()]
    children = (packed if archives else [p for p in corpora if p not in packed])[:_MOST_CHILDREN]
    recognized = (each for child in children for each in _recognize_child(child, levels - 1))
    inside = [each for each in recognized if each.root == path or path in each.root.parents]
    trees = [each for each in inside if each.source == Folder.name and not each.complete]
    alike = len({each.layout for each in trees}) == 1
    if len(trees) > 1 and len(trees) == len(inside) and alike:
        return (replace(trees[0], root=path, files=(path,)),)
    return tuple(inside)


def _is_class(path: Path) -> bool:
    return bool(parse_label(path.name)) and path.is_dir()


def _recognize_child(path: Path, levels: int) -> tuple[Recognition, ...]:
    """What a folder or file in a path is; one that cannot be told leaves the others as they are."""
    try:
        return _recognize_nearest(path, levels) if levels > 0 else _recognize(path)
    except InputError:
        return ()
