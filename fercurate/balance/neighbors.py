"""Nearest neighbors among pictures, for samplers that are given row numbers in their place.

A sampler that holds all pictures as float32, and every synthetic one, needs many times the
memory of the pictures. Here it works on a column of numbers; who is near whom is found in the
pictures themselves, a class at a time.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from fercurate.balance.blend import blend
from fercurate.files.parallel import worker_count

Numbers = NDArray[np.int64]

_PCA_ROWS = 10_000
"""So many pictures, evenly chosen, tell the principal components."""

_BLOCK = 4096
_QUERIES = 512
"""Pictures whose neighbors one worker looks for at a time."""


class Space:
    """Pictures by number as vectors in which distances are measured.

    ``pixels`` (N, ...) are numbered 0..N - 1; those mixed from them follow, not rounded, as
    imbalanced-learn sees them. With ``components`` the vectors are the first principal components,
    else the pixels; float32 in both cases.
    ``jobs`` workers look for neighbors in it (0: one a core). ``kinds`` (N,) are numbers of kinds
    of given pictures, of which only those of one kind may be mixed.
    """

    def __init__(self, pixels: NDArray[Any], components: int, seed: int, jobs: int = 0) -> None:
        self.pixels = pixels
        self.jobs = jobs
        self.kinds = np.zeros(len(pixels), dtype=np.int64)
        self._mixed: tuple[Numbers, Numbers, NDArray[np.float64]] | None = None
        self._pca: PCA | None = None
        if components:
            step = -(-len(pixels) // _PCA_ROWS)
            rows = np.arange(0, len(pixels), step)
            blocks = [rows[start : start + _QUERIES] for start in range(0, len(rows), _QUERIES)]
            sample = np.concatenate([_flat(pixels[block]) for block in blocks])
            count = min(components, *sample.shape)
            solver = PCA(count, svd_solver="randomized", random_state=seed)
            with threadpool_limits(1, "blas"):  # sums of another order give other last bits
                self._pca = solver.fit(sample)

    def add(self, first: Numbers, second: Numbers, mix: NDArray[np.float64]) -> None:
        """Number the pictures mixed from others after those that there are."""
        self._mixed = first, second, mix

    def vectors(self, numbers: Numbers) -> NDArray[np.float32]:
        """Return vectors (M, D) of pictures by number."""
        if self._pca is None:
            return _flat(self._pictures(numbers))
        found = np.empty((len(numbers), self._pca.n_components_), dtype=np.float32)
        with threadpool_limits(1, "blas"):
            for start in range(0, len(numbers), _BLOCK):
                block = _flat(self._pictures(numbers[start : start + _BLOCK]))
                found[start : start + _BLOCK] = self._pca.transform(block)
        return found

    def _pictures(self, numbers: Numbers) -> NDArray[Any]:
        count = len(self.pixels)
        if self._mixed is None or numbers.max(initial=-1) < count:
            return self.pixels[numbers]
        found = np.empty((len(numbers), *self.pixels.shape[1:]), dtype=np.float32)
        old = numbers < count
        found[old] = self.pixels[numbers[old]]
        made = numbers[~old] - count
        first, second, mix = self._mixed
        first, second, mix = first[made], second[made], mix[made]
        start, end = (self.pixels[side].astype(np.float32) for side in (first, second))
        found[~old] = blend(start, end, mix)
        return found


def _flat(pictures: NDArray[Any]) -> NDArray[np.float32]:
    return pictures.reshape(len(pictures), -1).astype(np.float32)


class Neighbors:
    """Finds nearest neighbors; what imbalanced-learn takes for ``k_neighbors`` and the like.

    It is given row numbers as a column (M, 1) wherever scikit-learn's own would get vectors.
    Distances between uint8 pictures are exact (whole numbers in float64), so who is near whom
    depends on no machine; of equally near ones the first comes first, for any number of threads.
    With ``apart`` only pictures of the same kind are neighbors.
    Those to mixed pictures, which cleaning asks for, are float64 sums of float32 values.
    """

    def __init__(
        self, space: Space, n_neighbors: int, *, padded: bool = False, apart: bool = False
    ) -> None:
        self.space = space
        self.n_neighbors = n_neighbors
        self.padded = padded
        self.apart = apart
        self.watch: list[tuple[Numbers, Numbers]] = []

    def __sklearn_clone__(self) -> "Neighbors":
        """Stay the same: a copy would copy all pictures, and lose what was watched."""
        return self

    def set_params(self, **_: object) -> "Neighbors":
        """Accept settings of scikit-learn's own class, such as ``n_jobs``; none matters here."""
        return self

    def fit(self, column: NDArray[Any]) -> "Neighbors":
        """Learn the pictures (M, 1) among which neighbors are to be found."""
        self._numbers = column[:, 0].astype(np.int64)
        self._finders = {
            kind: (places, self._finder(self._numbers[places]))
            for kind, places in self._by_kind(self._numbers).items()
        }
        return self

    def _by_kind(self, numbers: Numbers) -> dict[int, Numbers]:
        """The places of pictures (M,) of each kind, ascending; of all, if kinds do not matter."""
        if not self.apart:
            return {0: np.arange(len(numbers))}
        kinds = self.space.kinds[numbers]
        return {int(kind): np.flatnonzero(kinds == kind) for kind in np.unique(kinds)}

    def _finder(self, numbers: Numbers) -> NearestNeighbors:
        finder = NearestNeighbors(n_neighbors=min(self.n_neighbors, len(numbers)))
        return finder.fit(self.space.vectors(numbers))

    def kneighbors(self, column: NDArray[Any], **_: object) -> NDArray[np.int64]:
        """Return positions (M, k) of the nearest learned pictures, the nearest first.

        There are fewer than ``n_neighbors`` columns if fewer pictures were learned, but at least
        two: the only one of its kind is its own neighbor. With ``padded``, and for kinds with
        fewer pictures than others, the columns after the first are repeated until there are enough.
        """
        numbers = column[:, 0].astype(np.int64)
        found: dict[int, tuple[Numbers, Numbers]] = {}
        for kind, places in self._by_kind(numbers).items():
            learned, finder = self._finders[kind]
            vectors = self.space.vectors(numbers[places])
            found[kind] = places, learned[_search(finder, vectors, self.space.jobs)]
        widest = max(near.shape[1] for places, near in found.values())
        width = self.n_neighbors if self.padded else max(widest, 2)
        joined = np.empty((len(numbers), width), dtype=np.int64)
        for places, near in found.values():
            joined[places] = _repeated(near, width)
        watched = joined.view(_Watched)
        watched.owner = self
        return watched

    def kneighbors_graph(self, column: NDArray[Any], **_: object) -> Any:
        """Return the sparse graph (M, learned) of neighbors, 1 where one is near."""
        finder = next(iter(self._finders.values()))[1]
        return finder.kneighbors_graph(self.space.vectors(column[:, 0].astype(np.int64)))

    def saw(self, rows: Numbers, found: Numbers) -> None:
        """Note which neighbors a sampler picked: numbers of the pictures and of their neighbors."""
        self.watch.append((self._numbers[rows], self._numbers[found]))


