"""Makers of small valid inputs, drawn and never photographed, that the tables of cases damage."""

import io
import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.torture.hostile.case import Case, Expected, Make

Content = str | bytes | int
Tree = Mapping[str, Content]
"""Paths and what lies there: text, bytes, or the number of a drawn PNG picture."""

GOOD_PICTURES: Tree = {"happy/a.png": 1, "happy/b.png": 2, "sad/c.png": 3, "sad/d.png": 4}
"""Four pictures in class folders."""

OUTSIDE = "outside"
"""A folder beside the corpus with what a link may lead to: a picture, a text, an array."""


def draw(number: int, shape: tuple[int, ...] = (24, 20)) -> NDArray[np.uint8]:
    """A picture of noise, another one for each number: no part of its file can be spared."""
    return np.random.default_rng(number).integers(0, 256, shape, dtype=np.uint8)


def encode(pixels: NDArray[Any], kind: str = "PNG", **options: Any) -> bytes:
    """The bytes of a picture file in one of Pillow's formats."""
    return save(Image.fromarray(pixels), kind, **options)


def save(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    """The bytes of a Pillow picture as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def content_of(content: Content) -> bytes:
    """What is written for the entry of a tree."""
    if isinstance(content, int):
        return encode(draw(content))
    return content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")


def plant(root: Path, tree: Tree) -> None:
    """Write a tree below a folder."""
    root.mkdir(parents=True, exist_ok=True)
    for name, content in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content_of(content))


def planted(*trees: Tree, below: str = "in") -> Make:
    """A maker that writes trees below a folder."""

    def make(folder: Path) -> None:
        for tree in trees:
            plant(folder / below, tree)

    return make


def one_file(name: str, content: Content) -> Make:
    """A maker of one file beside nothing."""
    return planted({name: content}, below=".")


def path_case(kind: str, name: str, make: Make, expected: Expected, *ingest: str) -> Case:
    """A case of ``fercurate ingest`` with these paths and options."""
    command = ("ingest", *ingest, "--store", "s.h5", "--json", "--no-progress")
    return Case(kind, name, make, command, expected)


def pixel_text(number: int, side: int = 48) -> str:
    """The pixels of a drawn picture as a table has them."""
    return " ".join(map(str, draw(number, (side, side)).ravel()))


def fer_csv(rows: int = 8) -> str:
    """A plain ``fer2013.csv`` in which every seventh row has the same label."""
    lines = [f"{row % 7},{pixel_text(row)},Training" for row in range(rows)]
    return "\n".join(["emotion,pixels,Usage", *lines]) + "\n"


def npy_bytes(array: NDArray[Any]) -> bytes:
    """The bytes of an array in NumPy's own format."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=array.dtype.hasobject)
    return buffer.getvalue()


def npy_raw(header: str | bytes, body: bytes = b"", version: int = 1) -> bytes:
    """A ``.npy`` file whose header is this text, whatever it says, padded as it should be."""
    text = header.encode("latin-1") if isinstance(header, str) else header
    width = 2 if version == 1 else 4
    text += b" " * (-(len(text) + 9 + width) % 64) + b"\n"
    start = b"\x93NUMPY" + bytes((version, 0)) + len(text).to_bytes(width, "little")
    return start + text + body


def _socket(path: Path) -> None:
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as made:
        os.chdir(path.parent)  # the name of a socket may have some hundred bytes
        try:
            made.bind(path.name)
        finally:
            os.chdir(here)


def link_to(target: str) -> Callable[[Path], None]:
    """What makes a link to a path."""
    return lambda path: path.symlink_to(target)


def _loop_of_two(path: Path) -> None:
    other = path.with_name(f"{path.name}.2")
    path.symlink_to(other.name)
    other.symlink_to(path.name)


THINGS: Mapping[str, Callable[[Path], object]] = {
    "fifo": os.mkfifo,
    "socket": _socket,
    "zero": link_to("/dev/zero"),
    "full": link_to("/dev/full"),
    "null": link_to("/dev/null"),
    "random": link_to("/dev/random"),
    "kmsg": link_to("/proc/kmsg"),
    "memory": link_to("/proc/self/mem"),
    "environment": link_to("/proc/self/environ"),
    "loop": lambda path: path.symlink_to(path.name),
    "loop of two": _loop_of_two,
    "dangling": link_to("absent"),
    "folder": Path.mkdir,
}
"""What may stand where a file is looked for, by its name: none of it is a file to be read."""

LEADING_OUT = ("zero", "full", "null", "random", "kmsg", "memory", "environment")
"""Those that lead out of a corpus in which they lie."""


def with_thing(tree: Tree, place: str, thing: str) -> Make:
    """A maker of a tree in ``in`` with one of the things at a place below the empty folder."""

    def make(folder: Path) -> None:
        plant(folder / "in", tree)
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        THINGS[thing](path)

    return make
