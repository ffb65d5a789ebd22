"""Writing the pictures of an export, block by block, with any number of workers."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import ResamplePlan, Segment
from fercurate.errors import ExportError
from fercurate.export.hdf5 import ImagePlace, ImageSink
from fercurate.pipeline.blocks import cut_rows, picture_bytes
from fercurate.pipeline.events import Advanced, Finished, Listener, Started
from fercurate.pipeline.pictures import Applied, PictureMaker
from fercurate.training.shared.statistics import PixelStatistics
from fercurate.transforms.base import Batch


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch ``part`` of segments with the same parents, and their first rows in the file.

    A segment that draws, or mixes, is in a block of its own.
    """

    part: slice
    segments: tuple[tuple[Segment, int], ...]

    def __len__(self) -> int:
        first, end = int(self.part.start), int(self.part.stop)
        return (end - first) * len(self.segments)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn for consecutive rows: the row of the first in its file, and the values."""

    segment: Segment
    part: slice
    first: int
    applied: Applied


def workers(jobs: int) -> int:
    """How many threads to use: what was asked for, or one for each processor up to eight."""
    return jobs or min(os.cpu_count() or 1, 8)


class Renderer:
    """Writes the pictures of plans to their places."""

    def __init__(self, maker: PictureMaker, shape: tuple[int, ...], jobs: int) -> None:
        self._maker = maker
        self._shape = shape
        self._jobs = workers(jobs)

    def write(
        self,
        plan: ResamplePlan,
        place: ImagePlace,
        note: Callable[[Drawn], object],
        listen: Listener,
    ) -> PixelStatistics:
        """Write all pictures of a split; return their statistics.

        ``note`` is told what was drawn for augmented rows, in the order of rows.
        """
        statistics = PixelStatistics()
        blocks = list(_blocks(plan, picture_bytes(self._maker.store.manifest)))
        listen(Started(f"writing {plan.folder or plan.split}", len(plan), "rows"))
        with ImageSink(place, len(plan)) as sink, ThreadPoolExecutor(self._jobs) as pool:
            tasks = deque(pool.submit(self._write, sink, block) for block in blocks)
            try:
                for block in blocks:
                    seen, drawn = tasks.popleft().result()
                    statistics.merge(seen)
                    if drawn is not None:
                        note(drawn)
                    listen(Advanced(len(block)))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        listen(Finished())
        return statistics

    def _write(self, sink: ImageSink, block: _Block) -> tuple[PixelStatistics, Drawn | None]:
        segment, first = block.segments[0]
        maker, part, drawn = self._maker, block.part, None
        if segment.blend is not None:
            made = [maker.blended(segment.blend.at(np.arange(part.start, part.stop)))]
        elif segment.op in maker.drawn:
            assert segment.copies is not None
            batch, applied = maker.augmented(segment.rows[part], segment.op, segment.copies[part])
            made, drawn = [batch], Drawn(segment, part, first + part.start, applied)
        else:
            originals = maker.normalized(segment.rows[part])
            made = [maker.copied(originals, one.op) for one, _ in block.segments]
        statistics = PixelStatistics()
        for (_, start), batch in zip(block.segments, made, strict=True):
            self._check(batch)
            sink.write(start + part.start, batch)
            statistics.add(batch)
        return statistics, drawn

    def _check(self, batch: Batch) -> None:
        if batch.shape[1:] != self._shape:
            raise ExportError(
                f"a picture of shape {batch.shape[1:]}, not {self._shape}",
                where=self._maker.recipe.name,
                fix="Its steps need {kind: resize, size: 48}",
            )


def _blocks(plan: ResamplePlan, sizes: NDArray[np.int64]) -> Iterator[_Block]:
    """Cut a plan into blocks; pictures that several exact operations need are read once."""
    for segments in _shared(plan):
        for part in cut_rows(segments[0][0].rows, sizes):
            yield _Block(part, segments)


def _shared(plan: ResamplePlan) -> list[tuple[tuple[Segment, int], ...]]:
    """Segments with the very same parents, brought together with their first rows."""
    together: dict[tuple[int, int], list[tuple[Segment, int]]] = {}
    position = 0
    for number, segment in enumerate(plan.segments):
        alone = number if segment.copies is not None or segment.blend is not None else -1
        together.setdefault((id(segment.rows), alone), []).append((segment, position))
        position += len(segment.rows)
    return [tuple(segments) for segments in together.values()]
