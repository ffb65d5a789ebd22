"""The Parquet files of a path: in the order of their names, with the split of each."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fercurate.errors import InputError
from fercurate.files.containment import Boundary
from fercurate.files.regular import real_path
from fercurate.sources.parquet.columns import PictureTable, picture_table
from fercurate.sources.reading.path_index import first_names, nearby_folders
from fercurate.sources.reading.picture_folder import is_regular_file
from fercurate.sources.tables.keys import key_meaning
from fercurate.sources.tables.pyarrow_files import SUFFIX, is_parquet, table_facts
from fercurate.sources.tables.row_ids import id_prefix

_DEPTH = 2
_MOST_SHARDS = 10_000
_SHOWN = 12
_NO_FOLDER = re.compile(r"(?!)")
_SHARD = re.compile(r"(?P<name>.*?)[-_.](?P<number>\d{5})-of-(?P<count>\d{5}).*")


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of pictures: its path below the root, its split, its columns, what ids begin with."""

    file: Path
    relative: str
    split: str
    table: PictureTable
    rows: int

    @property
    def prefix(self) -> str:
        """What the ids of its rows begin with."""
        return id_prefix(self.file.stem, stem_split(self.file.stem), self.split)


def stem_split(stem: str) -> str:
    """The native split that the name of a file tells (``train-00000-of-00002``), or ""."""
    match = _SHARD.fullmatch(stem)
    return key_meaning(match["name"] if match else stem).split


def parquet_paths(path: Path) -> list[Path]:
    """The Parquet files of a path: itself, or those in a folder and two levels below."""
    if not path.is_dir():
        named = path.suffix.casefold() == SUFFIX and is_regular_file(path)
        return [path] if named and is_parquet(path) else []
    boundary = Boundary(path)
    return [
        folder / name
        for folder in nearby_folders(path, _DEPTH, _NO_FOLDER)
        for name in first_names(folder, lambda entry: entry.name.casefold().endswith(SUFFIX))
        if is_regular_file(folder / name) and boundary.holds(folder / name)
    ]


def read_shards(path: Path) -> tuple[Shard, ...]:
    """The files of a path that are tables of pictures with labels; others are passed over.

    Raises:
        InputError: a damaged file, or one whose columns are not told apart; no PyArrow.
    """
    root, own = (path, real_path(path).name) if path.is_dir() else (path.parent, "")
    shards = []
    for file in parquet_paths(path):
        relative = file.relative_to(root)
        facts = table_facts(file)
        table = picture_table(facts, relative.as_posix())
        if table is not None:
            outer = (*reversed(relative.parts[:-1]), own)
            told = (key_meaning(name).split for name in outer)
            split = stem_split(file.stem) or next(filter(None, told), "")
            shards.append(Shard(file, relative.as_posix(), split, table, facts.rows))
    return tuple(shards)


def missing_shards(shards: Sequence[Shard]) -> list[str]:
    """The shards that others say to exist (``-of-00002``) and that are not there."""
    there: dict[tuple[Path, str, int], set[int]] = {}
    for shard in shards:
        match = _SHARD.fullmatch(shard.file.stem)
        if match is not None:
            whole = (shard.file.parent, match["name"], int(match["count"]))
            there.setdefault(whole, set()).add(int(match["number"]))
    return [
        f"{name}-{number:05d}-of-{count:05d}"
        for (_, name, count), numbers in sorted(there.items())
        for number in range(min(count, _MOST_SHARDS))
        if number not in numbers
    ]


def parquet_advice(path: Path) -> str:
    """Why a Parquet file is not read and what to do, or "" if it is none."""
    if path.suffix.casefold() != SUFFIX or not path.is_file():
        return ""
    try:
        facts = table_facts(path)
        picture_table(facts, path.name)
    except InputError as error:
        return error.message
    names = ", ".join(f"{column.name} ({column.kind})" for column in facts.columns[:_SHOWN])
    return f"Its columns are {names}; none holds pictures (image, pixels) beside labels (label)"
