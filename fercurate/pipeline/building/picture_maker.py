"""Making the pictures of an export: normalized samples, copies of them, mixtures of two."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import cast

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.base import CopyOperation
from fercurate.balance.blend import blend
from fercurate.domain.groups import distinct
from fercurate.domain.seeding import draw_seed
from fercurate.domain.segments.base import ORIGINAL, REPEAT, DrawnValues, Numbers, Parents, Rows
from fercurate.domain.text import decode_text
from fercurate.errors import ExportError, InputError
from fercurate.files.blocks import cut_rows, picture_bytes
from fercurate.recipe.model import Recipe
from fercurate.recipe.parts.augmentation import DrawnCopy
from fercurate.store.store import Store
from fercurate.transforms.base import Batch, Transform
from fercurate.transforms.chain import Chain, join_batches
from fercurate.transforms.face.geometry import FaceGeometry
from fercurate.transforms.illumination import HistogramEqualization

_PROBES = 16
"""How many stored sizes are tried to find the size of exported pictures."""

UNIFORM_STEPS = "Its steps need {kind: grayscale} or {kind: rgb}, and {kind: resize, size: 48}"
"""What a recipe lacks whose pictures differ in size or channels."""

_TURNED = "Resize to a square before turning pictures"


@dataclass(frozen=True)
class StoredPictureMaker:
    """Makes the pictures of a recipe from a store; safe to use from several threads.

    Attributes:
        store: where the samples lie.
        name: the recipe's, for messages.
        chain: the steps of ``normalize``.
        operations: what makes offline copies, by label.
        seed: the recipe's.
        enhanced: (N,) bool, the samples whose light is cured; None for nobody.
        geometry: where the faces of all N samples are, if a step needs to know.
    """

    store: Store
    name: str
    chain: Chain
    operations: Mapping[str, CopyOperation]
    seed: int
    enhanced: NDArray[np.bool_] | None = None
    geometry: FaceGeometry | None = None
    _turn: Lock = field(default_factory=Lock, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        store: Store,
        recipe: Recipe,
        enhanced: NDArray[np.bool_] | None = None,
        geometry: FaceGeometry | None = None,
    ) -> "StoredPictureMaker":
        """The maker for a recipe."""
        operations = recipe.copy_operations
        return cls(store, recipe.name, recipe.chain, operations, recipe.seed, enhanced, geometry)

    def shape(self, rows: Rows) -> tuple[int, ...]:
        """Shape of an exported picture, found by sending a few of different sizes through.

        Raises:
            InputError: pictures of different shapes remain.
        """
        manifest = self.store.manifest
        rows = distinct(rows)
        sizes = (manifest.numbers("height") << 32 | manifest.numbers("width"))[rows]
        _, first = np.unique(sizes, return_index=True)
        probes = first[:: max(len(first) // _PROBES, 1)][:_PROBES]
        shapes = {self.normalized(rows[[probe]]).shape[1:] for probe in probes}
        if len(shapes) > 1:
            listed = ", ".join("x".join(map(str, shape)) for shape in sorted(shapes))
            raise InputError(
                f"pictures of different shapes remain ({listed})",
                where=f"{self.name}: normalize",
                fix=UNIFORM_STEPS,
            )
        return shapes.pop()

    def normalized(self, rows: Rows) -> Batch:
        """Samples (N,) after ``normalize``: (N, H, W[, 3]); so many photographs at a time."""
        try:
            parts = [self._chained(rows[part]) for part in cut_rows(rows, self._sizes)]
            return join_batches(parts) if parts else self._chained(rows)
        except ValueError as error:
            raise InputError(
                str(error), where=f"{self.name}: normalize", fix=UNIFORM_STEPS
            ) from None

    @cached_property
    def _sizes(self) -> NDArray[np.int64]:
        return picture_bytes(self.store.manifest)

    def _chained(self, rows: Rows) -> Batch:
        geometry = None if self.geometry is None else self.geometry.take(rows)
        batch = self.chain.apply(self.store.images(rows), geometry)
        return batch if self.enhanced is None else _cured(batch, self.enhanced[rows])

    def copied(self, originals: Batch, op: str) -> Batch:
        """What an operation that draws nothing makes of normalized samples.

        Raises:
            ExportError: turning gave pictures of another shape.
        """
        if op in (ORIGINAL, REPEAT):
            return originals
        batch = cast("Transform", self.operations[op]).apply(originals)
        if batch.shape != originals.shape:
            raise ExportError(
                f"{op} gives pictures of shape {batch.shape[1:]}, not {originals.shape[1:]}",
                where=self.name,
                fix=_TURNED,
            )
        return batch

    def augmented(self, rows: Rows, op: str, copies: Numbers) -> tuple[Batch, DrawnValues]:
        """Numbered copies of samples (N,) by an operation that draws, and what it drew for each.

        Each copy has a generator of its own, of the recipe's seed, the sample's id with the
        operation, and the number of the copy.
        """
        ids = decode_text(self.store.manifest.encoded("id")[rows])
        seeds = [
            draw_seed(self.seed, f"{name}#{op}", int(copy))
            for name, copy in zip(ids, copies, strict=True)
        ]
        augmentation = cast("DrawnCopy", self.operations[op]).augmentation
        originals = self.normalized(rows)
        with self._turn:  # Python code: threads at once would only fight for the interpreter
            return augmentation.augment(originals, np.array(seeds, dtype=np.uint64))

    def made(self, parents: Parents) -> Batch:
        """Pictures (N, H, W[, 3]) of samples and of copies, each by its own operation."""
        ops = list(dict.fromkeys(parents.ops.tolist()))
        if len(ops) == 1:
            return self._by(ops[0], parents.rows, parents.copies)
        parts = {op: np.flatnonzero(parents.ops == op) for op in ops}
        batches = {op: self._by(op, parents.rows[p], parents.copies[p]) for op, p in parts.items()}
        shape = next(iter(batches.values())).shape[1:]
        joined = np.empty((len(parents.rows), *shape), dtype=np.uint8)
        for op, batch in batches.items():
            joined[parts[op]] = batch
        return joined

    def _by(self, op: str, rows: Rows, copies: Numbers) -> Batch:
        operation = self.operations.get(op)
        if operation is not None and operation.draws:
            return self.augmented(rows, op, copies)[0]
        return self.copied(self.normalized(rows), op)

    def mixed(self, first: Parents, second: Parents, mix: NDArray[np.float64]) -> Batch:
        """Synthetic pictures (N, H, W[, 3]) between two parents each."""
        return blend(self.made(first), self.made(second), mix)


def _cured(batch: Batch, enhanced: NDArray[np.bool_]) -> Batch:
    """The batch with the light of some pictures (N,) bool mended."""
    if not enhanced.any():
        return batch
    cured = batch.copy()
    cured[enhanced] = HistogramEqualization().apply(batch[enhanced])
    return cured
