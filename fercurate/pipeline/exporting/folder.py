"""The folder of a layout: known by its ``layout.json``, replaced whole."""

import csv
import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from fercurate.errors import ExportError
from fercurate.files.digest import sha256_of
from fercurate.files.folder import FolderKind, check_folder, staged_folder
from fercurate.files.regular import is_regular, open_regular, read_regular
from fercurate.layouts.registry import LAYOUTS
from fercurate.pipeline.exporting.rows import ROWS_FILE

FACTS_FILE, CARD_FILE = "layout.json", "README.md"
LAYOUT_KIND = "fercurate-layout"

_MOST_BYTES = 64 << 20
_PICTURE = re.compile(r"(?:[^/]+/)+(?:\w+_\d{5,}(?:_aligned)?|fer\d{7}|\d+)\.(?:png|jpg)")
"""The paths that layouts give to pictures."""


def laid_out_files(folder: Path) -> set[str]:
    """The files of the layout in a folder; nothing without a ``layout.json`` of ours."""
    try:
        facts = json.loads(read_regular(folder / FACTS_FILE, _MOST_BYTES))
        if facts["kind"] != LAYOUT_KIND:
            return set()
        ours = {FACTS_FILE, CARD_FILE, ROWS_FILE, *_empty(facts)}
        ours |= {name for name, told in facts["files"].items() if _is_same(folder / name, told)}
        return ours | set(_pictures(folder, facts))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, csv.Error):
        return set()


def _is_same(path: Path, told: dict[str, Any]) -> bool:
    """Whether a file is the one that was written, by its size and its digest."""
    return (
        is_regular(path)
        and path.stat().st_size == told["size"]
        and sha256_of(path) == told["sha256"]
    )


def _empty(facts: dict[str, Any]) -> set[str]:
    return {f"{name}/" for name in facts["empty_folders"]}


def _pictures(folder: Path, facts: dict[str, Any]) -> Iterator[str]:
    """The pictures that ``rows.csv`` lists, where each is a file of its own."""
    layout = next((one for one in LAYOUTS if one.kind == facts["layout"]["kind"]), None)
    if layout is None or not layout.is_tree:
        return
    with open_regular(folder / ROWS_FILE) as file:
        lines = (line.decode("utf-8", "surrogateescape") for line in file)
        for row in csv.DictReader(lines):
            name = row["file"]
            if isinstance(name, str) and _PICTURE.fullmatch(name):
                yield name
                yield from layout.companions(name)


LAYOUT_FOLDER = FolderKind(
    noun="a layout",
    option="--output",
    files=laid_out_files,
    busy=ExportError,
    fix="Pass --overwrite to replace it, or choose another --output",
)


def check_layout_folder(output: Path, overwrite: bool) -> None:
    """Refuse to touch a folder that was not asked for.

    Raises:
        ConflictError: it holds a layout and ``overwrite`` is off, or files that are not ours.
    """
    check_folder(output, LAYOUT_FOLDER, overwrite)


def staged_layout(output: Path, overwrite: bool) -> AbstractContextManager[Path]:
    """Give a folder to write a layout into; at the end it becomes ``output`` in one step.

    Raises:
        ExportError: another process is writing the same output.
        ConflictError: the output is not to be replaced.
    """
    return staged_folder(output, LAYOUT_FOLDER, overwrite)
