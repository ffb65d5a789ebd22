"""Label noise on purpose: labels of train changed by chance, and what that came to."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import BuildPlan
from fercurate.domain.seeding import draw_seed
from fercurate.domain.segments.base import Rows
from fercurate.domain.taxonomy import Scheme
from fercurate.domain.votes import VOTE_EXPRESSIONS
from fercurate.errors import InputError
from fercurate.planning.evidence import Evidence
from fercurate.recipe.model import Recipe
from fercurate.recipe.parts.label_noise import LabelNoise

_WHO, _WHAT = 0, 1
"""Two draws a sample: whether its label changes, and to what."""


def with_label_noise(plan: BuildPlan, recipe: Recipe, evidence: Evidence) -> BuildPlan:
    """The plan with changed labels of train, if the recipe asks for it.

    Who is changed depends on the noise's seed and the sample's id alone, among those of train: as
    many as the rate says, those whose draw is smallest.

    Raises:
        InputError: votes are to be drawn, and nobody has voted on a sample of train.
    """
    noise, scheme = recipe.label_noise, recipe.scheme
    if noise is None:
        return plan
    rows, truth = plan.train.originals.rows, plan.labels
    changing = _Changing(noise, scheme, rows, truth[rows], evidence.manifest)
    try:
        voting = noise.kind == "votes"
        changed = changing.by_votes(evidence.votes[rows]) if voting else changing.by_classes()
    except ValueError as error:
        fix = "Ingest them: fercurate ingest fer2013new.csv"
        raise InputError(str(error), where=f"{recipe.name}: label_noise", fix=fix) from None
    labels = truth.copy()
    labels[rows] = changed
    labeling = replace(plan.labeling, labels=labels, truth=truth)
    return with_noise_facts(replace(plan, labeling=labeling), recipe, rows)


def with_noise_facts(plan: BuildPlan, recipe: Recipe, rows: Rows) -> BuildPlan:
    """The plan with what its label noise came to, counted over train's ``rows`` (M,)."""
    noise, truth = recipe.label_noise, plan.labeling.truth
    if noise is None or truth is None:
        return plan
    facts = _facts(noise, recipe.scheme.classes, truth[rows], plan.labels[rows])
    told = f"label noise on purpose: {facts['changed']:,} of {len(rows):,} labels of train changed"
    return replace(plan, label_noise=facts, notes=(*plan.notes, told))


class _Changing:
    """The samples of train, and the draws that change their labels."""

    def __init__(
        self,
        noise: LabelNoise,
        scheme: Scheme,
        rows: Rows,
        labels: NDArray[np.int64],
        manifest: Manifest,
    ) -> None:
        self.noise, self.scheme, self.labels = noise, scheme, labels
        ids = manifest.text("id")[rows]
        draws = [[draw_seed(noise.seed, name, n) for name in ids] for n in (_WHO, _WHAT)]
        self.who, self.what = (np.array(one, dtype=np.uint64) for one in draws)

    def _chosen(self, among: NDArray[np.int64]) -> NDArray[np.int64]:
        """Of some positions those that are changed: a share, the ones with the smallest draws."""
        count = round(self.noise.rate * len(among))
        return among[np.argsort(self.who[among], kind="stable")[:count]]

    def by_classes(self) -> NDArray[np.int64]:
        """Labels (M,) changed to any other class, or to the one that each class is taken for."""
        changed, count = self.labels.copy(), len(self.scheme.classes)
        if self.noise.kind == "symmetric":
            chosen = self._chosen(np.arange(len(self.labels)))
            steps = 1 + (self.what[chosen] % np.uint64(count - 1)).astype(np.int64)
            changed[chosen] = (self.labels[chosen] + steps) % count
            return changed
        code = {name: number for number, name in enumerate(self.scheme.classes)}
        for name, other in self.noise.to.items():
            chosen = self._chosen(np.flatnonzero(self.labels == code[name]))
            changed[chosen] = code[other]
        return changed

    def by_votes(self, votes: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Labels (M,) of which some are one vote each, drawn by the counts of votes (M, 10)."""
        counts = _class_votes(votes, self.scheme)
        if not counts.any():
            raise ValueError("nobody has voted on a sample of train")
        changed = self.labels.copy()
        chosen = self._chosen(np.flatnonzero(counts.any(axis=1)))
        ends = counts[chosen].cumsum(axis=1)
        drawn = (self.what[chosen] % ends[:, -1].astype(np.uint64)).astype(np.int64)
        changed[chosen] = (ends <= drawn[:, None]).sum(axis=1)
        return changed


def _class_votes(votes: NDArray[np.uint8], scheme: Scheme) -> NDArray[np.int64]:
    """Votes (M, C) for the classes of a scheme."""
    counts = np.zeros((len(votes), len(scheme.classes)), dtype=np.int64)
    for column, expression in enumerate(VOTE_EXPRESSIONS):
        code = scheme.codes.get(expression)
        if code is not None:
            counts[:, code] += votes[:, column]
    return counts


def _facts(
    noise: LabelNoise,
    classes: Sequence[str],
    truth: NDArray[np.int64],
    changed: NDArray[np.int64],
) -> dict[str, Any]:
    """What the noise came to, JSON-ready: by class how many labels, how many changed, to what."""
    by_class = {}
    for code, name in enumerate(classes):
        own = changed[truth == code]
        others = np.bincount(own[own != code], minlength=len(classes))
        by_class[name] = {
            "samples": len(own),
            "changed": int((own != code).sum()),
            "to": {one: int(n) for one, n in zip(classes, others, strict=True) if n},
        }
    count = int((changed != truth).sum())
    return {
        "kind": noise.kind,
        "rate": noise.rate,
        "seed": noise.seed,
        "samples": len(truth),
        "changed": count,
        "realized_rate": round(count / max(len(truth), 1), 4),
        "by_class": by_class,
    }
