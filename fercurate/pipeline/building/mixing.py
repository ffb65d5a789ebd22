"""Mixing synthetic rows: the pictures they are drawn from, the sampler, and who is cleaned away."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.targets import Counts
from fercurate.domain.plan import Blend, Parents, Segment
from fercurate.files.blocks import cut_rows, picture_bytes
from fercurate.files.parallel import worker_count
from fercurate.pipeline.building.columns import row_names
from fercurate.pipeline.building.picture_maker import PictureMaker
from fercurate.pipeline.events import Advanced, Finished, Listener, Started
from fercurate.planning.resampling import Mixed, Segments
from fercurate.recipe.balance import Smote

if TYPE_CHECKING:
    from fercurate.balance.smote import Cleaning, Method, SmoteSettings

_CLEANING: "dict[str, Cleaning]" = {"smote_enn": "enn", "smote_tomek": "tomek"}


@dataclass(frozen=True)
class Mixer:
    """Mixes rows of pictures that a maker makes; labels (N,) are those of all manifest rows."""

    maker: PictureMaker
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    jobs: int
    listen: Listener

    def mix(self, segments: Segments, step: Smote, goal: Counts) -> Mixed:
        """Draw synthetic rows from the rows of segments to reach a count (C,) of each class.

        The rows are given to the sampler in the order of their ids, so that what it draws does
        not depend on the order in which corpora were ingested.

        Raises:
            ValueError: the method cannot make rows of these classes.
        """
        from fercurate.balance.smote import synthesize  # noqa: PLC0415  # 1 s: scikit-learn

        parents = Parents.join([segment.parents() for segment in segments])
        order = np.argsort(row_names(parents, self.maker.store.manifest.encoded("id")))
        parents = parents.take(order)
        labels = self.labels[parents.rows]
        with self._pixels(parents) as pixels:
            self.listen(Started(f"drawing {step.kind}", None, "rows"))
            settings = _settings(step, self.maker.recipe.seed)
            made = synthesize(pixels, labels, dict(enumerate(goal.tolist())), settings)
            self.listen(Finished())
        mixture = Blend(parents.take(made.first), parents.take(made.second), made.mix)
        numbers = np.arange(1, len(made.mix) + 1)
        synthetic = Segment(step.kind, mixture.first.rows, numbers, mixture)
        remarks = tuple(f"{step.kind}: class {self.classes[c]} {said}" for c, said in made.remarks)
        return Mixed(synthetic, _left(segments, order, made.kept), remarks)

    @contextmanager
    def _pixels(self, parents: Parents) -> Iterator[NDArray[np.uint8]]:
        """The pictures (N, H, W[, 3]) of parents, in a file without a name."""
        maker, count = self.maker, len(parents.rows)
        shape = (count, *maker.shape(parents.rows))
        cuts = list(cut_rows(parents.rows, picture_bytes(maker.store.manifest)))
        self.listen(Started("reading rows to mix", count, "rows"))
        with tempfile.TemporaryFile() as file, ThreadPoolExecutor(worker_count(self.jobs)) as pool:
            pixels = np.memmap(file, dtype=np.uint8, mode="w+", shape=shape)

            def fill(part: slice) -> int:
                pixels[part] = maker.made(parents.take(np.arange(part.start, part.stop)))
                return int(part.stop) - int(part.start)

            for done in pool.map(fill, cuts):
                self.listen(Advanced(done))
            self.listen(Finished())
            yield pixels


def _settings(step: Smote, seed: int) -> "SmoteSettings":
    from fercurate.balance.smote import SmoteSettings  # noqa: PLC0415  # 1 s: scikit-learn

    methods: dict[str, Method] = {"borderline_smote": step.variant, "adasyn": "adasyn"}
    return SmoteSettings(
        method=methods.get(step.kind, "smote"),
        neighbors=step.k_neighbors,
        surroundings=step.m_neighbors,
        cleaning=_CLEANING.get(step.kind, "none"),
        components=step.pca or 0,
        seed=seed % 2**32,
    )


def _left(segments: Segments, order: NDArray[np.int64], kept: NDArray[np.bool_]) -> Segments:
    """The segments without rows that are cleaned away; ``kept`` is of the rows in an order."""
    if kept.all():
        return segments
    stays = np.empty(len(kept), dtype=bool)
    stays[order] = kept
    left, start = [], 0
    for segment in segments:
        mask = stays[start : start + len(segment.rows)]
        start += len(segment.rows)
        copies = None if segment.copies is None else segment.copies[mask]
        left.append(Segment(segment.op, segment.rows[mask], copies))
    return tuple(left)
