"""What every step of a recipe does to some samples, as contact sheets."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.seeding import draw_seed
from fercurate.domain.segments.base import Rows
from fercurate.domain.segments.kinds import Mixtures
from fercurate.pipeline.building.papers.sheets import ExportSheets, id_tail, plan_with_family
from fercurate.pipeline.building.prepare import PlannedBuild
from fercurate.pipeline.events import Listener, Notice
from fercurate.recipe.parts.augmentation import online_augmentation
from fercurate.report.contact_sheet import Cell, ContactSheet, Strip
from fercurate.transforms.base import Batch
from fercurate.transforms.chain import Chain

_PICTURES = 12
"""A row of a sheet holds so many, if a strip is not longer."""

_COPIES, _DRAWS = 3, 6
"""How often what is drawn at random is shown, offline and online."""


@dataclass(frozen=True)
class PreviewSheets:
    """The sheets of some samples; ``asked`` if they were asked for by their ids."""

    ready: PlannedBuild
    shown: ExportSheets
    rows: Rows
    asked: bool

    @property
    def name(self) -> str:
        """The recipe's name."""
        return self.ready.recipe.name

    def classes(self, rows: Rows) -> list[str]:
        """The class of each sample, or its expression in brackets where that is no class."""
        names = self.shown.class_names
        stored = self.ready.store.manifest.take(rows).text("expression")
        labels = self.ready.plan.labels[rows]
        return [
            names[code] if code >= 0 else f"({own or 'no label'})"
            for code, own in zip(labels, stored, strict=True)
        ]

    def normalize(self) -> ContactSheet:
        """Every step after the other, and the light cured."""
        enhanced = self.ready.plan.enhanced
        rows = self.rows if enhanced is None or self.asked else self._with_cured(enhanced)
        final = self.ready.maker.normalized(rows)
        strips = [_changes(self._stages(int(row))) for row in rows]
        columns = ["as stored", *(step.label for step in self.ready.maker.chain.steps)]
        if enhanced is not None:
            columns.append("enhanced")
            cured = [
                Cell(picture if enhanced[row] else None)
                for row, picture in zip(rows, final, strict=True)
            ]
            strips = [[*cells, last] for cells, last in zip(strips, cured, strict=True)]
        return self._sheet("normalize", columns, rows, strips)

    def _with_cured(self, enhanced: NDArray[np.bool_]) -> Rows:
        """The samples and, of each class, one more whose light is cured."""
        originals = self.ready.plan.train.originals.rows
        cured = originals[enhanced[originals]]
        cured = cured[~np.isin(cured, self.rows)]
        first = [places[:1] for _, places in self.shown.by_class(cured, self.shown.ranks(cured))]
        rows = np.concatenate([self.rows, *(cured[places] for places in first)])
        return rows[np.argsort(self.ready.plan.labels[rows], kind="stable")]

    def _stages(self, row: int) -> list[NDArray[np.uint8]]:
        """A picture as stored, and after each step."""
        geometry = self.ready.basis.geometry
        there = None if geometry is None else geometry.take(np.array([row]))
        stored, steps = self.ready.store.images([row]), self.ready.maker.chain.steps
        return [Chain(steps[:n]).apply(stored, there)[0] for n in range(len(steps) + 1)]

    def copies(self) -> ContactSheet | None:
        """Offline copies: exact ones once, those that are drawn as numbered in the export."""
        maker, normalized = self.ready.maker, self.ready.maker.normalized(self.rows)
        columns, batches = ["normalized"], [normalized]
        for label, operation in maker.operations.items():
            if not operation.draws:
                columns.append(label)
                batches.append(maker.copied(normalized, label))
                continue
            for number in range(1, _COPIES + 1):
                numbers = np.full(len(self.rows), number)
                columns.append(f"{label}/{number}")
                batches.append(maker.augmented(self.rows, label, numbers)[0])
        return self._table("offline copies", columns, batches) if len(columns) > 1 else None

    def online(self) -> ContactSheet | None:
        """What training would do to a picture, drawn a few times."""
        recipe = self.ready.recipe
        augmentation = online_augmentation(recipe.online)
        if augmentation is None:
            return None
        names, normalized = self.shown.names(self.rows), self.ready.maker.normalized(self.rows)
        batches = [normalized]
        for number in range(1, _DRAWS + 1):
            seeds = [draw_seed(recipe.seed, f"{name}#online", number) for name in names]
            batches.append(augmentation.augment(normalized, seeds)[0])
        columns = ["normalized", *(f"draw {number}" for number in range(1, _DRAWS + 1))]
        named = f"{recipe.online}: " if isinstance(recipe.online, str) else ""
        spelled = " + ".join(step.spelled for step in augmentation.steps)
        return self._table(f"online, {named}{spelled}", columns, batches)

    def synthetic(self, per_class: int, listen: Listener) -> ContactSheet | None:
        """Synthetic rows of every class; only those of the samples, if they were asked for."""
        one = plan_with_family("synthetic", self.ready.plan)
        if one is None:
            return None
        (mixtures,) = (mixed for mixed in one.mixtures if len(mixed))
        title = f"{self.name}: {mixtures.op}, {len(mixtures):,} rows of {one.split}"
        if self.asked:
            mixtures = self._asked_for(mixtures)
        if not len(mixtures):
            listen(Notice("no synthetic row has one of these samples as a parent"))
            return None
        ranks = self.shown.ranks(np.unique(mixtures.rows))
        return self.shown.mixed(title, mixtures, ranks, per_class)

    def _asked_for(self, mixtures: Mixtures) -> Mixtures:
        """Those of which a parent is one of the samples."""
        ours = [np.isin(side.rows, self.rows) for side in (mixtures.first, mixtures.second)]
        return mixtures.take(np.flatnonzero(ours[0] | ours[1]))

    def _table(self, title: str, columns: Sequence[str], batches: Sequence[Batch]) -> ContactSheet:
        strips = [list(map(Cell, pictures)) for pictures in zip(*batches, strict=True)]
        return self._sheet(title, columns, self.rows, strips)

    def _sheet(
        self, title: str, columns: Sequence[str], rows: Rows, strips: Sequence[list[Cell]]
    ) -> ContactSheet:
        """A sheet with a strip a sample; no row holds two classes, but of samples asked for."""
        classes = self.classes(rows)
        most = len(rows) if self.asked else max(map(classes.count, classes))
        across = _across(most, max(_PICTURES // len(columns), 1))
        table: list[list[Strip]] = []
        captions = zip(classes, self.shown.names(rows), strips, strict=True)
        for place, (caption, name, cells) in enumerate(captions):
            begins = place == 0 or (not self.asked and caption != classes[place - 1])
            if begins or len(table[-1]) == across:
                table.append([])
            table[-1].append(Strip(caption, id_tail(name), tuple(cells)))
        return ContactSheet(f"{self.name}: {title}", tuple(columns), tuple(map(tuple, table)))


def _across(count: int, most: int) -> int:
    """How many strips a row holds, so that the rows of so many are equally full."""
    return -(-count // -(-count // most))


def _changes(pictures: Sequence[NDArray[np.uint8]]) -> list[Cell]:
    """Pictures, each with its size where that is another than before, or that it is the same."""
    cells = [Cell(pictures[0], _size(pictures[0]))]
    for before, picture in pairwise(pictures):
        note = "" if picture.shape == before.shape else _size(picture)
        cells.append(Cell(picture, "unchanged" if np.array_equal(before, picture) else note))
    return cells


def _size(picture: NDArray[np.uint8]) -> str:
    height, width = picture.shape[:2]
    return f"{width}x{height}{' RGB' if picture.ndim == 3 else ''}"
