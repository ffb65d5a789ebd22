"""The splits that a corpus was published with."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.plan import SPLIT_NAMES, SplitAssignment
from fercurate.domain.verdict import Verdicts

NOT_IN_A_SPLIT = "native split not used"


def assign_native(
    native_splits: NDArray[np.object_], verdicts: Verdicts, members: Mapping[str, tuple[str, ...]]
) -> tuple[SplitAssignment, Verdicts]:
    """Assign kept samples by native split; ``members`` maps split -> native split names.

    Returns the assignment and the verdicts, in which samples of unused native splits are now
    dropped. ``native_splits`` (N,) holds text. Rows keep manifest order.
    """
    used = [name for names in members.values() for name in names]
    outside = np.asarray(~np.isin(native_splits.astype(str), used))
    verdicts = verdicts.drop(outside, NOT_IN_A_SPLIT)
    kept = verdicts.kept
    rows = {
        split: np.flatnonzero(kept & np.isin(native_splits.astype(str), members[split]))
        for split in SPLIT_NAMES
        if members.get(split)
    }
    return SplitAssignment({name: r.astype(np.int64) for name, r in rows.items()}), verdicts
