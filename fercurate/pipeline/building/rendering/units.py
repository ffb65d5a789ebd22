"""Rendering as units of work: some 16 MiB of rows each, made anywhere, the same bytes everywhere.

A result holds the pictures of its blocks, segment after segment, and behind them as JSON what was
drawn for the rows of each block.
"""

import hashlib
import json
import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.segments.base import DrawnValues, Segment
from fercurate.domain.segments.kinds import DrawnCopies
from fercurate.errors import StoreError
from fercurate.export.lock import tool_versions
from fercurate.files.digest import sha256_of
from fercurate.pipeline.building.basis import MeasureOptions, instruments_for
from fercurate.pipeline.building.face_geometry import recipe_geometry
from fercurate.pipeline.building.picture_maker import StoredPictureMaker
from fercurate.pipeline.building.prepare import PlannedBuild
from fercurate.pipeline.building.rendering.renderer import BlockPictures, made_block
from fercurate.pipeline.building.rendering.told_segments import looked_at, segment_of, told_segment
from fercurate.pipeline.engine.stages import CANARY, VERSIONS, canary_pictures
from fercurate.pipeline.engine.unit import Unit
from fercurate.pipeline.measure.instruments import measured_values
from fercurate.pipeline.measure.units import opened_store
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.model import Recipe
from fercurate.recipe.parts.augmentation import DrawnCopy
from fercurate.screening.base import Values
from fercurate.store.heads.head import read_head
from fercurate.store.store import Store
from fercurate.transforms.base import Batch, Transform
from fercurate.transforms.face.geometry import FaceGeometry

STAGE = "render"
BYTES, PROCESS_BYTES = 16 << 20, 2 << 20
"""Pictures of a unit fill so many bytes, on a cluster and in processes of this machine."""

_MOST_DRAWN = 1 << 12
"""Bytes of JSON that tell what was drawn for one row, at most."""


class BlockEngine(Protocol):
    """Who does units of blocks."""

    def run(self, units: Iterable[Unit]) -> Iterator[bytes | None]:
        """Yield the result of every unit, in their order; None of one that was not done."""
        ...


@dataclass(frozen=True)
class UnitBlocks:
    """Blocks of a build made by an engine, several in one unit.

    ``recipe_text`` is what workers read the recipe from, ``shape`` that of every picture. With
    ``only_drawn`` others are left to threads: those of albumentations are made in Python, which
    threads cannot share. A unit holds at least ``fill`` bytes of pictures, but for the last one.
    """

    engine: BlockEngine
    ready: PlannedBuild
    recipe_text: str
    shape: tuple[int, ...]
    only_drawn: bool = False
    fill: int = field(default_factory=lambda: BYTES)

    def takes(self, segments: Sequence[Segment]) -> bool:
        """Whether a block is made here."""
        return not self.only_drawn or isinstance(segments[0], DrawnCopies)

    def pictures_of(self, blocks: Iterable[Sequence[Segment]]) -> Iterator[BlockPictures]:
        """Yield the pictures of every block, in their order."""
        groups: deque[list[Sequence[Segment]]] = deque()

        def units() -> Iterator[Unit]:
            for group in self._groups(blocks):
                groups.append(group)
                yield self._unit(group)

        for content in self.engine.run(units()):
            group = groups.popleft()
            if content is None:
                yield from (made_block(self.ready.maker, segments) for segments in group)
            else:
                yield from self._split(group, content)

    def _groups(self, blocks: Iterable[Sequence[Segment]]) -> Iterator[list[Sequence[Segment]]]:
        """Consecutive blocks whose pictures fill the bytes of a unit."""
        group: list[Sequence[Segment]] = []
        filled = 0
        for block in blocks:
            group.append(block)
            filled += sum(map(len, block)) * self.item
            if filled >= self.fill:
                yield group
                group, filled = [], 0
        if group:
            yield group

    @property
    def item(self) -> int:
        """Bytes of a picture."""
        return math.prod(self.shape)

    @cached_property
    def _told(self) -> dict[str, Any]:
        store, maker = self.ready.store, self.ready.maker
        head = sha256_of(store.path)
        if not is_unchanged(store):
            found = "another command has changed it meanwhile"
            raise StoreError(found, where=str(store.path), fix="Run it again")
        digest = _canary_of(maker, self.shape)
        return {
            "head": head,
            "recipe": self.recipe_text,
            "shape": list(self.shape),
            CANARY: {"recipe": self.recipe_text, "digest": digest},
            VERSIONS: tool_versions(),
        }

    @cached_property
    def _run(self) -> str:
        text = f"{self._told['head']} {self.recipe_text}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @cached_property
    def _context(self) -> dict[str, str]:
        model = self.ready.basis.face_model
        return {"store": str(self.ready.store.path), "face_model": str(model or "")}

    def _unit(self, blocks: Sequence[Sequence[Segment]]) -> Unit:
        """The unit of some blocks: segments of each, made from the same parents."""
        rows = sum(len(segment) for segments in blocks for segment in segments)
        drawn = sum(len(one) for segments in blocks for one in segments if not one.exact)
        enhanced = self.ready.maker.enhanced
        told = {"blocks": [[told_segment(one) for one in segments] for segments in blocks]}
        if enhanced is not None:
            seen = np.unique(np.concatenate([looked_at(one) for some in blocks for one in some]))
            told["enhanced"] = seen[enhanced[seen]].tolist()
        tail = drawn * _MOST_DRAWN + (64 << 10)
        told = {**self._told, **told}
        return Unit(STAGE, self._run, told, self._context, rows, rows * self.item, tail)

    def _split(
        self, blocks: Sequence[Sequence[Segment]], content: bytes
    ) -> Iterator[BlockPictures]:
        """What a unit has made, block by block."""
        size = sum(len(one) for segments in blocks for one in segments) * self.item
        drawn, place = json.loads(content[size:]), 0
        for segments, values in zip(blocks, drawn, strict=True):
            batches = []
            for one in segments:
                end = place + len(one) * self.item
                batch = np.frombuffer(content, np.uint8, end - place, place)
                batches.append(batch.reshape(len(one), *self.shape))
                place = end
            yield batches, values


