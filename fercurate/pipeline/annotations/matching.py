"""Which samples of a store are meant: by their ids, or by their picture files."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.text import text_rows
from fercurate.store.store import Store

Rows = NDArray[np.int64]

_LAST = chr(0x10FFFF)
"""A character that sorts behind all others."""


def rows_by_id(ids: Sequence[str], store: Store) -> Rows:
    """The rows (M,) of a store by id, -1 where it has none; ids hold no NUL byte."""
    return text_rows(store.manifest.encoded("id"), ids)


@dataclass(frozen=True)
class SampleFiles:
    """The picture files of a store's samples, to be found by the ends of their paths.

    ``ends`` are the paths with ``/`` before them, read backwards and sorted; ``places`` are their
    rows of the store.
    """

    ends: list[str]
    places: list[int]
    origins: NDArray[np.object_]

    @classmethod
    def of(cls, store: Store) -> Self:
        """The files of samples that are one each: no rows of tables or arrays."""
        origins = store.manifest.text("origin")
        files = np.flatnonzero(store.manifest.numbers("row") < 0)
        found = sorted((f"/{origins[row]}"[::-1], row) for row in files.tolist())
        return cls([end for end, _ in found], [row for _, row in found], origins)

    def origin(self, row: int) -> str:
        """The path of a sample's file, as the store has it."""
        return str(self.origins[row])

    def examples(self) -> list[str]:
        """The path of one of the files; none if the store has no files of single samples."""
        return [self.origin(min(self.places))] if self.places else []

    def rows(self, name: str) -> list[int]:
        """The rows of the samples whose files have this name, or paths that end with it."""
        return self._ending(name) or self._ending(name.replace("\\", "/"))

    def _ending(self, name: str) -> list[int]:
        plain = name.removeprefix("./").lstrip("/")
        if not plain:
            return []
        end = f"/{plain}"[::-1]
        first, last = bisect_left(self.ends, end), bisect_left(self.ends, end + _LAST)
        return sorted(self.places[first:last])
