"""A ``fer2013.csv`` of random smooth pictures.

``python -m benchmarks.speed.ways.synthetic_csv FILE`` writes it.

Rows, usages and class counts are the published ones; the pictures show nothing. They are coarse
noise enlarged smoothly plus a little fine noise, so that PNG files of them are about as large as
those of faces (1.5 to 2 kB).
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIDE, COARSE = 48, 8
COUNTS: dict[str, tuple[int, ...]] = {
    "Training": (3995, 436, 4097, 7215, 4830, 3171, 4965),
    "PublicTest": (467, 56, 496, 895, 653, 415, 607),
    "PrivateTest": (491, 55, 528, 879, 594, 416, 626),
}
"""Pictures of each label 0..6 by usage."""

_TEXT: NDArray[np.uint8] = np.array([f"{v} ".ljust(4, "\0").encode() for v in range(256)])[
    :, None
].view(np.uint8)
_LENGTH: NDArray[np.int64] = np.count_nonzero(_TEXT, axis=1)
_BLOCK = 512


def smooth_pictures(count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return random pictures (count, 48, 48) uint8."""
    position = np.linspace(0, COARSE - 1, SIDE)
    weights = np.maximum(1 - np.abs(position[:, None] - np.arange(COARSE)), 0)
    coarse = rng.normal(128, 60, (count, COARSE, COARSE))
    fine = rng.normal(0, 4, (count, SIDE, SIDE))
    pictures: NDArray[np.float64] = weights @ coarse @ weights.T + fine
    return np.clip(pictures, 0, 255).astype(np.uint8)


def pixel_texts(pictures: NDArray[np.uint8]) -> Iterator[bytes]:
    """Yield each picture's values as text parted by single spaces."""
    flat = pictures.reshape(len(pictures), -1)
    padded = _TEXT[flat].reshape(-1)
    text = padded[padded != 0].tobytes()
    end = 0
    for length in _LENGTH[flat].sum(axis=1):
        start, end = end, end + int(length)
        yield text[start : end - 1]


def write_csv(path: Path, seed: int = 0) -> None:
    """Write the whole file; the same seed gives the same bytes."""
    rng = np.random.default_rng(seed)
    with path.open("wb") as file:
        file.write(b"emotion,pixels,Usage\n")
        for usage, counts in COUNTS.items():
            labels = rng.permutation(np.repeat(np.arange(len(counts)), counts))
            for start in range(0, len(labels), _BLOCK):
                block = labels[start : start + _BLOCK]
                texts = pixel_texts(smooth_pictures(len(block), rng))
                for label, text in zip(block, texts, strict=True):
                    file.write(b"%d,%s,%s\n" % (label, text, usage.encode()))


if __name__ == "__main__":
    write_csv(Path(sys.argv[1]))
