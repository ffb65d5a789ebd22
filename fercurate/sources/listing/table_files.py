"""Which tables of a folder are lists of its pictures, and which of them are to be read."""

from itertools import islice
from pathlib import Path

from fercurate.domain.expression import parse_label
from fercurate.files.containment import Boundary
from fercurate.files.regular import is_regular
from fercurate.sources.listing.pictures import evenly_spaced, peek_names
from fercurate.sources.names.file_kinds import is_picture, suffix_of
from fercurate.sources.names.split_words import native_split
from fercurate.sources.reading.class_tree import class_files, class_part, split_part, tree_folders
from fercurate.sources.reading.path_index import first_names
from fercurate.sources.reading.picture_search import search_pictures
from fercurate.sources.tables.text_table import SUFFIXES, open_table

ROWS_FILE, FACTS_FILE = "rows.csv", "layout.json"
"""What lies beside the pictures of a layout."""

_MOST_TABLES = 1000
_COMPARED = 1_000_000
_LEAST_SHARE = 0.5


def table_files(root: Path) -> list[Path]:
    """Files below a root that may be tables by their suffix, the nearer ones first."""
    boundary = Boundary(root)
    files = [
        folder / name
        for folder in tree_folders(root)
        for name in first_names(folder, lambda e: suffix_of(e.name) in SUFFIXES)
    ]
    kept = (f for f in files if boundary.holds(f) and f.is_file() and not _is_our_paper(f))
    return list(islice(kept, _MOST_TABLES))


def _is_our_paper(file: Path) -> bool:
    """Whether a table only repeats what a layout of ours says: see ``fercurate export``."""
    return file.name == ROWS_FILE and is_regular(file.with_name(FACTS_FILE))


def is_list_of(file: Path, root: Path) -> bool:
    """Whether a file lists pictures with one label each, some of which are there."""
    table = open_table(file)
    if table is None or not table.roles.is_list:
        return False
    if not table.has_header and len(table.roles.labels) != 1:
        return False
    names = evenly_spaced([name for name, _ in peek_names(table)])
    return bool(names) and search_pictures(root, file, names).hits > 0


def counts_beside_folders(file: Path, root: Path) -> bool:
    """Whether a list is to be read in place of the class folders that its pictures lie in.

    It is if they lie in none, or if it says otherwise than they do and names most of the pictures
    in class folders: a list of a few is a result, and no corpus.
    """
    first = next(class_files(root), None)
    if first is None:
        return True
    table, contradiction = open_table(file), first_contradiction(file, root)
    if not contradiction:
        return contradiction is None
    listed = len({name for name, _ in peek_names(table)}) if table is not None else 0
    pictures = sum(1 for _ in islice(class_files(root), int(listed / _LEAST_SHARE) + 1))
    return listed >= _LEAST_SHARE * pictures


def first_contradiction(file: Path, root: Path) -> str | None:
    """A row that says otherwise than the folders of its picture, as text; "" if none does.

    None: no picture of the list lies in a class folder.
    """
    table = open_table(file)
    if table is None:
        return ""
    roles, inside = table.roles, False
    search = search_pictures(root, file, evenly_spaced([name for name, _ in peek_names(table)]))
    for row in islice(table.rows(), _COMPARED):
        found = search.resolve(row.cells[roles.path], row.cells) if not row.fault else None
        if not isinstance(found, Path):
            continue
        parts = found.parent.relative_to(root).parts
        folder, split = class_part(parts), split_part(parts)
        if not folder:
            return f"line {row.line}"
        inside = True
        told = row.cells[roles.labels[0]] if roles.labels else ""
        own = native_split(row.cells[roles.split]) if roles.split >= 0 else ""
        same = folder == told or parse_label(folder) == (parse_label(told) or "?")
        if not same or (own and own != split):
            return f"line {row.line}"
    return "" if inside else None


def holds_pictures(root: Path) -> bool:
    """Whether a picture lies in one of the first folders of a tree."""
    folders = tree_folders(root)
    return any(first_names(folder, lambda e: is_picture(e.name)) for folder in folders)
