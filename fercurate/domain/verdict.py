"""Verdicts: for every sample, keep or drop, and why. Nothing is ever deleted from the store."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

KEEP = ""

ContradictionPolicy = Literal["keep", "drop", "vote"]
"""What is done to identical pictures of different labels."""


@dataclass(frozen=True)
class Verdicts:
    """One verdict a manifest row: the empty text to keep it, else the reason to drop it."""

    reasons: NDArray[np.object_]

    @classmethod
    def keep_all(cls, count: int) -> "Verdicts":
        """Verdicts that keep all of ``count`` rows."""
        return cls(np.full(count, KEEP, dtype=object))

    def drop(self, where: NDArray[np.bool_], reason: str) -> "Verdicts":
        """Return verdicts that also drop the rows (N,) bool of a mask; the first reason stays."""
        return Verdicts(np.where((self.reasons == KEEP) & where, reason, self.reasons))

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Mask (N,) of the rows that stay."""
        return np.asarray(self.reasons == KEEP)

    def count(self, classes: NDArray[np.object_]) -> dict[str, dict[str, int]]:
        """Count the dropped rows by reason and by class (``classes``: (N,) text)."""
        table: dict[str, dict[str, int]] = {}
        for reason in sorted(set(self.reasons) - {KEEP}):
            names, counts = np.unique(
                classes[self.reasons == reason].astype(str), return_counts=True
            )
            table[str(reason)] = {
                str(n) or "(no label)": int(c) for n, c in zip(names, counts, strict=True)
            }
        return table
