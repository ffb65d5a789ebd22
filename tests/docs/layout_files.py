"""Files that hold many pictures, as bytes: arrays, archives, Parquet."""

import io
import zipfile
from collections.abc import Mapping

import numpy as np

from tests.corpora import Content, draw, encode


def npz() -> bytes:
    """Two splits of pictures with labels in words."""
    buffer = io.BytesIO()
    pictures = np.stack([draw(n) for n in range(5)])
    words = np.array(["happy", "sad", "fear", "happy", "sad"])
    arrays = {"X_train": pictures[:3], "y_train": words[:3]}
    arrays |= {"X_test": pictures[3:], "y_test": words[3:]}
    np.savez(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()


def zipped(tree: Mapping[str, Content]) -> bytes:
    """A tree of pictures and texts as a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, (name, content) in enumerate(tree.items()):
            archive.writestr(name, content if isinstance(content, str) else encode(draw(number)))
    return buffer.getvalue()


def parquet() -> bytes:
    """Pictures and labels as Hugging Face keeps them; nothing without PyArrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        return b""
    pictures = [{"bytes": encode(draw(n)), "path": None} for n in range(3)]
    buffer = io.BytesIO()
    pq.write_table(pa.table({"image": pictures, "label": ["happy", "sad", "fear"]}), buffer)
    return buffer.getvalue()
