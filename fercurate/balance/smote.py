"""SMOTE and its variants: synthetic rows between two pictures of a class, by imbalanced-learn."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.base import BalanceContext, RaisingStep, ResampledSplit
from fercurate.balance.smote_settings import BorderlineVariant, SmoteSettings
from fercurate.balance.targets import OverStrategy, raised
from fercurate.domain.plan import SplitPlan
from fercurate.domain.segments.base import Numbers, Parents, Pictures, Segment
from fercurate.domain.segments.kinds import Mixtures, Originals
from fercurate.domain.text import decode_text

_COLORED = 4
"""Dimensions of pictures in color, (N, H, W, 3)."""

_BLOCK = 256


@dataclass(frozen=True, kw_only=True)
class MixingStep(RaisingStep):
    """A step that mixes synthetic rows from the rows so far, to reach a number of each class."""

    strategy: OverStrategy = field(
        default="auto", metadata={"description": "Which classes are raised, and to what"}
    )
    k_neighbors: int = field(
        default=5, metadata={"ge": 1, "le": 100, "description": "Neighbors to mix with"}
    )
    pca: int | None = field(
        default=None,
        metadata={
            "ge": 1,
            "le": 1024,
            "description": "Look for neighbors by so many principal components, not by all pixels",
        },
    )
    allow_across_folds: bool = field(
        default=False,
        metadata={"description": "Permit parents from two folds of a train.h5 for all folds"},
    )
    allow_augmented_parents: bool = field(
        default=False,
        metadata={"description": "Permit copies made by earlier steps as parents"},
    )

    allow_across_sources: bool = field(
        default=False, metadata={"description": "Permit parents from two sources"}
    )
    allow_gray_with_color: bool = field(
        default=False, metadata={"description": "Permit a gray parent and one in color"}
    )

    mixes: ClassVar[bool] = True

    @property
    def takes_derived_parents(self) -> bool:
        """Whether it may take rows that earlier steps made."""
        return self.allow_augmented_parents

    @property
    def crosses_folds(self) -> bool:
        """Whether it may mix rows of two folds in a file that holds all of them."""
        return self.allow_across_folds

    def concerns(self, split: str, *, across_folds: bool) -> bool:
        """Whether it acts on a split; one file for all folds is not mixed across them."""
        return split in self.splits and (self.allow_across_folds or not across_folds)

    def settings(self, seed: int) -> SmoteSettings:
        """How imbalanced-learn is asked."""
        return SmoteSettings(k_neighbors=self.k_neighbors, pca=self.pca or 0, seed=seed % 2**32)

    def resample(self, plan: SplitPlan, context: BalanceContext) -> ResampledSplit:
        """Draw synthetic rows to reach the target of each class, then clean if the kind does.

        The rows are given to the sampler in the order of their ids, so that what it draws does
        not depend on the order in which corpora were ingested.
        """
        from fercurate.balance.synthesis import (  # noqa: PLC0415  # scikit-learn: 1 s
            Samples,
            synthesize_apart,
        )

        goal = raised(self.strategy, context.counts(*plan.segments), context.classes)
        context.check_rows(int(goal.sum()))
        parents = Parents.join([segment.parents() for segment in plan.segments])
        order = np.argsort(parents.names(context.ids))
        parents = parents.take(order)
        labels = context.labels[parents.rows]
        with context.pictures(parents) as pixels, context.stage(f"drawing {self.kind}"):
            wanted = dict(enumerate(goal.tolist()))
            settings = self.settings(context.seed)
            kinds, names = self._kinds(parents, pixels, context)
            samples = Samples(pixels, labels, kinds)
            synthesis = synthesize_apart(samples, wanted, settings, context.jobs)
        first, second = parents.take(synthesis.first), parents.take(synthesis.second)
        left = _without(plan, order, synthesis.kept)
        remarks = [
            f"{self.kind}: class {context.classes[c]} {said}" for c, said in synthesis.remarks
        ]
        remarks += self._emptied(context, plan.segments, left.segments)
        if len(names) > 1:
            remarks.append(f"{self.kind}: {', '.join(names)} are mixed apart")
        mixtures = Mixtures.between(self.kind, first, second, synthesis.mix)
        return ResampledSplit(left.adding(mixtures), tuple(remarks))

    def _kinds(
        self, parents: Parents, pixels: Pictures, context: BalanceContext
    ) -> tuple[Numbers, list[str]]:
        """The kind (N,) of each parent, and the kinds' names: its source, and gray or color."""
        names = np.full(len(parents.rows), "", dtype=object)
        if context.sources is not None and not self.allow_across_sources:
            names = decode_text(context.sources[parents.rows])
        if pixels.ndim == _COLORED and not self.allow_gray_with_color:
            gray = is_gray(pixels)
            if gray.any() and not gray.all():
                names = np.where(gray, names + " gray", names + " color")
        found, kinds = np.unique(names.astype(str), return_inverse=True)
        return kinds.astype(np.int64), [name.strip() for name in found]

    def _emptied(
        self, context: BalanceContext, before: tuple[Segment, ...], after: tuple[Segment, ...]
    ) -> list[str]:
        """What is said of classes of which cleaning takes more than half."""
        counts = zip(context.classes, context.counts(*before), context.counts(*after), strict=True)
        return [
            f"{self.kind}: takes {had - has:,} of {had:,} real rows of {name} away, because they "
            "lie among other classes"
            for name, had, has in counts
            if 2 * has < had
        ]


