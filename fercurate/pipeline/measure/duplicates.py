"""Finding the copies among pictures: identical, and nearly so."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.domain.groups import Groups, Pairs, group_equal, join_groups, join_pairs
from fercurate.files.blocks import cut_rows, picture_bytes
from fercurate.files.parallel import worker_count
from fercurate.pipeline.events import Advanced, Finished, Listener, Started, ignore
from fercurate.screening.duplicates.perceptual_hash import Hashes, near_pairs, perceptual_hashes
from fercurate.screening.duplicates.similarity import MAX_DISTANCE, THUMBNAIL, similar
from fercurate.store.store import Store
from fercurate.transforms.chain import Chain
from fercurate.transforms.geometry import Grayscale

_GRAY = Chain((Grayscale(),))
_PAIRS_AT_ONCE = 4096


def identities(store: Store) -> NDArray[np.object_]:
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
class Pictures:
    """A way to the pictures of a table, and the bytes (N,) that each fills once decoded."""

    read: ReadImages
    sizes: NDArray[np.int64]

    def blocks(self, rows: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Rows (M,) cut so that a block's pictures fit in a bounded amount of memory."""
        return [rows[part] for part in cut_rows(rows, self.sizes)]


def stored_pictures(store: Store) -> Pictures:
    """The pictures of a store."""
    return Pictures(store.images, picture_bytes(store.manifest))


def find_twins(
    pictures: Pictures,
    digests: NDArray[np.object_],
    rows: NDArray[np.int64],
    jobs: int = 0,
    listen: Listener = ignore,
    photos: NDArray[np.object_] | None = None,
) -> tuple[Groups, Pairs]:
    """Look for copies among the pictures at ``rows`` (M,) of a table of N.

    ``digests`` (N,) tell identical pictures. Pictures that agree in ``photos`` (N,) are several
    faces of one photo, and so not copies for being nearly identical. Returns the groups that
    identical and nearly identical pictures form (N,), and the pairs (P, 2) of rows that are only
    nearly identical.
    """
    exact = group_equal(digests)
    firsts = rows[np.unique(exact[rows], return_index=True)[1]]
    hashes = _hash(pictures, firsts, jobs, listen)
    pairs = firsts[near_pairs(hashes, MAX_DISTANCE)]
    if photos is not None and len(pairs):
        pairs = pairs[photos[pairs[:, 0]] != photos[pairs[:, 1]]]
    near = pairs[_verified(pictures, pairs)] if len(pairs) else pairs
    return join_groups(exact, join_pairs(len(exact), near)), near


def face_copies(
    store: Store, rows: NDArray[np.int64], jobs: int = 0, listen: Listener = ignore
) -> Groups:
    """Groups (N,) of the same face in identical or nearly identical pictures, among ``rows``."""
    photos = store.manifest.text("digest")
    pictures = stored_pictures(store)
    return find_twins(pictures, identities(store), rows, jobs, listen, photos)[0]


def _hash(pictures: Pictures, rows: NDArray[np.int64], jobs: int, listen: Listener) -> Hashes:
    listen(Started("looking for copies", len(rows), "images"))
    found: list[Hashes] = []
    blocks = pictures.blocks(rows)
    with ThreadPoolExecutor(worker_count(jobs)) as pool:
        for hashes in pool.map(lambda block: _hash_block(pictures.read, block), blocks):
            found.append(hashes)
            listen(Advanced(len(hashes)))
    listen(Finished())
    return np.concatenate(found) if found else np.empty(0, np.uint64)


def _hash_block(read: ReadImages, rows: NDArray[np.int64]) -> Hashes:
    images = read(rows)
    hashes = np.empty(len(images), dtype=np.uint64)
    for places, batch in _same_sized(images):
        hashes[places] = perceptual_hashes(batch)
    return hashes


def _same_sized(
    images: Sequence[NDArray[np.uint8]],
) -> Iterator[tuple[list[int], NDArray[np.uint8]]]:
    """Gray batches of the pictures that have one size, with their places."""
    by_shape: dict[tuple[int, ...], list[int]] = {}
    for place, image in enumerate(images):
        by_shape.setdefault(image.shape, []).append(place)
    for places in by_shape.values():
        yield places, _GRAY.apply([images[place] for place in places])


def _verified(pictures: Pictures, pairs: Pairs) -> NDArray[np.bool_]:
    """Whether the pictures of each pair (P, 2) agree in their pixels, at a small common size."""
    rows = np.unique(pairs)
    small = np.empty((len(rows), THUMBNAIL, THUMBNAIL), dtype=np.uint8)
    done = 0
    for block in pictures.blocks(rows):
        small[done : done + len(block)] = _thumbnails(pictures.read, block)
        done += len(block)
    answers = [np.empty(0, dtype=bool)]
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = np.searchsorted(rows, pairs[start : start + _PAIRS_AT_ONCE])
        answers.append(similar(small[some[:, 0]], small[some[:, 1]]))
    return np.concatenate(answers)


def _thumbnails(read: ReadImages, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    images = read(rows)
    small = np.empty((len(images), THUMBNAIL, THUMBNAIL), dtype=np.uint8)
    for places, batch in _same_sized(images):
        for place, image in zip(places, batch, strict=True):
            small[place] = cv2.resize(image, (THUMBNAIL, THUMBNAIL), interpolation=cv2.INTER_AREA)
    return small
