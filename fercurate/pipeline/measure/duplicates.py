"""Duplicates among the pictures of a store or an export, by thumbnails that a store may keep."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups, Keys, group_equal, regroup
from fercurate.files.blocks import MAX_ROWS, cut_rows, picture_bytes
from fercurate.files.parallel import worker_count
from fercurate.pipeline.events import Advanced, Finished, Listener, Notice, Started, ignore
from fercurate.pipeline.measure.face_reader import gray_picture
from fercurate.screening.base import Gray
from fercurate.screening.duplicates.changed import COMPARISONS
from fercurate.screening.duplicates.search import (
    NEAR,
    DuplicateRule,
    SearchedPictures,
    find_duplicates,
)
from fercurate.screening.duplicates.thumbnails import (
    Small,
    ThumbnailFile,
    ThumbnailPixels,
    Thumbnails,
    room_for,
    thumbnails,
    unpacked_thumbnails,
)
from fercurate.store.store import Store


def face_identities(store: Store) -> Groups:
    """Groups (N,) of identical pictures of one face.

    Digests are equal, and so are the boxes of the face where there are some: several faces of one
    photo are different samples.
    """
    groups = store.manifest.equal("digest")
    several = np.flatnonzero(np.bincount(groups, minlength=len(groups))[groups] > 1)
    boxes = store.array("box")[several]
    texts = [",".join(f"{value:g}" for value in box) for box in boxes]
    boxed = np.isfinite(boxes).all(axis=1)
    faces = np.where(boxed, np.array(texts, dtype=object), "-")
    groups[several] = several[group_equal(groups[several], faces)]
    return groups


ReadImages = Callable[[NDArray[np.int64]], Sequence[NDArray[np.uint8]]]
"""Gives the pictures of rows (M,): (H, W) or (H, W, 3) uint8 each."""


@dataclass(frozen=True, slots=True)
class PictureTable:
    """A table of N pictures: a way to read them, and the bytes (N,) that each fills once decoded.

    ``small`` (N) are the thumbnails that a store keeps of its pictures; None where there
    are none.
    """

    read: ReadImages
    sizes: NDArray[np.int64]
    small: Thumbnails | None = None

    def blocks(self, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Rows (M,) cut so that a block's pictures fit in a bounded amount of memory."""
        return [rows[part] for part in cut_rows(rows, self.sizes)]

    def gray(self, rows: NDArray[np.int64]) -> list[Gray]:
        """The pictures of rows (M,), gray: (H, W) uint8 each."""
        return [gray_picture(picture) for picture in self.read(rows)]


def stored_pictures(store: Store) -> PictureTable:
    """The pictures of a store, with their thumbnails if it keeps those of all."""
    return PictureTable(store.images, picture_bytes(store.manifest), _kept_thumbnails(store))


def _kept_thumbnails(store: Store) -> Thumbnails | None:
    """The thumbnails (N) that a store keeps, if it keeps those of all its samples."""
    small, known = None, np.zeros(len(store), dtype=bool)
    for piece in store.measured_pieces(ThumbnailPixels.kind, ThumbnailPixels.method):
        small = room_for(len(store)) if small is None else small
        small[piece.rows], known[piece.rows] = unpacked_thumbnails(piece.values), True
    return small if known.all() else None


def searched_pictures(
    table: PictureTable,
    identities: Keys,
    rows: NDArray[np.int64],
    jobs: int = 0,
    listen: Listener = ignore,
) -> SearchedPictures:
    """Pictures as the search for duplicates among ``rows`` (M,) needs them.

    Only pictures whose thumbnails no store keeps are read; of those that agree in ``identities``
    (N,), one is.
    """
    if table.small is not None:
        return SearchedPictures(table.small, table.gray)
    alike = regroup(group_equal(identities)[rows])
    first = alike == np.arange(len(rows))
    small = room_for(len(table.sizes))
    _shrink(table, rows[first], small, jobs, listen)
    again = np.flatnonzero(~first)
    for start in range(0, len(again), MAX_ROWS):
        some = again[start : start + MAX_ROWS]
        small[rows[some]] = small[rows[alike[some]]]
    return SearchedPictures(small, table.gray)


@dataclass(frozen=True)
class DuplicateSearch:
    """The search for duplicates among some rows (M,) of a store; whatever it needs is made once.

    A store that has been filtered keeps thumbnails, and so no picture is shrunk here. They give
    the same groups as the pictures themselves, among any rows and by either rule.
    """

    store: Store
    rows: NDArray[np.int64]
    jobs: int = 0
    listen: Listener = ignore

    @cached_property
    def identities(self) -> Groups:
        """Groups (N,) of identical pictures of one face, among all rows of the store."""
        return face_identities(self.store)

    @cached_property
    def _photos(self) -> Groups:
        return self.store.manifest.equal("digest")

    @cached_property
    def _searched(self) -> SearchedPictures:
        table = stored_pictures(self.store)
        return searched_pictures(table, self._photos, self.rows, self.jobs, self.listen)

    def pictures(self, sides: NDArray[np.int64]) -> Groups:
        """Groups (N,) of identical and nearly identical pictures and of changed copies.

        Changed copies are looked for among rows of different ``sides`` (N,), but not at -1; where
        these are too many, a warning says that they were not.
        """
        searched = self._searched
        with telling(DuplicateRule(sides=sides, jobs=self.jobs), self.listen) as rule:
            found = find_duplicates(searched, self._photos, self.rows, rule)
        if found.unsearched:
            text = f"too many pictures to look for changed copies: {', '.join(found.unsearched)}"
            self.listen(Notice(text, warning=True))
        return found.groups()

    def faces(self) -> Groups:
        """Groups (N,) of the same face in identical or nearly identical pictures."""
        rule = DuplicateRule(photos=self._photos, jobs=self.jobs)
        return find_duplicates(self._searched, self.identities, self.rows, rule).groups([NEAR])


@contextmanager
def telling(rule: DuplicateRule, listen: Listener) -> Iterator[DuplicateRule]:
    """A stage of a search for changed copies, and the rule that tells how far it is."""
    listen(Started("looking for changed copies", COMPARISONS, "comparisons"))
    yield replace(rule, advanced=lambda: listen(Advanced(1)))
    listen(Finished())


def _shrink(
    table: PictureTable,
    rows: NDArray[np.int64],
    small: Small | ThumbnailFile,
    jobs: int,
    listen: Listener,
) -> None:
    """Fill the places of rows (M,) in ``small`` (N)."""
    listen(Started("looking for duplicates", len(rows), "images"))

    def fill(block: NDArray[np.int64]) -> int:
        small[block] = thumbnails(table.gray(block))
        return len(block)

    with ThreadPoolExecutor(worker_count(jobs)) as pool:
        for done in pool.map(fill, table.blocks(rows)):
            listen(Advanced(done))
    listen(Finished())
