"""Where stored samples come from: input files by digest, and whether they are still the same."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event

from fercurate.domain.lineage import InputFile
from fercurate.files.regular import open_regular, real_path
from fercurate.sources.base import Recognition

_HASHED_AT_ONCE = 16 << 20
"""Bytes: after each block the hashing thread has to wait for the reading one."""


def hash_files(files: tuple[Path, ...], stop: Event | None = None) -> list[tuple[InputFile, str]]:
    """Return each file with its SHA-256, and its MD5 (hex) beside it; folders are passed over.

    Once ``stop`` is set it ends, and what it returns is of no use.
    """
    hashed = []
    for path in files:
        if path.is_file():
            sha, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
            with open_regular(path) as file:
                while not (stop and stop.is_set()) and (block := file.read(_HASHED_AT_ONCE)):
                    sha.update(block)
                    md5.update(block)
            entry = InputFile(printable(path.name), path.stat().st_size, sha.hexdigest())
            hashed.append((entry, md5.hexdigest()))
    return hashed


@contextmanager
def stopped_at_the_end() -> Iterator[Event]:
    """Give what stops ``hash_files``; it is set at the end, also by an error."""
    stop = Event()
    try:
        yield stop
    finally:
        stop.set()


def named_inputs(recognition: Recognition) -> tuple[InputFile, ...]:
    """The input files as the lineage names them, not hashed."""
    files = [path for path in recognition.files if path.is_file()]
    if not files:
        return (InputFile(printable(real_path(recognition.root).name) + "/", 0, ""),)
    return tuple(InputFile(printable(path.name), 0, "") for path in files)


def input_files(
    hashes: "Future[list[tuple[InputFile, str]]]", recognition: Recognition, contents: str
) -> tuple[tuple[InputFile, ...], str]:
    """The input files with digests; a folder counts as one input made of all its pictures."""
    hashed = hashes.result()
    if not hashed:
        return (replace(named_inputs(recognition)[0], sha256=contents),), ""
    return tuple(entry for entry, _ in hashed), hashed[0][1] if len(hashed) == 1 else ""


def fingerprint(recognition: Recognition) -> str:
    """Names, sizes and times of everything that reading a corpus may touch, as SHA-256 (hex)."""
    paths = recognition.files if recognition.complete else _tree(recognition.root)
    digest = hashlib.sha256()
    for path in paths:
        facts = path.lstat()
        digest.update(f"{path}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode(errors="replace"))
    return digest.hexdigest()


def session_name(recognition: Recognition, asked: Sequence[object]) -> str:
    """The name of a change that reads a corpus: another one if anything of it is another."""
    named = [recognition.source, recognition.layout, str(real_path(recognition.root))]
    text = json.dumps([*named, fingerprint(recognition), *asked])
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _tree(root: Path) -> Iterator[Path]:
    """Every file below a folder, in a fixed order."""
    for folder, names, files in os.walk(root):
        names.sort()
        yield from (Path(folder, name) for name in sorted(files))


def printable(name: str) -> str:
    """A file name as text that can be written anywhere: other bytes and control codes escaped."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
