"""From votes to labels: FER+'s by the rules of its authors, and vote sets by rules of ours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.annotations.vote_set import (
    ANSWERS,
    NOT_FACE,
    UNKNOWN,
    VoteRule,
    VoteSet,
    strict_winner,
)
from fercurate.domain.decisions.dawid_skene import dawid_skene
from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.plan import Labeling
from fercurate.domain.taxonomy import Scheme
from fercurate.domain.votes import VOTE_EXPRESSIONS, VoteMode, vote_targets, without_outliers
from fercurate.recipe.sections import Labels

_MOST_VOTES = 255
"""FER+'s votes are counted in a byte."""

_DECIMALS = 6
"""Of probabilities that are estimated in many rounds: the others may differ between machines."""


@dataclass(frozen=True)
class VotedLabels:
    """What votes say of all samples (N,).

    ``labels`` int64 are -1 outside the scheme and where nothing is decided; ``targets`` (N, C) are
    shares of the classes, None where labels are hard. ``voted`` bool: who has votes, ``undecided``
    bool: whose votes decide nothing.
    """

    labels: NDArray[np.int64]
    targets: NDArray[np.float64] | None
    voted: NDArray[np.bool_]
    undecided: NDArray[np.bool_]

    def beside(self, native: Labeling, classes: int) -> Labeling:
        """These labels, and of samples without votes their own."""
        labels = np.where(self.voted, self.labels, native.labels)
        if self.targets is None:
            return Labeling(labels)
        own = np.eye(classes)[native.labels] * (native.labels >= 0)[:, None]
        joined = np.where(self.voted[:, None], self.targets, own).astype(np.float32)
        return Labeling(labels, joined)


def ferplus_labels(votes: NDArray[np.uint8], mode: VoteMode, wanted: Labels) -> VotedLabels:
    """Labels from FER+ votes (N, 10).

    With soft targets the label is the class with the most votes among those kept. Votes for the
    expressions of a merged class are votes for this class, before any rule is applied.
    """
    scheme, renamed = wanted.resolve(), wanted.renamed()
    votes = _merged_votes(votes, scheme)
    full = vote_targets(votes, mode)
    voted = np.asarray(votes.any(axis=1))
    targets = _in_scheme(full, scheme, renamed, normalize=mode != "multi_target")
    if mode == "multi_target":
        targets = np.minimum(targets, 1.0)  # two expressions that one class holds allow it once
    leading = np.where(full > 0, without_outliers(votes)[:, : full.shape[1]], 0.0)
    counts = _in_scheme(leading, scheme, renamed, normalize=False)
    decided = targets.any(axis=1)
    labels = np.where(decided, np.where(targets > 0, counts, -1).argmax(axis=1), -1)
    undecided = voted & ~full.any(axis=1)
    return VotedLabels(labels, None if mode == "majority" else targets, voted, undecided)


def _merged_votes(votes: NDArray[np.uint8], scheme: Scheme) -> NDArray[np.uint8]:
    """Votes (N, 10) with those of a merged class all given to the first of its expressions."""
    merged = votes.copy()
    for expressions in scheme.merged.values():
        columns = [VOTE_EXPRESSIONS.index(one) for one in expressions]
        together = np.minimum(votes[:, columns].sum(axis=1, dtype=np.int64), _MOST_VOTES)
        merged[:, columns] = 0
        merged[:, columns[0]] = together
    return merged


def _in_scheme(
    full: NDArray[np.float64], scheme: Scheme, renamed: dict[str, str], normalize: bool
) -> NDArray[np.float64]:
    """Distributions over FER+'s eight expressions (N, 8) as ones over the scheme (N, C)."""
    targets = np.zeros((len(full), len(scheme.classes)))
    for column, expression in enumerate(VOTE_EXPRESSIONS):
        code = scheme.codes.get(renamed.get(expression, expression))
        if code is not None:
            targets[:, code] += full[:, column]
    if not normalize:
        return targets
    # What the majority of the votes puts outside the scheme is no member of any class.
    inside = targets.sum(axis=1, keepdims=True)
    usable = (targets.max(axis=1, initial=0) >= full.max(axis=1, initial=0))[:, None] & (inside > 0)
    return np.where(usable, targets / np.where(inside > 0, inside, 1.0), 0.0)


