"""The one error for a path that no source reads: what was found, what is nearest, what to try."""

from pathlib import Path

from fercurate.domain.expression import expressions_in, nearest_expression
from fercurate.errors import InputError
from fercurate.sources.archive.advice import archive_advice
from fercurate.sources.arrays.advice import array_advice
from fercurate.sources.folder import unknown_classes
from fercurate.sources.listing.table import Table, open_table
from fercurate.sources.names.file_kinds import FileKind
from fercurate.sources.names.inventory import PathInventory, plural, take_inventory
from fercurate.sources.parquet.shards import parquet_advice

_SHOWN = 4

_FIXES: dict[FileKind, str] = {
    FileKind.POINTER: "Get the files themselves: git lfs pull",
    FileKind.WEB_PAGE: "A download gave a web page, most often one to sign in: download it again",
    FileKind.EMPTY: "Download it again",
    FileKind.ARCHIVE: "Unpack it first, and ingest the folder",
    FileKind.ARRAY: "Arrays need named keys for pictures and labels",
    FileKind.VIDEO: "Videos are not read: cut pictures out of them first",
}


def not_recognized(path: Path, as_source: str = "") -> InputError:
    """Say why a path is read as nothing: what was found, and the one thing to try next."""
    inventory = take_inventory(path)
    found = "; ".join(inventory.lines()) or "an empty folder"
    wanted = f" as {as_source}" if as_source else ""
    text = f"not recognized{wanted}. Found: {found}"
    return InputError(text, where=str(path), fix=next_step(path, inventory))


_MARKS: dict[str, str] = {
    "list_patition_label.txt": "RAF-DB's list is here; it needs Image/aligned beside EmoLabel/",
    "label.lst": "ExpW's list is here; it needs the pictures in image/origin/",
    "ferplus": "FER+ has votes only; ingest fer2013.csv first",
    "emotion": "CK+'s labels are here; they need the sequences (cohn-kanade-images/) beside them",
    "annotations": "AffectNet's annotations are here; they need images/ beside annotations/",
    "labels": "YOLO's labels are here; they need images/ beside labels/",
}
"""Case-folded name of a file or folder -> the corpus it belongs to, and what that lacks."""


def _nearest_corpus(inventory: PathInventory) -> str:
    """What the corpus lacks of which a mark is there, or ""."""
    named = (name for names in inventory.named.values() for name in names)
    parts = {part.casefold() for name in named for part in name.split("/")}
    return next((lack for mark, lack in _MARKS.items() if mark in parts), "")


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
    if path.is_file():
        return "A picture alone tells no expression: ingest the folder of its class's folder"
    for name in inventory.named.get(FileKind.TABLE, []) + inventory.named.get(FileKind.TEXT, []):
        table = open_table(inventory.root / name)
        if table is not None and table.roles.path >= 0:
            return _list_step(table, name)
    named = [expressions_in(Path(f).name) for f in sorted(inventory.picture_folders)]
    names = unknown_classes(path)
    near = [(name, word) for name in names if (word := nearest_expression(name))]
    if near:
        return f"{near[0][0]} is nearly {near[0][1]!r}: --label-map {near[0][0]}={near[0][1]}"
    if names and not any(named):
        pairs = ",".join(f"{name}=..." for name in names[:_SHOWN])
        return (
            f"{plural(inventory.kinds[FileKind.PICTURE], 'picture')} in no class folder. If "
            f"{', '.join(names[:_SHOWN])} are classes: --source folder --label-map {pairs}"
        )
    return (
        f"{plural(inventory.kinds[FileKind.PICTURE], 'picture')} in no class folder: sort them "
        "into folders named for expressions (happy/, sad/), or write a list (path,label)"
    )


def _list_step(table: Table, name: str) -> str:
    if table.has_header or table.roles.label >= 0:
        return (
            f"{name} lists pictures, but none of the first ones is there: put them beside the "
            "list, and ingest the folder that holds both"
        )
    count = len(table.names)
    columns = ",".join("path" if i == table.roles.path else "label" for i in range(count))
    return f"{name} may list pictures: --source list --columns {columns}, - for what is neither"


def _table_step(file: Path, name: str) -> str:
    if advice := parquet_advice(file):
        return f"{name}: {advice}"
    table = open_table(file)
    if table is None:
        return f"{name} is no table that can be read"
    if table.roles.is_list:
        return f"{name} lists pictures, but they are not there: put them beside it"
    if table.roles.path >= 0:
        return _list_step(table, name)
    columns = ", ".join(table.names)[:80]
    return (
        f"{name} has the columns {columns!r}: neither pixels and a label (emotion,pixels,Usage) "
        "nor a path and a label (path,label)"
    )
