"""``python -m benchmarks.duplicates``: which changed copies are found how often, as a table."""

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.duplicates.found import found_copies
from fercurate.synthetic.faces import Identity, Scene, draw_face

_EACH, _AMONG = 20, 4000


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duplicates", description=__doc__)
    parser.add_argument("--fer2013", type=Path, metavar="CSV", help="fer2013.csv; else drawn faces")
    parser.add_argument("--each", type=int, default=_EACH, metavar="N", help="copies a variant")
    parser.add_argument("--among", type=int, default=_AMONG, metavar="N", help="pictures in all")
    options = parser.parse_args(arguments)
    rows = _test_pictures(options.fer2013) if options.fer2013 else _drawn()
    pictures = [picture for _, picture in zip(range(options.among), rows, strict=False)]
    print(f"{len(pictures):,} pictures, {options.each} copies of each of three variants")
    print("| change | copies | found | share |\n| --- | --- | --- | --- |")
    for one in found_copies(pictures, options.each):
        print(f"| {one.kind} | {one.copies} | {one.found} | {one.found / one.copies:.0%} |")
    return 0


def _test_pictures(path: Path) -> Iterator[NDArray[np.uint8]]:
    """The pictures of PrivateTest, then those of PublicTest."""
    csv.field_size_limit(1 << 20)
    for usage in ("PrivateTest", "PublicTest"):
        with path.open(newline="") as lines:
            for line in csv.DictReader(lines):
                if line["Usage"] == usage:
                    yield np.array(line["pixels"].split(), dtype=np.uint8).reshape(48, 48)


def _drawn() -> Iterator[NDArray[np.uint8]]:
    rng = np.random.default_rng(5)
    names = ("happy", "sad", "surprise", "neutral")
    for number in range(_AMONG):
        yield draw_face(Identity.draw(rng), names[number % 4], Scene.draw(rng), size=96)


if __name__ == "__main__":
    sys.exit(main())