def is_unchanged(store: Store) -> bool:
    """Whether a worker that opens the store's path finds the same samples in the same rows."""
    return store.reopens and read_head(store.path).parts == store.head.parts


def done(unit: Unit) -> bytes:
    """Make the pictures of a unit.

    Raises:
        StoreError: the store is another one here, or damaged.
    """
    maker = _maker(unit)
    if "enhanced" in unit.arguments:
        enhanced = np.zeros(len(maker.store), dtype=bool)
        enhanced[unit.arguments["enhanced"]] = True
        maker = replace(maker, enhanced=enhanced)
    parts: list[bytes] = []
    drawn: list[DrawnValues] = []
    for told in unit.arguments["blocks"]:
        batches, values = made_block(maker, [segment_of(one) for one in told])
        parts += [np.ascontiguousarray(batch).tobytes() for batch in batches]
        drawn.append(values)
    return b"".join(parts) + json.dumps(drawn).encode()


def canary(unit: Unit) -> str:
    """Bring drawn pictures through the recipe's steps, and return the digest of what they gave."""
    return _canary_of(_maker(unit), tuple(unit.arguments["shape"]))


def _canary_of(maker: StoredPictureMaker, shape: tuple[int, ...]) -> str:
    """The digest of what steps and operations make of drawn pictures; ``shape`` is an export's."""
    chain = replace(maker.chain, steps=maker.chain.pixel_steps)
    digest = hashlib.sha256()
    for picture in canary_pictures():
        for shown in (picture, np.repeat(picture[:, :, None], 3, axis=2)):
            batch = chain.apply([shown])
            digest.update(_told_batch(batch))
            if batch.shape[1:] == shape:
                for made in _copies(maker, batch):
                    digest.update(_told_batch(made))
    return digest.hexdigest()


def _copies(maker: StoredPictureMaker, batch: Batch) -> Iterator[Batch]:
    """What each operation of a recipe makes of pictures."""
    seeds = np.arange(len(batch), dtype=np.uint64)
    for operation in maker.operations.values():
        if operation.draws:
            yield cast("DrawnCopy", operation).augmentation.augment(batch, seeds)[0]
        else:
            yield cast("Transform", operation).apply(batch)


def _told_batch(batch: NDArray[np.uint8]) -> bytes:
    return repr(batch.shape).encode() + np.ascontiguousarray(batch).tobytes()


def _maker(unit: Unit) -> StoredPictureMaker:
    told, context = unit.arguments, unit.context
    return _opened_maker(context["store"], told["head"], told["recipe"], context["face_model"])


@lru_cache(maxsize=2)
def _opened_maker(store: str, head: str, text: str, face_model: str) -> StoredPictureMaker:
    opened, recipe = opened_store(store, head), parse_recipe(text, "recipe").recipe
    model = Path(face_model) if face_model else None
    return StoredPictureMaker.of(opened, recipe, None, _geometry(opened, recipe, model))


def _geometry(store: Store, recipe: Recipe, face_model: Path | None) -> FaceGeometry | None:
    if recipe.chain.face_step is None:
        return None
    rows = np.flatnonzero(store.manifest.is_one_of("source", recipe.source_names))
    values: Mapping[str, Values] = {}
    if recipe.chain.detects:
        instruments = instruments_for(recipe, MeasureOptions(face_model))
        values = measured_values(store, instruments)
    return recipe_geometry(store, recipe, rows, values)
