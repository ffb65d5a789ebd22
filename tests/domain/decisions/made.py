"""Decisions made up for tests: short to write, complete in every field."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from hypothesis import strategies as st

from fercurate.domain.decisions.decision import (
    KEEP,
    LABEL,
    MODES,
    MOST_AUTHOR,
    SAME_PICTURE,
    Decision,
    answers_of,
)

TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


def pixels(word: object) -> str:
    """The digest of pixels that are named by a word."""
    return hashlib.sha256(str(word).encode("utf-8", "surrogateescape")).hexdigest()


def at(moment: int) -> str:
    """A time: so many microseconds after noon."""
    return f"2026-01-02T12:00:00.{moment:06d}Z"


def told(sample: str, answer: str = "happy", author: str = "anna", **others: object) -> Decision:
    """A decision on a sample whose pixels are named like it.

    ``others`` are ``question``, ``moment`` of the time, ``digest``, ``given`` and ``mode``.
    """
    return Decision(
        sample,
        str(others.get("digest", pixels(sample))),
        str(others.get("question", LABEL)),
        answer,
        str(others.get("given", "")),
        author,
        at(int(str(others.get("moment", 0)))),
        str(others.get("mode", "blind")),
        "label_noise",
        "fercurate 1.0",
    )


def read_by(
    rows: Iterable[Iterable[str]], authors: Iterable[str], question: str = LABEL
) -> list[Decision]:
    """One sample a row, one author a column; an empty text is no answer."""
    names = list(authors)
    return [
        told(f"toy:{row}", answer, author, question=question)
        for row, answers in enumerate(rows)
        for author, answer in zip(names, answers, strict=True)
        if answer
    ]


TEXTS = st.text(max_size=24)
"""Texts without halves of surrogate pairs, control characters among them."""

AUTHORS = (
    st.text(min_size=1, max_size=MOST_AUTHOR).filter(str.isprintable).map(str.strip).filter(bool)
)
QUESTIONS = st.sampled_from([LABEL, KEEP, SAME_PICTURE, "occluded", "a_criterion_of_tomorrow_9"])


@st.composite
def drawn_decisions(draw: st.DrawFn) -> Decision:
    """Any decision that a file may hold."""
    question = draw(QUESTIONS)
    return Decision(
        draw(TEXTS),
        draw(st.text("0123456789abcdef", min_size=64, max_size=64)),
        question,
        draw(st.sampled_from(answers_of(question))),
        draw(TEXTS),
        draw(AUTHORS),
        draw(st.datetimes(datetime(1000, 1, 1), datetime(2999, 12, 31))).strftime(TIME),
        draw(st.sampled_from(MODES)),
        draw(TEXTS),
        draw(TEXTS),
    )


@st.composite
def disputes(draw: st.DrawFn) -> Decision:
    """A decision of few people on few samples: often of the same key, often at the same time."""
    return told(
        draw(st.sampled_from(["toy:1", "toy:2"])),
        draw(st.sampled_from(["yes", "no", "unsure", ""])),
        draw(st.sampled_from(["anna", "ben"])),
        question=draw(st.sampled_from(["occluded", "keep"])),
        moment=draw(st.integers(0, 3)),
    )
