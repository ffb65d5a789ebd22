"""Batches of an export for PyTorch: lazily opened in every worker, fetched a batch at a time."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader, Dataset, Sampler

from ..networks.sampling import SAMPLERS, drawn_rows
from ..shared.export import Subset

Batch = tuple[torch.Tensor, torch.Tensor]
"""Pictures (B, C, H, W) uint8, and labels (B,) int64 or distributions (B, classes) float32."""

FetchedBatch = tuple[NDArray[np.uint8], NDArray[Any]]
"""A batch as workers send it: pictures (B, H, W[, 3]) and answers, arrays."""

PictureChange = Callable[[NDArray[np.uint8], list[int]], NDArray[np.uint8]]
"""What is done at random to the pictures (B, H, W) or (B, H, W, 3) of a batch of rows."""


class Faces(Dataset[Batch]):
    """Rows of an export as a PyTorch dataset.

    A row is a picture (C, H, W) uint8 and its label. PyTorch fetches whole batches through
    ``__getitems__``, which reads all their rows at once, as arrays: workers send these several
    times as fast as tensors. ``make_loader`` makes tensors of them. Pictures are mapped into memory
    by each worker for itself.
    """

    def __init__(self, rows: Subset, change: PictureChange | None = None) -> None:
        self.rows = rows
        self.change = change
        targets = rows.targets
        self.answers: NDArray[Any] = rows.labels if targets is None else targets
        self._pictures: NDArray[np.uint8] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the mapping behind: a worker makes its own."""
        return self.__dict__ | {"_pictures": None}

    def __getitem__(self, index: int) -> Batch:
        pictures, answers = tensors(self.__getitems__([index]))
        return pictures[0], answers[0]

    def __getitems__(self, indices: list[int]) -> FetchedBatch:
        """Return the rows of a batch."""
        if self._pictures is None:
            self._pictures = self.rows.split.pictures()
        pictures = self._pictures[self.rows.rows[indices]]
        if self.change is not None:
            pictures = self.change(pictures, indices)
        return pictures, self.answers[indices]


def tensors(fetched: FetchedBatch) -> Batch:
    """Return a batch as tensors."""
    pictures, answers = fetched
    return channels_first(pictures), torch.from_numpy(answers)


def channels_first(pictures: NDArray[np.uint8]) -> torch.Tensor:
    """Return pictures (N, H, W[, 3]) as a tensor (N, C, H, W) uint8."""
    tensor = torch.from_numpy(np.ascontiguousarray(pictures))
    return tensor.unsqueeze(1) if tensor.ndim == 3 else tensor.permute(0, 3, 1, 2)


def as_fetched(batch: Any) -> Any:
    """Take a batch as ``Faces`` gives it."""
    return batch


class ShuffledRows(Sampler[int]):
    """All positions in an order drawn anew for every epoch, the same whenever it is drawn."""

    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self.seed = seed
        self.epoch = 0

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[int]:
        return iter(self.drawn_rows().tolist())

    def drawn_rows(self) -> NDArray[np.int64]:
        """The positions (N,) of this epoch."""
        return drawn_rows(np.zeros(self.count, dtype=np.int64), SAMPLERS[0], self.seed, self.epoch)


class SampledRows(ShuffledRows):
    """As many positions as there are rows with labels (N,), drawn by the name of a sampler."""

    def __init__(self, labels: NDArray[np.int64], seed: int, sampler: str) -> None:
        super().__init__(len(labels), seed)
        self.labels = labels
        self.sampler = sampler

    def drawn_rows(self) -> NDArray[np.int64]:
        """The positions (N,) of this epoch."""
        return drawn_rows(self.labels, self.sampler, self.seed, self.epoch)


class Batches:
    """The batches of a loader as tensors; to be gone through any number of times."""

    def __init__(self, loader: DataLoader[Any]) -> None:
        self.loader = loader

    def __len__(self) -> int:
        return len(self.loader)

    def __iter__(self) -> Iterator[Batch]:
        return map(tensors, self.loader)


def make_loader(
    faces: Faces, batch_size: int, workers: int, order: ShuffledRows | None = None
) -> Batches:
    """Return the batches of rows; without ``order`` rows come as they stand.

    A last batch of a single row is left out of training: batch norm needs two.
    """
    loader: DataLoader[Any] = DataLoader(
        faces,
        batch_size=batch_size,
        sampler=order,
        drop_last=order is not None and len(faces) > 1 == len(faces) % batch_size,
        num_workers=workers,
        collate_fn=as_fetched,
        persistent_workers=workers > 0 and faces.change is None,
    )
    return Batches(loader)


class Normalize(torch.nn.Module):
    """Turn uint8 pictures into float32 with train's mean 0 and standard deviation 1."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, mean: NDArray[np.float64], std: NDArray[np.float64]) -> None:
        super().__init__()
        for name, values in (("mean", mean), ("std", np.maximum(std, 1e-6))):
            self.register_buffer(name, torch.tensor(values, dtype=torch.float32).view(-1, 1, 1))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return (B, C, H, W) float32 of pictures (B, C, H, W), uint8 or float 0..255."""
        return (pictures.float() / 255 - self.mean) / self.std
