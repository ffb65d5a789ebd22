"""Labels of a build: from native labels or votes, into a scheme, with reasons for what drops."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import UNLABELED
from fercurate.domain.groups import group_equal, members
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import EVALUATION_SPLITS, Labeling, SplitAssignment
from fercurate.domain.taxonomy import Scheme
from fercurate.domain.verdict import ContradictionPolicy, Verdicts
from fercurate.domain.votes import VOTE_EXPRESSIONS, VoteMode, vote_targets, without_outliers
from fercurate.planning.decisions import DecidedSamples
from fercurate.recipe.sections import Labels, VoteLabels

OTHER_SOURCE = "source not in the recipe"
NOT_CHOSEN = "not chosen by where"
NO_LABEL = "no label"
OUTSIDE_SCHEME = "outside the scheme"
NO_VOTES = "no votes"
UNDECIDED = "votes undecided"
CONTRADICTORY = "identical pictures with different labels"

Mask = NDArray[np.bool_]

_MOST_VOTES = 255
"""Votes are counted in a byte."""


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
    manifest: Manifest, votes: NDArray[np.uint8], wanted: Labels
) -> tuple[LabelRule, LabelRule]:
    """The rule for train and the rule for val and test.

    Raises:
        ValueError: labels from votes are wanted, and no sample has any.
    """
    expressions, renamed = manifest.text("expression"), wanted.renamed()
    labels = wanted.resolve().encode([renamed.get(name, name) for name in expressions])
    native = Labeling(labels)
    chosen = wanted.ferplus
    if chosen is None:
        nobody = np.zeros(len(labels), dtype=bool)
        rule = LabelRule(native, nobody, nobody)
        return rule, rule
    left_out = _left_out(manifest, votes, chosen)
    native = Labeling(np.where(left_out, -1, labels))
    train = _voted(native, votes, chosen.mode, wanted, left_out)
    if chosen.evaluation == "same":
        return train, train
    return train, _voted(native, votes, "majority", wanted, left_out)


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


def _left_out(
    manifest: Manifest, votes: NDArray[np.uint8], chosen: VoteLabels
) -> NDArray[np.bool_]:
    """Mask (N,) of samples without votes whose source has votes, unless they are to be kept.

    FER+ leaves rows out of its lists that are no face; FER-2013's label says nothing of that.
    """
    voted = np.asarray(votes.any(axis=1))
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
    verdicts = verdicts.drop(rules[0].unvoted, NO_VOTES).drop(unlabeled & ~voted, NO_LABEL)
    verdicts = verdicts.drop(rules[0].undecided & rules[1].undecided, UNDECIDED)
    return verdicts.drop(~rules[0].usable & ~rules[1].usable, OUTSIDE_SCHEME)


def _voted(
    native: Labeling,
    votes: NDArray[np.uint8],
    mode: VoteMode,
    wanted: Labels,
    left_out: NDArray[np.bool_],
) -> LabelRule:
    """Labels from FER+ votes (N, 10) where a sample has them, else its own.

    With soft targets the label is the class with the most votes among those kept. Votes for the
    expressions of a merged class are votes for this class, before any rule is applied.
    """
    if not votes.any():
        raise ValueError("the recipe takes labels from FER+ votes, but the store has none")
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
    labels = np.where(voted, labels, native.labels)
    undecided = voted & ~full.any(axis=1)
    if mode == "majority":
        return LabelRule(Labeling(labels), undecided, left_out)
    own = np.eye(len(scheme.classes))[native.labels] * (native.labels >= 0)[:, None]
    joined = np.where(voted[:, None], targets, own).astype(np.float32)
    return LabelRule(Labeling(labels, joined), undecided, left_out)


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
    verdicts = verdicts.drop(undecided, UNDECIDED).drop(labels < 0, OUTSIDE_SCHEME)
    targets = train.labeling.targets
    if targets is not None and evaluation.labeling.targets is None:
        hard = np.eye(targets.shape[1], dtype=np.float32)[np.maximum(labels, 0)]
        targets = np.where(evaluated[:, None], hard, targets)
    return Labeling(labels, targets), verdicts


def resolve_contradictions(
    identity: NDArray[np.object_] | None,
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
