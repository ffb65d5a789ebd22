"""Duplicates among the pictures of a store or an export, from hashes that a store may keep."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups, group_equal
from fercurate.files.blocks import cut_rows, picture_bytes
from fercurate.files.parallel import worker_count
from fercurate.pipeline.events import Advanced, Finished, Listener, Started, ignore
from fercurate.pipeline.measure.face_reader import gray_picture
from fercurate.screening.base import Gray
from fercurate.screening.duplicates.measure import PerceptualHash, hash_pictures, hashes_of
from fercurate.screening.duplicates.perceptual_hash import Hashes
from fercurate.screening.duplicates.search import HashedPictures, find_duplicates
from fercurate.screening.duplicates.similarity import THUMBNAIL, thumbnails
from fercurate.store.store import Store


def face_identities(store: Store) -> NDArray[np.object_]:
    """Text (N,) that is equal for identical pictures of one face.

    The digest of the picture, and the face's box where it has one: several faces of one photo are
    different samples.
    """
    digests, boxes = store.manifest.text("digest"), store.array("box")
    boxed = np.isfinite(boxes).all(axis=1)
    for row in np.flatnonzero(boxed):
        digests[row] = f"{digests[row]}@{','.join(f'{value:g}' for value in boxes[row])}"
    return digests


ReadImages = Callable[[NDArray[np.int64]], Sequence[NDArray[np.uint8]]]
"""Gives the pictures of rows (M,): (H, W) or (H, W, 3) uint8 each."""


@dataclass(frozen=True, slots=True)
class PictureTable:
    """A table of N pictures: a way to read them, and the bytes (N,) that each fills once decoded.

    ``hashes`` (N,) are those that a store keeps of its pictures; None where there are none.
    """

    read: ReadImages
    sizes: NDArray[np.int64]
    hashes: Hashes | None = None

    def blocks(self, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Rows (M,) cut so that a block's pictures fit in a bounded amount of memory."""
        return [rows[part] for part in cut_rows(rows, self.sizes)]

    def gray(self, rows: NDArray[np.int64]) -> list[Gray]:
        """The pictures of rows (M,), gray: (H, W) uint8 each."""
        return [gray_picture(picture) for picture in self.read(rows)]

    def thumbnails(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The pictures of rows (M,), gray and small: (M, 32, 32) uint8."""
        small = [np.empty((0, THUMBNAIL, THUMBNAIL), dtype=np.uint8)]
        small += [thumbnails(self.gray(block)) for block in self.blocks(rows)]
        return np.concatenate(small)


def stored_pictures(store: Store) -> PictureTable:
    """The pictures of a store, with their hashes if it keeps those of all."""
    measured = store.measured(PerceptualHash.kind, PerceptualHash.method)
    complete = measured is not None and bool(measured.known.all())
    hashes = hashes_of(measured.values) if measured is not None and complete else None
    return PictureTable(store.images, picture_bytes(store.manifest), hashes)


def hashed_pictures(
    table: PictureTable,
    identities: NDArray[np.object_],
    rows: NDArray[np.int64],
    jobs: int = 0,
    listen: Listener = ignore,
) -> HashedPictures:
    """Pictures as the search for duplicates among ``rows`` (M,) needs them.

    Only pictures whose hashes no store keeps are read; of those that agree in ``identities`` (N,),
    one is.
    """
    if table.hashes is not None:
        return HashedPictures(table.hashes, table.thumbnails)
    first_of = group_equal(identities)[rows]
    _, first, inverse = np.unique(first_of, return_index=True, return_inverse=True)
    hashes = np.zeros(len(table.sizes), dtype=np.uint64)
    hashes[rows] = _hash(table, rows[first], jobs, listen)[inverse]
    return HashedPictures(hashes, table.thumbnails)


@dataclass(frozen=True)
class DuplicateSearch:
    """The search for duplicates among some rows (M,) of a store; whatever it needs is made once.

    A store that has been filtered keeps the hashes of its pictures, and so nothing is hashed here.
    They give the same groups as the pictures themselves, among any rows and by either rule.
    """

    store: Store
    rows: NDArray[np.int64]
    jobs: int = 0
    listen: Listener = ignore

    @cached_property
    def identities(self) -> NDArray[np.object_]:
        """Text (N,) that is equal for identical pictures of one face."""
        return face_identities(self.store)

    @cached_property
    def _photos(self) -> NDArray[np.object_]:
        return self.store.manifest.text("digest")

    @cached_property
    def _hashed(self) -> HashedPictures:
        table = stored_pictures(self.store)
        return hashed_pictures(table, self._photos, self.rows, self.jobs, self.listen)

    def pictures(self) -> Groups:
        """Groups (N,) of identical or nearly identical pictures."""
        return find_duplicates(self._hashed, self._photos, self.rows)[0]

    def faces(self) -> Groups:
        """Groups (N,) of the same face in identical or nearly identical pictures."""
        return find_duplicates(self._hashed, self.identities, self.rows, self._photos)[0]

    def identical_faces(self) -> Groups:
        """Groups (N,) of the same face in identical pictures, among all rows of the store."""
        return group_equal(self.identities)


def _hash(table: PictureTable, rows: NDArray[np.int64], jobs: int, listen: Listener) -> Hashes:
    listen(Started("looking for duplicates", len(rows), "images"))
    hashes = [np.empty(0, np.uint64)]
    with ThreadPoolExecutor(worker_count(jobs)) as pool:
        for some in pool.map(lambda block: hash_pictures(table.gray(block)), table.blocks(rows)):
            hashes.append(some)
            listen(Advanced(len(some)))
    listen(Finished())
    return np.concatenate(hashes)
