"""What the papers of an export say of its samples, sources and weights, from its plan."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.balance.weights import BETA, WEIGHTINGS, effective_number
from fercurate.domain.decisions.agreement import fleiss_kappa_of_counts
from fercurate.domain.lineage import LineageEntry
from fercurate.domain.plan import BuildPlan, class_counts
from fercurate.export.summary import ExportFacts, SourceFacts
from fercurate.pipeline.annotations.vote_sets import added_method
from fercurate.pipeline.building.papers.groups import group_counts
from fercurate.pipeline.building.prepare import PlannedBuild
from fercurate.planning.funnel import funnel
from fercurate.recipe.model import Recipe
from fercurate.sources.registry import OVERLAYS, READERS
from fercurate.store.store import Store


def export_facts(ready: PlannedBuild, command: str) -> ExportFacts:
    """Return the facts of an export; ``command`` is what builds it again."""
    store, recipe, plan, methods = ready.store, ready.recipe, ready.plan, ready.basis.methods
    lineage = _history(recipe, store, plan, methods)
    sources = {entry.source: _source_facts(entry) for entry in lineage if entry.source}
    return ExportFacts(
        name=recipe.name,
        description=recipe.description,
        command=command,
        scheme=recipe.scheme,
        plan=plan,
        source_of=store.manifest.encoded("source"),
        sources=sources,
        lineage=lineage,
        rejects={s: codes for s, codes in store.reject_counts().items() if s in sources},
        class_weights=class_weights(plan, recipe, ""),
        effective_number=_effective_numbers(plan, recipe.scheme.classes),
        pictures=ready.changes.to_json(),
        funnel=funnel(store.manifest, plan, recipe),
        normalize=tuple(step.label for step in recipe.normalize),
        agreement=vote_agreement(plan, store),
        groups=group_counts(ready),
        notes=(*plan.notes, *([f"measured by {', '.join(methods)}"] if methods else [])),
    )


def _history(
    recipe: Recipe, store: Store, plan: BuildPlan, methods: Sequence[str]
) -> Sequence[LineageEntry]:
    """What made the exported rows: ingests of their sources, and of votes if they have any.

    Among them is what first added the votes that labels come from, which is told by its method.
    """
    used = set(recipe.source_names)
    if has_votes(plan, store):
        used |= {overlay.name for overlay in OVERLAYS}
    added = next((entry for entry in store.lineage if added_method(entry) in methods), None)
    return [entry for entry in store.lineage if entry.source in used or entry is added]


def vote_agreement(plan: BuildPlan, store: Store) -> dict[str, Any]:
    """How far FER+'s readers agree about the exported samples; empty without votes."""
    votes = store.votes
    several = votes.sum(axis=1, dtype=np.uint16) > 1
    rows = np.concatenate([one.originals.rows[several[one.originals.rows]] for one in plan.splits])
    voted = votes[rows].astype(np.float64)
    kappa = fleiss_kappa_of_counts(voted)
    if not np.isfinite(kappa):
        return {}
    most = int(np.median(voted.sum(axis=1)))
    return {"samples": len(voted), "votes": most, "kappa": round(kappa, 4)}


def has_votes(plan: BuildPlan, store: Store) -> bool:
    """Whether anybody has voted on a picture of the export."""
    voted = np.asarray(store.votes.any(axis=1))
    return any(bool(voted[s.rows].any()) for one in plan.main_plans for s in one.segments)


def _source_facts(entry: LineageEntry) -> SourceFacts:
    name = entry.options.get("reader", entry.source)
    reader = next((r for r in READERS if r.name == name), None)
    if reader is None:  # of a store that a later version wrote, or another program
        return SourceFacts(name, "not known")
    return SourceFacts(reader.title, reader.license, reader.redistributable)


def class_weights(plan: BuildPlan, recipe: Recipe, folder: str) -> NDArray[np.float64]:
    """Weights (C,) from the train split of the export, or of one fold's folder.

    They are those of its rows; of its original rows if over-sampling is to be weighted as well.
    """
    train = next(p for p in plan.plans if p.split == "train" and p.folder == folder)
    weighs_originals = recipe.allow_weights_with_oversampling
    segments = (train.originals,) if weighs_originals else train.segments
    counts = class_counts(segments, plan.labels, len(recipe.scheme.classes))
    return WEIGHTINGS[recipe.class_weights](np.array(counts, dtype=np.int64))


def _effective_numbers(plan: BuildPlan, classes: tuple[str, ...]) -> dict[str, Any]:
    """The effective number of train's samples by class, of real rows and of all."""
    kinds = {"real rows": plan.train.originals.rows, "all rows": plan.train.rows}
    numbers: dict[str, Any] = {"beta": BETA}
    for name, rows in kinds.items():
        counts = np.bincount(plan.labels[rows], minlength=len(classes)).astype(np.int64)
        numbers[name] = dict(zip(classes, effective_number(counts).round(1).tolist(), strict=True))
    return numbers
