"""The samples of an export's sources: where each stands, or at which stage it fell out, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

SAMPLE_COLUMNS: tuple[str, ...] = (
    "sample_id",
    "source",
    "subject",
    "sequence",
    "origin",
    "line",
    "native_label",
    "native_split",
    "expression",
    "class",
    "split",
    "fold",
    "moved_from",
    "stage",
    "reason",
    "group",
    "enhanced",
    "digest",
)
"""The columns of the table, all text.

``line`` is the 1-based line of the raw file ``origin``; ``class`` the one in the recipe's scheme;
``split`` where the sample stands, and ``moved_from`` where it stood before leaks were repaired.
``stage`` and ``reason`` say where and why it fell out. ``group`` is the id of the first sample of
those that had to stay on one side, or of its copies if it is left out as one. ``enhanced`` is 1
where its light was cured.
"""
TRUE_CLASS = "true_class"
"""One column more, at the end, where labels of train were changed on purpose: the class before."""

COLUMNS_OF_MANIFEST: tuple[str, ...] = (
    "source",
    "subject",
    "sequence",
    "origin",
    "native_label",
    "native_split",
    "expression",
    "digest",
)
"""Those that are columns of text in the manifest too, and hold the same."""


@dataclass(frozen=True)
class SampleTable:
    """One row a sample (M,), in the order of the store; columns of ``str``."""

    columns: Mapping[str, NDArray[np.object_]]

    def __len__(self) -> int:
        return len(self.columns["sample_id"])

    def __getitem__(self, column: str) -> NDArray[np.object_]:
        """A column (M,)."""
        return self.columns[column]

    @property
    def names(self) -> tuple[str, ...]:
        """Its columns in the order in which they are written."""
        return (*SAMPLE_COLUMNS, *((TRUE_CLASS,) if TRUE_CLASS in self.columns else ()))

    @cached_property
    def positions(self) -> dict[str, int]:
        """The row of each sample by its id."""
        return {str(name): row for row, name in enumerate(self.columns["sample_id"])}

    def row(self, sample_id: str) -> dict[str, str] | None:
        """All that the table says of a sample; None if it does not know it."""
        position = self.positions.get(sample_id)
        if position is None:
            return None
        return {name: str(values[position]) for name, values in self.columns.items()}

    def group(self, name: str) -> list[str]:
        """The ids of the samples of a group, the one that names it among them."""
        if not name:
            return []
        mask = (self["group"] == name) | (self["sample_id"] == name)
        return [str(one) for one in self["sample_id"][mask]]
