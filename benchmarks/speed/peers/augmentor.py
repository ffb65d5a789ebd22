"""Augmentor's copies of pictures: ``PYTHON -m benchmarks.speed.peers.augmentor NPY FOLDER COUNT``.

It runs in an interpreter that has Augmentor; fercurate need not be there. Augmentor's own way is
a pipeline that reads files and saves files; its operations are also run alone, on pictures in
memory, which it does not offer but which leaves nothing but its transforms.
"""

import contextlib
import io
import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ZOOM = 1.7


def compare(path: str, folder: str, count: str) -> None:
    """Print pictures a second, originals among them, of both ways; files of some originals."""
    pictures: NDArray[np.uint8] = np.load(path)
    some = pictures[: int(count)]
    numbers = {"memory": _in_memory(pictures), "files": _in_files(some, Path(folder))}
    print(json.dumps({**numbers, "originals": len(some)}))


def _in_memory(pictures: NDArray[np.uint8]) -> float:
    operations: Any = import_module("Augmentor.Operations")
    steps = (
        operations.Rotate(1, 90),
        operations.Rotate(1, 270),
        operations.Zoom(1, ZOOM, ZOOM),
    )
    made = np.full((1 + len(steps), *pictures.shape), 1, dtype=np.uint8)
    start = time.perf_counter()
    for number, picture in enumerate(pictures):
        made[0, number] = picture
        image = Image.fromarray(picture)
        for place, step in enumerate(steps, start=1):
            made[place, number] = step.perform_operation([image])[0]
    return len(made) * len(pictures) / (time.perf_counter() - start)


def _in_files(pictures: NDArray[np.uint8], folder: Path) -> float:
    """Rate a pipeline for each change; the originals are there already, and count as well."""
    originals = folder / "originals"
    originals.mkdir()
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(originals / f"{number:07d}.png")
    Pipeline: Any = import_module("Augmentor").Pipeline  # noqa: N806 - its own name
    changes = {"rotate90": (1,), "rotate270": (1,), "zoom": (1, ZOOM, ZOOM)}
    said = io.StringIO()
    start = time.perf_counter()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        for number, (name, values) in enumerate(changes.items()):
            pipeline = Pipeline(str(originals), output_directory=str(folder / str(number)))
            getattr(pipeline, name)(*values)
            pipeline.process()
    return (1 + len(changes)) * len(pictures) / (time.perf_counter() - start)


if __name__ == "__main__":
    compare(*sys.argv[1:])
