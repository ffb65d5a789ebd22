"""Labels of a build: from native labels or votes, into a scheme, with reasons for what drops."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.annotations.vote_set import VoteSet
from fercurate.domain.expression import UNLABELED
from fercurate.domain.groups import Keys, group_equal, members
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import EVALUATION_SPLITS, Labeling, SplitAssignment
from fercurate.domain.verdict import ContradictionPolicy, Verdicts
from fercurate.planning.decisions import DecidedSamples
from fercurate.planning.labeling.vote_labels import VotedLabels, ferplus_labels, vote_set_labels
from fercurate.recipe.sections import Labels, VoteLabels, VoteSetLabels

OTHER_SOURCE = "source not in the recipe"
NOT_CHOSEN = "not chosen by where"
NO_LABEL = "no label"
OUTSIDE_SCHEME = "outside the scheme"
NO_VOTES = "no votes"
UNDECIDED = "votes undecided"
CONTRADICTORY = "identical pictures with different labels"

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class LabelRule:
    """One way to label all samples.

    ``undecided`` (N,) bool are those whose votes decide nothing, ``unvoted`` (N,) bool those that
    have no label because they have no votes.
    """

    labeling: Labeling
    undecided: NDArray[np.bool_]
    unvoted: NDArray[np.bool_]

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Mask (N,) of the samples that it gives a class of the scheme."""
        return np.asarray(self.labeling.labels >= 0)


def label_rules(
    manifest: Manifest,
    votes: NDArray[np.uint8],
    wanted: Labels,
    vote_set: VoteSet | None = None,
) -> tuple[LabelRule, LabelRule]:
    """The rule for train and the rule for val and test.

    Raises:
        ValueError: labels from votes are wanted, and no sample has any.
    """
    expressions, renamed = manifest.text("expression"), wanted.renamed()
    native = Labeling(wanted.resolve().encode([renamed.get(name, name) for name in expressions]))
    if wanted.ferplus is not None:
        return _ferplus_rules(manifest, votes, wanted, wanted.ferplus, native)
    nobody = np.zeros(len(manifest), dtype=bool)
    own = LabelRule(native, nobody, nobody)
    if wanted.votes is None:
        return own, own
    if vote_set is None:
        raise ValueError(f"labels are to come from the votes {wanted.votes.set}: there are none")
    voted = vote_set_labels(vote_set, wanted.votes.mode, wanted)
    train = _voted(native, voted, _left_out(manifest, voted.voted, wanted.votes), wanted)
    return train, train if wanted.votes.evaluation == "same" else own


def _ferplus_rules(
    manifest: Manifest,
    votes: NDArray[np.uint8],
    wanted: Labels,
    chosen: VoteLabels,
    native: Labeling,
) -> tuple[LabelRule, LabelRule]:
    if not votes.any():
        raise ValueError("the recipe takes labels from FER+ votes, but the store has none")
    left_out = _left_out(manifest, np.asarray(votes.any(axis=1)), chosen)
    train = _voted(native, ferplus_labels(votes, chosen.mode, wanted), left_out, wanted)
    if chosen.evaluation == "same":
        return train, train
    return train, _voted(native, ferplus_labels(votes, "majority", wanted), left_out, wanted)


def _voted(native: Labeling, voted: VotedLabels, left_out: Mask, wanted: Labels) -> LabelRule:
    """Labels from votes where a sample has them, else its own unless it is to be left out."""
    own = Labeling(np.where(left_out, -1, native.labels))
    labeling = voted.beside(own, len(wanted.resolve().classes))
    return LabelRule(labeling, voted.undecided, left_out)


def decided_rules(
    rules: tuple[LabelRule, LabelRule], decided: DecidedSamples, wanted: Labels, scope: Mask
) -> tuple[LabelRule, LabelRule]:
    """The rules with the labels that people decided on, where those count.

    ``scope`` (N,) bool tells whose decisions count wherever they stand. Train's rule has all of
    them if they count in train at all.
    """
    renamed = wanted.renamed()
    codes = wanted.resolve().encode([renamed.get(name, name) for name in decided.labels])
    told = np.asarray(decided.labels != "")
    in_train = told if "train" in decided.wanted.splits else told & scope
    elsewhere = told & scope if decided.wanted.evaluation_splits else np.zeros_like(told)
    return _relabeled(rules[0], codes, in_train), _relabeled(rules[1], codes, elsewhere)


def _relabeled(rule: LabelRule, codes: NDArray[np.int64], where: Mask) -> LabelRule:
    """A rule that gives some samples (N,) bool other labels."""
    labels, targets = np.where(where, codes, rule.labeling.labels), rule.labeling.targets
    if targets is not None:
        hard = np.eye(targets.shape[1], dtype=np.float32)[np.maximum(codes, 0)]
        targets = np.where(where[:, None], hard * (codes >= 0)[:, None], targets)
    return LabelRule(Labeling(labels, targets), rule.undecided & ~where, rule.unvoted & ~where)


