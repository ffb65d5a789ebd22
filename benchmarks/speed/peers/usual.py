"""The usual ways of doing the same, each run as a process of its own.

``python -m benchmarks.speed.peers.usual csv_lists CSV HDF5``,
``pillow_loop EXPORT FOLDER COUNT`` and ``haar NPY COUNT``.
"""

import csv
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import h5py
import numpy as np
from PIL import Image

SIDE, ZOOM = 48, 1.7
USAGES = ("Training", "PublicTest", "PrivateTest")


def csv_lists(source: str, target: str) -> None:
    """Read fer2013.csv with the csv module into lists, then write HDF5.

    The way of the ``preprocess_fer2013.py`` that many FER projects carry: every value goes
    through ``int`` into a list of its split, their shapes are shown, and h5py gets the lists.
    """
    pixels: dict[str, list[list[int]]] = {usage: [] for usage in USAGES}
    labels: dict[str, list[int]] = {usage: [] for usage in USAGES}
    with Path(source).open() as file:
        for row in csv.reader(file):
            if row[-1] in pixels:
                picture = []
                for pixel in row[1].split():
                    picture.append(int(pixel))  # noqa: PERF401 - as the copied script does it
                pixels[row[-1]].append(np.asarray(picture).tolist())
                labels[row[-1]].append(int(row[0]))
    shapes = [np.shape(pixels[usage]) for usage in USAGES]  # the copied script prints these
    print(json.dumps({"pictures": sum(shape[0] for shape in shapes)}))
    with h5py.File(target, "w") as out:
        for usage in USAGES:
            out.create_dataset(f"{usage}_pixel", dtype="uint8", data=pixels[usage])
            out.create_dataset(f"{usage}_label", dtype="int64", data=labels[usage])


def pillow_loop(export: str, folder: str, count: str) -> None:
    """Make the four pictures of ``modified_fer`` from each original and save each as a PNG file.

    The first ``count`` originals of an export are taken, if it has so many. Prints how many, and
    the seconds of the loop alone.
    """
    with h5py.File(export) as file:
        found = np.count_nonzero(file["op"][:] == b"original")
        originals = file["images"][: min(int(count), found)]
    out, margin = Path(folder), SIDE * (1 - 1 / ZOOM) / 2
    box = (margin, margin, SIDE - margin, SIDE - margin)
    start = time.perf_counter()
    for number, pixels in enumerate(originals):
        image = Image.fromarray(pixels)
        image.save(out / f"{number}.png")
        image.rotate(90).save(out / f"{number}_left.png")
        image.rotate(-90).save(out / f"{number}_right.png")
        zoomed = image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box)
        zoomed.save(out / f"{number}_zoom.png")
    print(json.dumps({"loop": time.perf_counter() - start, "pictures": len(originals)}))


def haar(images: str, count: str) -> None:
    """Look for faces with OpenCV's frontal cascade and its defaults, as most FER scripts do.

    Prints the seconds for the first ``count`` pictures of an array file, and the faces found.
    """
    folder = Path(cv2.__file__).parent / "data"
    cascade = cv2.CascadeClassifier(str(folder / "haarcascade_frontalface_default.xml"))
    pictures = np.load(images, mmap_mode="r")[: int(count)]
    start, found = time.perf_counter(), 0
    for picture in pictures:
        found += len(cascade.detectMultiScale(picture)) > 0
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "found": found, "pictures": len(pictures)}))


WAYS: dict[str, Callable[..., None]] = {
    "csv_lists": csv_lists,
    "pillow_loop": pillow_loop,
    "haar": haar,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](*sys.argv[2:])
