"""Vote sets: what several people say of the same samples, under a name; FER+'s votes are one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.agreement import Codes
from fercurate.domain.expression import EXPRESSIONS, fold_word, parse_expression
from fercurate.domain.votes import VOTE_EXPRESSIONS

UNKNOWN, NOT_FACE = "unknown", "not_face"
ANSWERS: tuple[str, ...] = (*EXPRESSIONS, UNKNOWN, NOT_FACE)
"""What a vote may be for: an expression, or that one cannot tell, or that there is no face."""

_NO_EXPRESSION: dict[str, tuple[str, ...]] = {
    UNKNOWN: ("unknown", "unsure", "uncertain", "dont_know", "cannot_tell"),
    NOT_FACE: ("not_face", "not_a_face", "no_face", "notface", "noface", "non_face", "nf"),
}
_ANSWER_WORDS = {word: name for name, words in _NO_EXPRESSION.items() for word in words}

VoteRule = Literal["majority", "probability", "dawid_skene"]
"""How the votes of a set become a label."""


VoteKind = Literal["counts", "readers", "shares"]
"""What is known of a set: how many votes each answer has, who gave which, or only shares."""

VOTE_KINDS: tuple[str, ...] = get_args(VoteKind)

SHARE_UNIT = 1_000_000
"""Shares are counted in millionths: so many of them are all votes on a sample."""

SHARES_OFF = 0.02
"""Shares of a sample, which are rounded, sum to 1 within so much."""

FERPLUS = "ferplus"
"""The set of FER+'s votes, which are ingested."""

SET_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
"""What the name of a set looks like."""


@lru_cache(maxsize=4096)
def parse_answer(text: str) -> str | None:
    """The one of ``ANSWERS`` that a word of any spelling means, or None: ``NF``, ``Happiness``."""
    expression = parse_expression(text)
    if expression is not None:
        return expression
    apart = fold_word(text).replace("'", "")
    return _ANSWER_WORDS.get(re.sub(r"[\W_]+", "_", apart).strip("_"))


@dataclass(frozen=True)
class VoteSet:
    """Votes on the N samples of a store.

    Attributes:
        name: the name of the set.
        method: a name that changes with the votes.
        counts: (N, 10) int64; how many votes each of ``ANSWERS`` has, or its share in millionths.
        readers: who voted, where that is known.
        codes: (N, R) int64; each reader's answer by its place in ``ANSWERS``, -1 where there is
            none; None where it is not known who voted.
        kind: what is known of it.
    """

    name: str
    method: str
    counts: NDArray[np.int64]
    readers: tuple[str, ...] = ()
    codes: Codes | None = None
    kind: VoteKind = "counts"

    @classmethod
    def of_codes(cls, name: str, method: str, readers: Sequence[str], codes: Codes) -> "VoteSet":
        """The set of the answers (N, R) of known readers."""
        counts = np.stack([(codes == code).sum(axis=1) for code in range(len(ANSWERS))], axis=1)
        return cls(name, method, counts.astype(np.int64), tuple(readers), codes, "readers")

    @classmethod
    def of_ferplus(cls, votes: NDArray[np.uint8], method: str) -> "VoteSet":
        """FER+'s votes (N, 10), in the order of its columns, as a set."""
        names = (*VOTE_EXPRESSIONS, UNKNOWN, NOT_FACE)
        places = [names.index(one) for one in ANSWERS]
        return cls(FERPLUS, method, votes[:, places].astype(np.int64))

    @property
    def vote_totals(self) -> NDArray[np.int64]:
        """How many votes (10,) there are for each answer; 0 where only shares are known."""
        totals = self.counts.sum(axis=0)
        return np.zeros_like(totals) if self.kind == "shares" else totals

    @property
    def voted(self) -> NDArray[np.bool_]:
        """Mask (N,) of the samples that have a vote."""
        return np.asarray(self.counts.any(axis=1))

    def only(self, chosen: NDArray[np.bool_]) -> "VoteSet":
        """This set without the votes on samples that are not chosen (N,) bool."""
        counts = np.where(chosen[:, None], self.counts, 0)
        codes = None if self.codes is None else np.where(chosen[:, None], self.codes, -1)
        return replace(self, counts=counts, codes=codes)

    def majority(self) -> NDArray[np.int64]:
        """The place (N,) in ``EXPRESSIONS`` of the one with more votes than any other answer.

        -1 where answers are tied, where "unknown" or "not a face" leads, and without votes.
        """
        winner = strict_winner(self.counts)
        return np.where(winner < len(EXPRESSIONS), winner, -1)


def millionths(shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Shares (N, K) of votes in millionths; those of a row sum to all but for rounding, or to 0."""
    sums = shares.sum(axis=1, keepdims=True)
    return np.rint(shares / np.where(sums > 0, sums, 1.0) * SHARE_UNIT).astype(np.int64)


def strict_winner(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The column (N,) of counts (N, K) that is larger than each other one, -1 where none is."""
    most = counts.max(axis=1, initial=0)
    alone = (most > 0) & ((counts == most[:, None]).sum(axis=1) == 1)
    return np.where(alone, counts.argmax(axis=1), -1).astype(np.int64)
