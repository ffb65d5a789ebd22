"""Learning: after 50 answers what is left is ranked anew; no answer ever changes."""

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fercurate.errors import StoreError
from fercurate.pipeline.measure.known import known_scores
from fercurate.pipeline.measure.measure import MeasureRequest, measure
from fercurate.pipeline.measure.reviewed import FaultAnswers, ReviewedFault
from fercurate.pipeline.review import learning
from fercurate.pipeline.review.learning import AFTER, ReviewLearner
from fercurate.pipeline.review.opening import keep_learned, open_review
from fercurate.pipeline.review.request import ReviewRequest
from fercurate.pipeline.review.session import ReviewTile
from fercurate.screening.learned.fault_head import HeadInputs
from fercurate.screening.registry import CRITERIA_BY_NAME
from fercurate.store.decision_file import store_decisions
from fercurate.store.store import Store
from tests.pipeline.review.reviews import answer_next, chance_of, coming, counting, lines, review

OFTEN = ("neutral", "surprise")
"""Labels that the first 50 of ``label_noise`` have often."""


def by_label(tile: ReviewTile) -> str:
    """Finds some labels wrong wherever they stand: a rule that can be learned."""
    return "contempt" if tile.given in OFTEN else tile.given


def by_other_label(tile: ReviewTile) -> str:
    """Finds all the others wrong."""
    return tile.given if tile.given in OFTEN else "contempt"


def test_fifty_answers_rank_anew(shared_filtered: Path, tmp_path: Path) -> None:
    learned = []
    for number, answering in enumerate((by_label, by_other_label)):
        with review(shared_filtered, tmp_path / f"{number}.jsonl", "label_noise") as session:
            answer_next(session, AFTER - 1, answering)
            session.wait()
            ranked = session.queue.chances
            for tile in session.next_tiles(200):
                assert tile.chance == round(float(ranked[session.place_of(tile.sample_id)]), 3)
            answer_next(session, 1, answering)
            session.wait()
            learned.append(session.next_tiles(200))
    assert AFTER == 50
    for after in learned:
        chances = [chance_of(tile) for number, tile in enumerate(after, 51) if number % 20]
        assert chances == sorted(chances, reverse=True)
    one, other = map(odds, learned)
    assert one > 1.5 * other


def odds(tiles: list[ReviewTile]) -> float:
    """How much likelier those with such labels are wrong than those with others, in the mean."""
    shares = [
        np.mean([chance_of(tile) for tile in tiles if (tile.given in OFTEN) == often])
        for often in (True, False)
    ]
    return float(shares[0] / shares[1])


@pytest.mark.parametrize("queue", ["label_noise", "not_human"])
def test_ranking_changes_no_answer(shared_filtered: Path, file: Path, queue: str) -> None:
    def answering(tile: ReviewTile) -> str:
        return by_label(tile) if tile.given else "yes" if chance_of(tile) > 0.5 else "no"

    with review(shared_filtered, file, queue) as session:
        told = answer_next(session, 70, answering)
        session.wait()
        before = file.read_bytes()
        told += answer_next(session, 60, answering)
        session.wait()
        assert file.read_bytes().startswith(before)
        assert session.progress().answered == 130
    assert counting(file) == dict(told)
    assert [(one.sample_id, one.answer) for one in lines(file)] == told


def test_without_learning_the_order_stays(shared_filtered: Path, file: Path) -> None:
    with review(shared_filtered, file, "not_human", learn=False) as session:
        ahead = coming(session, 200)
        assert [name for name, _ in answer_next(session, 120)] == ahead[:120]
        assert coming(session, 200) == ahead[120:]


def test_who_comes_back_sees_what_was_learned(shared_filtered: Path, file: Path) -> None:
    with review(shared_filtered, file, "label_noise") as session:
        answer_next(session, 50, by_label)
        session.wait()
        answer_next(session, 20, by_label)
        session.wait()
        ahead = coming(session)
    with review(shared_filtered, file, "label_noise") as again:
        again.wait()
        assert coming(again) == ahead


