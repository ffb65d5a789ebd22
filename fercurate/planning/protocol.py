"""A published protocol of evaluation, and in what a build differs from it."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan, SplitPlan
from fercurate.domain.taxonomy import EvaluationProtocol, protocols
from fercurate.recipe.model import Recipe

_MISSING = "E_MISSING"


def protocol_facts(
    plan: BuildPlan, recipe: Recipe, manifest: Manifest, rejects: Mapping[str, Mapping[str, int]]
) -> dict[str, Any]:
    """What a build has of the protocol that its recipe names, JSON-ready; empty without one.

    ``rejects`` are counts by source and code. ``differences`` is empty if it is as published;
    ``identical_in_train`` counts the samples of evaluation splits that train has as well, which
    belongs to most protocols and is still to be known.
    """
    if recipe.protocol is None:
        return {}
    wanted = protocols()[recipe.protocol]
    rows = {one.split: len(one.originals) for one in plan.splits}
    identical = sum(_identical_in_train(plan, manifest).values())
    missing = sum(rejects.get(name, {}).get(_MISSING, 0) for name in recipe.source_names)
    return {
        "name": recipe.protocol,
        "description": wanted.description,
        "reports": wanted.reports,
        "rows": rows,
        "published_rows": dict(wanted.rows),
        "identical_in_train": identical,
        "missing_files": missing,
        "differences": list(_differences(plan, recipe, wanted, rows)),
    }


def protocol_line(facts: Mapping[str, Any]) -> str:
    """The facts in one line; "" without a protocol."""
    if not facts:
        return ""
    told = list(facts["differences"])
    said = "as published" if not told else f"differs: {'; '.join(told)}"
    if facts["missing_files"]:
        said += f"; {facts['missing_files']:,} listed files are missing"
    if facts["identical_in_train"]:
        said += (
            f"; {facts['identical_in_train']:,} evaluated samples have an identical one in train"
        )
    return f"protocol {facts['name']}: {said}"


def _differences(
    plan: BuildPlan, recipe: Recipe, wanted: EvaluationProtocol, rows: Mapping[str, int]
) -> Iterator[str]:
    classes = set(recipe.scheme.classes)
    lacking, more = set(wanted.classes) - classes, classes - set(wanted.classes)
    if lacking or more:
        parts = [f"no {name}" for name in sorted(lacking)] + [
            f"{name} too" for name in sorted(more)
        ]
        yield f"classes: {', '.join(parts)}"
    for split in dict.fromkeys((*wanted.rows, *rows)):
        count, published = rows.get(split, 0), wanted.rows.get(split)
        if published is None:
            yield f"a split {split} of {count:,} samples, which it does not have"
        elif count != published:
            yield f"{split} has {count:,} samples, published are {published:,}"
    folds = 0 if plan.folds is None else int(plan.folds.max(initial=-1)) + 1
    if folds != wanted.folds:
        yield f"{folds or 'no'} folds, published are {wanted.folds or 'none'}"
    derived = sum(one.derived_rows for one in plan.splits if one.split != "train")
    if derived:
        yield f"{derived:,} derived rows in evaluation splits"
    if plan.label_noise:
        yield f"{plan.label_noise['changed']:,} labels of train changed on purpose"
    moved = 0 if plan.moved_from is None else int((plan.moved_from != "").sum())
    if moved:
        yield f"{moved:,} samples moved between splits to repair leaks"


def _identical_in_train(plan: BuildPlan, manifest: Manifest) -> dict[str, int]:
    """Of each evaluation split, how many samples train has with the very same pixels."""
    digests = manifest.encoded("digest")

    def of(one: SplitPlan) -> Any:
        return digests[one.originals.rows]

    train = of(plan.train)
    return {
        one.split: int(np.isin(of(one), train).sum()) for one in plan.splits if one.split != "train"
    }
