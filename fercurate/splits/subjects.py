"""Subject-independent folds."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import group_equal
from fercurate.splits.base import SplitEvidence
from fercurate.splits.folds import FoldingSplitter
from fercurate.splits.stratified import stratified_folds


@dataclass(frozen=True, kw_only=True)
class SubjectFolds(FoldingSplitter):
    """Cross-validation in which no person stands in two folds."""

    kind: Literal["subject_kfold"] = "subject_kfold"
    folds: int = field(default=10, metadata={"ge": 2, "le": 100})
    variant: Literal["ordered", "balanced"] = field(
        default="ordered",
        metadata={
            "description": "ordered: sorted(subjects)[k::folds]; balanced: classes evenly spread"
        },
    )

    def assign_folds(self, evidence: SplitEvidence) -> NDArray[np.int64]:
        """The fold (M,) that tests each sample."""
        people = evidence.people
        ordered = ordered_folds(people, self.folds)
        if self.variant == "ordered":
            return ordered
        labels, groups = evidence.labels[evidence.rows], group_equal(people)
        return stratified_folds(labels, groups, self.folds, evidence.draw_keys)


@dataclass(frozen=True, kw_only=True)
class LeaveOneSubjectOut(FoldingSplitter):
    """Cross-validation with one fold a person."""

    kind: Literal["leave_one_subject_out"] = "leave_one_subject_out"

    def assign_folds(self, evidence: SplitEvidence) -> NDArray[np.int64]:
        """The fold (M,) that tests each sample."""
        return one_fold_per_subject(evidence.people)


def ordered_folds(subjects: NDArray[np.object_], folds: int) -> NDArray[np.int64]:
    """Return the fold (N,) of each sample by the convention of the CK+ literature.

    Subjects are sorted by name and dealt out in turn: fold k tests ``sorted(subjects)[k::folds]``
    (Liu et al., "Learning expressionlets on spatio-temporal manifold", 2014, and later work).

    Raises:
        ValueError: a sample without subject, or fewer subjects than folds.
    """
    order = _order(subjects)
    if len(order) < folds:
        raise ValueError(f"{len(order)} subjects cannot form {folds} folds, at most {len(order)}")
    return np.array([order[name] % folds for name in subjects], dtype=np.int64)


def one_fold_per_subject(subjects: NDArray[np.object_]) -> NDArray[np.int64]:
    """Return the fold (N,) of each sample for leave-one-subject-out: one fold a subject.

    Raises:
        ValueError: a sample without subject.
    """
    order = _order(subjects)
    return np.array([order[name] for name in subjects], dtype=np.int64)


def _order(subjects: NDArray[np.object_]) -> dict[str, int]:
    names = sorted(set(subjects))
    if "" in names:
        count = int((subjects == "").sum())
        raise ValueError(f"{count:,} samples have no subject, so folds cannot keep people apart")
    return {name: position for position, name in enumerate(names)}