@dataclass(frozen=True, kw_only=True)
class Smote(MixingStep):
    """Synthetic rows between a picture and one of its nearest neighbors (Chawla et al., 2002)."""

    kind: Literal["smote"] = "smote"


@dataclass(frozen=True, kw_only=True)
class BorderlineSmote(MixingStep):
    """SMOTE from pictures that lie near those of other classes (Han et al., 2005)."""

    kind: Literal["borderline_smote"] = "borderline_smote"
    m_neighbors: int = field(
        default=10,
        metadata={"ge": 1, "le": 100, "description": "Neighbors that tell the border"},
    )
    variant: BorderlineVariant = field(
        default="borderline-1", metadata={"description": "Which of its two forms"}
    )

    def settings(self, seed: int) -> SmoteSettings:
        """How imbalanced-learn is asked."""
        settings = super().settings(seed)
        return replace(settings, method=self.variant, m_neighbors=self.m_neighbors)


@dataclass(frozen=True, kw_only=True)
class Adasyn(MixingStep):
    """More synthetic rows where a class is hard to tell from others (He et al., 2008)."""

    kind: Literal["adasyn"] = "adasyn"

    def settings(self, seed: int) -> SmoteSettings:
        """How imbalanced-learn is asked."""
        return replace(super().settings(seed), method="adasyn")


@dataclass(frozen=True, kw_only=True)
class SmoteEnn(MixingStep):
    """SMOTE, then rows whose neighbors are of another class go (Batista et al., 2004)."""

    kind: Literal["smote_enn"] = "smote_enn"

    def settings(self, seed: int) -> SmoteSettings:
        """How imbalanced-learn is asked."""
        return replace(super().settings(seed), cleaning="enn")


@dataclass(frozen=True, kw_only=True)
class SmoteTomek(MixingStep):
    """SMOTE, then pairs of nearest neighbors of two classes go (Batista et al., 2003)."""

    kind: Literal["smote_tomek"] = "smote_tomek"

    def settings(self, seed: int) -> SmoteSettings:
        """How imbalanced-learn is asked."""
        return replace(super().settings(seed), cleaning="tomek")


def is_gray(pixels: Pictures) -> NDArray[np.bool_]:
    """Mask (N,) of the pictures (N, H, W, 3) whose three channels are equal."""
    blocks = (pixels[start : start + _BLOCK] for start in range(0, len(pixels), _BLOCK))
    masks = [(block == block[..., :1]).all(axis=(1, 2, 3)) for block in blocks]
    return np.concatenate([np.empty(0, dtype=bool), *masks])


def _without(plan: SplitPlan, order: Numbers, kept: NDArray[np.bool_]) -> SplitPlan:
    """The plan without rows that are cleaned away; ``kept`` is of the rows in an order."""
    if kept.all():
        return plan
    stays = np.empty(len(kept), dtype=bool)
    stays[order] = kept
    left, start = [], 0
    for segment in plan.segments:
        mask = stays[start : start + len(segment)]
        start += len(segment)
        left.append(segment.take(np.flatnonzero(mask)))
    originals = Originals(left[0].rows)
    return replace(plan, originals=originals, derived=tuple(left[1:]))
