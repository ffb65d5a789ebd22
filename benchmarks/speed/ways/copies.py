"""Searching copies with fercurate, each way a process of its own; numbers go to stdout as JSON.

``python -m benchmarks.speed.ways.copies corpus STORE NPY``, ``changed STORE`` and
``pictures COUNT``; ``prepare STORE NPY`` writes the pictures of a store (N, 48, 48) for imagededup
and for counting identical pairs.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.pipeline.audit.audit import audit
from fercurate.pipeline.measure.duplicates import searched_pictures, stored_pictures
from fercurate.screening.duplicates.near import near_pairs
from fercurate.screening.duplicates.recall import measured_recall
from fercurate.screening.duplicates.search import NEAR, DuplicateRule, find_duplicates
from fercurate.screening.duplicates.similarity import similar
from fercurate.screening.duplicates.thumbnails import Small
from fercurate.store.store import Store

_SIDE = (32, 32)


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
        pictures = searched_pictures(stored_pictures(opened), digests, rows)
        found = find_duplicates(pictures, digests, rows, DuplicateRule())
    seconds = time.perf_counter() - start
    contents = _contents(np.load(images))
    identical = _pairs(np.stack([found.groups(), contents], axis=1))
    print(json.dumps({"seconds": seconds, "identical": identical, "near": len(found.of(NEAR))}))


def changed(store: str) -> None:
    """Audit a whole store, changed copies between its splits included; print seconds and rows."""
    start = time.perf_counter()
    report = audit(Path(store))
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "leaked": report.leaked}))


def pictures(count: str) -> None:
    """Search drawn pictures with planted copies; print seconds, and what was planted and found.

    ``measured`` is the recall that the search itself would print.
    """
    small, planted = _planted(int(count))
    start = time.perf_counter()
    pairs = near_pairs(small)
    seconds = time.perf_counter() - start
    keys = set((pairs[:, 0] * len(small) + pairs[:, 1]).tolist())
    hits = sum(int(one) in keys for one in planted.min(axis=1) * len(small) + planted.max(axis=1))
    measured = measured_recall(small, pairs).share
    print(json.dumps({"seconds": seconds, "recall": hits / len(planted), "measured": measured}))


def _planted(count: int) -> tuple[Small, NDArray[np.int64]]:
    """Smooth pictures (count, 32, 32), a tenth of them changed copies, and the near pairs."""
    rng = np.random.default_rng(0)
    common = _enlarged(rng.normal(0, 40, (5, 5)))
    small = np.empty((count, *_SIDE), dtype=np.uint8)
    for row in range(count):
        own = _enlarged(rng.normal(0, 30, (6, 6))) + _enlarged(rng.normal(0, 14, (16, 16)))
        small[row] = np.clip(128 + common + own, 0, 255)
    pairs = rng.permutation(count)[: count // 10 * 2].reshape(-1, 2)
    for number, (one, other) in enumerate(pairs):
        small[other] = _copy(small[one].astype(np.float64), number % 3, rng)
    return small, pairs[similar(small[pairs[:, 0]], small[pairs[:, 1]])]


def _copy(picture: NDArray[np.float64], way: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """A picture with noise, or blurred and paler, or moved by part of a pixel."""
    made: Any
    if way == 0:
        made = picture + rng.normal(0, rng.uniform(2, 11), _SIDE)
    elif way == 1:
        made = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.0)) * rng.uniform(0.7, 1.0)
    else:
        right, down = rng.uniform(-0.9, 0.9, 2)
        matrix = np.array([[1, 0, right], [0, 1, down]])
        made = cv2.warpAffine(picture, matrix, _SIDE, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(np.clip(made, 0, 255).astype(np.uint8))


def _enlarged(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(cv2.resize(values, _SIDE, interpolation=cv2.INTER_CUBIC), dtype=np.float64)


def _contents(pictures: NDArray[np.uint8]) -> NDArray[np.int64]:
    """One number for each picture (N,), the same exactly for the same bytes."""
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(p.tobytes(), len(numbers)) for p in pictures])


def _pairs(names: NDArray[np.int64]) -> int:
    """How many pairs have the same name (N,) or row of names (N, K)."""
    counts = np.unique(names, axis=0, return_counts=True)[1]
    return int((counts * (counts - 1) // 2).sum())


WAYS: dict[str, Callable[..., None]] = {
    "prepare": prepare,
    "corpus": corpus,
    "changed": changed,
    "pictures": pictures,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](*sys.argv[2:])
