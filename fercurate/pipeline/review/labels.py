"""Queues whose question is the label: one of the simple expressions.

Samples of compound expressions are not asked about.
"""

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.decision import LABEL
from fercurate.domain.expression import COMPOUND_EXPRESSIONS, EXPRESSIONS
from fercurate.domain.groups import group_equal, members
from fercurate.domain.seeding import draw_key
from fercurate.errors import InputError
from fercurate.pipeline.measure.whole_store import Ease
from fercurate.pipeline.predictions.stored import class_codes, stored_predictions
from fercurate.pipeline.review.queues import ReviewQueue
from fercurate.pipeline.review.request import (
    CONTRADICTIONS,
    LABEL_NOISE,
    PREDICTIONS,
    RANDOM,
)
from fercurate.screening.confident import label_error_scores
from fercurate.screening.learned.fault_head import HeadInputs
from fercurate.screening.registry import CRITERIA_BY_NAME
from fercurate.store.store import Store


def label_noise_queue(store: Store, *, learn: bool = True) -> ReviewQueue:
    """Labeled samples whose label classifiers find unlikely, the least likely first.

    Raises:
        InputError: that is not measured.
    """
    ease = Ease()
    measured = store.measured(ease.kind, ease.method(store))
    if measured is None:
        raise InputError(
            "how likely labels are is not measured yet",
            where=str(store.path),
            fix=f"Run: fercurate filter {store.path}",
        )
    scores = CRITERIA_BY_NAME[LABEL_NOISE].score(measured.values)
    labels = label_codes(store)
    rows = np.flatnonzero(labels >= 0)
    rows = rows[np.argsort(-np.nan_to_num(scores[rows]), kind="stable")]
    other = np.nan_to_num(measured.column("other")[rows], nan=-1).astype(np.int64)
    suggestions = np.array([*EXPRESSIONS, ""], dtype=object)[other]
    values = measured.values

    def inputs() -> HeadInputs:
        return HeadInputs.of_labels(values[rows], labels[rows], len(EXPRESSIONS))

    return ReviewQueue(
        LABEL_NOISE,
        LABEL,
        rows,
        np.nan_to_num(scores[rows]),
        suggestions,
        inputs=inputs if learn else None,
    )


def contradiction_queue(store: Store) -> ReviewQueue:
    """Identical pictures with different labels, group by group."""
    manifest, labels = store.manifest, label_codes(store)
    groups = members(group_equal(manifest.text("digest")))
    rows = [
        row
        for group in groups.values()
        if len(set(labels[group][labels[group] >= 0].tolist())) > 1
        for row in group.tolist()
        if labels[row] >= 0
    ]
    chosen = np.array(rows, dtype=np.int64)
    return ReviewQueue(CONTRADICTIONS, LABEL, chosen, np.full(len(chosen), 0.5), whole=False)


def random_queue(store: Store, question: str, chances: NDArray[np.float64] | None) -> ReviewQueue:
    """All samples in an order by chance, the same for everybody."""
    keys = [draw_key(0, name) for name in store.manifest.text("id")]
    rows = np.argsort(np.array(keys, dtype=object), kind="stable").astype(np.int64)
    if question == LABEL:
        rows = rows[label_codes(store)[rows] >= 0]
    known = np.zeros(len(rows)) if chances is None else np.nan_to_num(chances[rows])
    return ReviewQueue(RANDOM, question, rows, known, estimates=chances is not None)


def prediction_queue(store: Store, name: str, cell: str) -> ReviewQueue:
    """Samples whose label a model contradicts, by confident learning; of one cell, if named.

    Raises:
        InputError: no predictions are stored, they are of compound expressions, or there is no
            such cell.
    """
    predictions, expressions = stored_predictions(store, name), store.manifest.text("expression")
    if predictions.is_compound:
        raise InputError(
            f"the predictions {predictions.name} are of compound expressions",
            where=str(store.path),
            expected=f"predictions of simple ones: a review asks for {', '.join(EXPRESSIONS)}",
            fix="See what they contradict with: fercurate predictions show",
        )
    labels = class_codes(expressions, predictions.classes)
    errors = label_error_scores(labels, predictions.probabilities)
    names = np.array([*predictions.classes, ""], dtype=object)
    predicted = names[np.where(errors.predicted >= 0, errors.predicted, -1)]
    rows = np.flatnonzero(np.isfinite(errors.scores))
    if cell:
        label, guess = _cell(cell)
        rows = rows[(expressions[rows] == label) & (predicted[rows] == guess)]
    rows = rows[np.argsort(-errors.scores[rows], kind="stable")]
    scores = errors.scores[rows]
    return ReviewQueue(
        PREDICTIONS, LABEL, rows, scores, predicted[rows], whole=not cell, estimates=False
    )


def _cell(text: str) -> tuple[str, str]:
    label, _, guess = text.partition(":")
    for name in (label, guess):
        if name not in EXPRESSIONS:
            raise InputError(
                f"{text!r} is no cell", where="--cell", expected="label:predicted, as fear:sad"
            )
    return label, guess


def label_codes(store: Store) -> NDArray[np.int64]:
    """The code (N,) of each sample's label, -1 without one, and for compound ones."""
    return class_codes(store.manifest.text("expression"), EXPRESSIONS)


def has_compound(store: Store) -> bool:
    """Whether it holds samples of compound expressions."""
    return bool(store.manifest.is_one_of("expression", COMPOUND_EXPRESSIONS).any())
