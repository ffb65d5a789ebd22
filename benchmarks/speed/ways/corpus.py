"""A corpus of any size: ``python -m benchmarks.speed.ways.corpus ROWS FILE.npz``.

Pictures of 48 pixels, each a blurred pattern of its own with noise, labels as unequal as those of
FER-2013; a hundredth of the pictures are nearly those of another.
"""

import json
import sys

import cv2
import numpy as np

_BLOCK = 20_000
_SHARES = (0.138, 0.015, 0.143, 0.251, 0.168, 0.111, 0.174)


def main(rows: int, path: str) -> None:
    """Write the corpus; print its number of rows."""
    rng = np.random.default_rng(rows)
    images = np.empty((rows, 48, 48), dtype=np.uint8)
    for start in range(0, rows, _BLOCK):
        for place in range(start, min(start + _BLOCK, rows)):
            pattern = rng.integers(0, 256, (7, 7), dtype=np.uint8)
            images[place] = cv2.resize(pattern, (48, 48), interpolation=cv2.INTER_CUBIC)
        block = images[start : start + _BLOCK]
        block //= 2
        block += rng.integers(0, 64, block.shape, dtype=np.uint8)
        block[::100] = block[1::100] // 2 + 20
    usage = np.arange(rows) % 10
    np.savez(
        path,
        images=images,
        emotion=rng.choice(7, rows, p=_SHARES).astype(np.uint8),
        usage=np.select([usage == 8, usage == 9], [1, 2], 0).astype(np.uint8),
        usage_names=np.array(["Training", "PublicTest", "PrivateTest"]),
    )
    print(json.dumps({"rows": rows}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
