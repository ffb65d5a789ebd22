"""The usual ways of balancing and augmenting, each run as a process of its own.

``python -m benchmarks.speed.peers.balance smote NPY LABELS RAW COMPONENTS``, ``exact NPY WAY`` and
``drawn NPY SET``. Numbers go to stdout as JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ZOOM = 1.7
BLOCK = 1024

SETS: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
    "affine": (
        ("Affine", {"scale": [0.9, 1.1], "rotate": [-10.0, 10.0], "p": 1.0}),
        ("HorizontalFlip", {"p": 0.5}),
        ("RandomBrightnessContrast", {"p": 1.0}),
    ),
    "elastic": (("ElasticTransform", {"alpha": 20.0, "sigma": 4.0, "p": 1.0}),),
}
"""Random changes by transforms of albumentations, by the name of the benchmark."""


def smote(images: str, labels: str, target: str) -> None:
    """Resample with imbalanced-learn on float32 (N, 2304), as its documentation shows.

    The cast is not counted. What is written afterwards, block by block, are the synthetic
    pictures rounded to uint8. Prints the seconds.
    """
    from imblearn.over_sampling import SMOTE  # noqa: PLC0415  # 2 s, and in no other way

    pixels, classes = np.load(images), np.load(labels)
    pixels = pixels.reshape(len(pixels), -1).astype(np.float32)
    start = time.perf_counter()
    balanced, _ = SMOTE(random_state=0).fit_resample(pixels, classes)
    seconds = time.perf_counter() - start
    synthetic = balanced[len(pixels) :]
    with Path(target).open("wb") as file:
        for first in range(0, len(synthetic), BLOCK):
            block = np.clip(np.rint(synthetic[first : first + BLOCK]), 0, 255)
            file.write(block.astype(np.uint8).tobytes())
    print(json.dumps({"seconds": seconds, "synthetic": len(synthetic)}))


def exact(images: str, way: str) -> None:
    """Rate originals, +90, -90 and zoom 1.7, one picture and one change after another.

    ``usual`` turns by ``Rotate``; ``flips`` by ``Transpose`` and a flip, which is the fastest.
    """
    library, pictures = _albumentations(), np.load(images)
    zoom = [library.Affine(scale=(ZOOM, ZOOM), p=1)]
    if way == "usual":
        turns = [[library.Rotate(limit=(angle, angle), p=1)] for angle in (90, -90)]
    else:
        flips = (library.VerticalFlip, library.HorizontalFlip)
        turns = [[library.Transpose(p=1), flip(p=1)] for flip in flips]
    changes = [library.Compose(steps) for steps in (*turns, zoom)]
    made = np.full((1 + len(changes), *pictures.shape), 1, dtype=np.uint8)
    start = time.perf_counter()
    for number, picture in enumerate(pictures):
        made[0, number] = picture
        for place, change in enumerate(changes, start=1):
            made[place, number] = change(image=picture)["image"]
    _report(start, made)


def drawn(images: str, name: str) -> None:
    """Rate random copies by one ``Compose`` with a seed, one picture after another."""
    library, pictures = _albumentations(), np.load(images)
    change = library.Compose([getattr(library, kind)(**values) for kind, values in SETS[name]])
    change.set_random_seed(0)
    made = np.empty_like(pictures)
    start = time.perf_counter()
    for number, picture in enumerate(pictures):
        made[number] = change(image=picture)["image"]
    _report(start, made)


def _albumentations() -> Any:
    os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"
    import albumentations  # noqa: PLC0415  # 1 s

    return albumentations


def _report(start: float, made: NDArray[np.uint8]) -> None:
    seconds, count = time.perf_counter() - start, made.size // 48**2
    print(json.dumps({"rate": count / seconds, "pictures": count, "mean": float(made.mean())}))


WAYS: dict[str, Callable[..., None]] = {"smote": smote, "exact": exact, "drawn": drawn}

if __name__ == "__main__":
    WAYS[sys.argv[1]](*sys.argv[2:])
