"""Cross-validation: one train split whose samples are tested fold by fold."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import SplitAssignment
from fercurate.splits.base import SplitEvidence, Splitter
from fercurate.splits.stratified import stratified_folds


@dataclass(frozen=True, kw_only=True)
class FoldingSplitter(Splitter):
    """Cross-validation: all samples are in train, and a column says which fold tests each."""

    fold_files: bool = field(
        default=False, metadata={"description": "Also write fold-00/train.h5, ..."}
    )

    @property
    def cross_validates(self) -> bool:
        """Whether it makes folds of one train split: it does."""
        return True

    @property
    def writes_fold_files(self) -> bool:
        """Whether every fold also gets files of its own."""
        return self.fold_files

    def assign(self, evidence: SplitEvidence) -> SplitAssignment:
        """Put all samples into train."""
        return SplitAssignment({"train": evidence.rows})


@dataclass(frozen=True, kw_only=True)
class StratifiedFolds(FoldingSplitter):
    """Folds drawn at random with equal class shares; people, recordings and duplicates whole.

    For corpora that name no persons. Of two duplicates, or two pictures of a person where the
    person is known, none is tested by a model that was trained on the other.
    """

    kind: Literal["stratified_kfold"] = "stratified_kfold"
    folds: int = field(default=5, metadata={"ge": 2, "le": 100})

    @property
    def looks_for_duplicates(self) -> bool:
        """Whether its groups rest on nearly identical pictures: they do."""
        return True

    @property
    def drawn_splits(self) -> tuple[str, ...]:
        """Between the folds of train chance decides."""
        return self.names

    def assign_folds(self, evidence: SplitEvidence) -> NDArray[np.int64]:
        """The fold (M,) that tests each sample.

        Raises:
            ValueError: there are fewer groups than folds.
        """
        labels, groups = evidence.labels[evidence.rows], evidence.kin(evidence.rows)
        several = len(np.unique(groups))
        if several < self.folds:
            raise ValueError(
                f"{several:,} groups of samples that belong together cannot form {self.folds} "
                f"folds, at most {several:,}"
            )
        return stratified_folds(labels, groups, self.folds, evidence.draw_keys, even=True)
