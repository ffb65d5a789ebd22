"""Changing a store behind its back: damaged, or well-made by somebody with ill intent."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

from fercurate.files.digest import sha256_of
from fercurate.files.seal import write_seal
from fercurate.store.layout import HEAD_TYPE

Change = Callable[[h5py.File], object]


def parts_of(store: Path) -> Path:
    return store.with_name(store.name + ".parts")


def edit_head(store: Path, change: Change) -> None:
    """Change a head and seal it again."""
    with h5py.File(store, "r+") as file:
        change(file)
    with store.open("r+b") as raw:
        write_seal(raw, HEAD_TYPE.name)


def edit_part(store: Path, change: Change, number: int = 1) -> None:
    """Change a part, and make the head list it as if it had been written so."""
    path = parts_of(store) / f"{number:06d}.h5"
    with h5py.File(path, "r+") as file:
        change(file)
    accept(store, path)


def accept(store: Path, path: Path) -> None:
    """Make the head list a part as it is now, all of it as columns."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest().encode()
    assert sha256_of(path) == digest.decode()

    def listed(head: h5py.File) -> None:
        place = list(head["parts/name"].asstr()).index(path.name)
        head["parts/size"][place] = len(content)
        head["parts/sha256"][place] = digest
        count = len(head["parts/name"])
        for name in ("columns_sha256", "pixels"):
            del head[f"parts/{name}"]
            head[f"parts/{name}"] = np.full(count, b"", dtype="S1")

    edit_head(store, listed)


def flip(path: Path, place: int, bit: int = 0) -> None:
    """Flip one bit of a file."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1 << bit
    path.write_bytes(content)
