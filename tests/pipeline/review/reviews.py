"""Reviews that tests open, and reviewers who answer by a rule."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fercurate.domain.decisions.decision import Decision
from fercurate.pipeline.review.opening import open_review
from fercurate.pipeline.review.request import ReviewRequest
from fercurate.pipeline.review.session import ReviewSession, ReviewTile
from fercurate.store.decision_file import DecisionFile

Answering = Callable[[ReviewTile], str]
"""What a reviewer says to a tile."""


@contextmanager
def review(store: Path, file: Path, queue: str = "random", **asked: Any) -> Iterator[ReviewSession]:
    """A session of anna's whose answers go to a file."""
    request = ReviewRequest(store, queue, decisions=file, jobs=1, **({"author": "anna"} | asked))
    with open_review(request) as session:
        yield session


def chance_of(tile: ReviewTile) -> float:
    """The chance that a tile shows, which is not blind."""
    assert tile.chance is not None
    return tile.chance


def coming(session: ReviewSession, count: int = 12) -> list[str]:
    """The ids of the next samples."""
    return [tile.sample_id for tile in session.next_tiles(count)]


def answer_next(
    session: ReviewSession, count: int, answering: Answering = lambda tile: "unsure"
) -> list[tuple[str, str]]:
    """Answer the next samples one by one; return what was answered about whom."""
    told = []
    for _ in range(count):
        (tile,) = session.next_tiles(1)
        told.append((tile.sample_id, answering(tile)))
        session.answer(told[-1:])
    return told


def counting(file: Path) -> dict[str, str]:
    """The answers that count, by sample."""
    return {one.sample_id: one.answer for one in DecisionFile(file).read().valid}


def lines(file: Path) -> list[Decision]:
    """Everything that was written, in its order."""
    return list(DecisionFile(file).read())
