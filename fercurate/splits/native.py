"""The splits that a corpus was published with."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import SPLIT_NAMES, SplitAssignment
from fercurate.splits.base import SplitEvidence, Splitter


@dataclass(frozen=True, kw_only=True)
class NativeSplits(Splitter):
    """Splits as the corpora were published: which native splits form train, val and test.

    A native split is named by itself (``Training``) or for one source (``affectnet:Training``).
    """

    kind: Literal["native"] = "native"
    train: tuple[str, ...] = field(metadata={"min_length": 1})
    val: tuple[str, ...] = ()
    test: tuple[str, ...] = ()

    unassigned: ClassVar[str] = "native split not used"
    native: ClassVar[bool] = True

    def __post_init__(self) -> None:
        names = [*self.train, *self.val, *self.test]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} named more than once among train, val and test")

    @property
    def names(self) -> tuple[str, ...]:
        """The splits that it makes, in the order train, val, test."""
        return tuple(name for name in SPLIT_NAMES if getattr(self, name))

    def sides(self, manifest: Manifest) -> NDArray[np.object_]:
        """The split (N,) that a sample will stand in; empty where its native split is not used.

        Raises:
            ValueError: a native split is taken for two splits.
        """
        native = manifest.text("native_split")
        qualified = manifest.text("source") + ":" + native
        sides = np.full(len(manifest), "", dtype=object)
        for name in self.names:
            members = getattr(self, name)
            mine = _named(native, members) | _named(qualified, members)
            twice = np.flatnonzero(mine & (sides != ""))
            if len(twice):
                raise ValueError(
                    f"the native split {qualified[twice[0]]} is taken for more than one split"
                )
            sides[mine] = name
        return sides

    def assign(self, evidence: SplitEvidence) -> SplitAssignment:
        """Put every sample into the split that its native split is part of."""
        sides = self.sides(evidence.manifest)[evidence.rows]
        return SplitAssignment({name: evidence.rows[sides == name] for name in self.names})


def _named(values: NDArray[np.object_], names: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.isin(values.astype(str), names)
