"""Laying out an export, each way a process of its own; seconds go to stdout as JSON.

``python -m benchmarks.speed.ways.layouts fercurate KIND EXPORT FOLDER``, and ``pillow``,
``datasets`` or ``webdataset`` with EXPORT FOLDER. Imports are not counted, for anybody.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

_SPLITS = ("train", "val", "test")


def fercurate(kind: str, export: str, folder: str) -> None:
    """Lay it out as ``fercurate export --to`` does, forced to disk."""
    from fercurate.pipeline.exporting.choice import chosen_layout  # noqa: PLC0415
    from fercurate.pipeline.exporting.export import LayoutRequest, export_layout  # noqa: PLC0415

    layout, _ = chosen_layout(kind, "", {})
    request = LayoutRequest(Path(export), layout, Path(folder) / "out")
    timed(lambda: export_layout(request))


def pillow(export: str, folder: str) -> None:
    """Write a PNG a picture into a folder a class, one after another."""
    from PIL import Image  # noqa: PLC0415  # only here

    def write() -> None:
        for split, names, pictures, labels in splits(export):
            for name in names:
                (Path(folder) / split / name).mkdir(parents=True)
            for row, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
                place = Path(folder) / split / names[label] / f"{split}_{row:05d}.png"
                Image.fromarray(picture).save(place)

    timed(write)


def datasets(export: str, folder: str) -> None:
    """Let ``datasets`` write Parquet from arrays, as its ``Image`` feature encodes them."""
    from datasets import ClassLabel, Dataset, Features, Image  # noqa: PLC0415  # seconds

    def write() -> None:
        for split, names, pictures, labels in splits(export):
            features = Features({"image": Image(), "label": ClassLabel(names=names)})
            rows = {"image": list(pictures), "label": labels.tolist()}
            made = Dataset.from_dict(rows, features=features)
            made.to_parquet(str(Path(folder) / f"{split}-00000-of-00001.parquet"))

    timed(write)


def webdataset(export: str, folder: str) -> None:
    """Let ``webdataset.ShardWriter`` encode and write, 5,000 rows a shard."""
    import webdataset as wds  # noqa: PLC0415  # only here

    def write() -> None:
        for split, names, pictures, labels in splits(export):
            pattern = str(Path(folder) / f"{split}-%06d.tar")
            with wds.ShardWriter(pattern, maxcount=5000, verbose=0) as out:
                for row, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
                    facts = {"class": names[label]}
                    key = f"{split}_{row:05d}"
                    out.write({"__key__": key, "png": picture, "cls": int(label), "json": facts})

    timed(write)


def splits(export: str) -> Iterator[tuple[str, list[str], NDArray[np.uint8], NDArray[np.int64]]]:
    """Name, class names, pictures and labels of each split."""
    for split in _SPLITS:
        with h5py.File(Path(export) / f"{split}.h5") as file:
            names = [str(name) for name in file.attrs["class_names"]]
            yield split, names, file["images"][:], file["labels"][:]


def timed(write: Callable[[], Any]) -> None:
    """Print how long it takes."""
    start = time.perf_counter()
    write()
    print(json.dumps({"seconds": time.perf_counter() - start}))


WAYS: dict[str, Callable[..., None]] = {
    "fercurate": fercurate,
    "pillow": pillow,
    "datasets": datasets,
    "webdataset": webdataset,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](*sys.argv[2:])