def vote_set_labels(votes: VoteSet, rule: VoteRule, wanted: Labels) -> VotedLabels:
    """Labels from the votes of a set.

    Votes for the expressions of a class are votes for this class, before any rule is applied;
    expressions outside the scheme, "unknown" and "not a face" are choices of their own.
    ``majority`` takes the choice with more votes than any other; ``probability`` their shares;
    ``dawid_skene`` the probabilities that it gives them, by readers where these are known, else of
    all votes together, and to it "unknown" is no answer. Where "unknown" or "not a face" leads,
    nothing is decided; where an expression outside the scheme does, the sample is outside. Of the
    others the shares of the classes sum to 1, and the label is the largest, of equal ones the
    first.

    Raises:
        ValueError: readers are to be weighed, and only shares of votes are known.
    """
    if rule == "dawid_skene" and votes.kind == "shares":
        raise ValueError(f"of {votes.name} only shares are known, and dawid_skene weighs readers")
    choices = _Choices.of(wanted)
    counts = votes.counts @ choices.columns
    voted = votes.voted
    match rule:
        case "majority":
            shares, leading = counts.astype(np.float64), strict_winner(counts)
        case "probability":
            shares, leading = counts.astype(np.float64), counts.argmax(axis=1)
        case "dawid_skene":
            shares = dawid_skene(choices.told(votes, counts)).round(_DECIMALS)
            leading = np.where(shares.any(axis=1), shares.argmax(axis=1), -1)
    undecided = voted & ((leading < 0) | (leading >= choices.expressions))
    inside = voted & (leading >= 0) & (leading < choices.classes)
    labels = np.where(inside, leading, -1).astype(np.int64)
    if rule == "majority":
        return VotedLabels(labels, None, voted, undecided)
    own = np.where(inside[:, None], shares[:, : choices.classes], 0.0)
    sums = own.sum(axis=1, keepdims=True)
    return VotedLabels(labels, own / np.where(sums > 0, sums, 1.0), voted, undecided)


@dataclass(frozen=True)
class _Choices:
    """What a vote can be for, seen from a scheme.

    The classes come first, then the expressions outside the scheme, "not a face", and "unknown".
    ``of_answer`` (10,) is the choice that each of ``ANSWERS`` is a vote for; ``classes`` counts the
    classes, ``expressions`` all choices that are expressions.
    """

    of_answer: NDArray[np.int64]
    classes: int
    expressions: int

    @classmethod
    def of(cls, wanted: Labels) -> "_Choices":
        scheme, renamed = wanted.resolve(), wanted.renamed()
        codes = [scheme.codes.get(renamed.get(one, one), -1) for one in EXPRESSIONS]
        classes = expressions = len(scheme.classes)
        for place, code in enumerate(codes):
            if code < 0:
                codes[place], expressions = expressions, expressions + 1
        places = {NOT_FACE: expressions, UNKNOWN: expressions + 1}
        codes += [places[one] for one in ANSWERS[len(EXPRESSIONS) :]]
        return cls(np.array(codes, dtype=np.int64), classes, expressions)

    @property
    def columns(self) -> NDArray[np.int64]:
        """1 (10, K) where an answer is a vote for a choice, else 0."""
        every = np.arange(int(self.of_answer.max()) + 1)
        return np.asarray(self.of_answer[:, None] == every, dtype=np.int64)

    def told(self, votes: VoteSet, counts: NDArray[np.int64]) -> NDArray[np.integer]:
        """How often (N, R, K-1) each reader made each choice, those who cannot tell left out.

        Where readers are not known, all votes are as of one.
        """
        if votes.codes is None:
            return counts[:, None, :-1]
        made = np.where(votes.codes >= 0, self.of_answer[votes.codes], -1)
        return np.asarray(made[:, :, None] == np.arange(counts.shape[1] - 1), dtype=np.uint8)
