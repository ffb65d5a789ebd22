"""Labels of a build: from native labels or votes, into a scheme, with reasons for what drops."""

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import UNLABELED
from fercurate.domain.grouping import group_equal, members
from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import EVALUATION_SPLITS, Labeling, SplitAssignment
from fercurate.domain.taxonomy import Scheme
from fercurate.domain.verdict import Verdicts
from fercurate.domain.votes import VOTE_EXPRESSIONS, vote_targets
from fercurate.errors import InputError
from fercurate.recipe.model import Recipe

OTHER_SOURCE = "source not in the recipe"
NO_LABEL = "no label"
OUTSIDE_SCHEME = "outside the scheme"
UNDECIDED = "votes undecided"
CONTRADICTORY = "identical pictures with different labels"


def native_labels(manifest: Manifest, recipe: Recipe) -> tuple[Labeling, Verdicts]:
    """Labels from the corpora themselves, and verdicts on what cannot be used."""
    expressions = manifest.text("expression")
    renamed = recipe.labels.renamed()
    named = [renamed.get(name, name) for name in expressions]
    labels = recipe.labels.resolve().encode(named)
    foreign = ~np.isin(manifest.text("source").astype(str), recipe.source_names)
    unlabeled = np.asarray(expressions == UNLABELED)
    verdicts = Verdicts.keep_all(len(manifest)).drop(foreign, OTHER_SOURCE)
    return Labeling(labels), verdicts.drop(unlabeled, NO_LABEL)


def voted_labels(
    native: Labeling, votes: NDArray[np.uint8], mode: str, recipe: Recipe
) -> tuple[Labeling, NDArray[np.bool_]]:
    """Labels from FER+ votes (N, 10) where a sample has them, and who is undecided (N,).

    Raises:
        InputError: no sample has votes.
    """
    if not votes.any():
        raise InputError(
            "the recipe takes labels from FER+ votes, but the store has none",
            where=f"{recipe.name}: labels.ferplus",
            fix="Ingest them: fercurate ingest fer2013new.csv",
        )
    scheme = recipe.labels.resolve()
    full = vote_targets(votes, mode)
    voted = np.asarray(votes.any(axis=1))
    targets = _in_scheme(full, scheme, recipe.labels.renamed(), normalize=mode != "multi_target")
    labels = np.where(targets.any(axis=1), targets.argmax(axis=1), -1)
    if mode == "majority":
        return Labeling(np.where(voted, labels, native.labels)), voted & ~full.any(axis=1)
    own = np.eye(len(scheme.classes))[native.labels] * (native.labels >= 0)[:, None]
    joined = np.where(voted[:, None], targets, own).astype(np.float32)
    labeling = Labeling(np.where(voted, labels, native.labels), joined)
    return labeling, voted & ~full.any(axis=1)


def _in_scheme(
    full: NDArray[np.float64], scheme: Scheme, renamed: dict[str, str], normalize: bool
) -> NDArray[np.float64]:
    """Distributions over FER+'s eight expressions (N, 8) as ones over the scheme (N, C)."""
    targets = np.zeros((len(full), len(scheme.classes)))
    for column, expression in enumerate(VOTE_EXPRESSIONS):
        name = renamed.get(expression, expression)
        if name in scheme.classes:
            targets[:, scheme.classes.index(name)] += full[:, column]
    if not normalize:
        return np.minimum(targets, 1.0)
    # What the majority of the votes puts outside the scheme is no member of any class.
    inside = targets.sum(axis=1, keepdims=True)
    usable = (targets.max(axis=1, initial=0) >= full.max(axis=1, initial=0))[:, None] & (inside > 0)
    return np.where(usable, targets / np.where(inside > 0, inside, 1.0), 0.0)


def settle(
    assignment: SplitAssignment,
    train: tuple[Labeling, NDArray[np.bool_]],
    evaluation: tuple[Labeling, NDArray[np.bool_]],
    verdicts: Verdicts,
) -> tuple[Labeling, SplitAssignment, Verdicts]:
    """Give train rows the labels of the one rule and evaluation rows those of the other."""
    evaluated = np.zeros(len(verdicts.reasons), dtype=bool)
    for name in EVALUATION_SPLITS:
        evaluated[assignment.rows.get(name, [])] = True
    labels = np.where(evaluated, evaluation[0].labels, train[0].labels)
    undecided = np.where(evaluated, evaluation[1], train[1])
    verdicts = verdicts.drop(undecided, UNDECIDED).drop(labels < 0, OUTSIDE_SCHEME)
    kept = verdicts.kept
    rows = {name: r[kept[r]] for name, r in assignment.rows.items()}
    targets = train[0].targets
    if targets is not None:
        hard = np.eye(targets.shape[1], dtype=np.float32)[np.maximum(labels, 0)]
        same = evaluation[0].targets is not None
        targets = targets if same else np.where(evaluated[:, None], hard, targets)
    return Labeling(labels, targets), SplitAssignment(rows, assignment.folds), verdicts


def resolve_contradictions(
    manifest: Manifest, labeling: Labeling, verdicts: Verdicts, policy: str
) -> tuple[Labeling, Verdicts, str]:
    """Drop identical pictures whose labels differ, or let them vote; says what was done.

    With ``vote`` all copies take the commonest label; where none is commonest they are dropped.
    """
    if policy == "keep":
        return labeling, verdicts, ""
    labels = labeling.labels.copy()
    dropped = np.zeros(len(labels), dtype=bool)
    kept, relabeled, groups = verdicts.kept, 0, 0
    for group in members(group_equal(manifest.text("digest"))).values():
        rows = group[kept[group] & (labels[group] >= 0)]
        names, counts = np.unique(labels[rows], return_counts=True)
        if len(names) < 2:
            continue
        groups += 1
        winners = names[counts == counts.max()]
        if policy == "vote" and len(winners) == 1:
            relabeled += int((labels[rows] != winners[0]).sum())
            labels[rows] = winners[0]
        else:
            dropped[rows] = True
    note = (
        f"contradictions: {policy}: {groups:,} groups of identical pictures had different labels; "
        f"{relabeled:,} samples were relabeled and {int(dropped.sum()):,} dropped"
    )
    return Labeling(labels, labeling.targets), verdicts.drop(dropped, CONTRADICTORY), note
