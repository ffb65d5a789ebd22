"""What a build rests on: measurements, scores, duplicates; gathered before anything is decided."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.annotations.attribute import Attribute
from fercurate.domain.annotations.vote_set import VoteSet
from fercurate.domain.decisions.history import NOTHING_DECIDED, DecisionHistory
from fercurate.domain.groups import Groups
from fercurate.errors import InputError
from fercurate.pipeline.annotations.attributes import read_attributes
from fercurate.pipeline.annotations.vote_sets import read_vote_set
from fercurate.pipeline.building.face_geometry import faceless, recipe_geometry
from fercurate.pipeline.engine.choice import ClusterEngine
from fercurate.pipeline.events import Listener
from fercurate.pipeline.measure.columns import SampleValues
from fercurate.pipeline.measure.duplicates import DuplicateSearch
from fercurate.pipeline.measure.instruments import (
    Instruments,
    choose_instruments,
    criterion_scores,
    measured_values,
)
from fercurate.pipeline.measure.reviewed import ReviewedFault
from fercurate.planning.decisions import DecidedSamples
from fercurate.planning.evidence import Evidence, needs_duplicates
from fercurate.planning.screening import Screening
from fercurate.recipe.model import Recipe
from fercurate.recipe.needs import judging_policy, needed_scores, source_conditions
from fercurate.screening.base import Values
from fercurate.screening.duplicates.criterion import NEAR
from fercurate.screening.judge import Policy, quality
from fercurate.splits.base import ANYWHERE
from fercurate.store.store import Store
from fercurate.transforms.face.geometry import FaceGeometry

FACE = "no_face"
"""The criterion that rests on what a face detector finds, geometry included."""


@dataclass(frozen=True, slots=True)
class MeasureOptions:
    """How stored pictures are looked at: YuNet's file, if any, and how many workers.

    ``decisions`` are what people decided on them; ``engine`` is who looks, if not threads. Of
    ``attributes`` only these are told, if any are named.
    """

    face_model: Path | None = None
    jobs: int = 0
    decisions: DecisionHistory = NOTHING_DECIDED
    engine: ClusterEngine | None = None
    attributes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class BuildBasis:
    """What a plan rests on, the geometry of N faces, and the methods that it was measured by.

    ``methods`` is empty for a recipe that asks for no measurement. ``attributes`` are what is given
    of the people in its samples. ``face_model`` is YuNet's file, if faces were looked for with it.
    """

    evidence: Evidence
    geometry: FaceGeometry | None = None
    methods: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    face_model: Path | None = None


def instruments_for(recipe: Recipe, options: MeasureOptions) -> Instruments:
    """The measures that a recipe needs; none for one that does not ask about pictures.

    Raises:
        InputError: the file is no such model; or the recipe needs eyes, and there is no YuNet.
    """
    chain = recipe.chain
    named = (*needed_scores(recipe), *([FACE] if chain.detects else []))
    duplicates = bool(named) and (needs_duplicates(recipe) or _drops_near(recipe))
    chosen = choose_instruments(named, options.face_model, duplicates=duplicates)
    step = chain.face_step
    if step is not None and chain.detects and step.needs_eyes and not chosen.finds_eyes:
        raise InputError(
            "eyes are asked for, and the Haar cascades find faces without eyes",
            where=f"{recipe.name}: normalize: {step.kind}",
            expected="YuNet",
            fix="Get it with: fercurate models fetch yunet; or name its file with --face-model; "
            "where a source has landmarks, by: landmarks needs no detector",
        )
    return chosen


def build_basis(
    store: Store,
    recipe: Recipe,
    instruments: Instruments,
    options: MeasureOptions,
    listen: Listener,
) -> BuildBasis:
    """What a plan rests on; duplicates are looked for only if the recipe asks about them.

    Raises:
        StoreError: something that the recipe needs is not measured.
        InputError: it needs landmarks that no sample has, or eyes that the detector cannot give.
    """
    rows = np.flatnonzero(store.manifest.is_one_of("source", recipe.source_names))
    search = DuplicateSearch(store, rows, options.jobs, listen)
    decided, vote_set = _decided(store, recipe, options.decisions), recipe_votes(store, recipe)
    values = measured_values(store, instruments)
    geometry = recipe_geometry(store, recipe, rows, values)
    evidence = Evidence(
        manifest=store.manifest,
        votes=store.votes,
        identity=search.identities if recipe.contradictions != "keep" else None,
        duplicates=_duplicates(search, recipe, decided),
        face_duplicates=_face_duplicates(search, recipe, decided),
        screening=_screening(store, recipe, values, decided),
        faceless=faceless(recipe, store.manifest, geometry),
        chosen=_chosen(store, recipe, values, options.decisions),
        decided=decided,
        vote_set=vote_set,
    )
    methods = method_names(store, instruments, vote_set)
    told = recipe_attributes(store, recipe, options.attributes)
    return BuildBasis(evidence, geometry, methods, told, instruments.face_model)


def recipe_attributes(
    store: Store, recipe: Recipe, names: Collection[str] | None = None
) -> tuple[Attribute, ...]:
    """The attributes of the samples of a recipe's sources; those that none of them has left out.

    Only those of some ``names``, if any are told.
    """
    own = store.manifest.is_one_of("source", recipe.source_names)
    chosen = [one for one in read_attributes(store) if names is None or one.name in names]
    found = (Attribute(one.name, np.where(own, one.values, b"")) for one in chosen)
    return tuple(one for one in found if one.known.any())


def attribute_contents(store: Store, attributes: Iterable[Attribute]) -> tuple[str, ...]:
    """The names of attributes that change with their values, as a lock has them."""
    ids = store.manifest.encoded("id")
    return tuple(one.content_name(ids) for one in attributes)


def recipe_votes(store: Store, recipe: Recipe) -> VoteSet | None:
    """The votes that a recipe takes labels from, on samples of its sources; None without any.

    Raises:
        InputError: the store has no such votes, or none on these samples.
    """
    wanted = recipe.labels.votes
    if wanted is None:
        return None
    votes = read_vote_set(store, wanted.set)
    votes = votes.only(store.manifest.is_one_of("source", recipe.source_names))
    if not votes.voted.any():
        raise InputError(
            f"nobody has voted on a sample of {', '.join(recipe.source_names)}",
            where=f"{recipe.name}: labels.votes.set: {wanted.set}",
        )
    return votes


def _chosen(
    store: Store, recipe: Recipe, values: dict[str, Values], history: DecisionHistory
) -> NDArray[np.bool_] | None:
    """Which samples (N,) the conditions of their sources hold for; None without conditions."""
    conditions = source_conditions(recipe)
    if not conditions:
        return None
    scores = criterion_scores(values, needed_scores(recipe))
    columns = SampleValues(store, judging_policy(recipe), scores, history)
    chosen = np.ones(len(store), dtype=bool)
    for name, condition in conditions.items():
        own = store.manifest.is_one_of("source", [name])
        chosen &= ~own | condition.mask(columns.column, len(store))
    return chosen


def _sides(recipe: Recipe, store: Store) -> NDArray[np.int64]:
    """Numbers (N,) of the splits that samples will stand in, -1 for none.

    Who may stand anywhere has a number of its own: so has everybody where leaks move samples to
    other splits, or the recipe's names contradict each other, which is said later.
    """
    count, names = len(store), _side_names(recipe, store)
    if not names.any():
        return np.arange(count)
    sides = np.unique(names.astype(str), return_inverse=True)[1].astype(np.int64)
    anywhere = (names == ANYWHERE) | (recipe.leaks == "move")
    sides = np.where(anywhere, count + np.arange(count), sides)
    return np.where(names == "", -1, sides)


def _side_names(recipe: Recipe, store: Store) -> NDArray[np.object_]:
    """Names (N,) of sides; "" for all where the recipe's contradict each other: said later."""
    try:
        return recipe.splits.sides(store.manifest)
    except ValueError:
        return np.full(len(store), "", dtype=object)


