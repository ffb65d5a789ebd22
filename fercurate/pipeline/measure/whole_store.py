"""Measuring what only shows among all samples of a store: duplicates, and ease."""

import hashlib
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import EXPRESSIONS, KNOWN_EXPRESSIONS
from fercurate.domain.groups import Groups
from fercurate.domain.manifest import Manifest
from fercurate.files.parallel import worker_count
from fercurate.pipeline.events import Advanced, Finished, Listener, Started
from fercurate.pipeline.measure.duplicates import DuplicateSearch
from fercurate.pipeline.measure.face_reader import FaceReader
from fercurate.screening.base import Values
from fercurate.screening.ease.degree import EASE_COLUMNS, EaseRequest, ease_degree
from fercurate.screening.ease.hog import HOG_LENGTH, hog_features
from fercurate.store.store import Store

_BLOCK = 256


class WholeMeasure(Protocol):
    """A way to measure all samples of a store together; another sample may change every value."""

    @property
    def kind(self) -> str:
        """Name of the group: ``twins``."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the K quantities."""
        ...

    def method(self, store: Store) -> str:
        """Name and version of the method, and of what the values rest on."""
        ...

    def measure(self, store: Store, jobs: int, listen: Listener) -> Values:
        """Return the measurements (N, K) of all samples."""
        ...


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The first row of each sample's duplicate group, and 2 if identical to an earlier sample.

    The second column is 1 for a sample that is only nearly identical to an earlier one, else 0.
    """

    kind: ClassVar[str] = "twins"
    columns: ClassVar[tuple[str, ...]] = ("first", "copy")

    def method(self, store: Store) -> str:
        """Duplicates rest on the pictures alone."""
        return "twins-2-" + _digest(store.manifest, "digest")

    def measure(self, store: Store, jobs: int, listen: Listener) -> Values:
        """Return (N, 2) float32; row numbers are exact up to 2**24."""
        rows = np.arange(len(store))
        search = DuplicateSearch(store, rows, jobs, listen)
        groups, identical = search.faces(), search.identities != rows
        copy = np.where(identical, 2, groups != rows)
        return np.stack([groups, copy], axis=1).astype(np.float32)

    def groups(self, store: Store, jobs: int, listen: Listener) -> Groups:
        """Duplicate groups (N,) of all samples: as measured, or found now."""
        measured = store.measured(self.kind, self.method(store))
        if measured is None:
            return DuplicateSearch(store, np.arange(len(store)), jobs, listen).faces()
        return measured.column("first").astype(np.int64)


@dataclass(frozen=True, slots=True)
class Ease:
    """Ease degree: how many classifiers that did not see a sample agree with its label."""

    kind: ClassVar[str] = "ease"
    columns: ClassVar[tuple[str, ...]] = EASE_COLUMNS

    def method(self, store: Store) -> str:
        """Ease rests on the pictures and their labels."""
        return "ease-2-" + _digest(store.manifest, "digest", "expression")

    def measure(self, store: Store, jobs: int, listen: Listener) -> Values:
        """Return (N, 4) float32; NaN for unlabeled samples.

        Labels are places in ``KNOWN_EXPRESSIONS``. Compound ones have classifiers of their own.
        """
        groups = Duplicates().groups(store, jobs, listen)
        names = store.manifest.text("expression")
        labels = np.array([_code(name) for name in names], dtype=np.int64)
        compound = labels >= len(EXPRESSIONS)
        listen(Started("training classifiers on faces", None, "images"))
        with ThreadPoolExecutor(worker_count(jobs)) as pool:
            features = _FaceFeatures(store, pool, listen)
            values = _ease(features, np.where(compound, -1, labels), groups, jobs)
            if compound.any():
                own = _ease(features, np.where(compound, labels, -1), groups, jobs)
                values[compound] = own[compound]
        listen(Finished())
        return values


STORE_MEASURES: tuple[WholeMeasure, ...] = (Duplicates(), Ease())
"""Those that rest on pictures and labels; a later one may rest on what an earlier one measured."""


def _code(expression: str) -> int:
    return KNOWN_EXPRESSIONS.index(expression) if expression in KNOWN_EXPRESSIONS else -1


class _FaceFeatures:
    """Histograms of gradients of a store's faces, made when they are asked for."""

    def __init__(self, store: Store, pool: Executor, listen: Listener) -> None:
        self._reader = FaceReader(store)
        self._count = len(store)
        self._pool = pool
        self._listen = listen

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, rows: NDArray[np.int64], /) -> NDArray[np.float32]:
        features = np.empty((len(rows), HOG_LENGTH), dtype=np.float32)

        def fill(start: int) -> int:
            faces = self._reader.faces(rows[start : start + _BLOCK], 48)
            features[start : start + _BLOCK] = hog_features(faces)
            return len(faces)

        for done in self._pool.map(fill, range(0, len(rows), _BLOCK)):
            self._listen(Advanced(done))
        return features


def _ease(features: _FaceFeatures, labels: NDArray[np.int64], groups: Groups, jobs: int) -> Values:
    return ease_degree(features, labels, groups, EaseRequest(jobs=jobs)).values()


def _digest(manifest: Manifest, *columns: str) -> str:
    hasher = hashlib.sha256()
    for name in columns:
        for value in manifest.encoded(name):
            hasher.update(value + b"\n")
    return hasher.hexdigest()[:8]
