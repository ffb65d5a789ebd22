"""What FER+'s ten annotators say against a sample: criteria on their votes."""

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.votes import NOT_A_FACE, VOTE_COLUMNS
from fercurate.screening.base import Criterion, Score, Values

_UNKNOWN = VOTE_COLUMNS.index("unknown")


def _shares(values: Values) -> NDArray[np.float64]:
    """Shares (N, 10) of the votes cast; NaN in rows without votes."""
    counts = values.astype(np.float64)
    total = counts.sum(axis=1, keepdims=True)
    return np.asarray(counts / np.where(total > 0, total, np.nan))


def _not_face(values: Values) -> Score:
    return _shares(values)[:, NOT_A_FACE]


def _unknown(values: Values) -> Score:
    return _shares(values)[:, _UNKNOWN]


def _low_agreement(values: Values) -> Score:
    return np.asarray(1 - _shares(values).max(axis=1))


VOTE_CRITERIA: tuple[Criterion, ...] = (
    Criterion("votes_not_face", "votes", "share of FER+ votes for: not a face", _not_face),
    Criterion("votes_unknown", "votes", "share of FER+ votes for: unknown", _unknown),
    Criterion("low_agreement", "votes", "share of FER+ votes against the winner", _low_agreement),
)
"""Scores 0..1 of votes (N, 10), NaN without votes.

All votes count, single ones too: FER+'s outlier rule (``without_outliers``) is for naming a
winner, and would turn ten votes for eight expressions, the least agreement there is, into more
agreement. The largest share is taken of all ten columns, so a clear "not a face" is agreement
here and is told by ``votes_not_face``.
"""
