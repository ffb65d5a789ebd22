"""A head on the screener: chances of a fault by all that a reviewer has answered so far.

Logistic regression on the screener's logits and its last but one layer. The logits weigh more than
the features, and both are held back by a penalty, so that few answers move the order little: the
order that the screener gives by itself is where it starts from.
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

_OWN, _OTHERS, _FEATURES = 2.0, 1.0, 0.1
"""Weights of the criterion's own logit, of those of the others, and of standardized features."""

_STRENGTH = 0.01
_ROUNDS = 200
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
            known[:, :1].clip(0, 1),
            np.eye(classes + 1)[labels][:, :classes] * _OTHERS,
            np.eye(classes + 1)[codes][:, :classes] * _OTHERS,
        ]
        return cls(np.concatenate(columns, axis=1).astype(np.float32))

    @classmethod
    def of(
        cls, logits: NDArray[np.float32], own: int, features: NDArray[np.float32] | None
    ) -> "HeadInputs":
        """From the screener's logits (N, 4) and features (N, D); without features, logits alone.

        Unknown values count as the mean.
        """
        known = np.nan_to_num(logits, nan=0.0).clip(-_MOST_LOGIT, _MOST_LOGIT)
        columns: list[NDArray[Any]] = [known[:, own, None] * _OWN, np.delete(known, own, axis=1) * _OTHERS]
        if features is not None:
            columns.append(_standardized(features) * _FEATURES)
        return cls(np.concatenate(columns, axis=1).astype(np.float32))

    def __len__(self) -> int:
        return len(self.values)

    def take(self, rows: NDArray[np.int64]) -> "HeadInputs":
        """Those of some samples (M,)."""
        return HeadInputs(self.values[rows])


def _standardized(features: NDArray[np.float32]) -> NDArray[np.float32]:
    if not len(features):
        return features
    mean, deviation = np.nanmean(features, axis=0), np.nanstd(features, axis=0)
    scaled = np.nan_to_num((features - mean) / np.maximum(deviation, 1e-6))
    return np.asarray(scaled, dtype=np.float32)


def learned_chances(
    inputs: HeadInputs, answered: NDArray[np.int64], faulty: NDArray[np.bool_]
) -> Score | None:
    """Chances (N,) float64 of a fault, learned from answers about some rows (M,).

    None where fewer than three answers of either kind are there.
    """
    if min(int(faulty.sum()), int((~faulty).sum())) < FEWEST:
        return None
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415  # takes long to import

    model = LogisticRegression(C=_STRENGTH, max_iter=_ROUNDS)
    model.fit(inputs.values[answered], faulty)
    logits = inputs.values @ model.coef_[0] + model.intercept_[0]
    return np.asarray(1 / (1 + np.exp(-logits.astype(np.float64))))
