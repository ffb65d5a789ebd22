"""CleanVision's search for image issues.

``PYTHON -m benchmarks.speed.peers.cleanvision NPY FOLDER`` runs it.

It runs in an interpreter that has cleanvision. It reads image files, so the pictures are written
as PNG first, outside the measured time.
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


def compare(path: str, folder: str) -> None:
    """Print the seconds of ``Imagelab.find_issues`` with its defaults, and how many it flags."""
    pictures: NDArray[np.uint8] = np.load(path)
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(Path(folder) / f"{number:07d}.png")
    Imagelab: Any = import_module("cleanvision").Imagelab  # noqa: N806 - its own name
    said = io.StringIO()
    start = time.perf_counter()
    with contextlib.redirect_stdout(said):
        lab = Imagelab(data_path=folder)
        lab.find_issues()
    seconds = time.perf_counter() - start
    columns = [name for name in lab.issues.columns if name.startswith("is_")]
    flagged = int(lab.issues[columns].any(axis=1).sum())
    print(json.dumps({"seconds": seconds, "flagged": flagged, "pictures": len(pictures)}))


if __name__ == "__main__":
    compare(*sys.argv[1:])