def _decided(store: Store, recipe: Recipe, history: DecisionHistory) -> DecidedSamples | None:
    if recipe.decisions is None:
        return None
    return DecidedSamples.of(history, recipe.decisions, store.manifest)


def _duplicates(
    search: DuplicateSearch, recipe: Recipe, decided: DecidedSamples | None
) -> Groups | None:
    """Identical, nearly identical and changed pictures; None for a recipe that does not ask."""
    if not needs_duplicates(recipe):
        return None
    groups = search.pictures(_sides(recipe, search.store))
    return groups if decided is None else decided.regrouped(groups)


def _face_duplicates(
    search: DuplicateSearch, recipe: Recipe, decided: DecidedSamples | None
) -> Groups | None:
    """Those of which one stays; None for a recipe that keeps them all."""
    if recipe.screen is None or recipe.screen.duplicate_threshold is None:
        return None
    groups = search.faces() if _drops_near(recipe) else search.identities
    if decided is None:
        return groups
    scope = decided.in_scope(_side_names(recipe, search.store), recipe.splits)
    return decided.no_copies(groups, scope)


def _drops_near(recipe: Recipe) -> bool:
    """Whether of nearly identical pictures of a face only one stays."""
    threshold = None if recipe.screen is None else recipe.screen.duplicate_threshold
    return threshold is not None and threshold <= NEAR


def _screening(
    store: Store, recipe: Recipe, values: dict[str, Values], decided: DecidedSamples | None
) -> Screening | None:
    """Who fails the recipe's criteria; what people found to be no fault counts as none."""
    if recipe.screen is None and recipe.select is None:
        return None
    scores, count = dict(criterion_scores(values, needed_scores(recipe))), len(store)
    if decided is not None:
        scope = decided.in_scope(_side_names(recipe, store), recipe.splits)
        scores = {n: np.where(decided.passing(n, scope), np.nan, s) for n, s in scores.items()}
    policy = Policy() if recipe.screen is None else recipe.screen.policy()
    best = np.zeros(count) if recipe.select is None else quality(scores, cured=policy.enhance)
    return Screening(policy.judge(scores, count), best)


def method_names(
    store: Store, instruments: Instruments, votes: VoteSet | None = None
) -> tuple[str, ...]:
    """How it was measured; of what rests on all samples only the kind, for its name is theirs.

    What is learned from answers is named by these, and votes that labels come from by their
    content.
    """
    together = instruments.together
    return (
        *(one.method for one in instruments.single),
        *(m.method(store) if isinstance(m, ReviewedFault) else m.kind for m in together),
        *(() if votes is None else (votes.method,)),
    )
