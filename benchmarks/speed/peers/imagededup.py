"""imagededup's search for copies: ``PYTHON -m benchmarks.speed.peers.imagededup NPY``.

It runs in an interpreter that has imagededup; fercurate need not be there. The package imports
torchvision, for its networks, before anything of it can be used. Only its hashing is used here,
so where torchvision is missing, empty stand-ins take its place; none of their code has a part in
the times.

The pictures are arrays in memory: reading and decoding files does not count. They are hashed by
``encode_image(image_array=...)`` in imagededup's own pool of processes, one a core, as its
``encode_images`` does with files, and searched by ``find_duplicates`` with the search and the
number of processes it takes by itself on this platform.
"""

import json
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import cpu_count
from typing import Any
from unittest.mock import MagicMock

import numpy as np
from numpy.typing import NDArray

DISTANCE = 2
STAND_INS = (
    "torchvision",
    "torchvision.models",
    "torchvision.models.vision_transformer",
    "torchvision.transforms",
)

_hasher: list[Any] = []


def compare(path: str) -> None:
    """Print the seconds of hashing and of searching, and the byte-identical pairs found."""
    pictures: NDArray[np.uint8] = np.load(path)
    _hasher.append(_phash())
    parallelise = import_module("imagededup.utils.general_utils").parallelise
    start = time.perf_counter()
    hashes = parallelise(_encode, list(pictures), False, cpu_count())
    encoded = time.perf_counter()
    names = {str(number): text for number, text in enumerate(hashes)}
    found = _hasher[0].find_duplicates(
        encoding_map=names, max_distance_threshold=DISTANCE, scores=True
    )
    searched = time.perf_counter()
    pairs = [
        (int(a), int(b), distance)
        for a, others in found.items()
        for b, distance in others
        if int(a) < int(b)
    ]
    exact = sum(d == 0 and np.array_equal(pictures[a], pictures[b]) for a, b, d in pairs)
    numbers = {"encode": encoded - start, "search": searched - encoded}
    print(json.dumps({**numbers, "identical": int(exact), "pairs": len(pairs)}))


def _encode(picture: NDArray[np.uint8]) -> str:
    text: str = _hasher[0].encode_image(image_array=picture)
    return text


def _phash() -> Any:
    if find_spec("torchvision") is None:
        sys.modules.update({name: MagicMock(name=name) for name in STAND_INS})
    return import_module("imagededup.methods").PHash(verbose=False)


if __name__ == "__main__":
    compare(sys.argv[1])
