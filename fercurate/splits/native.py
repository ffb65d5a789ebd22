"""The splits that a corpus was published with."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import SPLIT_NAMES, SplitAssignment
from fercurate.domain.verdict import Verdicts

NOT_IN_A_SPLIT = "native split not used"


def assign_native(
    manifest: Manifest, verdicts: Verdicts, members: Mapping[str, tuple[str, ...]]
) -> tuple[SplitAssignment, Verdicts]:
    """Assign kept samples by native split; ``members`` maps split -> native splits.

    A native split is named by itself (``Training``) or for one source (``affectnet:Training``).
    Returns the assignment and the verdicts, in which samples of unused native splits are now
    dropped. Rows keep manifest order.

    Raises:
        ValueError: a native split is taken for two splits.
    """
    native = manifest.text("native_split")
    qualified = manifest.text("source") + ":" + native
    masks = {
        split: _named(native, members[split]) | _named(qualified, members[split])
        for split in SPLIT_NAMES
        if members.get(split)
    }
    twice = np.sum(list(masks.values()), axis=0) > 1
    if twice.any():
        name = qualified[int(np.flatnonzero(twice)[0])]
        raise ValueError(f"the native split {name} is taken for more than one split")
    used = np.any(list(masks.values()), axis=0)
    verdicts = verdicts.drop(~used, NOT_IN_A_SPLIT)
    rows = {split: np.flatnonzero(verdicts.kept & mask) for split, mask in masks.items()}
    return SplitAssignment(rows), verdicts


def _named(values: NDArray[np.object_], names: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.isin(values.astype(str), names)
