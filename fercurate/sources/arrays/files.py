"""Which files of a path hold arrays, and the sets that lie in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fercurate.errors import InputError
from fercurate.files.containment import Boundary
from fercurate.files.regular import real_path
from fercurate.sources.arrays.columns import ArrayColumn
from fercurate.sources.arrays.hdf5 import HDF5_SUFFIXES, read_hdf5
from fercurate.sources.arrays.npy import NPY, NPZ, npy_column, npz_columns
from fercurate.sources.arrays.sets import ArraySet, FileFacts, array_sets, unread_columns
from fercurate.sources.reading.path_index import first_names
from fercurate.sources.reading.picture_folder import is_regular_file
from fercurate.sources.tables.keys import Role, key_meaning
from fercurate.training.shared.format import EXPORT_TYPE

SUFFIXES: frozenset[str] = frozenset((NPY, NPZ, *HDF5_SUFFIXES))
_OURS = "fercurate-"
_REPEATED = "screened"
"""In the name of a split of our own exports that repeats rows of another."""

_MOST_FILES = 64


@dataclass(frozen=True, slots=True)
class ArrayFiles:
    """What lies in the array files of a path: sets to read, and arrays that belong to none.

    ``columns`` are all arrays, ``fault`` is why sets that are there are not read, ``damage`` why
    files are not, ``ours`` are files of fercurate that are no corpora.
    """

    files: tuple[Path, ...] = ()
    columns: tuple[ArrayColumn, ...] = ()
    sets: tuple[ArraySet, ...] = ()
    fault: InputError | None = None
    damage: tuple[InputError, ...] = ()
    ours: tuple[Path, ...] = ()

    @property
    def read_files(self) -> tuple[Path, ...]:
        """The files whose arrays are read; all of them if nothing is known yet."""
        used = {c.file for one in self.sets for c in (one.pictures, one.labels)}
        used |= {c.file for c in self.columns if c.key == "" and key_meaning(c.file.stem).role}
        return tuple(file for file in self.files if file in used or not self.sets)

    @property
    def unread(self) -> list[ArrayColumn]:
        """The arrays that could be pictures or labels and are not read."""
        return unread_columns(self.columns, self.sets)


def is_array_file(path: Path) -> bool:
    """Whether a file may hold arrays: by its suffix, a ``.npy`` also by its name."""
    suffix = path.suffix.casefold()
    named = suffix != NPY or key_meaning(path.stem).role is not None
    return suffix in SUFFIXES and named and is_regular_file(path)


def array_paths(path: Path) -> list[Path]:
    """The array files of a path: itself, or those in a folder and in the folders below it."""
    if not path.is_dir():
        return _with_partners(path) if is_array_file(path) else []
    boundary = Boundary(path)
    below = first_names(path, lambda entry: entry.is_dir(follow_symlinks=False))
    listed = [
        folder / name
        for folder in (path, *(path / name for name in below))
        for name in first_names(folder, lambda e: Path(e.name).suffix.casefold() in SUFFIXES)
    ]
    return [file for file in listed if is_array_file(file) and boundary.holds(file)]


def _with_partners(path: Path) -> list[Path]:
    """A ``.npy`` of pictures with those beside it that go with it; any other file alone."""
    if path.suffix.casefold() != NPY:
        return [path]
    own = key_meaning(path.stem)
    if own.role is not Role.PICTURES:
        return []
    partners = [path]
    for name in first_names(path.parent, lambda e: e.name.casefold().endswith(NPY)):
        other = key_meaning(Path(name).stem)
        same = (other.split, other.group) == (own.split, own.group)
        if other.role is Role.NAMES or (same and other.role not in (None, Role.PICTURES)):
            partners.append(path.parent / name)
    return [file for file in partners if is_array_file(file)]


def read_array_files(path: Path) -> ArrayFiles:
    """The sets in the array files of a path; no values are read but the names of classes."""
    files = array_paths(path)
    root = path if path.is_dir() else path.parent
    columns: list[ArrayColumn] = []
    facts: dict[Path, FileFacts] = {}
    faults = [InputError(f"over {_MOST_FILES} files of arrays", where=str(path))]
    faults = faults if len(files) > _MOST_FILES else []
    for file in files[:_MOST_FILES]:
        try:
            own, facts[file] = _file_columns(file, file.relative_to(root).parts[:-1])
            columns += own
        except InputError as error:
            faults.append(error)
    ours = tuple(file for file, said in facts.items() if _is_other(said))
    kept = _once([column for column in columns if column.file not in ours], facts)
    read = tuple(file for file in files if file not in ours)
    try:
        sets = array_sets(kept, facts, real_path(path).name if path.is_dir() else "")
    except InputError as error:
        return ArrayFiles(read, tuple(kept), (), error, (error, *faults), ours)
    fault = faults[0] if faults and sets else None
    return ArrayFiles(read, tuple(kept), sets, fault, tuple(faults), ours)


def _is_other(facts: FileFacts) -> bool:
    return facts.kind.startswith(_OURS) and facts.kind != EXPORT_TYPE


def _file_columns(file: Path, folders: tuple[str, ...]) -> tuple[Iterable[ArrayColumn], FileFacts]:
    suffix = file.suffix.casefold()
    if suffix == NPY:
        return (npy_column(file, folders),), FileFacts()
    if suffix == NPZ:
        return npz_columns(file, folders), FileFacts()
    contents = read_hdf5(file, folders)
    named = {name: words for name, words in contents.attributes.items() if len(words) > 1}
    names = [words for name, words in named.items() if _names_classes(name)]
    return contents.columns, FileFacts(contents.type, names[0] if len(names) == 1 else ())


def _names_classes(attribute: str) -> bool:
    return key_meaning(attribute).role in (Role.NAMES, Role.LABELS)


def _once(columns: list[ArrayColumn], facts: dict[Path, FileFacts]) -> list[ArrayColumn]:
    """Without the splits of our own exports that repeat rows of others."""

    def repeats(column: ArrayColumn) -> bool:
        export = facts.get(column.file, FileFacts()).kind == EXPORT_TYPE
        return export and _REPEATED in f"{column.file.stem} {column.key}".casefold()

    kept = [column for column in columns if not repeats(column)]
    return kept or columns
