"""Writing the pictures of an export, block by block, with any number of workers."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import SplitPlan
from fercurate.domain.segments.base import DrawnValues, PictureMaker, Segment
from fercurate.errors import ExportError
from fercurate.export.hdf5 import ImageRange, ImageSink
from fercurate.files.blocks import cut_rows, in_flight
from fercurate.files.parallel import worker_count
from fercurate.pipeline.building.picture_maker import UNIFORM_STEPS
from fercurate.pipeline.events import Advanced, Finished, Listener, Started
from fercurate.training.shared.statistics import PixelStatistics
from fercurate.transforms.base import Batch


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch ``part`` of segments with the same parents, and their first rows in the file.

    Only exact segments share a block.
    """

    part: slice
    segments: tuple[tuple[Segment, int], ...]

    def __len__(self) -> int:
        first, end = int(self.part.start), int(self.part.stop)
        return (end - first) * len(self.segments)


@dataclass(frozen=True, slots=True)
class DrawnRows:
    """What was drawn for consecutive rows: the row of the first in its file, and the values."""

    segment: Segment
    first: int
    drawn: DrawnValues


@dataclass(frozen=True)
class Renderer:
    """Writes the pictures of plans into their files.

    Attributes:
        maker: makes them.
        shape: what every one of them must have.
        sizes: (N,) bytes that each stored picture fills once decoded, or as it is exported.
        jobs: workers; 0 means one a core.
        where: the recipe's name, for messages.
    """

    maker: PictureMaker
    shape: tuple[int, ...]
    sizes: NDArray[np.int64]
    jobs: int
    where: str

    def write(
        self,
        plan: SplitPlan,
        target: ImageRange,
        note: Callable[[DrawnRows], object],
        listen: Listener,
    ) -> PixelStatistics:
        """Write all pictures of a split; return their statistics.

        ``note`` is told what was drawn for augmented rows, in the order of rows.
        """
        statistics = PixelStatistics()
        blocks = list(_blocks(plan, self.sizes))
        workers = worker_count(self.jobs)
        listen(Started(f"writing {plan.title}", len(plan), "rows"))
        with (
            ImageSink(target, len(plan)) as sink,
            ThreadPoolExecutor(workers) as pool,
        ):
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

    def _write(self, sink: ImageSink, block: _Block) -> tuple[PixelStatistics, DrawnRows | None]:
        with in_flight(block.segments[0][0].rows[block.part], self.sizes):
            return self._make(sink, block)

    def _make(self, sink: ImageSink, block: _Block) -> tuple[PixelStatistics, DrawnRows | None]:
        (segment, first), part = block.segments[0], block.part
        note = None
        if segment.exact:
            originals = self.maker.normalized(segment.rows[part])
            batches = [one.from_originals(originals, self.maker) for one, _ in block.segments]
        else:
            rows = segment.take(part)
            batch, drawn = rows.make(self.maker)
            batches = [batch]
            if drawn:
                note = DrawnRows(rows, first + part.start, drawn)
        statistics = PixelStatistics()
        for (_, start), batch in zip(block.segments, batches, strict=True):
            self._check(batch)
            sink.write(start + part.start, batch)
            statistics.add(batch)
        return statistics, note

    def _check(self, batch: Batch) -> None:
        if batch.shape[1:] != self.shape:
            raise ExportError(
                f"a picture of shape {batch.shape[1:]}, not {self.shape}",
                where=self.where,
                fix=UNIFORM_STEPS,
            )


def _blocks(plan: SplitPlan, sizes: NDArray[np.int64]) -> Iterator[_Block]:
    """Cut a plan into blocks; pictures that several exact operations need are read once."""
    for segments in _shared(plan):
        for part in cut_rows(segments[0][0].rows, sizes):
            yield _Block(part, segments)


def _shared(plan: SplitPlan) -> list[tuple[tuple[Segment, int], ...]]:
    """Segments with the very same parents, brought together with their first rows."""
    together: dict[tuple[int, int], list[tuple[Segment, int]]] = {}
    position = 0
    for number, segment in enumerate(plan.segments):
        alone = -1 if segment.exact else number
        together.setdefault((id(segment.rows), alone), []).append((segment, position))
        position += len(segment)
    return [tuple(segments) for segments in together.values()]
