"""Answers by readers of unequal reliability: Dawid and Skene, Applied Statistics 28 (1979)."""

import numpy as np
from numpy.typing import NDArray

Beliefs = NDArray[np.float64]
"""Probabilities (N, K) of K answers; a row without any vote is zero."""

_ROUNDS = 100
_SETTLED = 1e-9
_PRIOR = 0.01
"""Added to every count of a reader's confusions, so that what never happened stays possible."""

_HONEST = 1.0
"""Right answers to each question that a reader is credited with before the first one: without
them, rare answers of readers who are seldom checked by others end as errors of the common ones."""


def dawid_skene(votes: NDArray[np.integer]) -> Beliefs:
    """The probability (N, K) of each answer, by expectation and maximization.

    ``votes`` (N, R, K) count how often reader R gave the answer K about sample N. It starts from
    the shares of the votes and goes on until nothing changes by more than 1e-9, or 100 rounds.
    """
    counts = votes.astype(np.float64)
    total = counts.sum(axis=1)
    asked = total.any(axis=1)
    beliefs, credit = _shares(total), _HONEST * np.eye(counts.shape[2])
    for _ in range(_ROUNDS):
        prior = beliefs[asked].sum(axis=0) + _PRIOR
        confusion = np.einsum("nk,nrj->rkj", beliefs, counts) + _PRIOR + credit
        confusion /= confusion.sum(axis=2, keepdims=True)
        logs = np.log(prior / prior.sum()) + np.einsum("nrj,rkj->nk", counts, np.log(confusion))
        logs -= logs.max(axis=1, keepdims=True)
        after = np.where(asked[:, None], _shares(np.exp(logs)), 0.0)
        moved = float(np.abs(after - beliefs).max(initial=0))
        beliefs = after
        if moved <= _SETTLED:
            break
    return beliefs


def _shares(counts: NDArray[np.float64]) -> Beliefs:
    sums = counts.sum(axis=1, keepdims=True)
    return np.asarray(counts / np.where(sums > 0, sums, 1.0))
