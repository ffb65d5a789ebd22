"""The one error for a path that no source reads: what was found, what is nearest, what to try."""

import shlex
from pathlib import Path

from fercurate.domain.expression import expressions_in, nearest_expression, parse_label
from fercurate.domain.text import plural
from fercurate.errors import InputError
from fercurate.files.regular import real_path
from fercurate.sources.archive.advice import archive_advice
from fercurate.sources.arrays.advice import array_advice
from fercurate.sources.folder import unknown_classes
from fercurate.sources.names.file_kinds import FileKind, suffix_of
from fercurate.sources.names.inventory import PathInventory, take_inventory
from fercurate.sources.parquet.shards import parquet_advice
from fercurate.sources.reading.csv_records import read_lines
from fercurate.sources.tables.text_table import SUFFIXES, Table, open_table

_SHOWN = 4

_FIXES: dict[FileKind, str] = {
    FileKind.POINTER: "Get the files themselves: git lfs pull",
    FileKind.WEB_PAGE: "A download gave a web page, most often one to sign in: download it again",
    FileKind.EMPTY: "Download it again",
    FileKind.ARCHIVE: "Unpack it first, and ingest the folder",
    FileKind.ARRAY: "Arrays need named keys for pictures and labels",
    FileKind.VIDEO: "Videos are not read: cut pictures out of them first",
}


def not_recognized(path: Path, as_source: str = "", others: str = "") -> InputError:
    """Say why a path is read as nothing: what was found, and the one thing to try next.

    ``others`` are the sources that would read it where ``as_source`` does not.
    """
    inventory = take_inventory(path)
    found = "; ".join(inventory.lines()) or "an empty folder"
    wanted = f" as {as_source}" if as_source else ""
    text = f"not recognized{wanted}. Found: {found}"
    fix = f"It is recognized as {others}: leave --source out" if others else ""
    return InputError(text, where=str(path), fix=fix or next_step(path, inventory))


_MARKS: dict[str, tuple[str, str]] = {
    "list_patition_label.txt": (".txt", "RAF-DB's list is here; it needs Image/aligned beside it"),
    "label.lst": (".lst", "ExpW's list is here; it needs the pictures in image/origin/"),
    "fer2013new.csv": (".csv", "FER+ has votes only; ingest fer2013.csv first"),
    "emotion": (".txt", "CK+'s labels are here; they need cohn-kanade-images/ beside them"),
    "annotations": (".npy", "AffectNet's annotations are here; they need images/ beside them"),
}
"""Case-folded name of a file or folder -> the suffix of labels of a corpus, and what they lack."""


def _nearest_corpus(inventory: PathInventory) -> str:
    """What a corpus lacks of which only the labels are there, or ""."""
    if inventory.kinds[FileKind.PICTURE]:
        return ""
    for name in (name for names in inventory.named.values() for name in names):
        parts = name.casefold().split("/")
        for mark, (suffix, lack) in _MARKS.items():
            if mark in parts and suffix_of(name) == suffix:
                return lack
    return ""


def next_step(path: Path, inventory: PathInventory) -> str:
    """The nearest thing that could be read, what it lacks, and what to try."""
    for kind in (FileKind.POINTER, FileKind.WEB_PAGE):
        if inventory.kinds[kind]:
            name = inventory.named[kind][0]
            return f"{name} is a {kind}. {_FIXES[kind]}"
    if nearest := _nearest_corpus(inventory):
        return nearest
    if inventory.kinds[FileKind.PICTURE]:
        return _picture_step(path, inventory)
    if inventory.kinds[FileKind.TABLE]:
        name = inventory.named[FileKind.TABLE][0]
        return _table_step(inventory.root / name, name)
    for kind in (FileKind.EMPTY, FileKind.ARCHIVE, FileKind.ARRAY, FileKind.VIDEO):
        if inventory.kinds[kind]:
            name = inventory.named[kind][0]
            return f"{name}: {_advice(inventory.root / name) or _FIXES[kind]}"
    return "A folder of pictures in folders named for expressions is read, or a list of pictures"


