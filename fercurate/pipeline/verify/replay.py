"""Rows of an export made again from the store, and compared byte by byte."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.seeding import draw_key
from fercurate.domain.segments.base import DrawnValues, Segment
from fercurate.errors import FercurateError, StoreError
from fercurate.export.data_file import DataFile
from fercurate.files.blocks import cut_rows, in_flight, picture_bytes
from fercurate.files.parallel import map_ordered
from fercurate.files.regular import is_regular, open_regular_text
from fercurate.pipeline.building.applied import APPLIED
from fercurate.pipeline.building.basis import MeasureOptions, instruments_for
from fercurate.pipeline.building.face_geometry import recipe_geometry
from fercurate.pipeline.building.named_rows import RowNames, UnknownNameError
from fercurate.pipeline.building.picture_maker import StoredPictureMaker
from fercurate.pipeline.events import Advanced, Finished, Listener, Started
from fercurate.pipeline.measure.instruments import measured_values
from fercurate.pipeline.verify.findings import Findings, ReplayCounts
from fercurate.pipeline.verify.rows import FileRows
from fercurate.recipe.loader import LoadedRecipe
from fercurate.store.store import Store

_AHEAD = 2
_BLOCK = 256

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Replay:
    """Makes rows of an export again from a store.

    Attributes:
        root: the export.
        store: where its samples lie.
        recipe: the export's.
        read: its rows, a file and split each.
        wanted: how many rows, drawn by the recipe's seed; None for all.
    """

    root: Path
    store: Store
    recipe: LoadedRecipe
    read: list[FileRows]
    wanted: int | None = None
    options: MeasureOptions = field(default_factory=MeasureOptions)

    def run(self, findings: Findings, listen: Listener) -> ReplayCounts:
        """Make the rows, note what came out differently, and count.

        Raises:
            StoreError: the store is damaged, or lacks measurements that the recipe needs.
            InputError: the recipe needs a face model.
        """
        self.store.verify()
        maker = self._maker()
        positions = dict(zip(self.store.manifest.text("id"), range(len(self.store)), strict=True))
        mixing = frozenset(step.kind for step in self.recipe.recipe.balance if step.mixes)
        names = RowNames(positions, maker.operations, mixing)
        chosen = self._chosen()
        counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        listen(Started("making rows again", sum(map(len, chosen)), "rows"))
        for one, rows in zip(self.read, chosen, strict=True):
            compare = SplitReplay(self.root, one, maker, names, findings)
            for kind, total, equal in compare.run(rows, self.options.jobs):
                counts[0][kind] += total
                counts[1][kind] += equal
                listen(Advanced(total))
        listen(Finished())
        return ReplayCounts(dict(counts[0]), {kind: counts[1][kind] for kind in counts[0]})

    def _maker(self) -> StoredPictureMaker:
        """The maker of the export's pictures, as its build had it."""
        recipe, store = self.recipe.recipe, self.store
        step = recipe.chain.face_step
        geometry = None
        if step is not None:
            rows = np.flatnonzero(store.manifest.is_one_of("source", recipe.source_names))
            values = {}
            if recipe.chain.detects:
                values = measured_values(store, instruments_for(recipe, self.options))
            geometry = recipe_geometry(store, recipe, rows, values)
        return StoredPictureMaker.of(store, recipe, self._enhanced(), geometry)

    def _enhanced(self) -> NDArray[np.bool_] | None:
        """Whose light was cured (N,), as the original rows say; None if nobody's."""
        names = {
            str(name)
            for one in self.read
            if one.rows.enhanced is not None
            for name in one.rows.text["sample_id"][(one.rows.enhanced > 0) & ~one.rows.derived]
        }
        if not names:
            return None
        return self.store.manifest.is_one_of("id", sorted(names))

    def _chosen(self) -> list[Positions]:
        """The rows of each file that are made again."""
        everything = [np.arange(len(one.rows)) for one in self.read]
        total = sum(map(len, everything))
        if self.wanted is None or self.wanted >= total:
            return everything
        seed = self.recipe.recipe.seed
        keys = [
            (draw_key(seed, f"{one.title}:{name}"), number, row)
            for number, one in enumerate(self.read)
            for row, name in enumerate(one.rows.text["sample_id"])
        ]
        drawn = sorted(keys)[: self.wanted]
        return [
            np.array(sorted(row for _, place, row in drawn if place == number), dtype=np.int64)
            for number in range(len(self.read))
        ]


