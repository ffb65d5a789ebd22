"""Contact sheets of an export: a few rows of each family and class, beside what they come from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import distinct
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan, SplitPlan
from fercurate.domain.seeding import draw_key
from fercurate.domain.segments.base import FAMILIES, ORIGINAL, Parents, Rows, Segment
from fercurate.domain.segments.kinds import Mixtures
from fercurate.export.datasheet.sheet import sheet_file
from fercurate.pipeline.building.picture_maker import StoredPictureMaker
from fercurate.pipeline.building.prepare import PlannedBuild
from fercurate.report.contact_sheet import Cell, ContactSheet, Strip, write_sheet

_PICTURES = 9
"""A row of a sheet holds about so many."""

_MOST_COPIES = 3
_BLOCK = 16384
_TAIL = 15
"""Of an id a sheet shows at most so many characters, the last ones."""

_MIXED = ("parent a", "synthetic", "parent b")

Positions = NDArray[np.int64]
Ranks = NDArray[np.int64]
"""By manifest row (N,): when a sample's turn is, in an order drawn by seed and id; or -1."""


def write_export_sheets(ready: PlannedBuild, folder: Path) -> list[str]:
    """Write a sheet for every family of rows that an export has; return the names of the files.

    They show train, or the first fold or split that has the family. Which rows they show follows
    from the seed and the samples' ids alone.
    """
    shown = ExportSheets.of(ready)
    written: list[str] = []
    ranks: dict[int, Ranks] = {}
    for name in FAMILIES:
        one = plan_with_family(name, ready.plan)
        if one is None:
            continue
        if id(one) not in ranks:
            ranks[id(one)] = shown.ranks(distinct(one.rows))
        segments = segments_of_family(one, name)
        where = f"{one.folder}/{one.split}" if one.folder else one.split
        title = f"{ready.recipe.name}: {name} rows of {where} ({_count(segments):,})"
        sheet = shown.sheet(title, segments, ranks[id(one)])
        write_sheet(sheet, folder / sheet_file(name))
        written.append(sheet_file(name))
    return written


def plan_with_family(name: str, plan: BuildPlan) -> SplitPlan | None:
    """The train split that has one of ``FAMILIES``, else that of the first fold, else a split."""
    ordered = sorted(plan.plans, key=lambda one: (one.split != "train", one.folder))
    return next((one for one in ordered if segments_of_family(one, name)), None)


def segments_of_family(plan: SplitPlan, name: str) -> list[Segment]:
    """The segments of a split, those without rows left out, of one of ``FAMILIES``."""
    return [segment for segment in plan.segments if len(segment) and segment.family == name]


def _count(segments: Sequence[Segment]) -> int:
    return sum(len(segment) for segment in segments)


