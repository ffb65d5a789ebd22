"""Filtering: measure what is missing, score every sample, judge it, and say why."""

import csv
import math
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.verdict import KEEP
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.errors import ConflictError, InputError, UsageError
from fercurate.pipeline.events import Listener, ignore
from fercurate.pipeline.measure.instruments import VOTES, ensure_measured, raw_values, scores_of
from fercurate.report.overview.base import HasOverview, Overview, columns_frame
from fercurate.report.overview.contents import filter_overview
from fercurate.screening.base import Values
from fercurate.screening.fairness import UnfairClass, losses, unfair_classes
from fercurate.screening.judge import Judgment, Policy, Scores, flagged, quality
from fercurate.screening.presets import CURES, DEFAULT_PRESET, preset
from fercurate.screening.registry import BY_NAME, CRITERIA
from fercurate.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
SCORE_COLUMNS: tuple[str, ...] = ("sample_id", "source", "row")
"""The columns of a scores file before those of the criteria."""


@dataclass(frozen=True, slots=True)
class FilterRequest:
    """Which store to judge, by which preset and own thresholds.

    ``thresholds`` override those of the preset by criterion; None takes a criterion out.
    ``ease`` also trains the classifiers that the criteria ``hard`` and ``label_noise`` rest on.
    """

    store: Path
    preset: str = DEFAULT_PRESET
    thresholds: Mapping[str, float | None] = field(default_factory=dict)
    face_model: Path | None = None
    ease: bool = True
    jobs: int = 0

    def criteria(self) -> tuple[str, ...]:
        """The criteria to score, in the order in which they give a reason."""
        return tuple(c.name for c in CRITERIA if self.ease or c.kind != "ease")

    def policy(self) -> Policy:
        """The thresholds in force.

        Raises:
            UsageError: an own threshold names no criterion, or one that is not scored.
        """
        drop: dict[str, float | None] = {**preset(self.preset).drop}
        for name, threshold in self.thresholds.items():
            if name not in BY_NAME:
                raise UsageError(f"no criterion is named {name!r}", expected=", ".join(BY_NAME))
            if name not in self.criteria():
                raise UsageError(f"{name} is not scored with --no-ease")
            drop[name] = threshold
        chosen = {n: t for n in self.criteria() if (t := drop.get(n)) is not None}
        cured = {n: t for n, t in CURES.items() if n not in self.thresholds}
        return Policy(chosen, cured)


@dataclass(frozen=True, repr=False)
class FilterReport(HasOverview):
    """What a filter found of N samples; nothing in the store is dropped by it."""

    request: FilterRequest
    ids: NDArray[np.object_]
    sources: NDArray[np.object_]
    classes: NDArray[np.object_]
    rows: NDArray[np.int64]
    scores: Scores
    policy: Policy
    judgment: Judgment
    values: Mapping[str, Values]
    columns: Mapping[str, tuple[str, ...]]

    @property
    def unfair(self) -> tuple[UnfairClass, ...]:
        """Classes that lose far more than the others."""
        return unfair_classes(self.judgment.reasons, self.classes)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        reasons = self.judgment.reasons
        dropped = int((reasons != "").sum())
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "filter",
            "store": str(self.request.store),
            "preset": self.request.preset,
            "samples": len(self.ids),
            "kept": len(self.ids) - dropped,
            "dropped": dropped,
            "reasons": {name: int((reasons == name).sum()) for name in self.policy.drop},
            "criteria": {name: self._criterion(name) for name in self.scores},
            "classes": _loss_table(reasons, self.classes),
            "sources": _loss_table(reasons, self.sources),
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

    def _criterion(self, name: str) -> dict[str, Any]:
        score, threshold = self.scores[name], self.policy.threshold(name)
        return {
            "meaning": BY_NAME[name].meaning,
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
        check_sample(self.request.store, sample_id)
        row = int(np.flatnonzero(self.ids == sample_id)[0])
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "explanation",
            "sample_id": sample_id,
            "source": self.sources[row],
            "class": self.classes[row],
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
            "fails": threshold is not None and score >= threshold,
            "meaning": BY_NAME[name].meaning,
        }

    def write_scores(self, path: Path) -> None:
        """Write one line a sample: sample_id, source, row, and each criterion's score.

        Higher is worse; an unknown score is empty. The file appears whole or not at all.

        Raises:
            ConflictError: the file is there and holds something else than scores.
        """
        check_scores(path)
        path = path.resolve()
        handle, name = tempfile.mkstemp(".partial", ".fercurate-", path.parent)
        try:
            with os.fdopen(handle, "w", newline="", encoding="utf-8") as out:
                self._write_lines(out)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _write_lines(self, out: TextIO) -> None:
        writer = csv.writer(out)
        writer.writerow([*SCORE_COLUMNS, *self.scores])
        columns = list(self.scores.values())
        for row in range(len(self.ids)):
            shown = ["" if math.isnan(c[row]) else f"{c[row]:.6g}" for c in columns]
            writer.writerow([self.ids[row], self.sources[row], self.rows[row], *shown])


