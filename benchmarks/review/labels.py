"""FER-2013's labels as a reviewer finds them who answers as FER+'s majority does."""

from pathlib import Path

import numpy as np

from benchmarks.review.reviewer import SimulatedQueue
from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.votes import VOTE_EXPRESSIONS
from fercurate.pipeline.review.labels import label_noise_queue
from fercurate.store.store import Store

_SEVEN = EXPRESSIONS.index("contempt")


def label_queue(path: Path) -> SimulatedQueue:
    """Samples on which more than half of all FER+ votes fall on one of FER-2013's expressions."""
    with Store.open(path) as store:
        queue = label_noise_queue(store)
        votes = store.votes[queue.rows].astype(np.int64)
        names = store.manifest.text("expression")[queue.rows]
        learned = queue.inputs() if queue.inputs else None
    given = np.array([EXPRESSIONS.index(name) for name in names])
    told = votes[:, : len(VOTE_EXPRESSIONS)]
    winner = np.array([EXPRESSIONS.index(name) for name in VOTE_EXPRESSIONS])[told.argmax(axis=1)]
    strict = (2 * told.max(axis=1) > votes.sum(axis=1)) & (winner != _SEVEN)
    places = np.flatnonzero(strict)
    if learned is None:
        raise ValueError("a queue of labels learns")
    chances = queue.chances[places]
    return SimulatedQueue((winner != given)[places], chances, chances, learned.take(places))
