"""Writing the pictures of an export, block by block, with any number of workers."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

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

    @property
    def taken(self) -> list[Segment]:
        """Its stretch of every segment."""
        return [segment.take(self.part) for segment, _ in self.segments]

    def __len__(self) -> int:
        first, end = int(self.part.start), int(self.part.stop)
        return (end - first) * len(self.segments)


@dataclass(frozen=True, slots=True)
class DrawnRows:
    """What was drawn for consecutive rows: the row of the first in its file, and the values."""

    segment: Segment
    first: int
    drawn: DrawnValues


Written = tuple[PixelStatistics, DrawnRows | None]
"""What was seen in the pictures of a block that were written, and what was drawn for its rows."""


BlockPictures = tuple[Sequence[Batch], DrawnValues]
"""Pictures of a block, segment by segment, and what was drawn for its rows."""


class BlockMaker(Protocol):
    """Whoever makes the pictures of blocks elsewhere."""

    def takes(self, segments: Sequence[Segment]) -> bool:
        """Whether it makes such a block."""
        ...

    def pictures_of(self, blocks: Iterable[Sequence[Segment]]) -> Iterator[BlockPictures]:
        """Yield the pictures of every block, in their order."""
        ...


@dataclass(frozen=True)
class Renderer:
    """Writes the pictures of plans into their files.

    Attributes:
        maker: makes them.
        shape: what every one of them must have.
        sizes: (N,) bytes that each stored picture fills once decoded, or as it is exported.
        jobs: workers; 0 means one a core.
        where: the recipe's name, for messages.
        elsewhere: who makes them instead of threads of this process, if anybody.
    """

    maker: PictureMaker
    shape: tuple[int, ...]
    sizes: NDArray[np.int64]
    jobs: int
    where: str
    elsewhere: BlockMaker | None = None

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
        listen(Started(f"writing {plan.title}", len(plan), "rows"))
        with ImageSink(target, len(plan)) as sink:
            for block, (seen, drawn) in self._written_blocks(sink, blocks):
                statistics.merge(seen)
                if drawn is not None:
                    note(drawn)
                listen(Advanced(len(block)))
        listen(Finished())
        return statistics

    def _written_blocks(
        self, sink: ImageSink, blocks: Sequence[_Block]
    ) -> Iterator[tuple[_Block, Written]]:
        """Write all blocks: first those that threads make, then those that others do."""
        taken = [block for block in blocks if self._is_taken(block)]
        left = [block for block in blocks if not self._is_taken(block)]
        for some, made in ((left, self._by_threads), (taken, self._elsewhere)):
            if some:
                yield from zip(some, made(sink, some), strict=True)

    def _is_taken(self, block: _Block) -> bool:
        whole = [segment for segment, _ in block.segments]
        return self.elsewhere is not None and self.elsewhere.takes(whole)

    def make_elsewhere(self, plans: Sequence[SplitPlan]) -> None:
        """Have the pictures of plans made by whoever makes them elsewhere, and write nothing."""
        assert self.elsewhere is not None
        for plan in plans:
            blocks = (block.taken for block in _blocks(plan, self.sizes))
            deque(self.elsewhere.pictures_of(blocks), maxlen=0)

    def _by_threads(self, sink: ImageSink, blocks: Sequence[_Block]) -> Iterator[Written]:
        """Make and write blocks with threads of this process."""
        with ThreadPoolExecutor(worker_count(self.jobs)) as pool:
            tasks = deque(pool.submit(self._make, sink, block) for block in blocks)
            try:
                while tasks:
                    yield tasks.popleft().result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _make(self, sink: ImageSink, block: _Block) -> Written:
        with in_flight(block.segments[0][0].rows[block.part], self.sizes):
            return self._written(sink, block, *made_block(self.maker, block.taken))

    def _elsewhere(self, sink: ImageSink, blocks: Sequence[_Block]) -> Iterator[Written]:
        """Write blocks that others make."""
        assert self.elsewhere is not None
        made = self.elsewhere.pictures_of(block.taken for block in blocks)
        for block, (batches, drawn) in zip(blocks, made, strict=True):
            yield self._written(sink, block, batches, drawn)

    def _written(
        self, sink: ImageSink, block: _Block, batches: Sequence[Batch], drawn: DrawnValues
    ) -> Written:
        statistics = PixelStatistics()
        for (_, start), batch in zip(block.segments, batches, strict=True):
            self._check(batch)
            sink.write(start + block.part.start, batch)
            statistics.add(batch)
        if not drawn:
            return statistics, None
        (rows,), (_, first) = block.taken, block.segments[0]
        return statistics, DrawnRows(rows, first + block.part.start, drawn)

    def _check(self, batch: Batch) -> None:
        if batch.shape[1:] != self.shape:
            raise ExportError(
                f"a picture of shape {batch.shape[1:]}, not {self.shape}",
                where=self.where,
                fix=UNIFORM_STEPS,
            )


def made_block(maker: PictureMaker, segments: Sequence[Segment]) -> BlockPictures:
    """Make the pictures of segments with the same parents; only exact ones share a block."""
    if segments[0].exact:
        originals = maker.normalized(segments[0].rows)
        return [one.from_originals(originals, maker) for one in segments], []
    batch, drawn = segments[0].make(maker)
    return [batch], drawn


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
