"""The learned screener: what it gives, whatever company a picture keeps."""

import hashlib
import threading
from importlib.resources import files

import numpy as np
import pytest

from fercurate.screening.presets import card
from fercurate.screening.screener import FAULTS, SCREENER_CRITERIA, Screener
from fercurate.synthetic.faces import Identity, Scene, draw_face


def faces(count: int, size: int = 48) -> list[np.ndarray]:
    rng = np.random.default_rng(5)
    return [
        draw_face(Identity.draw(rng), "happy", Scene.draw(rng), size=size) for _ in range(count)
    ]


def test_the_model_fits_in_the_wheel_and_names_its_method() -> None:
    content = files("fercurate.screening").joinpath("screener.onnx").read_bytes()
    assert len(content) < 3 << 20
    assert Screener().method == "screener-" + hashlib.sha256(content).hexdigest()[:8]
    assert tuple(card()["criteria"]) == FAULTS


def test_a_picture_has_the_same_values_in_any_company() -> None:
    pictures = faces(70)
    together = Screener().measure(pictures)
    assert together.shape == (70, 4)
    assert together.dtype == np.float32
    assert np.isfinite(together).all()
    alone = np.concatenate([Screener().measure([picture]) for picture in pictures[:5]])
    assert np.array_equal(together[:5], alone)
    assert np.array_equal(Screener().measure(pictures[::-1]), together[::-1])


def test_threads_do_not_disturb_each_other() -> None:
    pictures, screener = faces(40), Screener()
    expected, found = screener.measure(pictures), {}

    def work(number: int) -> None:
        found[number] = screener.measure(pictures)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(values, expected) for values in found.values())


@pytest.mark.parametrize("size", [32, 96, 224])
def test_pictures_of_any_size_are_measured(size: int) -> None:
    assert np.isfinite(Screener().measure(faces(2, size))).all()


def test_no_pictures_give_no_values() -> None:
    assert Screener().measure([]).shape == (0, 4)


def test_a_black_picture_is_no_face() -> None:
    values = Screener().measure([np.zeros((48, 48), dtype=np.uint8)])
    scores = {criterion.name: criterion.score(values)[0] for criterion in SCREENER_CRITERIA}
    assert scores["not_face"] > 0.5
    assert all(0 <= score <= 1 for score in scores.values())
