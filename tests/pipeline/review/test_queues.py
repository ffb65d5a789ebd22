"""Queues: who is asked about, what is asked, and who comes first."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.domain.expression import EXPRESSIONS
from fercurate.errors import InputError, StoreError
from fercurate.pipeline.predictions.add import AddRequest, add_predictions
from fercurate.pipeline.review.faults import UNDECIDED, fault_chances, leak_queue
from fercurate.pipeline.review.labels import label_noise_queue
from fercurate.pipeline.review.request import QUEUES
from fercurate.pipeline.review.session import ReviewTile
from fercurate.screening.screener import FAULTS
from fercurate.store.store import Store
from tests.pipeline.care.stores import fill, toy
from tests.pipeline.predictions.made import SEVEN, favoring, ids_and_labels, write_table
from tests.pipeline.review.reviews import answer_next, chance_of, coming, review


def tiles_of(store: Path, file: Path, queue: str, **asked: Any) -> list[ReviewTile]:
    """All tiles of a queue."""
    with review(store, file, queue, **asked) as session:
        return session.next_tiles(1000)


def ranked(tiles: list[ReviewTile]) -> list[ReviewTile]:
    """Without the random controls, of which every twentieth is one."""
    return [tile for number, tile in enumerate(tiles, 1) if number % 20]


def test_label_noise_begins_with_the_least_likely_labels(shared_filtered: Path, file: Path) -> None:
    with review(shared_filtered, file, "label_noise") as session:
        assert not session.is_grid
        tiles = session.next_tiles(1000)
    chances = list(map(chance_of, ranked(tiles)))
    assert chances == sorted(chances, reverse=True)
    ids, labels = ids_and_labels(shared_filtered)
    assert {tile.sample_id: tile.given for tile in tiles} == dict(zip(ids, labels, strict=True))
    doubted = [tile for tile in tiles if chance_of(tile) > 0.5]
    assert len(doubted) > 10
    assert all(tile.suggestion in EXPRESSIONS for tile in doubted)
    assert all(tile.suggestion != tile.given for tile in doubted)


def test_label_noise_wants_measurements(shared_store: Path) -> None:
    with Store.open(shared_store) as store, pytest.raises(InputError, match="not measured yet"):
        label_noise_queue(store)


def test_what_is_not_measured_is_measured_first(store: Path, file: Path) -> None:
    assert len(tiles_of(store, file, "label_noise")) == 200
    assert len(tiles_of(store, file, "watermark", learn=False)) == 200
    with Store.open(store) as opened:
        kinds = {kind for kind, _ in opened.measured_kinds()}
    assert {"ease", "screener"} <= kinds


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_begin_where_the_screener_is_not_sure(
    shared_filtered: Path, file: Path, fault: str
) -> None:
    with review(shared_filtered, file, fault, learn=False) as session:
        assert session.is_grid
        assert (session.queue.question, len(session.queue)) == (fault, 200)
        tiles = session.next_tiles(1000)
    low, high = UNDECIDED
    assert (low, high) == (0.12, 0.88)
    with Store.open(shared_filtered) as store:
        names = store.manifest.text("id").tolist()
        chances = dict(zip(names, fault_chances(store, fault), strict=True))
    found = [chances[tile.sample_id] for tile in ranked(tiles)]
    unsure = [one for one in found if low < one < high]
    sure = [one for one in found if one >= high]
    rest = [one for one in found if one <= low]
    assert found == [*unsure, *sure, *rest]
    assert all(band == sorted(band, reverse=True) for band in (unsure, sure, rest))
    assert len(tiles) == 200
    assert len(unsure) > 0
    assert all(tile.chance == round(chances[tile.sample_id], 3) for tile in tiles)


def test_contradictions_are_identical_pictures_with_several_labels(
    shared_store: Path, file: Path
) -> None:
    with review(shared_store, file, "contradictions") as session:
        tiles = session.next_tiles(1000)
        answer_next(session, len(tiles))
        assert session.progress().controls == (0, 0)
        assert session.progress().left is None
        assert session.progress().stop
    with Store.open(shared_store) as store:
        names, digests = store.manifest.text("id"), store.manifest.text("digest")
        labels = store.manifest.text("expression")
    expected = {
        str(name)
        for name, digest in zip(names, digests, strict=True)
        if len(set(labels[digests == digest].tolist())) > 1
    }
    assert {tile.sample_id for tile in tiles} == expected
    assert len(tiles) >= 2
    by_name = dict(zip(names, digests, strict=True))
    groups = [by_name[tile.sample_id] for tile in tiles]
    assert sum(one != two for one, two in pairwise(groups)) == (len(set(groups)) - 1), (
        "group by group"
    )


def grainy(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 255, (12, 12), dtype=np.uint8).repeat(4, axis=0).repeat(4, axis=1)


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Pictures 1 and 2 are nearly one, in two splits; 3 and 4 in one; 5 and 6 are identical."""
    images = [grainy(1), grainy(1) + 1, grainy(2), grainy(2) + 1, grainy(3), grainy(3), grainy(4)]
    splits = ["Training", "PublicTest", *["Training"] * 3, "PublicTest", "Training"]
    return fill(
        tmp_path / "copies.h5",
        [
            toy(number, image=image, native_split=split)
            for number, (image, split) in enumerate(zip(images, splits, strict=True), start=1)
        ],
    )


