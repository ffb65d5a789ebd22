"""The lists that come with corpora: a line a picture, fields between blanks, no header."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from fercurate.errors import InputError
from fercurate.files.containment import LEADS_OUT, Boundary
from fercurate.files.regular import open_regular, open_regular_text

MAX_LINE = 1 << 16
"""Characters of the longest line that is read; a longer one has no fields."""

_FIELD = re.compile(r"[^ \t\f\v]+")
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class ListLine:
    """One line that is not blank: its 1-based number, its fields, and whether it was ended."""

    number: int
    fields: tuple[str, ...]
    ended: bool = True


def read_list(path: Path, root: Path) -> Iterator[ListLine]:
    """Yield the lines of a list: any line ending, no BOM; bytes that are no UTF-8 survive.

    Raises:
        InputError: UTF-16, a link out of ``root``, or a file that cannot be opened.
    """
    try:
        if not Boundary(root).holds(path):
            raise InputError(LEADS_OUT, where=path.name)
        with open_regular(path) as file:
            if file.read(2) in _WIDE_BOMS:
                raise InputError("UTF-16 text", where=path.name, fix="Save the file as UTF-8")
        with open_regular_text(path, "surrogateescape") as text:
            yield from _lines(text)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=path.name) from None


def _lines(file: TextIO) -> Iterator[ListLine]:
    number = 0
    while text := file.readline(MAX_LINE):
        number += 1
        overlong = False
        while len(text) == MAX_LINE and not text.endswith("\n"):
            overlong, text = True, file.readline(MAX_LINE)
        if overlong or text.strip():
            fields = () if overlong else tuple(_FIELD.findall(text.rstrip("\n")))
            yield ListLine(number, fields, text.endswith("\n"))
