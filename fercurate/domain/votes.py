"""FER+ votes: ten annotators' counts per picture, and the majority rule of its authors.

Source of the rule: Barsoum et al., "Training deep networks for facial expression recognition
with crowd-sourced label distribution", ICMI 2016, and the code published with FER+.
"""

from typing import Literal, get_args

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
    targets = vote_targets(votes, "majority")
    return np.where(targets.any(axis=1), targets.argmax(axis=1), -1)


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


VoteMode = Literal["majority", "probability", "crossentropy", "multi_target"]
"""How FER+'s authors turn votes into targets."""

VOTE_MODES: tuple[VoteMode, ...] = get_args(VoteMode)

_UNKNOWN = VOTE_COLUMNS.index("unknown")
_MOST_EMOTIONS = 3


def vote_targets(votes: NDArray[np.uint8], mode: VoteMode) -> NDArray[np.float64]:
    """Return target distributions (N, 8) over ``VOTE_EXPRESSIONS``; zero rows are to be left out.

    After outlier removal, with ``total`` counting also "unknown" and "not a face":
    ``majority`` keeps the largest column if it holds more than half of the total;
    ``probability`` and ``crossentropy`` take columns by descending votes, equal ones together,
    until they hold 75 % of the total, are three, or meet "unknown" or "not a face" (which count
    only if nothing came before), and keep them if they are at most three and hold more than half;
    ``multi_target`` keeps the columns with at least 30 % if they hold more than half.
    A row whose largest kept column is "unknown" or "not a face" is left out; of the others these
    two columns are cut and the rest sums to 1. ``multi_target`` gives 1 for every kept column.

    Raises:
        ValueError: an unknown mode.
    """
    kept = without_outliers(votes).astype(np.float64)
    total = kept.sum(axis=1, keepdims=True)
    match mode:
        case "majority":
            chosen = _majority(kept, total)
        case "probability" | "crossentropy":
            chosen = np.array([_leading(row) for row in kept]).reshape(kept.shape)
        case "multi_target":
            chosen = np.where(kept >= 0.3 * total, kept, 0)
            chosen[2 * chosen.sum(axis=1) <= total[:, 0]] = 0
        case _:
            raise ValueError(f"unknown mode {mode!r}; expected one of {', '.join(VOTE_MODES)}")
    usable = chosen.any(axis=1) & (chosen.argmax(axis=1) < _UNKNOWN)
    targets = np.where(usable[:, None], chosen[:, :_UNKNOWN], 0.0)
    if mode == "multi_target":
        return np.where(targets > 0, 1.0, 0.0)
    sums = targets.sum(axis=1, keepdims=True)
    return targets / np.where(sums > 0, sums, 1.0)


def _majority(kept: NDArray[np.float64], total: NDArray[np.float64]) -> NDArray[np.float64]:
    chosen = np.zeros_like(kept)
    winner = kept.argmax(axis=1)
    decided = 2 * kept.max(axis=1, initial=0) > total[:, 0]
    chosen[np.flatnonzero(decided), winner[decided]] = 1.0
    return chosen


def _leading(row: NDArray[np.float64]) -> NDArray[np.float64]:
    """The leading columns of one row of votes (10,), or zeros where they decide nothing."""
    chosen, total = np.zeros_like(row), row.sum()
    for votes in sorted(set(row[row > 0]), reverse=True):
        tied = row == votes
        ends = bool(tied[_UNKNOWN:].any())
        if ends and (chosen.any() or tied[:_UNKNOWN].any()):
            tied[_UNKNOWN:] = False
        chosen[tied] = votes
        if ends or chosen.sum() >= 0.75 * total or np.count_nonzero(chosen) >= _MOST_EMOTIONS:
            break
    enough = 2 * chosen.sum() > total and np.count_nonzero(chosen) <= _MOST_EMOTIONS
    return chosen if enough else np.zeros_like(row)
