"""The pictures that balancing looks at: written to a file without a name, read as one array."""

import math
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from mmap import MADV_DONTNEED
from typing import Any

import numpy as np

from fercurate.balance.base import MOST_ROWS, BalanceContext
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan
from fercurate.domain.segments.base import Parents, Pictures
from fercurate.files.blocks import cut_rows, in_flight, picture_bytes
from fercurate.files.parallel import worker_count
from fercurate.pipeline.building.picture_maker import StoredPictureMaker
from fercurate.pipeline.events import Advanced, Finished, Listener, Started
from fercurate.recipe.model import Recipe


class FilePixels(np.memmap):
    """Pixels in a file: nothing of them stays in memory but copies of what was asked for.

    Pages of a mapped file count as memory of the process until they are given back; the file keeps
    what was written into them.
    """

    def __getitem__(self, index: Any) -> Any:
        found = np.ndarray.__getitem__(self, index)
        if not isinstance(found, FilePixels) or np.may_share_memory(found, self):
            return found
        self.give_back()
        return found.view(np.ndarray)

    def give_back(self) -> None:
        """Let the pages go that were looked at or written."""
        self._mmap.madvise(MADV_DONTNEED)  # type: ignore[attr-defined]  # NumPy's own name


@dataclass(frozen=True)
class MixingPictures:
    """Gives balance steps the pictures of a store's samples, made by ``jobs`` workers."""

    maker: StoredPictureMaker
    manifest: Manifest
    jobs: int
    listen: Listener

    def context(self, plan: BuildPlan, recipe: Recipe) -> BalanceContext:
        """What balance steps may look at."""
        return BalanceContext(
            classes=recipe.scheme.classes,
            labels=plan.labels,
            ids=self.manifest.encoded("id"),
            seed=recipe.seed,
            pictures=self.pictures,
            stage=self.stage,
            jobs=self.jobs,
            sources=self.manifest.encoded("source"),
            most_rows=sys.maxsize if recipe.allow_large else MOST_ROWS,
        )

    @contextmanager
    def pictures(self, parents: Parents) -> Iterator[Pictures]:
        """The pictures (N, H, W[, 3]) of parents, for the time of a ``with``."""
        maker, count = self.maker, len(parents.rows)
        shape = (count, *maker.shape(parents.rows))
        sizes = np.maximum(picture_bytes(self.manifest), math.prod(shape[1:]))
        cuts = list(cut_rows(parents.rows, sizes))
        self.listen(Started("reading rows to mix", count, "rows"))
        with tempfile.TemporaryFile() as file, ThreadPoolExecutor(worker_count(self.jobs)) as pool:
            pixels = FilePixels(file, dtype=np.uint8, mode="w+", shape=shape)

            def fill(part: slice) -> int:
                with in_flight(parents.rows[part], sizes):
                    pixels[part] = maker.made(parents.take(part))
                    pixels.give_back()
                return int(part.stop) - int(part.start)

            for done in pool.map(fill, cuts):
                self.listen(Advanced(done))
            self.listen(Finished())
            yield pixels

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Tell that something takes its time."""
        self.listen(Started(name, None, "rows"))
        yield
        self.listen(Finished())
