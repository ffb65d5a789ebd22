"""The card of the screener: what it learned from, how well it does, and its presets."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.screener.figures import (
    Aim,
    Interval,
    average_precision,
    bootstrap,
    cross_fitted,
    curve,
)
from benchmarks.screener.material import CRITERIA, EMOTIONS, Material
from benchmarks.screener.training import sigmoid

DROPPED = ("not_face", "not_human", "occluded")
"""What makes a sample unusable; a watermark does not."""

AIMS = {"lenient": Aim(precision=0.90), "balanced": Aim(precision=0.75), "strict": Aim(recall=0.80)}
NOT_A_FACE_VOTES = 10
EVERY = 35
"""Of the other rows every so many, where precision is to be told for about a thousand of them."""


@dataclass(frozen=True)
class Measured:
    """Calibrated logits (N, 4) of all rows.

    ``unseen`` come from networks that had not seen the row; ``shipped`` from the one that ships,
    which learned from all Training rows. ``folds`` (N,) are -1 for the test usages.
    """

    material: Material
    unseen: NDArray[np.float64]
    shipped: NDArray[np.float64]
    folds: NDArray[np.int64]


def write_card(measured: Measured, path: Path) -> None:
    """Write all figures as JSON."""
    card: dict[str, Any] = {
        "schema_version": 1,
        "criteria": list(CRITERIA),
        "trained_on": _trained_on(measured.material),
        "measured": _criteria(measured) | {"fer_plus_not_a_face": _faces(measured)},
        "curves": _curves(measured),
        "presets": _presets(measured),
    }
    path.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _trained_on(material: Material) -> dict[str, Any]:
    return {
        "pictures": int(material.train.sum()),
        "labeled": int(material.labeled.sum()),
        "labeled_at_random": int(material.random.sum()),
        "positives": {n: int((material.labels[:, c] == 1).sum()) for c, n in enumerate(CRITERIA)},
        "not_a_face_by_votes": int(
            (material.train & (material.non_face_votes == NOT_A_FACE_VOTES)).sum()
        ),
    }


def _random(measured: Measured, column: int) -> NDArray[np.int64]:
    material = measured.material
    return np.flatnonzero(material.random & np.isfinite(material.labels[:, column]))


def _criteria(measured: Measured) -> dict[str, Any]:
    figures = {}
    for column, name in enumerate(CRITERIA[1:], start=1):
        rows = _random(measured, column)
        truth = measured.material.labels[rows, column] == 1
        score = measured.unseen[rows, column]
        figures[name] = {
            "average_precision": _rounded(bootstrap(average_precision, truth, score)),
            "pictures": len(rows),
            "positives": int(truth.sum()),
        }
    return figures


def _faces(measured: Measured) -> dict[str, Any]:
    truth = measured.material.non_face_votes == NOT_A_FACE_VOTES
    test = ~measured.material.train
    unseen, shipped = measured.unseen[:, 0], measured.shipped[:, 0]
    few = truth.copy()
    few[np.flatnonzero(~truth)[::EVERY]] = True
    return {
        "rows": int(truth.sum()),
        "whole_csv_shipped": _rounded(bootstrap(average_precision, truth, shipped)),
        "whole_csv_unseen": _rounded(bootstrap(average_precision, truth, unseen)),
        "every_35th_other_shipped": _rounded(
            bootstrap(average_precision, truth[few], shipped[few])
        ),
        "every_35th_other_unseen": _rounded(bootstrap(average_precision, truth[few], unseen[few])),
        "test_usages_shipped": _rounded(bootstrap(average_precision, truth[test], shipped[test])),
        "test_rows": int(truth[test].sum()),
    }


def _curves(measured: Measured) -> dict[str, Any]:
    curves = {}
    for column, name in enumerate(CRITERIA[1:], start=1):
        rows = _random(measured, column)
        truth = measured.material.labels[rows, column] == 1
        curves[name] = curve(truth, sigmoid(measured.unseen[rows, column]))
    rows, truth, score = _combined(measured)
    curves["not_face, not_human or occluded"] = curve(truth, score)
    return curves


def _combined(
    measured: Measured,
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.float64]]:
    """Random rows whose three labels decide, whether any holds, and the largest chance."""
    labels = measured.material.labels[:, :3]
    decided = (labels == 1).any(axis=1) | np.isfinite(labels).all(axis=1)
    rows = np.flatnonzero(measured.material.random & decided)
    truth = (labels[rows] == 1).any(axis=1)
    return rows, truth, sigmoid(measured.unseen[rows, :3]).max(axis=1)


def _presets(measured: Measured) -> dict[str, Any]:
    """One threshold for the three faults.

    ``cross_fitted`` says what thresholds do that were chosen on the other four folds.
    """
    rows, truth, score = _combined(measured)
    presets = {}
    for name, aim in AIMS.items():
        fitted, threshold = cross_fitted(aim, truth, score, measured.folds[rows])
        dropped = score >= threshold
        thresholds = dict.fromkeys(DROPPED, threshold)
        if name == "strict":
            thresholds["watermark"] = 0.5
        presets[name] = {
            "thresholds": thresholds,
            "measured": {
                "precision": _rounded(bootstrap(_precision, truth, dropped.astype(float))),
                "recall": _rounded(bootstrap(_recall, truth, dropped.astype(float))),
                "dropped": round(float(dropped.mean()), 4),
                "classes": _losses(measured.material, rows, dropped),
            },
            "cross_fitted": {
                "precision": round(_precision(truth, fitted.astype(float)), 4),
                "recall": round(_recall(truth, fitted.astype(float)), 4),
            },
        }
    return presets


def _precision(truth: NDArray[np.bool_], dropped: NDArray[np.float64]) -> float:
    return float(truth[dropped > 0].mean())


def _recall(truth: NDArray[np.bool_], dropped: NDArray[np.float64]) -> float:
    return float(dropped[truth].mean())


def _losses(
    material: Material, rows: NDArray[np.int64], dropped: NDArray[np.bool_]
) -> dict[str, float]:
    emotions = material.emotions[rows]
    return {
        name: round(float(dropped[emotions == code].mean()), 4)
        for code, name in enumerate(EMOTIONS)
    }


def _rounded(interval: Interval) -> list[float]:
    return [round(value, 4) for value in interval]
