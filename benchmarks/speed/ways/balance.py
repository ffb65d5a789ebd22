"""Balancing and augmenting with fercurate, each way a process of its own.

``python -m benchmarks.speed.ways.balance prepare STORE NPY LABELS`` writes the Training pictures
of a store (N, 48, 48) and their classes; ``smote NPY LABELS RAW COMPONENTS`` mixes synthetic ones
into a file of bytes, ``equal RAW RAW`` compares two such files; ``exact NPY`` and
``drawn NPY SET JOBS`` rate copies. Numbers go to stdout as JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.peers.balance import SETS, ZOOM
from fercurate.domain.seeding import draw_seed
from fercurate.files.blocks import MAX_ROWS
from fercurate.files.parallel import worker_count
from fercurate.transforms.base import Transform

SIDE = 48


def prepare(store: str, images: str, labels: str) -> None:
    """Write pictures and labels; print how many there are, and how many lack to equal classes."""
    from fercurate.store.store import Store  # noqa: PLC0415

    with Store.open(Path(store)) as opened:
        rows = np.flatnonzero(opened.manifest.text("native_split") == "Training")
        pictures = np.stack(opened.images(rows))
        expressions = opened.manifest.text("expression")[rows].astype(str)
    _, classes, counts = np.unique(expressions, return_inverse=True, return_counts=True)
    np.save(images, pictures)
    np.save(labels, classes)
    missing = int(counts.max() * len(counts) - len(rows))
    print(json.dumps({"images": len(rows), "missing": missing}))


def smote(images: str, labels: str, target: str, components: str) -> None:
    """Raise all classes to the largest; the balanced set is left in memory as uint8.

    Prints the seconds of drawing and mixing, in blocks and threads as a build does both.
    """
    from fercurate.balance.blend import blend  # noqa: PLC0415  # scikit-learn: in no other way
    from fercurate.balance.smote_settings import SmoteSettings  # noqa: PLC0415
    from fercurate.balance.synthesis import synthesize  # noqa: PLC0415

    pictures, classes = np.load(images), np.load(labels)
    settings = SmoteSettings(pca=int(components))
    start = time.perf_counter()
    goal = dict.fromkeys(np.unique(classes).tolist(), int(np.bincount(classes).max()))
    made = synthesize(pictures, classes, goal, settings)
    balanced = np.empty((len(pictures) + len(made.mix), *pictures.shape[1:]), dtype=np.uint8)
    balanced[: len(pictures)] = pictures
    synthetic = balanced[len(pictures) :]

    def mix(part: slice) -> None:
        first, second = pictures[made.first[part]], pictures[made.second[part]]
        synthetic[part] = blend(first, second, made.mix[part])

    _in_threads(mix, len(synthetic), jobs=0)
    seconds = time.perf_counter() - start
    synthetic.tofile(target)
    print(json.dumps({"seconds": seconds, "synthetic": len(synthetic)}))


def equal(ours: str, theirs: str) -> None:
    """Print how many pictures of two files are the same, place by place."""
    first, second = (np.fromfile(path, dtype=np.uint8) for path in (ours, theirs))
    if first.shape != second.shape:
        raise ValueError(f"{first.size} bytes beside {second.size}; expected as many")
    alike = (first == second).reshape(-1, SIDE * SIDE).all(axis=1)
    print(json.dumps({"equal": int(alike.sum()), "pictures": len(alike)}))


def exact(images: str) -> None:
    """Rate originals, +90, -90 and zoom 1.7, a thread a core."""
    from fercurate.transforms.geometry import Rotate, Zoom  # noqa: PLC0415

    pictures = np.load(images)
    steps: tuple[Transform, ...] = (Rotate(90), Rotate(-90), Zoom(ZOOM))
    made = np.full((1 + len(steps), *pictures.shape), 1, dtype=np.uint8)

    def copy(part: slice) -> None:
        made[0, part] = pictures[part]
        for place, step in enumerate(steps, start=1):
            made[place, part] = step.apply(pictures[part])

    _report(_in_threads(copy, len(pictures), jobs=0), made)


def drawn(images: str, name: str, jobs: str) -> None:
    """Rate random copies as a build makes them: seeds, threads in turn, JSON of what was drawn."""
    from fercurate.transforms.augment import Augmentation, Step  # noqa: PLC0415

    pictures = np.load(images)
    augmentation = Augmentation(tuple(Step(kind, values) for kind, values in SETS[name]))
    ids = [f"fer2013:{number:07d}#{augmentation.label}" for number in range(len(pictures))]
    made, turn = np.empty_like(pictures), Lock()
    augmentation.augment(pictures[:1], [0])  # the import is no part of the rate

    def copy(part: slice) -> None:
        seeds = [draw_seed(0, one, 1) for one in ids[part]]
        with turn:
            found = augmentation.augment(pictures[part], np.array(seeds, dtype=np.uint64))
        made[part] = found[0]
        for applied in found[1]:
            json.dumps(applied)

    _report(_in_threads(copy, len(pictures), int(jobs)), made)


def _in_threads(work: Callable[[slice], object], count: int, jobs: int) -> float:
    """Do blocks of rows in so many threads, 0 for as many as a build takes; return seconds."""
    start = time.perf_counter()
    with ThreadPoolExecutor(worker_count(jobs)) as pool:
        blocks = (slice(first, first + MAX_ROWS) for first in range(0, count, MAX_ROWS))
        for _ in pool.map(work, blocks):
            pass
    return time.perf_counter() - start


def _report(seconds: float, made: NDArray[np.uint8]) -> None:
    count = made.size // SIDE**2
    print(json.dumps({"rate": count / seconds, "pictures": count, "mean": float(made.mean())}))


WAYS: dict[str, Callable[..., None]] = {
    "prepare": prepare,
    "smote": smote,
    "equal": equal,
    "exact": exact,
    "drawn": drawn,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](*sys.argv[2:])
