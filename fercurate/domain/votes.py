"""FER+ votes: ten annotators' counts per picture, and the majority rule of its authors.

Source of the rule: Barsoum et al., "Training deep networks for facial expression recognition
with crowd-sourced label distribution", ICMI 2016, and the code published with FER+.
"""

import numpy as np
from numpy.typing import NDArray

VOTE_COLUMNS: tuple[str, ...] = (
    "neutral",
    "happiness",
    "surprise",
    "sadness",
    "anger",
    "disgust",
    "fear",
    "contempt",
    "unknown",
    "NF",
)
"""The ten columns of FER+, in its own order (NF = not a face)."""

VOTE_EXPRESSIONS: tuple[str, ...] = (
    "neutral",
    "happy",
    "surprise",
    "sad",
    "angry",
    "disgust",
    "fear",
    "contempt",
)
"""Canonical names of the first eight vote columns."""

NOT_A_FACE = VOTE_COLUMNS.index("NF")


def without_outliers(votes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return votes (N, 10) with every single vote set to 0: FER+'s outlier rule."""
    return np.where(votes > 1, votes, 0).astype(np.uint8)


def majority(votes: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the majority column (N,) int64 in 0..7 of votes (N, 10), or -1 where there is none.

    After outlier removal a column wins if it holds more than half of all remaining votes,
    those for "unknown" and "not a face" included.
    """
    kept = without_outliers(votes).astype(np.int64)
    winner = kept.argmax(axis=1)
    decided = 2 * kept.max(axis=1, initial=0) > kept.sum(axis=1)
    return np.where(decided & (winner < len(VOTE_EXPRESSIONS)), winner, -1)


def agreement(expressions: NDArray[np.object_], votes: NDArray[np.uint8]) -> tuple[float, int]:
    """Return the share of rows whose expression is the votes' majority, and the rows compared.

    About 0.67 for FER-2013 with correctly joined votes and about 0.2 for a wrong join.
    """
    winner = majority(votes)
    decided = winner >= 0
    names = np.array([*VOTE_EXPRESSIONS, ""], dtype=object)[winner]
    compared = int(decided.sum())
    agreed = int((names[decided] == expressions[decided]).sum())
    return (agreed / compared if compared else 0.0), compared
