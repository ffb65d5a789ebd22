"""What a review is asked for."""

from dataclasses import dataclass
from pathlib import Path

from fercurate.domain.decisions.decision import LABEL
from fercurate.screening.screener import FAULTS

LABEL_NOISE, CONTRADICTIONS, DUPLICATES, LEAKS, RANDOM, PREDICTIONS = (
    "label_noise",
    "contradictions",
    "duplicates",
    "leaks",
    "random",
    "predictions",
)
QUEUES: tuple[str, ...] = (
    LABEL_NOISE,
    "not_human",
    "occluded",
    "watermark",
    "not_face",
    CONTRADICTIONS,
    DUPLICATES,
    LEAKS,
    RANDOM,
    PREDICTIONS,
)
"""All queues: faults by their criterion's name."""

LOOPBACKS: tuple[str, ...] = ("127.0.0.1", "localhost")
"""Addresses of this machine that only it reaches."""

RANDOM_QUESTIONS: tuple[str, ...] = (LABEL, *FAULTS)
"""What may be asked of samples drawn at random."""


@dataclass(frozen=True, slots=True)
class ReviewRequest:
    """What to review in which store, by whom.

    ``where`` is a condition on the samples; ``blind`` hides what stood there before; ``limit``
    ends after so many answers (0: never). ``decisions`` is the file to append to, the store's own
    if None. ``question`` is what the queue ``random`` asks, ``cell`` (``fear:sad``: label and
    predicted class) and ``predictions`` (their name) what the queue ``predictions`` is about,
    ``learn`` whether the order learns.
    """

    store: Path
    queue: str = LABEL_NOISE
    where: str = ""
    author: str = ""
    blind: bool = False
    limit: int = 0
    decisions: Path | None = None
    question: str = LABEL
    predictions: str = ""
    cell: str = ""
    learn: bool = True
    jobs: int = 0
