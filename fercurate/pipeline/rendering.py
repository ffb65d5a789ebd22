"""Making the pictures of an export, block by block, with any number of workers."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import ORIGINAL, ResamplePlan
from fercurate.errors import ExportError, InputError
from fercurate.export.hdf5 import ImagePlace, ImageSink
from fercurate.pipeline.blocks import cut_rows, picture_bytes
from fercurate.pipeline.events import Advanced, Finished, Listener, Started
from fercurate.recipe.model import Recipe
from fercurate.store.store import Store
from fercurate.transforms.base import Batch, Transform
from fercurate.transforms.chain import Chain
from fercurate.transforms.illumination import HistogramEqualization

_PROBES = 16
"""How many stored sizes are tried to find the size of exported pictures."""

_UNIFORM = "Its steps need {kind: grayscale} or {kind: rgb}, and {kind: resize, size: 48}"


@dataclass(frozen=True, slots=True)
class _Block:
    """Parents' manifest rows, and where in the export each operation's pictures of them go."""

    rows: NDArray[np.int64]
    places: tuple[tuple[str, int], ...]


class PixelStatistics:
    """Exact mean and standard deviation of pixels, whatever the order in which they come."""

    def __init__(self) -> None:
        self._count = 0
        self._sum: NDArray[np.int64] = np.zeros(1, np.int64)
        self._squares: NDArray[np.int64] = np.zeros(1, np.int64)

    def add(self, batch: Batch) -> "PixelStatistics":
        """Add pictures (N, H, W[, 3])."""
        axes = (0, 1, 2)
        self._count += int(np.prod(batch.shape[:3]))
        self._sum = self._sum + batch.sum(axis=axes, dtype=np.int64)
        squares = np.square(batch, dtype=np.uint16).sum(axis=axes, dtype=np.int64)
        self._squares = self._squares + squares
        return self

    def merge(self, other: "PixelStatistics") -> None:
        """Add what another one has seen."""
        self._count += other._count
        self._sum = self._sum + other._sum
        self._squares = self._squares + other._squares

    def mean_std(self) -> tuple[list[float], list[float]]:
        """Mean and standard deviation per channel, of pixels scaled to 0..1."""
        count = max(self._count, 1)
        mean = self._sum / count
        variance = np.maximum(self._squares / count - mean**2, 0.0)
        return [float(m) / 255 for m in mean], [float(v) ** 0.5 / 255 for v in variance]


class Renderer:
    """Makes the pictures of a recipe from a store."""

    def __init__(
        self,
        store: Store,
        recipe: Recipe,
        jobs: int,
        enhanced: NDArray[np.bool_] | None = None,
        boxes: NDArray[np.float32] | None = None,
    ) -> None:
        self.store = store
        self.recipe = recipe
        self.jobs = jobs or min(os.cpu_count() or 1, 8)
        self.chain = Chain(tuple(recipe.normalize))
        self._all_boxes = store.array("box") if boxes is None else boxes
        self._enhanced = enhanced
        self.operations: dict[str, Transform] = {
            copy.label: copy for step in recipe.balance for copy in step.copies
        }

    def _boxes(self, rows: NDArray[np.int64]) -> NDArray[np.float32] | None:
        return self._all_boxes[rows] if self.chain.crops else None

    def picture_shape(self, rows: NDArray[np.int64]) -> tuple[int, ...]:
        """Shape of an exported picture, found by sending a few of different sizes through."""
        manifest = self.store.manifest
        sizes = np.stack([manifest.numbers(name)[rows] for name in ("height", "width")])
        _, first = np.unique(sizes, axis=1, return_index=True)
        probes = first[:: max(len(first) // _PROBES, 1)][:_PROBES]
        shapes = {self._normalized(rows[[probe]]).shape[1:] for probe in probes}
        if len(shapes) > 1:
            found = ", ".join("x".join(map(str, shape)) for shape in sorted(shapes))
            raise InputError(
                f"pictures of different shapes remain ({found})",
                where=f"{self.recipe.name}: normalize",
                fix=_UNIFORM,
            )
        return shapes.pop()

    def write(
        self, plan: ResamplePlan, place: ImagePlace, shape: tuple[int, ...], listen: Listener
    ) -> PixelStatistics:
        """Write all pictures of a split, each of the given shape; returns their statistics."""
        statistics = PixelStatistics()
        blocks = list(_blocks(plan, picture_bytes(self.store.manifest)))
        listen(Started(f"writing {plan.folder or plan.split}", len(plan), "rows"))
        with ImageSink(place, len(plan)) as sink, ThreadPoolExecutor(self.jobs) as pool:
            tasks = [pool.submit(self._write, sink, b, shape) for b in blocks]
            try:
                for task, block in zip(tasks, blocks, strict=True):
                    statistics.merge(task.result())
                    listen(Advanced(len(block.rows) * len(block.places)))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        listen(Finished())
        return statistics

    def _write(self, sink: ImageSink, block: _Block, shape: tuple[int, ...]) -> PixelStatistics:
        statistics = PixelStatistics()
        originals = self._normalized(block.rows)
        for op, first in block.places:
            batch = originals if op == ORIGINAL else self.operations[op].apply(originals)
            if batch.shape[1:] != shape:
                turned = "Resize to a square before turning pictures"
                raise ExportError(
                    f"{op} gives pictures of shape {batch.shape[1:]}, not {shape}",
                    where=self.recipe.name,
                    fix=_UNIFORM if op == ORIGINAL else turned,
                )
            sink.write(first, batch)
            statistics.add(batch)
        return statistics

    def _normalized(self, rows: NDArray[np.int64]) -> Batch:
        try:
            batch = self.chain.apply(self.store.images(rows), self._boxes(rows))
            return batch if self._enhanced is None else _cured(batch, self._enhanced[rows])
        except ValueError as error:
            raise InputError(
                str(error),
                where=f"{self.recipe.name}: normalize",
                fix=_UNIFORM,
            ) from None


def _cured(batch: Batch, enhanced: NDArray[np.bool_]) -> Batch:
    """The batch with the light of some pictures (N,) bool mended."""
    if not enhanced.any():
        return batch
    cured = batch.copy()
    cured[enhanced] = HistogramEqualization().apply(batch[enhanced])
    return cured


def _blocks(plan: ResamplePlan, sizes: NDArray[np.int64]) -> Iterator[_Block]:
    """Cut a plan into blocks; pictures that several operations need are read once."""
    for rows, starts in _shared(plan):
        for part in cut_rows(rows, sizes):
            places = tuple((op, first + part.start) for op, first in starts)
            yield _Block(rows[part], places)


def _shared(plan: ResamplePlan) -> list[tuple[NDArray[np.int64], list[tuple[str, int]]]]:
    """Segments with the very same parents, brought together with their first rows."""
    together: dict[int, tuple[NDArray[np.int64], list[tuple[str, int]]]] = {}
    position = 0
    for segment in plan.segments:
        starts = together.setdefault(id(segment.rows), (segment.rows, []))[1]
        starts.append((segment.op, position))
        position += len(segment.rows)
    return list(together.values())
