"""Measurements: raw numbers about stored pictures, kept apart from what is judged of them."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NAME = re.compile(r"[a-z][a-z0-9._-]*")
"""What the names of kinds, methods and columns look like."""


@dataclass(frozen=True)
class Measurements:
    """What one method found out about some samples.

    Attributes:
        kind: what was measured, ``exposure``.
        method: how, with its version; values of different methods are never mixed.
        columns: names of the K quantities.
        rows: manifest rows (M,) int64.
        values: (M, K) float32; NaN where a quantity is undefined.
    """

    kind: str
    method: str
    columns: tuple[str, ...]
    rows: NDArray[np.int64]
    values: NDArray[np.float32]

    def __post_init__(self) -> None:
        names = (self.kind, self.method, *self.columns)
        wrong = [name for name in names if not NAME.fullmatch(name)]
        if wrong or self.values.shape != (len(self.rows), len(self.columns)):
            raise ValueError(
                f"{self.kind}/{self.method}: values {self.values.shape} for {len(self.rows)} rows "
                f"and {len(self.columns)} columns; ill-formed names: {wrong}"
            )


@dataclass(frozen=True)
class Measured:
    """The measurements of a whole store by one method.

    ``values`` (N, K) float32 in store order, NaN where not measured; ``known`` (N,) tells which
    samples were measured.
    """

    columns: tuple[str, ...]
    values: NDArray[np.float32]
    known: NDArray[np.bool_]

    def column(self, name: str) -> NDArray[np.float32]:
        """One quantity (N,)."""
        return self.values[:, self.columns.index(name)]
