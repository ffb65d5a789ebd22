"""Exposure: exact levels, the criteria's ends, and independence of company."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from fercurate.screening.exposure import EXPOSURE_CRITERIA, Exposure
from fercurate.synthetic.faces import Identity, Scene, brighten, darken, draw_face

CRITERIA = {criterion.name: criterion for criterion in EXPOSURE_CRITERIA}
PICTURES = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=20))


def measured(picture: np.ndarray) -> dict[str, float]:
    measure = Exposure()
    return dict(zip(measure.columns, measure.measure([picture])[0].tolist(), strict=True))


def scores(picture: np.ndarray) -> dict[str, float]:
    values = Exposure().measure([picture])
    return {name: float(criterion.score(values)[0]) for name, criterion in CRITERIA.items()}


def reference(picture: np.ndarray) -> list[float]:
    """The same quantities, each the slow and obvious way."""
    share = np.unique(picture, return_counts=True)[1] / picture.size
    five, ninety_five = np.percentile(picture, [5, 95], method="inverted_cdf")
    clipped = np.isin(picture, (0, 255)).mean()
    entropy = -(share * np.log2(share)).sum()
    return [picture.mean(), picture.min(), five, ninety_five, picture.max(), clipped, entropy]


@given(PICTURES)
@settings(max_examples=150, deadline=None)
def test_measurements_are_those_of_numpy(picture: np.ndarray) -> None:
    found = Exposure().measure([picture])
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[0], reference(picture), rtol=1e-6, atol=1e-6)


def test_equal_pictures_have_equal_values_in_any_company() -> None:
    rng = np.random.default_rng(0)
    sizes = [(48, 48), (7, 90), (1, 1), (200, 150)] * 20
    pictures = [rng.integers(0, 256, size).astype(np.uint8) for size in sizes]
    together = Exposure().measure(pictures)
    alone = np.concatenate([Exposure().measure([picture]) for picture in pictures])
    np.testing.assert_array_equal(together, alone)
    cut = [np.pad(picture, 3, mode="edge")[3:-3, 3:-3] for picture in pictures]
    np.testing.assert_array_equal(Exposure().measure(cut), alone)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([0], {"constant": 1, "too_dark": 1, "too_bright": 0, "clipped": 1, "low_contrast": 1}),
        ([255], {"constant": 1, "too_dark": 0, "too_bright": 1, "clipped": 1, "low_contrast": 1}),
        ([90], {"constant": 1, "clipped": 0, "low_contrast": 1, "low_information": 1}),
        ([0, 255], {"constant": 0, "low_contrast": 0, "clipped": 1, "low_information": 7 / 8}),
        (range(256), {"constant": 0, "low_information": 0, "clipped": 2 / 256}),
        ([100, 101], {"constant": 0, "too_dark": 154 / 255, "low_contrast": 254 / 255}),
    ],
    ids=["black", "white", "gray", "black-and-white", "all-levels", "two-grays"],
)
def test_criteria_of_known_pictures(levels: list[int], expected: dict[str, float]) -> None:
    picture = np.resize(np.array(levels, dtype=np.uint8), (16, 16))
    found = scores(picture)
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-6)


def test_a_caption_does_not_hide_that_a_picture_is_dark() -> None:
    picture = np.full((48, 48), 20, np.uint8)
    picture[40:42, 4:44] = 255
    assert measured(picture)["p95"] == 20
    assert scores(picture)["too_dark"] == pytest.approx(1 - 20 / 255)


@pytest.mark.parametrize(("fault", "name"), [(darken, "too_dark"), (brighten, "too_bright")])
def test_faces_lit_wrongly_score_worse(fault, name: str) -> None:
    rng = np.random.default_rng(1)
    for _ in range(10):
        face = draw_face(Identity.draw(rng), "neutral", Scene.draw(rng))
        assert scores(fault(face, rng))[name] > scores(face)[name]


def test_a_picture_without_pixels_is_undefined_and_disturbs_no_other() -> None:
    face = np.arange(48 * 48, dtype=np.uint8).reshape(48, 48)
    found = Exposure().measure([np.empty((0, 5), np.uint8), face])
    assert np.isnan(found[0]).all()
    np.testing.assert_array_equal(found[1], Exposure().measure([face])[0])
    for criterion in EXPOSURE_CRITERIA:
        assert np.isnan(criterion.score(found)).tolist() == [True, False]


def test_nothing_to_measure_gives_no_rows() -> None:
    assert Exposure().measure([]).shape == (0, 7)


@given(PICTURES)
@settings(max_examples=100, deadline=None)
def test_scores_lie_in_0_to_1(picture: np.ndarray) -> None:
    assert all(0 <= score <= 1 for score in scores(picture).values())
