"""Subject-independent folds."""

import numpy as np
from numpy.typing import NDArray


def ordered_folds(subjects: NDArray[np.object_], folds: int) -> NDArray[np.int64]:
    """Return the fold (N,) of each sample by the convention of the CK+ literature.

    Subjects are sorted by name and dealt out in turn: fold k tests ``sorted(subjects)[k::folds]``
    (Liu et al., "Learning expressionlets on spatio-temporal manifold", 2014, and later work).

    Raises:
        ValueError: a sample without subject, or fewer subjects than folds.
    """
    order = _order(subjects)
    if len(order) < folds:
        raise ValueError(f"{len(order)} subjects cannot form {folds} folds")
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
