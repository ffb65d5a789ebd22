"""``summary.json``: the numbers of an export, for machines; the datasheet prints the same."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.lineage import LineageEntry
from fercurate.domain.plan import BuildPlan, SplitPlan
from fercurate.domain.segments.base import Segment
from fercurate.domain.taxonomy import Scheme
from fercurate.domain.text import Encoded, decode_text

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a datasheet must say about a source: its title, its license, and what that allows.

    ``redistributable`` says whether its pictures may be passed on; None if that is not known.
    """

    title: str
    license: str
    redistributable: bool | None = None


@dataclass(frozen=True)
class ExportFacts:
    """Everything that the papers of an export say.

    All is known before its pixels are made but ``synthetic``, which is measured on them.
    """

    name: str
    description: str
    command: str
    scheme: Scheme
    plan: BuildPlan
    source_of: Encoded
    sources: Mapping[str, SourceFacts]
    lineage: Sequence[LineageEntry]
    rejects: Mapping[str, Mapping[str, int]]
    class_weights: NDArray[np.float64]
    notes: tuple[str, ...] = ()
    effective_number: Mapping[str, Any] = field(default_factory=dict)
    synthetic: Mapping[str, Any] = field(default_factory=dict)
    pictures: Mapping[str, Any] = field(default_factory=dict)
    funnel: Mapping[str, Any] = field(default_factory=dict)
    normalize: tuple[str, ...] = ()
    agreement: Mapping[str, Any] = field(default_factory=dict)
    groups: Mapping[str, Any] = field(default_factory=dict)


def summarize(facts: ExportFacts) -> dict[str, Any]:
    """Return the summary as JSON-ready values with stable keys."""
    weights = zip(facts.scheme.classes, facts.class_weights, strict=True)
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "export-summary",
        "name": facts.name,
        "description": facts.description,
        "scheme": _scheme(facts.scheme),
        "splits": {p.split: _split(p, facts) for p in facts.plan.main_plans},
        "folds": _folds(facts),
        "dropped": facts.plan.dropped,
        "rejects": {source: dict(counts) for source, counts in facts.rejects.items()},
        "class_weights": {name: float(weight) for name, weight in weights},
        "effective_number": dict(facts.effective_number),
        "synthetic": dict(facts.synthetic),
        "pictures": dict(facts.pictures),
        "funnel": dict(facts.funnel),
        "normalize": list(facts.normalize),
        **({"agreement": dict(facts.agreement)} if facts.agreement else {}),
        **({"groups": dict(facts.groups)} if facts.groups else {}),
        **({"decisions": dict(facts.plan.decisions)} if facts.plan.decisions else {}),
        **({"protocol": dict(facts.plan.protocol)} if facts.plan.protocol else {}),
        **({"label_noise": dict(facts.plan.label_noise)} if facts.plan.label_noise else {}),
        "warnings": list(facts.plan.warnings),
        "notes": list(facts.notes),
        "sources": {
            name: {**asdict(source), "history": _history(name, facts.lineage)}
            for name, source in facts.sources.items()
        },
        "commands": [*dict.fromkeys(entry.command for entry in facts.lineage), facts.command],
    }


def _scheme(scheme: Scheme) -> dict[str, Any]:
    """Its name and classes; and the expressions of each, if some are merged."""
    values: dict[str, Any] = {"name": scheme.name, "classes": list(scheme.classes)}
    if scheme.merged:
        values["expressions"] = {name: list(scheme.expressions(name)) for name in scheme.classes}
    return values


def _split(plan: SplitPlan, facts: ExportFacts) -> dict[str, Any]:
    kinds = _by_class(plan, lambda segment: segment.family, facts)
    return {
        "rows": len(plan),
        "original": len(plan) - plan.derived_rows,
        "derived": plan.derived_rows,
        "classes": {c: sum(counts[c] for counts in kinds.values()) for c in facts.scheme.classes},
        "kinds": kinds,
        "operations": _by_class(plan, lambda segment: segment.op, facts),
        "sources": _sources(plan, facts.source_of),
    }


def _sources(plan: SplitPlan, source_of: Encoded) -> dict[str, int]:
    """Rows by source, in the order of names."""
    counts: Counter[str] = Counter()
    for segment in plan.segments:
        names, rows = np.unique(source_of[segment.rows], return_counts=True)
        counts.update(dict(zip(decode_text(names), rows.tolist(), strict=True)))
    return dict(sorted(counts.items()))


def _by_class(
    plan: SplitPlan, name: Callable[[Segment], str], facts: ExportFacts
) -> dict[str, dict[str, int]]:
    """Class counts of segments with the same name, in the plan's order."""
    rows: dict[str, list[NDArray[np.int64]]] = {}
    for segment in plan.segments:
        rows.setdefault(name(segment), []).append(facts.plan.labels[segment.rows])
    return {
        key: count_classes(np.concatenate(labels), facts.scheme.classes)
        for key, labels in rows.items()
    }


def _folds(facts: ExportFacts) -> list[dict[str, int]]:
    """Class counts of the original samples that each fold tests; empty without folds."""
    if facts.plan.folds is None:
        return []
    rows = facts.plan.train.originals.rows
    fold_of, labels = facts.plan.folds[rows], facts.plan.labels[rows]
    count = int(fold_of.max(initial=-1)) + 1
    return [count_classes(labels[fold_of == fold], facts.scheme.classes) for fold in range(count)]


def count_classes(labels: NDArray[np.int64], classes: Sequence[str]) -> dict[str, int]:
    """Count labels (N,) by class name, in the order of the classes, zeros included."""
    counts = np.bincount(labels, minlength=len(classes))
    return {name: int(count) for name, count in zip(classes, counts, strict=True)}


def _history(source: str, lineage: Sequence[LineageEntry]) -> list[dict[str, Any]]:
    return [
        {
            "layout": entry.layout,
            "variant": entry.variant,
            "records": entry.records,
            "added": entry.added,
            "rejected": entry.rejected,
            "inputs": [asdict(file) for file in entry.inputs],
        }
        for entry in lineage
        if entry.source == source
    ]
