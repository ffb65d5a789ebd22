"""What a filter found of every sample: its scores, the verdict, and the measurements behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import KNOWN_EXPRESSIONS
from fercurate.domain.manifest import Manifest
from fercurate.domain.text import decode_text
from fercurate.domain.verdict import KEEP
from fercurate.errors import InputError
from fercurate.pipeline.filter.request import FilterRequest
from fercurate.pipeline.measure.whole_store import Duplicates
from fercurate.report.overview.base import HasOverview, Overview, columns_frame
from fercurate.report.overview.contents import filter_overview
from fercurate.screening.base import Values
from fercurate.screening.fairness import UnfairClass, losses, unfair_classes
from fercurate.screening.judge import Judgment, Policy, Scores, flagged, quality
from fercurate.screening.registry import CRITERIA_BY_NAME

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1


@dataclass(frozen=True, repr=False)
class FilterReport(HasOverview):
    """What a filter found of N samples; nothing in the store is dropped by it.

    ``rows`` (N,) are their places in the store, and ``manifest`` tells of them.
    """

    request: FilterRequest
    rows: NDArray[np.int64]
    manifest: Manifest
    scores: Scores
    policy: Policy
    judgment: Judgment
    values: Mapping[str, Values]
    columns: Mapping[str, tuple[str, ...]]

    def only(self, rows: NDArray[np.int64]) -> "FilterReport":
        """The same of some samples (M,) alone."""
        judgment = Judgment(self.judgment.reasons[rows], self.judgment.enhanced[rows])
        return replace(
            self,
            rows=self.rows[rows],
            manifest=self.manifest.take(rows),
            scores={name: score[rows] for name, score in self.scores.items()},
            judgment=judgment,
            values={kind: values[rows] for kind, values in self.values.items()},
        )

    @property
    def ids(self) -> NDArray[np.object_]:
        """The ids (N,)."""
        return self.manifest.text("id")

    @property
    def classes(self) -> NDArray[np.object_]:
        """The expressions (N,)."""
        return self.manifest.text("expression")

    @property
    def sources(self) -> NDArray[np.object_]:
        """The names of the sources (N,)."""
        return self.manifest.text("source")

    @property
    def splits(self) -> NDArray[np.object_]:
        """The native splits (N,)."""
        return self.manifest.text("native_split")

    @property
    def unfair(self) -> tuple[UnfairClass, ...]:
        """Classes that lose far more than the others."""
        return unfair_classes(self.judgment.reasons, self.classes)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        reasons = self.judgment.reasons
        dropped = int((reasons != KEEP).sum())
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "filter",
            "store": str(self.request.store),
            "preset": self.request.preset,
            "samples": len(self.rows),
            "kept": len(self.rows) - dropped,
            "dropped": dropped,
            "reasons": {name: int((reasons == name).sum()) for name in self.policy.drop},
            "criteria": {name: self._criterion(name) for name in self.scores},
            "classes": _in_class_order(_loss_table(reasons, self.classes)),
            "sources": _loss_table(reasons, self.sources),
            "duplicates": self._duplicates(),
            "warnings": [unfair.message for unfair in self.unfair],
        }

    def overview(self) -> Overview:
        """What each criterion flags, and who loses how much."""
        return filter_overview(self.to_json())

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a sample as a pandas table, in store order.

        Columns: ``sample_id``, ``source``, ``class``, ``verdict`` (``keep``, or the criterion that
        drops it), ``quality`` (0..1, higher is better), and each criterion's score (0..1, higher is
        worse; NaN where it is unknown).
        """
        named = {"sample_id": self.ids, "source": self.sources, "class": self.classes}
        verdict = np.where(self.judgment.reasons == KEEP, "keep", self.judgment.reasons)
        judged = {"verdict": verdict, "quality": quality(self.scores)}
        return columns_frame({**named, **judged, **self.scores})

    def _duplicates(self) -> list[dict[str, Any]] | None:
        """Duplicates of earlier samples by source and native split; None if not looked for.

        ``across`` counts samples with a duplicate in another native split.
        """
        if Duplicates.kind not in self.values:
            return None
        first, copy = self.values[Duplicates.kind].T
        source, split = self.manifest.coded("source"), self.manifest.coded("native_split")
        width = len(split.values)
        place = source.codes.astype(np.int64) * width + split.codes
        across = _in_several(first.astype(np.int64), place)
        sources, splits = decode_text(source.values), decode_text(split.values)
        return [
            {
                "source": str(sources[n // width]),
                "split": str(splits[n % width]),
                "samples": int(mine.sum()),
                "identical": int((copy[mine] == 2).sum()),
                "near": int((copy[mine] == 1).sum()),
                "across": int(across[mine].sum()),
            }
            for n in np.unique(place).tolist()
            for mine in [place == n]
        ]

    def _criterion(self, name: str) -> dict[str, Any]:
        score, threshold = self.scores[name], self.policy.threshold(name)
        return {
            "meaning": CRITERIA_BY_NAME[name].meaning,
            "threshold": threshold,
            "action": self.policy.action(name),
            "flagged": 0 if threshold is None else int(flagged(score, threshold).sum()),
            "known": int(np.isfinite(score).sum()),
        }

    def explain(self, sample_id: str) -> dict[str, Any]:
        """Every measurement, score and threshold of one sample.

        Raises:
            InputError: no sample has this id.
        """
        row = row_of(self.manifest, sample_id, self.request.store)
        one = self.manifest.take(np.array([row]))
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "explanation",
            "sample_id": sample_id,
            "source": one.text("source")[0],
            "class": one.text("expression")[0],
            "verdict": self.judgment.reasons[row] or "keep",
            "quality": _number(quality(self.scores)[row]),
            "criteria": {
                name: self._one_score(name, float(score[row]))
                for name, score in self.scores.items()
            },
            "measurements": {
                kind: {c: _number(v) for c, v in zip(columns, self.values[kind][row], strict=True)}
                for kind, columns in self.columns.items()
            },
        }

    def _one_score(self, name: str, score: float) -> dict[str, Any]:
        threshold = self.policy.threshold(name)
        return {
            "score": _number(score),
            "threshold": threshold,
            "action": self.policy.action(name),
            "fails": threshold is not None and bool(flagged(np.array(score), threshold)),
            "meaning": CRITERIA_BY_NAME[name].meaning,
        }


def row_of(manifest: Manifest, sample_id: str, store: Path) -> int:
    """The row of the sample with an id, among those of a store.

    Raises:
        InputError: no sample has it.
    """
    rows = np.flatnonzero(manifest.is_one_of("id", [sample_id]))
    if not len(rows):
        some = manifest.take(np.arange(min(len(manifest), 1))).text("id")
        raise InputError(
            f"no sample has the id {sample_id!r}",
            where=str(store),
            expected=f"an id such as {some[0]}" if len(some) else "",
        )
    return int(rows[0])


def _in_several(groups: NDArray[np.int64], place: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a sample's group (N,) stands in several places (N,), which are numbers.

    Groups are named by their first samples, of which some may not be among the N.
    """
    lowest, highest = (np.zeros(int(groups.max(initial=-1)) + 1, dtype=np.int64) for _ in range(2))
    lowest[groups], highest[groups] = place, place
    np.minimum.at(lowest, groups, place)
    np.maximum.at(highest, groups, place)
    return np.asarray(lowest[groups] < highest[groups])


def _loss_table(
    reasons: NDArray[np.object_], groups: NDArray[np.object_]
) -> dict[str, dict[str, int]]:
    return {
        loss.name: {"samples": loss.samples, "dropped": loss.dropped}
        for loss in losses(reasons, groups)
    }


def _in_class_order(table: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """The same in the order of classes everywhere else, what has no label last."""
    known = {name: place for place, name in enumerate(KNOWN_EXPRESSIONS)}
    return {name: table[name] for name in sorted(table, key=lambda one: known.get(one, len(known)))}


def _number(value: float) -> float | None:
    return float(f"{float(value):.6g}") if np.isfinite(value) else None