@dataclass(frozen=True)
class SplitReplay:
    """Makes rows of one file again and compares them with what lies there."""

    root: Path
    one: FileRows
    maker: StoredPictureMaker
    names: RowNames
    findings: Findings

    def run(self, rows: Positions, jobs: int) -> Iterator[tuple[str, int, int]]:
        """Yield kind of row, how many were made, and how many came out the same."""
        blocks = list(self._blocks(rows))
        drawn = any(segment.family == "augmented" for _, segment in blocks)
        applied = self._applied() if drawn else {}
        with DataFile(self.root / self.one.file) as file:
            made = map_ordered(self._made, blocks, jobs, _AHEAD)
            votes = file.votes(self.one.rows.split)
            for (some, segment), result in zip(blocks, made, strict=True):
                equal = self._compare(file, some, result, applied)
                if votes is not None:
                    self._compare_votes(votes[some], some, segment)
                yield segment.family, len(some), equal

    def _blocks(self, rows: Positions) -> Iterator[tuple[Positions, Segment]]:
        """Rows cut into blocks of one operation each; those that no name explains are noted."""
        sizes = picture_bytes(self.maker.store.manifest)
        for start in range(0, len(rows), _BLOCK):
            some = rows[start : start + _BLOCK]
            try:
                found = list(self.names.segments(self.one.rows, some))
            except UnknownNameError:
                found = self._one_by_one(some)
            for chosen, segment in found:
                for part in cut_rows(segment.rows, sizes):
                    yield chosen[part], segment.take(part)

    def _one_by_one(self, rows: Positions) -> list[tuple[Positions, Segment]]:
        found: list[tuple[Positions, Segment]] = []
        for row in rows:
            try:
                found += self.names.segments(self.one.rows, np.array([row]))
            except UnknownNameError as error:
                self.findings.add(self.one.title, f"cannot be made again: {error}", int(row))
        return found

    def _made(
        self, block: tuple[Positions, Segment]
    ) -> tuple[NDArray[np.uint8], DrawnValues] | FercurateError:
        """The pictures of a block, or why they cannot be made."""
        _, segment = block
        try:
            with in_flight(segment.rows, picture_bytes(self.maker.store.manifest)):
                return segment.make(self.maker)
        except StoreError:
            raise
        except FercurateError as error:
            return error

    def _compare(
        self,
        file: DataFile,
        some: Positions,
        result: tuple[NDArray[np.uint8], DrawnValues] | FercurateError,
        applied: dict[int, Any],
    ) -> int:
        """How many rows are equal; the others are noted."""
        title, ids = self.one.title, self.one.rows.text["sample_id"]
        if isinstance(result, FercurateError):
            for row in some.tolist():
                self.findings.add(title, f"{ids[row]} cannot be made again: {result.found}", row)
            return 0
        pictures, drawn = result
        lying = file.pictures(self.one.rows.split, some)
        if lying.shape != pictures.shape:
            text = f"pictures of {lying.shape[1:]}; made again they are {pictures.shape[1:]}"
            self.findings.add(title, text, int(some[0]))
            return 0
        apart = (lying != pictures).reshape(len(some), -1)
        equal = 0
        for place, row in enumerate(some.tolist()):
            differing = int(apart[place].sum())
            told = bool(drawn) and applied.get(row) != json.loads(json.dumps(drawn[place]))
            if differing:
                text = f"{ids[row]}: {differing:,} of {apart.shape[1]:,} bytes differ from "
                self.findings.add(title, f"{text}the row made again", row)
            elif told:
                text = f"{ids[row]}: {APPLIED} has other values than were drawn again"
                self.findings.add(title, text, row)
            equal += not (differing or told)
        return equal

    def _compare_votes(self, lying: NDArray[np.uint8], some: Positions, segment: Segment) -> None:
        """Note the rows whose votes are not those of their samples."""
        votes = segment.votes(self.maker.store.votes)
        for place in np.flatnonzero((lying != votes).any(axis=1)).tolist():
            name = self.one.rows.text["sample_id"][some[place]]
            self.findings.add(self.one.title, f"{name}: its votes are not the store's", some[place])

    def _applied(self) -> dict[int, Any]:
        """What the log says was drawn for each row of this file."""
        path = self.root / APPLIED
        if not is_regular(path):
            return {}
        found: dict[int, Any] = {}
        with open_regular_text(path) as lines:
            for line in lines:
                try:
                    entry = json.loads(line)
                    if (entry["file"], entry["split"]) == (self.one.file, self.one.rows.split):
                        found[entry["row"]] = entry["applied"]
                except (ValueError, LookupError, TypeError, RecursionError):
                    continue  # what is no entry says nothing of a row
        return found