def test_duplicates_stand_beside_the_earlier_picture(copies: Path, file: Path) -> None:
    with review(copies, file, "duplicates") as session:
        assert session.queue.question == "same_picture"
        tiles = session.next_tiles(10)
        assert [(tile.sample_id, tile.other) for tile in tiles] == [
            ("toy:no_0002", "toy:no_0001"), ("toy:no_0004", "toy:no_0003")
        ]  # fmt: skip
        session.answer([("toy:no_0002", "no")])
    assert '"given": "toy:no_0001"' in file.read_text()
    with pytest.raises(InputError, match="holds no sample"):
        tiles_of(copies, file, "duplicates", where="expression = 'sad'")
    tiles = tiles_of(copies, file, "duplicates", blind=True)
    assert tiles == [ReviewTile("toy:no_0004", other="toy:no_0003")]


def test_leaks_are_duplicates_across_splits(copies: Path, file: Path) -> None:
    tiles = tiles_of(copies, file, "leaks")
    assert [(tile.sample_id, tile.other) for tile in tiles] == [("toy:no_0002", "toy:no_0001")]
    with Store.open(copies) as store:
        assert not leak_queue(store, 1, lambda event: None).whole


def test_random_comes_by_chance_and_for_everybody_alike(shared_store: Path, file: Path) -> None:
    first = tiles_of(shared_store, file, "random")
    ids, labels = ids_and_labels(shared_store)
    names = [tile.sample_id for tile in first]
    assert sorted(names) == sorted(ids)
    assert names != ids
    assert {tile.sample_id: tile.given for tile in first} == dict(zip(ids, labels, strict=True))
    bens = tiles_of(shared_store, file, "random", author="ben")
    assert names[:19] == [tile.sample_id for tile in bens[:19]]


def test_random_asks_any_question(shared_filtered: Path, file: Path) -> None:
    with review(shared_filtered, file, "random", question="occluded") as session:
        assert session.is_grid
        chances = {tile.sample_id: tile.chance for tile in session.next_tiles(1000)}
        session.answer([(name, "no") for name in coming(session, 40)])
    with Store.open(shared_filtered) as store:
        names = store.manifest.text("id").tolist()
        known = fault_chances(store, "occluded")
    assert chances == {n: round(float(c), 3) for n, c in zip(names, known, strict=True)}


def test_a_random_queue_does_not_say_that_nothing_is_left(shared_store: Path, file: Path) -> None:
    with review(shared_store, file, "random") as session:
        answer_next(session, 120, lambda tile: "sad" if tile.given != "sad" else "happy")
        progress = session.progress()
        assert (progress.answered, progress.faults, progress.controls) == (120, 120, (6, 6))
        assert progress.left is None or progress.left.high > 0
        assert not progress.stop


def test_predictions_begin_where_a_model_contradicts(store: Path, file: Path) -> None:
    ids, labels = ids_and_labels(store)
    swapped = [row for row, name in enumerate(labels) if name == "fear"][:12]
    told = ["sad" if row in swapped else name for row, name in enumerate(labels)]
    table = write_table(store.parent / "mine.csv", ids, favoring(told, SEVEN), SEVEN)
    with pytest.raises(InputError, match="no predictions are stored"):
        tiles_of(store, file, "predictions")
    add_predictions(AddRequest(store, table, out_of_fold=True))
    tiles = tiles_of(store, file, "predictions")
    first = {tile.sample_id for tile in tiles[:12]}
    assert first == {ids[row] for row in swapped}
    assert {(tile.given, tile.suggestion) for tile in tiles[:12]} == {("fear", "sad")}
    of_cell = tiles_of(store, file, "predictions", cell="fear:sad")
    assert {tile.sample_id for tile in of_cell} == first
    with pytest.raises(InputError, match="holds no sample"):
        tiles_of(store, file, "predictions", cell="happy:angry")
    with pytest.raises(InputError, match="'fear' is no cell"):
        tiles_of(store, file, "predictions", cell="fear")


NOTHING = {
    "contradictions": (InputError, "holds no sample"),
    "duplicates": (InputError, "holds no sample"),
    "leaks": (InputError, "holds no sample"),
    "predictions": (InputError, "no predictions are stored"),
}


@pytest.mark.parametrize("queue", NOTHING)
def test_nothing_to_review_is_said(tmp_path: Path, file: Path, queue: str) -> None:
    plain = fill(tmp_path / "plain.h5", [toy(number, image=grainy(number)) for number in range(4)])
    error, text = NOTHING[queue]
    with pytest.raises(error, match=text):
        tiles_of(plain, file, queue)
    assert not file.exists()


def test_no_label_no_question_about_it(tmp_path: Path, file: Path) -> None:
    bare = fill(tmp_path / "bare.h5", [toy(1, expression=""), toy(2, expression="")])
    for queue in ("random", "contradictions"):
        with pytest.raises(InputError, match="holds no sample"):
            tiles_of(bare, file, queue)
    assert len(tiles_of(bare, file, "random", question="occluded")) == 2


def test_a_store_that_is_not_there(tmp_path: Path, file: Path) -> None:
    for queue in QUEUES:
        with pytest.raises(StoreError):
            tiles_of(tmp_path / "none.h5", file, queue)
