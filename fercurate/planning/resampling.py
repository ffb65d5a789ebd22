"""Balancing: what each split's export holds beside, or instead of, its original samples.

The steps of ``balance`` act on the rows that a split was assigned, one after the other. Which
samples a step takes follows from the seed and the samples' ids alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.offline import fill_with_copies, keep_some, numbered_copies, repeats
from fercurate.balance.targets import Counts, lowered, raised
from fercurate.domain.plan import ORIGINAL, BuildPlan, ResamplePlan, Rows, Segment
from fercurate.domain.seeding import draw_key
from fercurate.domain.text import Encoded, decode_text
from fercurate.errors import InputError
from fercurate.recipe.balance import OfflineCopies, RandomOver, RandomUnder, Smote
from fercurate.recipe.model import Recipe

Segments = tuple[Segment, ...]


@dataclass(frozen=True)
class Mixed:
    """What mixing gives: synthetic rows, the segments that cleaning leaves, and remarks."""

    synthetic: Segment
    left: Segments
    remarks: tuple[str, ...] = ()


LEFT_OUT = "left out of train by balancing"

Mix = Callable[[Segments, Smote, Counts], Mixed]
"""Mixes synthetic rows from the rows so far, to reach a count (C,) of each class."""


@dataclass(frozen=True)
class Resampler:
    """What the steps of a recipe need to know: labels and ids of all manifest rows, and a mixer."""

    recipe: Recipe
    labels: NDArray[np.int64]
    ids: Encoded
    mix: Mix

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""
        return self.recipe.labels.resolve().classes

    def apply(self, plan: BuildPlan) -> BuildPlan:
        """Return the plan with everything that ``balance`` asks for.

        Raises:
            InputError: a target cannot be reached.
        """
        plans, remarks = [], []
        for one in plan.plans:
            resampled, said = self._resampled(one, folds=plan.folds is not None)
            plans.append(resampled)
            remarks += [f"{one.folder or one.split}: {remark}" for remark in said]
        after = replace(plan, plans=tuple(plans), warnings=(*plan.warnings, *remarks))
        gone = self._left_out(plan.train, after.train)
        return replace(after, dropped={**plan.dropped, LEFT_OUT: gone}) if gone else after

    def _left_out(self, before: ResamplePlan, after: ResamplePlan) -> dict[str, int]:
        """How many originals of each class train has lost."""
        lost = self._counts(before.segments[:1]) - self._counts(after.segments[:1])
        found = zip(self.classes, lost.tolist(), strict=True)
        return {name: count for name, count in found if count}

    def _resampled(self, plan: ResamplePlan, *, folds: bool) -> tuple[ResamplePlan, list[str]]:
        segments, remarks = plan.segments, list[str]()
        for place, step in enumerate(self.recipe.balance):
            if not self._concerns(step, plan, folds=folds):
                continue
            try:
                segments, said = self._step(step, segments)
            except ValueError as error:
                raise InputError(
                    str(error),
                    where=f"{self.recipe.name}: balance[{place}] ({step.kind}), {plan.split}",
                    fix="Change its strategy, or remove the step",
                ) from None
            remarks += said
        return replace(plan, segments=segments), remarks

    def _concerns(
        self,
        step: RandomUnder | RandomOver | Smote | OfflineCopies,
        plan: ResamplePlan,
        *,
        folds: bool,
    ) -> bool:
        """Whether a step acts on a split; one file for all folds is not mixed across them."""
        if isinstance(step, RandomUnder):
            return plan.split == "train"
        across = folds and not plan.folder
        if across and isinstance(step, Smote) and not step.allow_across_folds:
            return False
        return plan.split in step.splits

    def _step(
        self, step: RandomUnder | RandomOver | Smote | OfflineCopies, segments: Segments
    ) -> tuple[Segments, Sequence[str]]:
        counts = self._counts(segments)
        if isinstance(step, RandomUnder):
            return self._under(step, segments, counts), ()
        if isinstance(step, OfflineCopies) and step.strategy is None:
            return (*segments, *_copies(step, segments[0].rows)), ()
        assert step.strategy is not None
        goal = raised(step.strategy, counts, self.classes)
        if isinstance(step, Smote):
            mixed = self.mix(segments, step, goal)
            remarks = (*mixed.remarks, *self._emptied(step, segments, mixed.left))
            return (*mixed.left, mixed.synthetic), remarks
        rows = self._ranked(segments[0].rows)
        labels, missing = self.labels[rows], goal - counts
        if isinstance(step, RandomOver):
            return (*segments, *repeats(rows, labels, missing)), ()
        operations = [(copy.label, copy.label in step.augmentations) for copy in step.copies]
        self._check_capacity(step, labels, missing)
        return (*segments, *fill_with_copies(rows, labels, missing, operations)), ()

    def _emptied(self, step: Smote, before: Segments, after: Segments) -> list[str]:
        """What is said of classes of which cleaning takes more than half."""
        counts = zip(self.classes, self._counts(before), self._counts(after), strict=True)
        return [
            f"{step.kind}: takes {had - has:,} of {had:,} real rows of {name} away, because they "
            "lie among other classes"
            for name, had, has in counts
            if 2 * has < had
        ]

    def _counts(self, segments: Segments) -> Counts:
        labels = np.concatenate([self.labels[segment.rows] for segment in segments])
        return np.bincount(labels, minlength=len(self.classes)).astype(np.int64)

    def _ranked(self, rows: Rows) -> Rows:
        """Rows in an order drawn by seed and sample id."""
        keys = [draw_key(self.recipe.seed, str(name)) for name in decode_text(self.ids[rows])]
        return rows[np.argsort(np.array(keys), kind="stable")]

    def _under(self, step: RandomUnder, segments: Segments, counts: Counts) -> Segments:
        goal = lowered(step.strategy, counts, self.classes)
        ranked = self._ranked(segments[0].rows)
        kept = ranked[keep_some(self.labels[ranked], goal)]
        return (Segment(ORIGINAL, np.sort(kept)),)

    def _check_capacity(
        self, step: OfflineCopies, labels: NDArray[np.int64], missing: Counts
    ) -> None:
        if step.augmentations:
            return
        most = np.bincount(labels, minlength=len(self.classes)) * len(step.copies)
        for name, wanted, possible in zip(self.classes, missing, most, strict=True):
            if wanted > possible:
                raise ValueError(
                    f"{name}: {wanted:,} copies are missing, and {len(step.copies)} exact "
                    f"operations give at most {possible:,} different ones; add a random one "
                    "(albumentations, named)"
                )


def _copies(step: OfflineCopies, rows: Rows) -> Segments:
    """Copies of every original; exact ones share the array of rows, and are read once."""
    found: list[Segment] = []
    for copy in step.copies:
        if copy.label in step.augmentations:
            found += numbered_copies(rows, copy.label, step.times)
        else:
            found.append(Segment(copy.label, rows))
    return tuple(found)