def test_the_first_page_is_ranked_by_what_was_learned(
    shared_filtered: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with review(shared_filtered, file, "label_noise") as session:
        answer_next(session, 50, by_label)
        session.wait()
        ahead = coming(session)
    learned = learning.learned_chances

    def late(*inputs):
        time.sleep(0.2)
        return learned(*inputs)

    monkeypatch.setattr(learning, "learned_chances", late)
    with review(shared_filtered, file, "label_noise") as again:
        assert coming(again) == ahead


@pytest.fixture
def told() -> list[np.ndarray]:
    return []


@pytest.fixture
def learner(told: list[np.ndarray]) -> Iterator[ReviewLearner]:
    values = np.linspace(-3, 3, 200, dtype=np.float32)[:, None]
    made = ReviewLearner(lambda: HeadInputs(values), told.append)
    yield made
    made.close()


def answers(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Answers about the first places: the later the likelier a fault."""
    places = np.arange(count) * 3 % 200
    return places, places > 100


def test_it_learns_from_fifty_more(learner: ReviewLearner, told: list[np.ndarray]) -> None:
    ranked = []
    for count in range(1, 160):
        learner.learn_from(*answers(count))
        learner.wait()
        ranked.append(len(told))
    assert [ranked[count - 1] for count in (49, 50, 99, 100, 149, 150, 159)] == [
        0, 1, 1, 2, 2, 3, 3
    ]  # fmt: skip
    assert told[-1].shape == (200,)
    assert (np.diff(told[-1]) > 0).all()
    assert ((told[-1] > 0) & (told[-1] < 1)).all()


def test_one_kind_of_answers_teaches_nothing(
    learner: ReviewLearner, told: list[np.ndarray]
) -> None:
    places = np.arange(60)
    learner.learn_from(places, np.ones(60, dtype=bool))
    learner.wait()
    assert told == []


def test_one_fit_runs_at_a_time(
    learner: ReviewLearner, told: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, fits = threading.Event(), []

    def slow(inputs: HeadInputs, places: np.ndarray, faulty: np.ndarray) -> np.ndarray:
        fits.append(len(places))
        gate.wait(10)
        return np.zeros(len(inputs))

    monkeypatch.setattr(learning, "learned_chances", slow)
    for count in (50, 100, 150):
        learner.learn_from(*answers(count))
    gate.set()
    learner.wait()
    assert (fits, len(told)) == ([50], 1)
    learner.learn_from(*answers(150))
    learner.wait()
    assert (fits, len(told)) == ([50, 150], 2)


@pytest.fixture
def own_store(shared_filtered: Path, tmp_path: Path) -> Path:
    """A copy of the store that everything is measured in, for answers in its own file."""
    shutil.copy(shared_filtered, tmp_path / "store.h5")
    shutil.copytree(shared_filtered.with_name("store.h5.parts"), tmp_path / "store.h5.parts")
    return tmp_path / "store.h5"


def test_a_criterion_is_learned_from_decisions(own_store: Path) -> None:
    """``reviewed_occluded``: once enough was answered in the store's own file."""
    file = store_decisions(own_store)
    request = MeasureRequest((), (ReviewedFault("occluded"),), jobs=1)
    with review(own_store, file, "random", question="occluded") as session:
        answer_next(session, 2, lambda tile: "yes")
    with (
        Store.open(own_store) as store,
        pytest.raises(StoreError, match=r"too few .*: 2 yes, 0 no"),
    ):
        measure(store, request).close()
    with review(own_store, file, "occluded") as session:
        told = answer_next(session, 30, lambda tile: "yes" if chance_of(tile) > 0.05 else "no")
        session.wait()
    with Store.open(own_store) as store, measure(store, request) as measured:
        answers = FaultAnswers.of(measured, "occluded")
        kind = ReviewedFault("occluded")
        found = measured.measured(kind.kind, kind.method(measured))
        scores = CRITERIA_BY_NAME["reviewed_occluded"].score(found.values)
    assert len(answers.rows) == len(counting(file)) == 32
    assert answers.faulty.sum() == 2 + sum(answer == "yes" for _, answer in told)
    assert scores.shape == (200,)
    assert ((scores >= 0) & (scores <= 1)).all()
    faulty, good = scores[answers.rows[answers.faulty]], scores[answers.rows[~answers.faulty]]
    assert faulty.mean() > good.mean()


def test_what_was_learned_is_kept_for_recipes(own_store: Path, tmp_path: Path) -> None:
    request = ReviewRequest(own_store, "watermark", author="anna", jobs=1)
    assert not keep_learned(request)
    with open_review(request) as session:
        answer_next(session, 12, lambda tile: "yes" if chance_of(tile) > 0.1 else "no")
    assert not keep_learned(replace(request, decisions=tmp_path / "other.jsonl"))
    assert not keep_learned(replace(request, queue="label_noise"))
    assert not keep_learned(replace(request, learn=False))
    with Store.open(own_store) as store:
        kinds = {kind for kind, _ in store.measured_kinds()}
    assert keep_learned(request)
    with Store.open(own_store) as store:
        kept = {kind for kind, _ in store.measured_kinds()} - kinds
        assert ReviewedFault("watermark").kind in kept
        assert known_scores(store)["reviewed_watermark"].shape == (200,)


def test_labels_stay_in_their_order_without_learning(shared_filtered: Path, file: Path) -> None:
    with review(shared_filtered, file, "label_noise", learn=False) as session:
        ahead = coming(session, 160)
        assert [name for name, _ in answer_next(session, 120, by_label)] == ahead[:120]
        assert coming(session, 40) == ahead[120:]
