"""Support-vector machines by pairs of classes, on kernel matrices made by matrix products.

Every pair of classes gets a machine of its own, the most votes win ("one against one", as LIBSVM
does it). scikit-learn solves each pair on a kernel matrix that is made here, which is many times
faster than its own kernels: all of FER-2013 takes a minute.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.svm import SVC

from .features import Features
from .grid import GridPoint

_BLOCK = 256
_CACHE_MEGABYTES = 200

Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Preparation:
    """Principal components, if any, and the scaling; learned from train.

    ``mean`` (D,) and ``components`` (K, D) are empty where no components are taken.
    """

    mean: Features
    components: Features
    shift: Features
    scale: Features

    @classmethod
    def learned(cls, features: Features, scaling: str, components: int, seed: int) -> "Preparation":
        """Learn from features (N, D); ``components`` 0 takes none.

        ``zscore`` gives every column mean 0 and standard deviation 1, ``minmax`` the range 0..1;
        constant columns become 0.
        """
        mean = basis = np.empty(0, dtype=np.float32)
        if components:
            most = min(components, *features.shape)
            pca = PCA(most, svd_solver="randomized", random_state=seed).fit(features)
            mean, basis = (np.asarray(part, np.float32) for part in (pca.mean_, pca.components_))
            features = np.asarray((features - mean) @ basis.T)
        if scaling == "minmax":
            shift, scale = features.min(axis=0), np.ptp(features, axis=0)
        else:
            shift = features.mean(axis=0, dtype=np.float64)
            scale = features.std(axis=0, dtype=np.float64)
        scale = np.where(scale > 1e-7, scale, 1)
        return cls(mean, basis, shift.astype(np.float32), scale.astype(np.float32))

    def __call__(self, features: Features) -> Features:
        """Return prepared features (N, K) float32 of features (N, D)."""
        if self.components.size:
            features = np.asarray((features - self.mean) @ self.components.T)
        return np.asarray((features - self.shift) / self.scale, dtype=np.float32)


@dataclass(frozen=True)
class Machines:
    """One machine for each pair of classes.

    ``pairs`` (P, 2) are class codes. The decision of pair p for features x is the sum over the
    ``vectors`` (M, K) of ``coefficients`` (P, M) times the kernel, plus ``bias`` (P,); above 0 it
    is a vote for the first of the pair. A linear machine has one vector for each pair: its weights.
    """

    point: GridPoint
    gamma: float
    pairs: Codes
    vectors: Features
    coefficients: Numbers
    bias: Numbers

    def decisions(self, features: Features) -> Numbers:
        """Return the decisions (N, P) for prepared features (N, K)."""
        found = np.empty((len(features), len(self.pairs)))
        for start in range(0, len(features), _BLOCK):
            part = slice(start, start + _BLOCK)
            against = kernel_matrix(self.point, self.gamma, features[part], self.vectors)
            found[part] = against @ self.coefficients.T + self.bias
        return found

    def predict(self, features: Features) -> Codes:
        """Return the class (N,) with most votes; of equal ones the first."""
        first = self.decisions(features) > 0
        votes = np.zeros((len(features), int(self.pairs.max()) + 1), dtype=np.int64)
        for number, (one, other) in enumerate(self.pairs):
            votes[:, one] += first[:, number]
            votes[:, other] += ~first[:, number]
        return np.asarray(votes.argmax(axis=1))


def kernel_matrix(point: GridPoint, gamma: float, left: Features, right: Features) -> Numbers:
    """Return the kernel of all pairs of rows, (N, M) float64, of (N, K) and (M, K).

    With the scaled product g = gamma x . y: ``linear`` g, ``poly`` (g + 1) ** degree, ``rbf``
    exp(-gamma |x - y|^2).
    """
    found = np.empty((len(left), len(right)))
    norms = (right * right).sum(axis=1)
    for start in range(0, len(left), _BLOCK):
        part = left[start : start + _BLOCK]
        values = found[start : start + _BLOCK]
        values[:] = part @ right.T
        if point.kernel == "rbf":
            distances = (part * part).sum(axis=1)[:, None] + norms - 2 * values
            np.exp(-gamma * np.maximum(distances, 0), out=values)
        else:
            values *= gamma
        if point.kernel == "poly":
            np.power(values + 1, point.degree, out=values)
    return found


def fit(
    point: GridPoint, features: Features, labels: Codes, weights: Numbers, jobs: int = 1
) -> Machines:
    """Fit machines to prepared features (N, K) and labels (N,) of two classes or more.

    ``weights`` (C,) multiply the cost for rows of each class. A pair needs memory for its kernel
    matrix, 8 bytes times the square of its rows, and ``jobs`` pairs are fitted at a time.
    """
    gamma = point.gamma / max(float(features.var(axis=0, dtype=np.float64).sum()), 1e-12)
    pairs = list(combinations(np.unique(labels).tolist(), 2))
    problem = _Problem(point, gamma, features, labels, weights)
    with ThreadPoolExecutor(jobs) as threads:
        solved = list(threads.map(problem.solve, pairs))
    coefficients = np.zeros((len(pairs), len(features)))
    for number, (rows, values, _) in enumerate(solved):
        coefficients[number, rows] = values
    used = np.flatnonzero(coefficients.any(axis=0))
    vectors, coefficients = features[used], coefficients[:, used]
    if point.kernel == "linear":
        vectors, coefficients = (coefficients @ vectors).astype(np.float32), np.eye(len(pairs))
    bias = np.array([one for _, _, one in solved])
    return Machines(point, gamma, np.array(pairs), vectors, coefficients, bias)


@dataclass(frozen=True)
class _Problem:
    """What the machines of all pairs are fitted to, as in ``fit``."""

    point: GridPoint
    gamma: float
    features: Features
    labels: Codes
    weights: Numbers

    def solve(self, pair: Sequence[int]) -> tuple[Codes, Numbers, float]:
        """Return rows of support vectors, their coefficients, and the bias of one pair."""
        one, other = (np.flatnonzero(self.labels == code) for code in pair)
        rows = np.concatenate([one, other])
        labels = self.labels[rows]
        # Two arrays: for one and itself NumPy multiplies another way, which rounds otherwise.
        kernel = kernel_matrix(self.point, self.gamma, self.features[rows], self.features[rows])
        machine = SVC(C=self.point.cost, kernel="precomputed", cache_size=_CACHE_MEGABYTES)
        machine.fit(kernel, labels == pair[0], sample_weight=self.weights[labels])
        return rows[machine.support_], machine.dual_coef_[0], float(machine.intercept_[0])
