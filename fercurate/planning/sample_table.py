"""What a plan decided on each sample of the recipe's sources, as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan
from fercurate.domain.sample_table import COLUMNS_OF_MANIFEST, TRUE_CLASS, SampleTable
from fercurate.domain.segments.base import Rows
from fercurate.planning.stages import stages_of
from fercurate.recipe.model import Recipe

_DUPLICATES = "duplicates"
_BLOCK = 16384


@dataclass(frozen=True)
class PlannedSamples:
    """What a plan decided on each sample of its recipe's sources, at ``rows`` (M,).

    ``copies`` (N,) are the groups of which one sample was kept, if duplicates were left out.
    """

    manifest: Manifest
    plan: BuildPlan
    recipe: Recipe
    copies: Groups | None = None

    @cached_property
    def rows(self) -> Rows:
        """The samples (M,) of the recipe's sources."""
        return np.flatnonzero(self.manifest.is_one_of("source", self.recipe.source_names))

    def tables(self) -> Iterator[SampleTable]:
        """The table, so many samples at a time."""
        for start in range(0, max(len(self.rows), 1), _BLOCK):
            yield self.table(self.rows[start : start + _BLOCK])

    def table(self, rows: Rows) -> SampleTable:
        """The table of some samples (M,)."""
        plan, some = self.plan, self.manifest.take(rows)
        reasons, stages = plan.verdicts.reasons[rows], self._stages
        stage = _texts([stages[str(reason)] for reason in reasons])
        truth, moved, cured = plan.labeling.truth, plan.moved_from, plan.enhanced
        classes = np.array([*self.recipe.scheme.classes, ""], dtype=object)
        homes = np.array([*(one.split for one in plan.splits), ""], dtype=object)
        columns = {name: some.text(name) for name in COLUMNS_OF_MANIFEST} | {
            "sample_id": some.text("id"),
            "line": _numbers(some.numbers("line")),
            "class": classes[plan.labels[rows]],
            "split": homes[self._homes[rows]],
            "fold": _numbers(np.full(len(rows), -1) if plan.folds is None else plan.folds[rows]),
            "moved_from": _texts([""] * len(rows) if moved is None else moved[rows].tolist()),
            "stage": stage,
            "reason": reasons,
            "group": self._groups(rows, stage),
            "enhanced": _numbers(
                (np.zeros(len(rows)) if cured is None else cured[rows]).astype(int)
            ),
        }
        return SampleTable(columns | ({} if truth is None else {TRUE_CLASS: classes[truth[rows]]}))

    @cached_property
    def _stages(self) -> dict[str, str]:
        return stages_of(set(map(str, self.plan.verdicts.reasons)), self.recipe)

    @cached_property
    def _homes(self) -> NDArray[np.int8]:
        """The place (N,) of the split in which each sample stands as an original; -1 for none."""
        homes = np.full(len(self.manifest), -1, dtype=np.int8)
        for place, one in enumerate(self.plan.splits):
            homes[one.originals.rows] = place
        return homes

    @cached_property
    def _groupings(self) -> list[tuple[Groups, NDArray[np.int64], bool]]:
        """Groups (N,), the size of each by its first row, and whether they are of copies."""
        named = [(self.plan.kin, False), (self.copies, True)]
        return [
            (g, np.bincount(g, minlength=len(g)), copies) for g, copies in named if g is not None
        ]

    def _groups(self, rows: Rows, stage: NDArray[np.object_]) -> NDArray[np.object_]:
        """The id of the first of each sample's group (M,); "" for those who are alone."""
        named = np.full(len(rows), "", dtype=object)
        for groups, sizes, copies in self._groupings:
            mask = (stage == _DUPLICATES) == copies
            chosen = np.flatnonzero(mask & (sizes[groups[rows]] > 1))
            named[chosen] = self.manifest.take(groups[rows[chosen]]).text("id")
        return named


def sample_table(
    manifest: Manifest, plan: BuildPlan, recipe: Recipe, copies: Groups | None = None
) -> SampleTable:
    """The table of all samples of a recipe's sources; see ``PlannedSamples``."""
    planned = PlannedSamples(manifest, plan, recipe, copies)
    return planned.table(planned.rows)


def _numbers(values: NDArray[np.int64]) -> NDArray[np.object_]:
    """Numbers as text, nothing for -1."""
    return _texts([str(value) if value >= 0 else "" for value in values.tolist()])


def _texts(values: list[str]) -> NDArray[np.object_]:
    return np.array(values, dtype=object)
