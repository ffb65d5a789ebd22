"""Reading pictures back, each way run as a process of its own; rates go to stdout as JSON.

``python -m benchmarks.speed.ways.readers hdf5 FILE``, ``png FOLDER``, and to prepare them
``prepare EXPORT GZIP FOLDER``. Rates are pictures a second from files that the
system holds in memory.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray
from PIL import Image

SAMPLE = 5_000
"""Pictures of the PNG folder, and rows read in random order."""

BATCH = 64
"""Rows of one sequential read, and of one chunk of the compressed copy."""


def prepare(export: str, compressed: str, folder: str) -> None:
    """Copy an export's pictures to gzip-4 chunks of 64 rows, and some of them to PNG files."""
    with h5py.File(export) as file, h5py.File(compressed, "w") as out:
        images = file["images"]
        copy = out.create_dataset(
            "images",
            images.shape,
            images.dtype,
            chunks=(BATCH, *images.shape[1:]),
            compression="gzip",
            compression_opts=4,
        )
        for start in range(0, len(images), BATCH):
            copy[start : start + BATCH] = images[start : start + BATCH]
        rows = _random_rows(len(images))
        for number, row in enumerate(rows):
            Image.fromarray(images[row]).save(Path(folder) / f"{number:05d}.png")
        plain, packed = (d.id.get_storage_size() / len(d) for d in (images, copy))
    png = sum(path.stat().st_size for path in Path(folder).iterdir()) / len(rows)
    print(json.dumps({"plain": plain, "gzip": packed, "png": png}))


def hdf5(path: str) -> None:
    """Read all rows in order, 64 at a time, and then single rows in random order."""
    with h5py.File(path) as file:
        images = file["images"]
        count = len(images)

        def in_order() -> None:
            for start in range(0, count, BATCH):
                _ = images[start : start + BATCH]

        def at_random() -> None:
            for row in _random_rows(count):
                _ = images[row]

        _report(_rate(in_order, count), _rate(at_random, min(SAMPLE, count)))


def png(folder: str) -> None:
    """Read every file of a folder in order, and then in random order."""
    paths = sorted(Path(folder).iterdir())
    shuffled = [paths[position] for position in _random_rows(len(paths))]
    in_order, at_random = (_rate(partial(_read_png, p), len(p)) for p in (paths, shuffled))
    _report(in_order, at_random)


def _read_png(paths: list[Path]) -> None:
    for path in paths:
        with Image.open(path) as image:
            _ = np.asarray(image)


def _random_rows(count: int) -> NDArray[np.int64]:
    return np.random.default_rng(0).permutation(count)[:SAMPLE]


def _rate(read: Callable[[], None], count: int) -> float:
    start = time.perf_counter()
    read()
    return count / (time.perf_counter() - start)


def _report(in_order: float, at_random: float) -> None:
    print(json.dumps({"sequential": in_order, "random": at_random}))


WAYS: dict[str, Callable[..., None]] = {"prepare": prepare, "hdf5": hdf5, "png": png}

if __name__ == "__main__":
    WAYS[sys.argv[1]](*sys.argv[2:])