def _left_out(manifest: Manifest, voted: Mask, chosen: VoteLabels | VoteSetLabels) -> Mask:
    """Mask (N,) of samples without votes whose source has votes, unless they are to be kept.

    ``voted`` (N,) bool are those with votes. FER+ leaves rows out of its lists that are no face;
    FER-2013's label says nothing of that.
    """
    if chosen.without_votes == "keep":
        return np.zeros(len(voted), dtype=bool)
    sources, code = np.unique(manifest.encoded("source"), return_inverse=True)
    has_votes = np.bincount(code[voted], minlength=len(sources)) > 0
    return np.asarray(~voted & has_votes[code])


def first_verdicts(
    verdicts: Verdicts,
    manifest: Manifest,
    sources: tuple[str, ...],
    rules: tuple[LabelRule, LabelRule],
    *,
    labeled_otherwise: bool,
) -> Verdicts:
    """Verdicts on what no split can use: foreign, unlabeled, undecided, outside the scheme.

    ``labeled_otherwise``: one without a label of its own may have one by votes or decisions.
    """
    foreign = ~manifest.is_one_of("source", sources)
    unlabeled = np.asarray(manifest.text("expression") == UNLABELED)
    voted = np.zeros(len(manifest), dtype=bool)
    if labeled_otherwise:
        voted = rules[0].usable | rules[1].usable
    verdicts = verdicts.drop(foreign, OTHER_SOURCE)
    unvoted = rules[0].unvoted & rules[1].unvoted
    verdicts = verdicts.drop(unvoted, NO_VOTES).drop(unlabeled & ~voted, NO_LABEL)
    verdicts = verdicts.drop(rules[0].undecided & rules[1].undecided, UNDECIDED)
    return verdicts.drop(~rules[0].usable & ~rules[1].usable, OUTSIDE_SCHEME)


def settle(
    assignment: SplitAssignment, rules: tuple[LabelRule, LabelRule], verdicts: Verdicts
) -> tuple[Labeling, Verdicts]:
    """Give train rows the labels of the one rule and evaluation rows those of the other."""
    train, evaluation = rules
    evaluated = np.zeros(len(verdicts.reasons), dtype=bool)
    for name in EVALUATION_SPLITS:
        evaluated[assignment.rows.get(name, [])] = True
    labels = np.where(evaluated, evaluation.labeling.labels, train.labeling.labels)
    undecided = np.where(evaluated, evaluation.undecided, train.undecided)
    unvoted = np.where(evaluated, evaluation.unvoted, train.unvoted)
    verdicts = verdicts.drop(unvoted, NO_VOTES).drop(undecided, UNDECIDED)
    verdicts = verdicts.drop(labels < 0, OUTSIDE_SCHEME)
    targets = train.labeling.targets
    if targets is not None and evaluation.labeling.targets is None:
        hard = np.eye(targets.shape[1], dtype=np.float32)[np.maximum(labels, 0)]
        targets = np.where(evaluated[:, None], hard, targets)
    return Labeling(labels, targets), verdicts


def resolve_contradictions(
    identity: Keys | None,
    labeling: Labeling,
    verdicts: Verdicts,
    policy: ContradictionPolicy,
) -> tuple[Labeling, Verdicts, str]:
    """Drop identical pictures whose labels differ, or let them vote; says what was done.

    ``identity`` (N,) is equal for identical pictures. With ``vote`` all copies take the commonest
    label (and it alone as target); where none is commonest they are dropped.
    """
    if policy == "keep" or identity is None:
        return labeling, verdicts, ""
    labels = labeling.labels.copy()
    dropped = np.zeros(len(labels), dtype=bool)
    kept, groups = verdicts.kept, 0
    for group in members(group_equal(identity)).values():
        rows = group[kept[group]]
        names, counts = np.unique(labels[rows], return_counts=True)
        if len(names) < 2:
            continue
        groups += 1
        winners = names[counts == counts.max()]
        if policy == "vote" and len(winners) == 1:
            labels[rows] = winners[0]
        else:
            dropped[rows] = True
    changed = np.flatnonzero(labels != labeling.labels)
    note = (
        f"contradictions: {policy}: {groups:,} groups of identical pictures had different labels; "
        f"{len(changed):,} samples were relabeled and {int(dropped.sum()):,} dropped"
    )
    relabeled = Labeling(labels, _one_hot(labeling.targets, labels, changed))
    return relabeled, verdicts.drop(dropped, CONTRADICTORY), note


def _one_hot(
    targets: NDArray[np.float32] | None, labels: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.float32] | None:
    if targets is None:
        return None
    changed = targets.copy()
    changed[rows] = np.eye(targets.shape[1], dtype=np.float32)[labels[rows]]
    return changed
