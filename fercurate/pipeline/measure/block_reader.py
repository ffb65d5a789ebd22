"""Blocks of stored pictures, read and measured by what each of them still lacks."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.measurement import Measurements
from fercurate.files.blocks import cut_rows, in_flight, picture_bytes
from fercurate.pipeline.measure.face_reader import FaceReader
from fercurate.screening.base import Measure
from fercurate.store.store import Store

Rows = NDArray[np.int64]


class BlockReader:
    """Reads blocks of pictures and measures what each still lacks.

    ``missing`` (N,) by kind says which samples lack it; ``faces`` is a reader of the store's
    faces, if there is one already.
    """

    def __init__(
        self,
        store: Store,
        measures: Sequence[Measure],
        missing: Mapping[str, NDArray[np.bool_]],
        faces: FaceReader | None = None,
    ) -> None:
        self._sizes = picture_bytes(store.manifest)
        self._faces = faces or FaceReader(store)
        self._measures = measures
        self._missing = missing

    def blocks(self, rows: Rows) -> Iterator[Rows]:
        """Rows (M,) cut into blocks of a bounded number of bytes."""
        for part in cut_rows(rows, self._sizes):
            yield rows[part]

    def measure(self, rows: Rows) -> list[Measurements]:
        """Measure the pictures at rows (M,), each by what it lacks."""
        with in_flight(rows, self._sizes):
            whole = self._faces.whole(rows)
            views = {"whole": whole, "face": self._faces.cut(whole, rows)}
            measured = []
            for one in self._measures:
                missing = np.flatnonzero(self._missing[one.kind][rows])
                values = one.measure([views[one.view][i] for i in missing])
                found = Measurements(one.kind, one.method, one.columns, rows[missing], values)
                measured.append(found)
            return measured
