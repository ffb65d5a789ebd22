"""Making single pictures of an export: normalized samples, copies of them, mixtures of two."""

from collections.abc import Mapping
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.blend import blend
from fercurate.domain.plan import ORIGINAL, REPEAT, Blend, Parents, Segment
from fercurate.domain.seeding import draw_seed
from fercurate.domain.text import decode_text
from fercurate.errors import ExportError, InputError
from fercurate.recipe.balance import OfflineCopies
from fercurate.recipe.model import Recipe
from fercurate.store.store import Store
from fercurate.transforms.augment import Augmentation
from fercurate.transforms.base import Batch, Transform
from fercurate.transforms.chain import Chain
from fercurate.transforms.face.geometry import Places
from fercurate.transforms.illumination import HistogramEqualization

Numbers = NDArray[np.int64]
Applied = list[dict[str, Any]]

_PROBES = 16
"""How many stored sizes are tried to find the size of exported pictures."""

_UNIFORM = "Its steps need {kind: grayscale} or {kind: rgb}, and {kind: resize, size: 48}"
_TURNED = "Resize to a square before turning pictures"


class PictureMaker:
    """Makes the pictures of a recipe from a store; safe to use from several threads."""

    def __init__(
        self,
        store: Store,
        recipe: Recipe,
        enhanced: NDArray[np.bool_] | None = None,
        places: Places | None = None,
    ) -> None:
        self.store = store
        self.recipe = recipe
        self.chain = Chain(tuple(recipe.normalize))
        self._all_places = places
        self._enhanced = enhanced
        self._turn = Lock()
        steps = [step for step in recipe.balance if isinstance(step, OfflineCopies)]
        self.exact: Mapping[str, Transform] = {k: v for s in steps for k, v in s.exact.items()}
        self.drawn: Mapping[str, Augmentation] = {
            label: augmentation for s in steps for label, augmentation in s.augmentations.items()
        }

    def _places(self, rows: Numbers) -> Places | None:
        return None if self._all_places is None else self._all_places.take(rows)

    def shape(self, rows: Numbers) -> tuple[int, ...]:
        """Shape of an exported picture, found by sending a few of different sizes through."""
        manifest = self.store.manifest
        rows = np.unique(rows)
        sizes = (manifest.numbers("height") << 32 | manifest.numbers("width"))[rows]
        _, first = np.unique(sizes, return_index=True)
        probes = first[:: max(len(first) // _PROBES, 1)][:_PROBES]
        shapes = {self.normalized(rows[[probe]]).shape[1:] for probe in probes}
        if len(shapes) > 1:
            found = ", ".join("x".join(map(str, shape)) for shape in sorted(shapes))
            raise InputError(
                f"pictures of different shapes remain ({found})",
                where=f"{self.recipe.name}: normalize",
                fix=_UNIFORM,
            )
        return shapes.pop()

    def normalized(self, rows: Numbers) -> Batch:
        """Samples (N,) after ``normalize``: (N, H, W[, 3])."""
        try:
            batch = self.chain.apply(self.store.images(rows), self._places(rows))
            return batch if self._enhanced is None else _cured(batch, self._enhanced[rows])
        except ValueError as error:
            raise InputError(
                str(error), where=f"{self.recipe.name}: normalize", fix=_UNIFORM
            ) from None

    def copied(self, originals: Batch, op: str) -> Batch:
        """What an operation that draws nothing makes of normalized samples.

        Raises:
            ExportError: turning gave pictures of another shape.
        """
        if op in (ORIGINAL, REPEAT):
            return originals
        batch = self.exact[op].apply(originals)
        if batch.shape != originals.shape:
            raise ExportError(
                f"{op} gives pictures of shape {batch.shape[1:]}, not {originals.shape[1:]}",
                where=self.recipe.name,
                fix=_TURNED,
            )
        return batch

    def augmented(self, rows: Numbers, op: str, copies: Numbers) -> tuple[Batch, Applied]:
        """Numbered copies of samples (N,) by an operation that draws, and what it drew for each.

        Each copy has a generator of its own, of the recipe's seed, the sample's id with the
        operation, and the number of the copy.
        """
        ids = decode_text(self.store.manifest.encoded("id")[rows])
        seeds = [
            draw_seed(self.recipe.seed, f"{name}#{op}", int(copy))
            for name, copy in zip(ids, copies, strict=True)
        ]
        originals = self.normalized(rows)
        with self._turn:  # Python code: threads at once would only fight for the interpreter
            return self.drawn[op].augment(originals, np.array(seeds, dtype=np.uint64))

    def made(self, parents: Parents) -> Batch:
        """Pictures (N, H, W[, 3]) of samples and of copies, each by its own operation."""
        batch: Batch | None = None
        for op in dict.fromkeys(parents.ops.tolist()):
            chosen = np.flatnonzero(parents.ops == op)
            rows, copies = parents.rows[chosen], parents.copies[chosen]
            part = self._by(op, rows, copies)
            if len(chosen) == len(parents.rows):
                return part
            if batch is None:
                batch = np.empty((len(parents.rows), *part.shape[1:]), dtype=np.uint8)
            batch[chosen] = part
        assert batch is not None
        return batch

    def _by(self, op: str, rows: Numbers, copies: Numbers) -> Batch:
        if op in self.drawn:
            return self.augmented(rows, op, copies)[0]
        return self.copied(self.normalized(rows), op)

    def blended(self, mixture: Blend) -> Batch:
        """Synthetic pictures (N, H, W[, 3]) between two parents each."""
        return blend(self.made(mixture.first), self.made(mixture.second), mixture.mix)

    def segment(self, segment: Segment) -> Batch:
        """The pictures (N, H, W[, 3]) of a segment, of whatever kind it is."""
        if segment.blend is not None:
            return self.blended(segment.blend)
        return self.made(segment.parents())


def _cured(batch: Batch, enhanced: NDArray[np.bool_]) -> Batch:
    """The batch with the light of some pictures (N,) bool mended."""
    if not enhanced.any():
        return batch
    cured = batch.copy()
    cured[enhanced] = HistogramEqualization().apply(batch[enhanced])
    return cured