def check_scores(path: Path) -> None:
    """Refuse a place where scores cannot be written, or where something else is.

    Raises:
        ConflictError: there is no such folder, it is a store's, or the file holds something else.
    """
    place = path.resolve()
    if not place.parent.is_dir():
        raise ConflictError("no such folder", where=str(path.parent), fix="Make it first")
    if place.parent.name.endswith(".parts"):
        raise ConflictError("a store keeps its parts there", where=str(path.parent))
    if not place.exists():
        return
    if not place.is_file():
        raise ConflictError("not a regular file", where=str(path), fix="Name another --scores")
    begins = ",".join(SCORE_COLUMNS).encode()
    with path.open("rb") as file:
        found = file.read(len(begins))
    if found != begins:
        raise ConflictError(
            "the file is there and holds no scores", where=str(path), fix="Name another --scores"
        )


def check_sample(store_path: Path, sample_id: str) -> None:
    """Whether a store has a sample of this id.

    Raises:
        InputError: it has none.
    """
    with Store.open(store_path) as store:
        ids = store.manifest.text("id")
    if sample_id not in set(ids):
        raise InputError(
            f"no sample has the id {sample_id!r}",
            where=str(store_path),
            expected=f"an id such as {ids[0]}" if len(ids) else "",
        )


def filter_store(request: FilterRequest, listen: Listener = ignore) -> FilterReport:
    """Measure what is missing and judge every sample of a store.

    Raises:
        StoreError: the store is missing, busy or damaged.
        UsageError: a threshold for an unknown criterion.
    """
    policy, criteria = request.policy(), request.criteria()
    found = ensure_measured(request.store, criteria, request.face_model, request.jobs, listen)
    columns = {m.kind: m.columns for m in found.single}
    columns |= {m.kind: m.columns for m in found.together}
    with Store.open(request.store) as store:
        manifest, values = store.manifest, raw_values(store, found)
    scores = scores_of(values, criteria)
    return FilterReport(
        request=request,
        ids=manifest.text("id"),
        sources=manifest.text("source"),
        classes=manifest.text("expression"),
        rows=manifest.numbers("row"),
        scores=scores,
        policy=policy,
        judgment=policy.judge(scores, len(manifest)),
        values=values,
        columns=columns | {VOTES: tuple(name.lower() for name in VOTE_COLUMNS)},
    )


def _loss_table(
    reasons: NDArray[np.object_], groups: NDArray[np.object_]
) -> dict[str, dict[str, int]]:
    found: Sequence[Any] = losses(reasons, groups)
    return {loss.name: {"samples": loss.samples, "dropped": loss.dropped} for loss in found}


def _number(value: float) -> float | None:
    return float(f"{float(value):.6g}") if np.isfinite(value) else None
