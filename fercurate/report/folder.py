"""The folder of a report: written beside its place, then renamed into it whole."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from fercurate.errors import ConflictError
from fercurate.report.facts import KIND

FACTS_FILE = "report.json"
"""Lists the files of a report; its presence marks the folder as one, which may be replaced."""


def check_folder(folder: Path) -> None:
    """Refuse a place that holds anything but an earlier report.

    Raises:
        ConflictError: it is no folder, or it holds files that no report has made.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ConflictError("not a folder", where=str(folder), fix="Choose another --report")
    ours = _files(folder / FACTS_FILE)
    foreign = list(islice((name for name in _contents(folder) if name not in ours), 3))
    if foreign:
        raise ConflictError(
            f"the folder holds files that no report made ({', '.join(foreign)})",
            where=str(folder),
            expected="a new or empty folder, or an earlier report",
            fix="Choose another --report; nothing was changed",
        )


def _contents(folder: Path) -> Iterator[str]:
    """Every file and link below a folder, by its path in the folder."""
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_dir():
            yield path.relative_to(folder).as_posix()


def _files(facts: Path) -> set[str]:
    """The files that an earlier report lists; nothing if it is no report of ours."""
    try:
        found = json.loads(facts.read_text(encoding="utf-8"))
        return set(found["files"]) if found["kind"] == KIND else set()
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return set()


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write into; at the end it takes the place of ``folder``.

    On any error it is removed, and ``folder`` is what it was.

    Raises:
        ConflictError: ``folder`` is not to be replaced.
    """
    folder = folder.resolve()
    check_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    staging = folder.with_name(f".{folder.name}.fercurate-partial-{os.getpid()}")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        yield staging
        check_folder(folder)
        _replace(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _replace(staging: Path, folder: Path) -> None:
    """Put the new folder in place of the old one, which comes back if that fails."""
    if not folder.exists():
        staging.rename(folder)
        return
    old = staging.with_name(staging.name + "-old")
    folder.rename(old)
    try:
        staging.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old)