def _advice(file: Path) -> str:
    return array_advice(file) or archive_advice(file)


def _picture_step(path: Path, inventory: PathInventory) -> str:
    """What to try with pictures that lie in no class folder."""
    if path.is_file():
        return "A picture alone tells no expression: ingest the folder of its class's folder"
    return _list_beside(inventory) or _class_elsewhere(path, inventory) or _sorting(path, inventory)


def _list_beside(inventory: PathInventory) -> str:
    """What keeps a table beside pictures from being read as their list; "" if there is none."""
    files = inventory.named.get(FileKind.TABLE, []) + inventory.named.get(FileKind.TEXT, [])
    for name in (name for name in files if suffix_of(name) in SUFFIXES):
        if fault := _unreadable(inventory.root / name):
            return f"{name}: {fault}"
        table = open_table(inventory.root / name)
        if table is not None and table.roles.path >= 0:
            return _list_step(table, name)
    return ""


def _class_elsewhere(path: Path, inventory: PathInventory) -> str:
    """Whether the path is a class folder itself, or class folders lie too deep in it."""
    name = real_path(path).name
    folders = sorted(inventory.picture_folders)
    if parse_label(name) is not None and "" in folders:
        return f"{name} is itself a class folder: ingest the folder that holds it and the others"
    deep = next((f for f in folders if parse_label(Path(f).name) is not None), "")
    return f"{deep} lies too deep to be found: ingest {(path / deep).parent}" if deep else ""


def _sorting(path: Path, inventory: PathInventory) -> str:
    """Which folders could be classes, or how pictures are sorted into some."""
    count = plural(inventory.kinds[FileKind.PICTURE], "picture")
    names = unknown_classes(path)
    near = [(name, word) for name in names if (word := nearest_expression(name))]
    if near:
        pair = shlex.quote("=".join(near[0]))
        return f"{near[0][0]} is nearly {near[0][1]!r}: --label-map {pair}"
    if names and not any(expressions_in(Path(f).name) for f in inventory.picture_folders):
        pairs = ",".join(f"{name}=..." for name in names[:_SHOWN])
        shown = ", ".join(names[:_SHOWN])
        return (
            f"{count} in no class folder. If {shown} are classes: --source folder "
            f"--label-map {shlex.quote(pairs)}"
        )
    return (
        f"{count} in no class folder: sort them into folders named for expressions (happy/, sad/), "
        "or write a list (path,label)"
    )


def _unreadable(file: Path) -> str:
    """Why a table of text cannot be read at all, and what to do; "" if it can."""
    try:
        next(read_lines(file), None)
    except InputError as error:
        return f"{error.found}. {error.fix}" if error.fix else error.found
    return ""


def _list_step(table: Table, name: str) -> str:
    if table.has_header or len(table.roles.labels) == 1:
        return (
            f"{name} lists pictures, but none of the first ones is there: put them beside the "
            "list, and ingest the folder that holds both"
        )
    count = len(table.names)
    label = next(i for i in range(count + 1) if i != table.roles.path)
    roles = {table.roles.path: "path", label: "label"}
    columns = ",".join(roles.get(i, "-") for i in range(count))
    return f"{name} may list pictures. Say what its columns are: --source list --columns {columns}"


def _table_step(file: Path, name: str) -> str:
    if advice := parquet_advice(file):
        return f"{name}: {advice}"
    table = open_table(file)
    if table is None:
        return f"{name}: {_unreadable(file) or 'no table that can be read'}"
    if table.roles.is_list:
        return f"{name} lists pictures, but they are not there: put them beside it"
    if table.roles.path >= 0:
        return _list_step(table, name)
    columns = ", ".join(table.names)[:80]
    return (
        f"{name} has the columns {columns!r}: neither pixels and a label (emotion,pixels,Usage) "
        "nor a path and a label (path,label)"
    )
