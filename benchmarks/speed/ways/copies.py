"""Searching copies with fercurate, each way a process of its own; numbers go to stdout as JSON.

``python -m benchmarks.speed.ways.copies corpus STORE NPY`` and ``hashes COUNT``;
``prepare STORE NPY`` writes the pictures of a store (N, 48, 48) for imagededup and for
counting identical pairs.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.pipeline.measure.duplicates import hashed_pictures, stored_pictures
from fercurate.screening.duplicates.perceptual_hash import Hashes, near_pairs
from fercurate.screening.duplicates.search import find_duplicates
from fercurate.store.store import Store

DISTANCE = 2


def prepare(store: str, images: str) -> None:
    """Write a store's pictures as one array; print how many, and their byte-identical pairs."""
    with Store.open(Path(store)) as opened:
        pictures = np.stack(opened.images(np.arange(len(opened.manifest))))
    np.save(images, pictures)
    print(json.dumps({"images": len(pictures), "identical": _pairs(_contents(pictures))}))


def corpus(store: str, images: str) -> None:
    """Search a whole store, opening and reading it included; print seconds and pairs.

    Identical are the pairs of one group whose pictures, in ``images``, have the same bytes.
    """
    start = time.perf_counter()
    with Store.open(Path(store)) as opened:
        digests = opened.manifest.text("digest")
        rows = np.arange(len(digests))
        pictures = hashed_pictures(stored_pictures(opened), digests, rows)
        groups, near = find_duplicates(pictures, digests, rows)
    seconds = time.perf_counter() - start
    contents = _contents(np.load(images))
    identical = _pairs(np.stack([groups, contents], axis=1))
    print(json.dumps({"seconds": seconds, "identical": identical, "near": len(near)}))


def hashes(count: str) -> None:
    """Search random hashes with planted copies; print seconds and what was planted and found."""
    table, planted = _planted(int(count))
    start = time.perf_counter()
    found = near_pairs(table, DISTANCE)
    seconds = time.perf_counter() - start
    same = float(np.array_equal(found, planted))
    numbers = {"seconds": seconds, "planted": len(planted), "found": len(found), "same": same}
    print(json.dumps(numbers))


def _planted(count: int) -> tuple[Hashes, NDArray[np.int64]]:
    """Random hashes (count,), a tenth of them others with 0 to 2 bits flipped, and those pairs."""
    rng = np.random.default_rng(0)
    table = rng.integers(0, 2**64, count, dtype=np.uint64)
    pairs = rng.permutation(count)[: count // 10 * 2].reshape(-1, 2)
    bits = (rng.integers(0, 64, len(pairs)) + np.array([[0], [1]])) % 64
    flips = np.uint64(1) << bits.astype(np.uint64)
    flips *= np.arange(1, 3, dtype=np.uint64)[:, None] <= rng.integers(0, 3, len(pairs))
    table[pairs[:, 1]] = table[pairs[:, 0]] ^ flips[0] ^ flips[1]
    pairs = np.sort(pairs, axis=1)
    return table, pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _contents(pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
    """One number for each picture (N,), the same exactly for the same bytes."""
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(p.tobytes(), len(numbers)) for p in pictures])


def _pairs(names: NDArray[np.int64]) -> int:
    """How many pairs have the same name (N,) or row of names (N, K)."""
    counts = np.unique(names, axis=0, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


WAYS: dict[str, Callable[..., None]] = {"prepare": prepare, "corpus": corpus, "hashes": hashes}

if __name__ == "__main__":
    WAYS[sys.argv[1]](*sys.argv[2:])
