"""Decoding a tree of JPEG files, each way a process of its own; rates go to stdout as JSON.

``python -m benchmarks.speed.ways.pictures ours FOLDER JOBS`` and ``pillow FOLDER``;
``draw FOLDER COUNT SIDE`` writes the files. Rates are files a second that the system
holds in memory.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from fercurate.domain.sample import Reject, Sample
from fercurate.sources.options import SourceOptions
from fercurate.sources.reading.loading import NOT_READ, PictureFile, load_images
from fercurate.synthetic.affectnet import CODES, write_affectnet_standin


def draw(folder: str, count: str, side: str) -> None:
    """Draw color JPEG files, ``count`` in all if eight divides it."""
    each = dict.fromkeys(CODES, int(count) // len(CODES))
    write_affectnet_standin(Path(folder), each, {}, size=int(side))


def ours(folder: str, jobs: str) -> None:
    """Load the tree as the adapters of picture corpora do.

    Raises:
        ValueError: a file was rejected.
    """
    root = Path(folder)
    found = [_picture(path, root) for path in _files(root)]
    start = time.perf_counter()
    rejected = sum(
        isinstance(record, Reject)
        for record in load_images(found, root, SourceOptions(jobs=int(jobs)))
    )
    _report(len(found), start)
    if rejected:
        raise ValueError(f"{rejected} files were rejected")


def pillow(folder: str) -> None:
    """Open, load and convert one file after another."""
    paths = _files(Path(folder))
    start = time.perf_counter()
    for path in paths:
        with Image.open(path) as image:
            image.load()
            _ = np.asarray(image)
    _report(len(paths), start)


def _files(root: Path) -> list[Path]:
    return sorted(root.rglob("*.jpg"))


def _picture(path: Path, root: Path) -> PictureFile:
    origin = path.relative_to(root).as_posix()
    sample = Sample(
        id=origin,
        source="pictures",
        image=NOT_READ,
        native_label="",
        expression="",
        native_split="",
        origin=origin,
    )
    return PictureFile(path, sample)


def _report(count: int, start: float) -> None:
    seconds = time.perf_counter() - start
    print(json.dumps({"rate": count / seconds, "files": count}))


WAYS: dict[str, Callable[..., None]] = {"draw": draw, "ours": ours, "pillow": pillow}

if __name__ == "__main__":
    WAYS[sys.argv[1]](*sys.argv[2:])
