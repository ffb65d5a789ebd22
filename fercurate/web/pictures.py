"""Stored pictures as PNG: whatever a corpus holds, the browser sees what our decoder made of it."""

import cv2
import numpy as np

from fercurate.errors import StoreError
from fercurate.store.store import Store

_LONGEST = 512
"""Pixels of the longer side that a browser is given at most."""


def picture_png(store: Store, row: int) -> bytes:
    """The picture of a row as the bytes of a PNG file, at most 512 pixels on its longer side.

    Raises:
        StoreError: it cannot be decoded.
    """
    pixels = store.images([row], longest=_LONGEST)[0]
    height, width = pixels.shape[:2]
    if max(height, width) > _LONGEST:
        scale = _LONGEST / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    turned = pixels if pixels.ndim == 2 else pixels[:, :, ::-1]
    done, encoded = cv2.imencode(".png", turned, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    if not done:
        raise StoreError("a picture that cannot be shown", where=str(store.path))
    return encoded.tobytes()