def _repeated(near: Numbers, width: int) -> Numbers:
    """Neighbors (M, k) as so many columns: the first, then the others in turns."""
    others = np.arange(width - 1) % max(near.shape[1] - 1, 1)
    return near[:, [0, *np.minimum(1 + others, near.shape[1] - 1)]]


def _search(finder: NearestNeighbors, vectors: NDArray[np.float32], jobs: int) -> NDArray[np.int64]:
    """Positions (M, k) of the nearest learned vectors, the same for any number of workers.

    Each worker runs scikit-learn with one thread. With more, it may share the learned vectors out
    among threads, and then the order of equally near ones depends on how many there are.
    """
    blocks = [vectors[i : i + _QUERIES] for i in range(0, len(vectors), _QUERIES)]
    workers = min(worker_count(jobs), len(blocks))
    alone = {"initializer": threadpool_limits, "initargs": (1, "openmp")}
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(workers, **alone) as pool:
        found = pool.map(lambda block: finder.kneighbors(block, return_distance=False), blocks)
        return np.concatenate(list(found))


class _Watched(np.ndarray[Any, np.dtype[np.int64]]):
    """Positions of neighbors that tell their owner which of them are picked one by one."""

    owner: Neighbors | None

    def __array_finalize__(self, made_from: object) -> None:
        self.owner = getattr(made_from, "owner", None)

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        picked = isinstance(key, tuple) and all(isinstance(part, np.ndarray) for part in key)
        if picked and self.owner is not None:
            self.owner.saw(np.asarray(key[0]), np.asarray(found))
        return found
