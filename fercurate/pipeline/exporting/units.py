"""Encoding as units of work: rows of 16 MiB each, files made anywhere, the same bytes everywhere.

A result holds the SHA-256 of every row's pixels (32 bytes each), the sizes of their files (four
bytes each, little-endian), and the files.
"""

import hashlib
import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from fercurate.domain.sample import pixel_digest
from fercurate.errors import ExportError, UsageError
from fercurate.export.lock import tool_versions
from fercurate.export.open_export import OpenExport, OpenSplit
from fercurate.files.digest import sha256_of
from fercurate.layouts.base import EncodedBlock, Layout, LayoutSplit
from fercurate.layouts.encoding import SUFFIXES, Encoding, PictureFormat
from fercurate.pipeline.engine.choice import ClusterEngine
from fercurate.pipeline.engine.stages import CANARY, VERSIONS, canary_pictures
from fercurate.pipeline.engine.unit import Unit
from fercurate.pipeline.events import Listener, Notice

STAGE = "encode"
BYTES = 16 << 20
"""Pictures of a unit fill so many bytes."""

_DIGEST = 32
_SIZE = np.dtype("<u4")
_HEAD = 2048
_MOST_PER_PIXEL = 4
"""A file has at most so many bytes for each byte of three channels, and a head."""


@dataclass(frozen=True)
class UnitEncoder:
    """Has an engine make files of an export's pictures."""

    engine: ClusterEngine
    opened: OpenExport

    def encoded_blocks(self, split: str, encoding: Encoding) -> Iterator[EncodedBlock]:
        """Yield the files of all rows of a split, in order; none where only a part is done."""
        places: deque[tuple[int, int]] = deque()

        def units() -> Iterator[Unit]:
            for unit in encode_units(self.opened, split, encoding):
                places.append((unit.arguments["first"], unit.rows))
                yield unit

        for content in self.engine.run(units()):
            yield _block(*places.popleft(), content)

    def do_part(self, layout: Layout, splits: Iterable[LayoutSplit]) -> NoReturn:
        """Make a part of a layout's files, and end.

        Raises:
            PartDone: they are sealed.
        """
        if layout.encoding is not None:
            for split in splits:
                deque(self.encoded_blocks(split.split, layout.encoding), maxlen=0)
        self.engine.end_part()


def encoder_for(
    layout: Layout, opened: OpenExport, engine: ClusterEngine, listen: Listener
) -> UnitEncoder | None:
    """Who makes a layout's files on an engine; None where it has no such files.

    Raises:
        UsageError: only a part is asked for of a layout that has none.
    """
    if layout.encoding is not None:
        return UnitEncoder(engine, opened)
    text = f"the layout {layout.kind} has no picture files"
    if engine.is_part:
        fix = "Leave out --shard and --seal"
        raise UsageError(f"{text}, and nothing else is made in parts", where="--shard", fix=fix)
    listen(Notice(f"{text}: it is written by this process"))
    return None


def encode_units(opened: OpenExport, name: str, encoding: Encoding) -> Iterator[Unit]:
    """Yield the units of a split of an export."""
    split = _split_of(opened, name)
    count, size = len(split.rows), max(math.prod(split.picture), 1)
    identity = _identity(opened, split)
    told = {
        "export": identity,
        "split": name,
        "form": encoding.form,
        "rgb": encoding.rgb,
        CANARY: {"digest": _canary_digest()},
        VERSIONS: tool_versions(),
    }
    step = max(BYTES // size, 1)
    most = _DIGEST + _SIZE.itemsize + _HEAD + _MOST_PER_PIXEL * 3 * size
    for first in range(0, count, step):
        rows = min(step, count - first)
        arguments = {**told, "first": first, "rows": rows}
        context = {"export": str(opened.path.absolute())}
        yield Unit(STAGE, identity[:16], arguments, context, rows=rows, tail=most * rows)


def _split_of(opened: OpenExport, name: str) -> OpenSplit:
    """A split of an export.

    Raises:
        ExportError: it has none of this name.
    """
    for split in opened.splits:
        if split.rows.split == name:
            return split
    raise ExportError(f"no split {name}", where=str(opened.path), expected="the one that is read")


def _identity(opened: OpenExport, split: OpenSplit) -> str:
    """The digest by which an export is known: its lock's, for every file is checked by that."""
    return opened.lock_digest() or sha256_of(Path(split.images.file.filename))


def _block(first: int, rows: int, content: bytes) -> EncodedBlock:
    """What a unit of rows from ``first`` on has made."""
    sizes = np.frombuffer(content, _SIZE, rows, rows * _DIGEST)
    ends = rows * (_DIGEST + _SIZE.itemsize) + np.cumsum(sizes, dtype=np.int64)
    starts = ends - sizes
    files = [content[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    return EncodedBlock(first, content[: rows * _DIGEST], files)


def done(unit: Unit) -> bytes:
    """Make the files of a unit.

    Raises:
        ExportError: the export is another one here, or damaged.
    """
    told = unit.arguments
    _, split = _opened(unit.context["export"], told["export"], told["split"])
    rows = slice(told["first"], told["first"] + told["rows"])
    pictures = split.pictures(rows)
    files = Encoding(told["form"], told["rgb"]).files_of(pictures)
    digests = [bytes.fromhex(pixel_digest(picture)) for picture in pictures]
    sizes = np.array([len(file) for file in files], dtype=_SIZE)
    return b"".join((*digests, sizes.tobytes(), *files))


@lru_cache(maxsize=4)
def _opened(path: str, identity: str, name: str) -> tuple[OpenExport, OpenSplit]:
    """A worker's export and a split of it, opened once and left open until the process ends.

    Raises:
        ExportError: there is another export, or none.
    """
    opened = OpenExport(Path(path))
    split = _split_of(opened, name)
    if _identity(opened, split) != identity:
        raise ExportError(
            "is not the export that the coordinator reads",
            where=path,
            expected="the export's folder shared by all machines, by the same path",
        )
    return opened, split


def canary(unit: Unit) -> str:
    """Make files of drawn pictures, and return their digest."""
    del unit
    return _canary_digest()


@cache
def _canary_digest() -> str:
    digest = hashlib.sha256()
    for form in SUFFIXES:
        for picture in canary_pictures():
            (file,) = _encoding(form).files_of(picture[None])
            digest.update(file)
    return digest.hexdigest()


def _encoding(form: Any) -> Encoding:
    known: PictureFormat = form
    return Encoding(known, rgb=True)
