"""Decoding as units of work: 4,096 picture files each, the same findings everywhere.

A result is JSON: for every file the SHA-256 of its bytes and what is known of the picture in
them, or null. Null says nothing: whoever stores the file decodes it again, and finds the reason.
"""

import base64
import hashlib
import io
import json
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from PIL import Image

from fercurate.domain.sample import pixel_digest
from fercurate.errors import InputError
from fercurate.export.lock import tool_versions
from fercurate.files.containment import Boundary
from fercurate.files.pictures.decode import ImageFacts, decode_image, image_facts
from fercurate.files.pictures.image_kinds import image_kind
from fercurate.files.regular import read_regular
from fercurate.pipeline.engine.choice import ClusterEngine
from fercurate.pipeline.engine.stages import CANARY, VERSIONS, canary_pictures
from fercurate.pipeline.engine.unit import Unit
from fercurate.sources.options import KnownFile
from fercurate.sources.reading.loading import file_problem

STAGE = "decode"
FILES = 4096
"""Picture files of a unit."""

_MOST_TOLD = 256
"""Bytes of JSON that tell of one file, at most: two digests, a shape, frames."""

_KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("JPEG", {"quality": 80}),
    ("JPEG", {"quality": 60, "progressive": True}),
    ("PNG", {}),
)
"""The files of the canary: nearly all faces lie in such."""

_LOOKED_AT = {kind for kind, _ in _KINDS}
"""Other files are left to the coordinator: their decoders are not what the canary compares."""

_File = tuple[str, int, int]
"""Path below the root, bytes, and time of change in nanoseconds."""


@dataclass(frozen=True)
class UnitDecoder:
    """Has an engine decode image files."""

    engine: ClusterEngine

    def known_files(self, root: Path, files: Iterable[Path]) -> Iterator[KnownFile | None]:
        """Yield what is known of every file below a root, in order; None: it is to be decoded.

        Nothing is yielded where only a part of all units is done.
        """
        counts: deque[int] = deque()

        def units() -> Iterator[Unit]:
            for unit in decode_units(root, files):
                counts.append(unit.rows)
                yield unit

        for content in self.engine.run(units()):
            yield from _known(content, counts.popleft())


def decode_units(root: Path, files: Iterable[Path]) -> Iterator[Unit]:
    """Yield the units of files below a root."""
    told = {CANARY: _canary_files(), VERSIONS: tool_versions()}
    place = str(root.absolute())
    run = hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    paths = iter(files)
    while batch := list(islice(paths, FILES)):
        listed = [_facts_of_file(path, root) for path in batch]
        arguments, most = {**told, "files": listed}, _MOST_TOLD * len(batch) + 2
        yield Unit(STAGE, run, arguments, {"root": place}, rows=len(batch), tail=most)


def _facts_of_file(path: Path, root: Path) -> _File | None:
    """What a file is known by; None if it is none below the root."""
    with suppress(OSError, ValueError):
        facts = path.stat()
        return path.relative_to(root).as_posix(), facts.st_size, facts.st_mtime_ns
    return None


def _known(content: bytes, count: int) -> Iterator[KnownFile | None]:
    """What a unit found in its files; nothing of a result that is none."""
    try:
        found = [_known_file(told) for told in json.loads(content)]
    except (ValueError, TypeError, RecursionError):
        found = []
    yield from found if len(found) == count else [None] * count


def _known_file(told: Any) -> KnownFile | None:
    if told is None:
        return None
    sha256, shape, digest, frames = told
    return KnownFile(str(sha256), ImageFacts(tuple(map(int, shape)), str(digest), int(frames)))


def done(unit: Unit) -> bytes:
    """Look at the files of a unit.

    Raises:
        InputError: there is no such folder here.
    """
    root = Path(unit.context["root"])
    if not root.is_dir():
        raise InputError(
            "no such folder on a worker",
            where=str(root),
            expected="the corpus's folder shared by all machines, by the same path",
        )
    boundary = Boundary(root)
    found = [_looked_at(root, file, boundary) for file in unit.arguments["files"]]
    return json.dumps(found, separators=(",", ":")).encode()


def _looked_at(root: Path, file: Sequence[Any] | None, boundary: Boundary) -> list[Any] | None:
    if file is None:
        return None
    name, size, changed = file
    path = root / name
    with suppress(OSError, ValueError, RuntimeError):
        facts = path.stat()
        if (facts.st_size, facts.st_mtime_ns) != (size, changed) or file_problem(path, boundary)[1]:
            return None
        content = read_regular(path)
        if image_kind(content) not in _LOOKED_AT:
            return None
        picture = image_facts(content)
        sha256 = hashlib.sha256(content).hexdigest()
        return [sha256, list(picture.shape), picture.digest, picture.frames]
    return None


def canary(unit: Unit) -> str:
    """Decode drawn files, and return the digest of their pixels."""
    return _digest_of(unit.arguments[CANARY]["files"])


@cache
def _canary_files() -> dict[str, Any]:
    """Drawn pictures as files of the usual kinds, and the digest of what they decode to here."""
    files = []
    for picture in canary_pictures():
        for kind, settings in _KINDS:
            out = io.BytesIO()
            Image.fromarray(picture).convert("RGB").save(out, kind, **settings)
            files.append(base64.b64encode(out.getvalue()).decode())
    return {"files": files, "digest": _digest_of(files)}


def _digest_of(files: Sequence[str]) -> str:
    digests = [pixel_digest(decode_image(base64.b64decode(one))) for one in files]
    return hashlib.sha256(" ".join(digests).encode()).hexdigest()
