"""The folders of CK+: which roots a copy has, their sequences, and the numbered files in those.

A root is known by what lies in it (``S005/001/S005_001_00000011_emotion.txt``), not by its name,
for its name differs from copy to copy. Linked folders are never entered.
"""

import os
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from fercurate.domain.sample import Reject, RejectCode
from fercurate.sources.names.file_kinds import IMAGE_SUFFIXES, is_clutter

Key = tuple[str, str]
"""A sequence: subject ("S005") and number ("001")."""

SUBJECT = re.compile(r"S\d{3}", re.ASCII | re.IGNORECASE)
SEQUENCE = re.compile(r"\d{3}", re.ASCII)
_FILE = re.compile(r"(S\d{3})_(\d{3})_(\d{1,10})(\D.*)", re.ASCII | re.IGNORECASE)
_KINDS: dict[str, str] = {
    "_emotion.txt": "emotion",
    "_facs.txt": "facs",
    "_landmarks.txt": "landmarks",
} | dict.fromkeys(IMAGE_SUFFIXES, "images")
"""What follows the frame number in a file name -> the kind of file."""

_MAX_FOLDERS = 400
_MAX_ENTRIES = 2000
_MAX_BRANCHES = 64
_MAX_DEPTH = 4
_PEEKED = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """A folder near the top of a copy: its sorted folders, files, and links to folders."""

    path: Path
    depth: int
    folders: tuple[str, ...]
    files: tuple[str, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """What the name of a CK+ file tells; ``kind`` is "" for files of no known kind."""

    key: Key
    frame: int
    kind: str


@dataclass
class Roots:
    """The folder that holds the subjects, by kind; what else was seen and is not read."""

    folders: dict[str, Path] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def parse_name(name: str) -> Name | None:
    """Read a file name such as ``S005_001_00000011_facs.txt``, in any case."""
    parts = _FILE.fullmatch(name)
    if parts is None:
        return None
    subject, sequence, frame, rest = parts.groups()
    return Name((subject.upper(), sequence), int(frame), _KINDS.get(rest.casefold(), ""))


def walk_top(root: Path) -> Iterator[Listing]:
    """Yield the upper folders of a tree, shallow ones first; reads little however large it is."""
    waiting = deque([(root, 0)])
    for _ in range(_MAX_FOLDERS):
        if not waiting:
            return
        folder, depth = waiting.popleft()
        listing = _list(folder, depth)
        yield listing
        inner = [name for name in listing.folders if not SUBJECT.fullmatch(name)]
        if depth < _MAX_DEPTH and len(inner) <= _MAX_BRANCHES:
            waiting.extend((folder / name, depth + 1) for name in inner)


def _list(folder: Path, depth: int) -> Listing:
    try:
        with os.scandir(folder) as entries:
            seen = [e for e in islice(entries, _MAX_ENTRIES) if not is_clutter(e.name)]
    except OSError:
        seen = []
    links = (e.name for e in seen if e.is_symlink() and (folder / e.name).is_dir())
    folders = (e.name for e in seen if e.is_dir(follow_symlinks=False))
    files = (e.name for e in seen if (folder / e.name).is_file())
    return Listing(folder, depth, *(tuple(sorted(names)) for names in (folders, files, links)))


def find_roots(root: Path) -> Roots | None:
    """Return the roots of an original tree, or None if there are no CK+ pictures in it.

    Of several roots of one kind, the one is read that holds files of it in most of its first
    sequences, then the one with the most subjects, then the shallowest.
    """
    candidates: dict[str, list[tuple[int, int, int, Path]]] = defaultdict(list)
    roots = Roots()
    for listing in walk_top(root):
        subjects = [name for name in listing.folders if SUBJECT.fullmatch(name)]
        for kind, count in _kinds(listing.path, subjects).items():
            candidates[kind].append((-count, -len(subjects), listing.depth, listing.path))
        links = [name for name in listing.links if not SUBJECT.fullmatch(name)]
        roots.ignored += [f"{relative(listing.path / n, root)} (a linked folder)" for n in links]
    for kind, folders in candidates.items():
        first, *others = sorted(folders)
        roots.folders[kind] = first[-1]
        roots.ignored += [f"{relative(p, root)} (a second copy of {kind})" for *_, p in others]
    return roots if "images" in roots.folders else None


def _kinds(folder: Path, subjects: list[str]) -> Counter[str]:
    """Kind -> how many of the first sequences hold it; an empty label tree is known by name."""
    sequences = (
        folder / subject / number
        for subject in subjects
        for number in list_names(folder / subject)
        if SEQUENCE.fullmatch(number) and not (folder / subject / number).is_symlink()
    )
    kinds: Counter[str] = Counter()
    for sequence in islice(sequences, _PEEKED):
        names = map(parse_name, list_names(sequence))
        kinds.update({name.kind for name in names if name is not None and name.kind})
    named = folder.name.casefold()
    if subjects and not kinds and ("emotion" in named or named == "labels"):
        kinds["emotion"] = 0
    return kinds


def list_names(folder: Path) -> list[str]:
    """Sorted names in a folder without clutter; none if it cannot be listed."""
    try:
        return sorted(path.name for path in folder.iterdir() if not is_clutter(path.name))
    except OSError:
        return []


def relative(path: Path, root: Path) -> str:
    """The path below the root with forward slashes, as origins and messages give it."""
    return path.relative_to(root).as_posix()


def sequence_folders(tree: Path, root: Path) -> tuple[dict[Key, Path], list[Reject]]:
    """Return the folder of each sequence below a root, and what cannot be used as one."""
    folders: dict[Key, Path] = {}
    rejects = []
    for folder in _sequence_candidates(tree):
        key = (folder.parent.name.upper() if folder.parent != tree else "", folder.name)
        origin = relative(folder, root)
        if folder.is_symlink():
            message = "a linked folder; links to folders are not followed"
            rejects.append(Reject(RejectCode.PATH, message, origin))
        elif key in folders:
            message = f"the sequence again; the first is {relative(folders[key], root)}"
            rejects.append(Reject(RejectCode.CONFLICT, message, origin))
        else:
            folders[key] = folder
    return folders, rejects


def _sequence_candidates(tree: Path) -> Iterator[Path]:
    """Sequence folders in order; a linked subject folder stands for those it might hold."""
    for subject in list_names(tree):
        if not SUBJECT.fullmatch(subject):
            continue
        if (tree / subject).is_symlink():
            yield tree / subject
            continue
        for sequence in list_names(tree / subject):
            folder = tree / subject / sequence
            if SEQUENCE.fullmatch(sequence) and folder.is_dir():
                yield folder


def numbered_files(folder: Path, key: Key, kind: str) -> dict[int, list[Path]]:
    """The files of one kind that belong to a sequence, by frame number in rising order."""
    files: dict[int, list[Path]] = defaultdict(list)
    for name in list_names(folder):
        parsed = parse_name(name)
        if parsed is not None and (parsed.key, parsed.kind) == (key, kind):
            files[parsed.frame].append(folder / name)
    return dict(sorted(files.items()))


def stray_files(folder: Path, key: Key, kind: str) -> list[Path]:
    """The files of one kind in a sequence's folder whose names do not belong to it."""
    suffixes = {suffix for suffix, of_kind in _KINDS.items() if of_kind == kind}
    strays = []
    for name in list_names(folder):
        parsed = parse_name(name)
        own = parsed is not None and parsed.key == key and parsed.kind == kind
        if not own and any(name.casefold().endswith(suffix) for suffix in suffixes):
            strays.append(folder / name)
    return strays
