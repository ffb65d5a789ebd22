"""A head on the screener: chances of a fault by all that a reviewer has answered so far.

Logistic regression on the screener's logits and its last but one layer, as a correction of the
criterion's own logit: the order that the screener gives by itself is where it starts from, and a
penalty holds it there while answers are few.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Score

METHOD = "head-1"
"""Name and version of the way to learn."""

FEWEST = 3
"""Answers of either kind at least before anything is learned."""

_OWN, _OTHERS, _FEATURES, _SCORES = 2.0, 1.0, 0.1, 0.3
"""Weights of the criterion's own logit, of those of the others, and of standardized numbers: the
heavier, the sooner answers change what they count for."""

_LABELS = 3.0
"""Weight of what is known of labels: a class that is often wrong shows after few answers."""

_STRENGTH = 0.01
_INTERCEPT_PENALTY = 1.0
_TRUSTS = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0)
"""How much the other inputs may be trusted: not at all, until answers bear them out."""

_MARGIN = 3.0
"""So much likelier (in nats) they must make held back answers to be trusted at all."""

_FOLDS, _FEWEST_TRIED, _MOST_TRIED = 3, 50, 600
_ROUNDS = 80
_LEAST = 1e-6
_MOST_LOGIT = 8.0


@dataclass(frozen=True)
class HeadInputs:
    """What a head looks at: one row a sample (N, K) float32, the criterion's own logit first."""

    values: NDArray[np.float32]

    @classmethod
    def of_labels(
        cls, ease: NDArray[np.float32], labels: NDArray[np.int64], classes: int
    ) -> "HeadInputs":
        """For labels that may be wrong: what classifiers said that did not see the sample.

        ``ease`` (N, 4) are the share of classifiers that agree, the chance of the given label,
        the code of the likeliest other one and its chance; ``labels`` (N,) codes of ``classes``.
        """
        known = np.nan_to_num(ease, nan=0.5).clip(0.01, None)
        given, other = known[:, 1].clip(0.01, 0.99), known[:, 3].clip(0.01, 0.99)
        codes = np.where(np.isfinite(ease[:, 2]), ease[:, 2], -1).astype(np.int64)
        columns = [
            (np.log(other) - np.log(given))[:, None] * _OWN,
            known[:, :1].clip(0, 1) * _LABELS,
            np.eye(classes + 1)[labels][:, :classes] * _LABELS,
            np.eye(classes + 1)[codes][:, :classes] * _LABELS,
        ]
        return cls(np.concatenate(columns, axis=1).astype(np.float32))

    @classmethod
    def of(
        cls,
        logits: NDArray[np.float32],
        own: int,
        features: NDArray[np.float32] | None = None,
        scores: NDArray[np.float64] | None = None,
    ) -> "HeadInputs":
        """From the screener's logits (N, 4), its features (N, D) and other scores (N, S).

        Unknown values count as the mean.
        """
        known = np.nan_to_num(logits, nan=0.0).clip(-_MOST_LOGIT, _MOST_LOGIT)
        columns: list[NDArray[Any]] = [
            known[:, own, None] * _OWN,
            np.delete(known, own, axis=1) * _OTHERS,
        ]
        for numbers, weight in ((features, _FEATURES), (scores, _SCORES)):
            if numbers is not None and numbers.shape[1]:
                columns.append(_standardized(numbers) * weight)
        return cls(np.concatenate(columns, axis=1).astype(np.float32))

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: NDArray[np.int64]) -> "HeadInputs":
        """Those of some samples (M,)."""
        return HeadInputs(self.values[rows])


def _standardized(numbers: NDArray[Any]) -> NDArray[np.float32]:
    """Numbers (N, K) with the mean 0 and the deviation 1, 0 where unknown."""
    known = np.isfinite(numbers)
    counts = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, numbers, 0).sum(axis=0) / counts
    spread = np.where(known, numbers - mean, 0)
    deviation = np.sqrt((spread**2).sum(axis=0) / counts)
    return np.asarray(spread / np.maximum(deviation, _LEAST), dtype=np.float32)


def enough_answers(faulty: NDArray[np.bool_]) -> bool:
    """Whether there are answers (M,) of either kind to learn from, three of each."""
    return min(int(faulty.sum()), int((~faulty).sum())) >= FEWEST


def learned_chances(
    inputs: HeadInputs, answered: NDArray[np.int64], faulty: NDArray[np.bool_]
) -> Score | None:
    """Chances (N,) float64 of a fault, learned from answers about some rows (M,).

    The first input is the logit from which learning starts: what is learned is a correction of it,
    held back by a penalty. None where fewer than three answers of either kind are there.
    """
    if not enough_answers(faulty):
        return None
    told = inputs.values[answered].astype(np.float64)
    trust = _trust(told, faulty)
    weights = _correction(told * _trusted(told.shape[1], trust), faulty, told[:, 0])
    logits = inputs.values[:, 0].astype(np.float64) / _OWN
    logits += (inputs.values * _trusted(told.shape[1], trust)) @ weights[1:] + weights[0]
    return np.asarray(1 / (1 + np.exp(-logits)))


def _trusted(columns: int, trust: float) -> NDArray[np.float64]:
    """Factors (K,) of the inputs: all but the criterion's own logit are trusted more or less."""
    factors = np.full(columns, trust)
    factors[0] = 1.0
    return factors


def _trust(values: NDArray[np.float64], faulty: NDArray[np.bool_]) -> float:
    """How much the other inputs are trusted: as much as foretells held back answers best."""
    last = slice(-_MOST_TRIED, None)
    values, faulty = values[last], faulty[last]
    if len(faulty) < _FEWEST_TRIED:
        return _TRUSTS[0]
    folds = np.arange(len(faulty)) % _FOLDS
    losses = [
        sum(_held_out_loss(values, faulty, folds == fold, trust) for fold in range(_FOLDS))
        for trust in _TRUSTS
    ]
    best = int(np.argmin(losses))
    return _TRUSTS[best] if losses[best] < losses[0] - _MARGIN else _TRUSTS[0]


def _held_out_loss(
    values: NDArray[np.float64],
    faulty: NDArray[np.bool_],
    held: NDArray[np.bool_],
    trust: float,
) -> float:
    scaled = values * _trusted(values.shape[1], trust)
    weights = _correction(scaled[~held], faulty[~held], values[~held, 0])
    logits = values[held, 0] / _OWN + scaled[held] @ weights[1:] + weights[0]
    return float((np.logaddexp(0, logits) - faulty[held] * logits).sum())


def _correction(
    values: NDArray[np.float64], faulty: NDArray[np.bool_], own: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The weights (1 + K,) of the most probable correction: of all alike, and of each input.

    ``own`` (M,) is the input from which it starts.
    """
    from scipy.optimize import minimize  # noqa: PLC0415  # takes long to import

    columns = np.concatenate([np.ones((len(values), 1)), values], axis=1)
    start, target = own / _OWN, faulty.astype(np.float64)
    penalty = np.full(columns.shape[1], 1 / _STRENGTH)
    penalty[0] = _INTERCEPT_PENALTY

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = start + columns @ weights
        missed = 1 / (1 + np.exp(-logits)) - target
        value = np.logaddexp(0, logits).sum() - (target * logits).sum()
        value += (penalty * weights**2).sum() / 2
        return float(value), columns.T @ missed + penalty * weights

    found = minimize(
        loss,
        np.zeros(columns.shape[1]),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _ROUNDS},
    )
    return np.asarray(found.x)
