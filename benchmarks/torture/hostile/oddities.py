"""Things that lie where a file is looked for: pipes, devices, loops of links, holes, noise."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np

Place = Callable[[Path], object]
"""Puts something at a path that is free."""


def noise(path: Path, size: int = 5000) -> None:
    """Write random bytes."""
    path.write_bytes(np.random.default_rng(7).bytes(size))


def hole(path: Path, size: int = 3_000_000_000) -> None:
    """Make a sparse file of gigabytes."""
    with path.open("wb") as file:
        file.truncate(size)


def link_to(target: str) -> Place:
    """Make a link."""
    return lambda path: path.symlink_to(target)


def _socket(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


NO_FILES: dict[str, Place] = {
    "a named pipe": os.mkfifo,
    "a socket": _socket,
    "a folder": Path.mkdir,
    "a link to itself": _loop,
    "a link to nothing": link_to("nothing"),
    "a link to a folder": link_to("."),
    "the kernel's log": link_to("/proc/kmsg"),
    "zeros for ever": link_to("/dev/zero"),
    "a full disk": link_to("/dev/full"),
}
"""What is no regular file."""

NO_CONTENTS: dict[str, Place] = {
    "empty": Path.touch,
    "noise": noise,
    "a hole": hole,
    "text": lambda path: path.write_text("no such thing\n"),
}
"""Regular files that hold nothing of ours."""

THINGS: dict[str, Place] = {**NO_FILES, **NO_CONTENTS}
"""All of them."""


def instead(name: str, place: Place) -> Place:
    """Put something in the place of a file or folder, by its path in a folder."""

    def make(folder: Path) -> None:
        path = folder / name
        if os.path.lexists(path):
            path.rename(folder / "away")
        place(path)

    return make


def flipped(path: Path, place: int) -> None:
    """Flip a bit of a file; places count from the end if below zero."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1 << (place % 8)
    path.write_bytes(content)


def cut(path: Path, share: float) -> None:
    """Leave only the first part of a file."""
    os.truncate(path, int(path.stat().st_size * share))
