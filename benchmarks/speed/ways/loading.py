"""Loading training batches with PyTorch, each way a process of its own.

``python -m benchmarks.speed.ways.loading write EXPORT FOLDER``, ``export EXPORT WORKERS`` and
``folder FOLDER WORKERS``. Rates go to stdout as JSON.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

BATCH, EPOCHS = 128, 3


def write(export: str, folder: str) -> None:
    """Write train's pictures as PNG files into one folder a class."""
    from PIL import Image  # noqa: PLC0415  # only here

    with h5py.File(Path(export) / "train.h5") as file:
        names = [str(name) for name in file.attrs["class_names"]]
        for name in names:
            (Path(folder) / name).mkdir()
        for row, (picture, label) in enumerate(zip(file["images"], file["labels"], strict=True)):
            Image.fromarray(picture).save(Path(folder) / names[label] / f"{row:06d}.png")


def export(folder: str, workers: str) -> None:
    """Rate the loader of the training kit."""
    from fercurate.training.shared.export import read_export  # noqa: PLC0415  # PyTorch: 1 s
    from fercurate.training.torch.loading import Faces, ShuffledRows, make_loader  # noqa: PLC0415

    train = read_export(Path(folder), verify=False).splits["train"].whole()
    faces, order = Faces(train), ShuffledRows(len(train), 0)
    rate(make_loader(faces, BATCH, int(workers), order), len(train))


def folder(path: str, workers: str) -> None:
    """Rate a dataset that opens one PNG an item, as torchvision's ``ImageFolder`` does."""
    import torch  # noqa: PLC0415  # 1 s
    from PIL import Image  # noqa: PLC0415

    files = sorted(Path(path).rglob("*.png"))
    codes = {name: code for code, name in enumerate(sorted(p.name for p in Path(path).iterdir()))}

    class Folder(torch.utils.data.Dataset[Any]):
        def __len__(self) -> int:
            return len(files)

        def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
            with Image.open(files[index]) as image:
                pixels = torch.from_numpy(np.array(image))[None]
            return pixels, codes[files[index].parent.name]

    options: dict[str, Any] = {"batch_size": BATCH, "shuffle": True, "num_workers": int(workers)}
    loader = torch.utils.data.DataLoader(Folder(), persistent_workers=True, **options)
    rate(loader, len(files))


def rate(batches: Iterable[Any], rows: int) -> None:
    """Go through all batches; the first epoch, in which workers start, does not count."""
    seen = sum(len(answers) for _, answers in batches)
    start = time.perf_counter()
    for _ in range(EPOCHS):
        seen += sum(len(answers) for _, answers in batches)
    seconds = time.perf_counter() - start
    assert seen == rows * (EPOCHS + 1), (seen, rows)
    print(json.dumps({"images": rows * EPOCHS / seconds}))


WAYS: dict[str, Callable[..., None]] = {"write": write, "export": export, "folder": folder}

if __name__ == "__main__":
    WAYS[sys.argv[1]](*sys.argv[2:])