@dataclass(frozen=True)
class ExportSheets:
    """What sheets are made from.

    Attributes:
        maker: makes the pictures.
        manifest: of all samples.
        labels: (N,) of all samples.
        class_names: the names of the classes.
        seed: the recipe's, by which samples are drawn.
    """

    maker: StoredPictureMaker
    manifest: Manifest
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    seed: int

    @classmethod
    def of(cls, ready: PlannedBuild) -> "ExportSheets":
        """What the sheets of a planned build are made from."""
        manifest, recipe = ready.store.manifest, ready.recipe
        return cls(ready.maker, manifest, ready.plan.labels, recipe.scheme.classes, recipe.seed)

    def ranks(self, rows: Rows) -> Ranks:
        """When the turn of some samples is; -1 for all others."""
        keys = np.empty(len(rows), dtype="S32")
        for start in range(0, len(rows), _BLOCK):
            some = self.names(rows[start : start + _BLOCK])
            keys[start : start + _BLOCK] = [draw_key(self.seed, name) for name in some]
        ranks = np.full(len(self.labels), -1)
        ranks[rows[np.argsort(keys, kind="stable")]] = np.arange(len(rows))
        return ranks

    def names(self, rows: Rows) -> list[str]:
        """The ids of samples."""
        return [str(name) for name in self.manifest.take(rows).text("id")]

    def sheet(self, title: str, segments: Sequence[Segment], ranks: Ranks) -> ContactSheet:
        """Return the sheet of segments of one family: a class a row, parents beside what they gave.

        ``ranks`` (N,) say which samples come first.
        """
        name = segments[0].family
        mixtures = [segment for segment in segments if isinstance(segment, Mixtures)]
        if mixtures:
            return self.mixed(title, mixtures[0], ranks, _PICTURES // len(_MIXED))
        shown = self._firsts(segments, ranks)
        made = Parents.join([s.take(np.flatnonzero(shown[s.rows])).parents() for s in segments])
        if name in ("real", "repeated"):
            return ContactSheet(title, ("",) * _PICTURES, self._alone(made, ranks))
        return self._copied(title, name, made, ranks)

    def _firsts(self, segments: Sequence[Segment], ranks: Ranks) -> NDArray[np.bool_]:
        """Mask (N,) of the samples that come first in segments: all that a sheet has room for."""
        there, firsts = (np.zeros(len(self.labels), dtype=bool) for _ in range(2))
        for segment in segments:
            there[segment.rows] = True
        rows = np.flatnonzero(there & (ranks >= 0))
        for code in range(len(self.class_names)):
            own = rows[self.labels[rows] == code]
            firsts[own[np.argsort(ranks[own], kind="stable")[: _PICTURES + 1]]] = True
        return firsts

    def by_class(self, rows: Rows, ranks: Ranks) -> Iterator[tuple[str, Positions]]:
        """Each class with the positions of its rows (M,), those of samples that come first first.

        Classes without rows are left out.
        """
        for code, name in enumerate(self.class_names):
            found = np.flatnonzero((self.labels[rows] == code) & (ranks[rows] >= 0))
            if len(found):
                yield name, found[np.argsort(ranks[rows[found]], kind="stable")]

    def _alone(self, made: Parents, ranks: Ranks) -> tuple[tuple[Strip, ...], ...]:
        """Rows that look like what they come from, with how often they stand there."""
        strips = []
        for name, found in self.by_class(made.rows, ranks):
            groups = _groups(made.rows, found)
            firsts = made.take(np.array([group[0] for group in groups]))
            notes = [
                id_tail(one) if op == ORIGINAL else f"{id_tail(one)} {len(group)} more"
                for one, op, group in zip(self.names(firsts.rows), firsts.ops, groups, strict=True)
            ]
            cells = map(Cell, self.maker.made(firsts), notes)
            strips.append((Strip(name, "", tuple(cells)),))
        return tuple(strips)

    def _copied(self, title: str, name: str, made: Parents, ranks: Ranks) -> ContactSheet:
        """Copies beside their originals."""
        chosen = [(c, _groups(made.rows, found)) for c, found in self.by_class(made.rows, ranks)]
        most = max((len(group) for _, groups in chosen for group in groups), default=1)
        most = min(most, _MOST_COPIES)
        across = _PICTURES // (1 + most)
        rows = tuple(
            tuple(self._copies(c, made, group[:most]) for group in groups[:across])
            for c, groups in chosen
        )
        return _headed(ContactSheet(title, ("original", *[name] * most), rows))

    def _copies(self, name: str, made: Parents, group: Positions) -> Strip:
        copies, original = made.take(group), made.rows[group[:1]]
        cells = [Cell(self.maker.normalized(original)[0])]
        cells += map(Cell, self.maker.made(copies), map(_named, copies.ops, copies.copies))
        return Strip(name, id_tail(self.names(original)[0]), tuple(cells))

    def mixed(self, title: str, mixtures: Mixtures, ranks: Ranks, per_class: int) -> ContactSheet:
        """Return the sheet of synthetic rows between their parents, so many of each class."""
        across, rows = _PICTURES // len(_MIXED), []
        for name, found in self.by_class(mixtures.rows, ranks):
            chosen = _in_turns(mixtures.rows, found)[:per_class]
            strips = self._mixtures(name, mixtures.take(chosen))
            rows += [tuple(strips[k : k + across]) for k in range(0, len(strips), across)]
        return ContactSheet(title, _MIXED, tuple(rows))

    def _mixtures(self, name: str, mixtures: Mixtures) -> list[Strip]:
        first, second = self._parents(mixtures.first), self._parents(mixtures.second)
        pictures, _ = mixtures.make(self.maker)
        middle = map(Cell, pictures, [f"mix {mix:.2f}" for mix in mixtures.mix])
        return [
            Strip(name, f"{mixtures.op}/{number}", cells)
            for number, cells in zip(
                mixtures.numbers, zip(first, middle, second, strict=True), strict=True
            )
        ]

    def _parents(self, parents: Parents) -> list[Cell]:
        names = self.names(parents.rows)
        notes = [
            id_tail(name) if op == ORIGINAL else f"{id_tail(name)} {_named(op, copy)}"
            for name, op, copy in zip(names, parents.ops, parents.copies, strict=True)
        ]
        return list(map(Cell, self.maker.made(parents), notes))


def id_tail(name: str) -> str:
    """The end of an id."""
    return name if len(name) <= _TAIL else "…" + name[1 - _TAIL :]


def _named(op: str, copy: int) -> str:
    return f"{op}/{copy}" if copy else op


def _headed(sheet: ContactSheet) -> ContactSheet:
    """The sheet with notes that hold for a whole column in its heading instead."""
    strips = [strip for row in sheet.rows for strip in row]
    notes = [
        {strip.cells[k].note for strip in strips if len(strip.cells) > k}
        for k in range(len(sheet.columns))
    ]
    if not all(len(found) == 1 for found in notes):
        return sheet
    columns = [found.pop() or name for found, name in zip(notes, sheet.columns, strict=True)]
    bare = [
        [replace(s, cells=tuple(Cell(c.picture) for c in s.cells)) for s in row]
        for row in sheet.rows
    ]
    return ContactSheet(sheet.title, tuple(columns), tuple(map(tuple, bare)))


def _starts(rows: Rows, found: Positions) -> Positions:
    """Where a new sample begins among positions in which those of one sample stand together."""
    ordered = rows[found]
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))


def _groups(rows: Rows, found: Positions) -> list[Positions]:
    """Positions by sample, for the first samples."""
    starts = _starts(rows, found)[: _PICTURES + 1]
    ends = [*starts[1:], len(found)]
    groups = [found[start:end] for start, end in zip(starts, ends, strict=True)]
    return groups[:_PICTURES]


def _in_turns(rows: Rows, found: Positions) -> Positions:
    """The first position of every sample, then the second of each, and so on."""
    starts = _starts(rows, found)
    lengths = np.diff([*starts, len(found)])
    turns = np.arange(len(found)) - np.repeat(starts, lengths)
    return found[np.argsort(turns, kind="stable")]
