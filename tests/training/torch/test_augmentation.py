"""Keras's terms on whole batches: what each does, and that it is drawn from the generator."""

from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from fercurate.training.shared.augmentation import KerasTerms

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def made(load_kit: Any) -> Any:
    return load_kit("torch", "augmentation")


def faces(count: int = 16) -> Any:
    noise = np.random.default_rng(0).normal(0, 1, (count, 1, 48, 48))
    smooth = np.stack([ndimage.gaussian_filter(one[0], 3) for one in noise])
    scaled = (smooth - smooth.min()) / np.ptp(smooth) * 255
    return torch.from_numpy(scaled.astype(np.uint8))[:, None]


def changed(made: Any, pictures: Any, seed: int = 0, **given: Any) -> np.ndarray:
    augment = made.BatchAugmentation(KerasTerms(**given))
    return augment(pictures, np.random.default_rng(seed)).numpy()


def test_no_terms_change_nothing(made: Any) -> None:
    np.testing.assert_allclose(changed(made, faces()), faces().numpy(), atol=1e-2)


def test_mirrors_are_exact_and_half_of_all(made: Any) -> None:
    before, after = faces(64).numpy(), changed(made, faces(64), horizontal_flip=True)
    mirrored = [np.abs(a - b[..., ::-1]).max() < 0.1 for a, b in zip(after, before, strict=True)]
    same = [np.abs(a - b).max() < 0.1 for a, b in zip(after, before, strict=True)]
    assert all(m != s for m, s in zip(mirrored, same, strict=True))
    assert 20 <= sum(mirrored) <= 44


def test_turns_stay_within_the_angle(made: Any) -> None:
    """The best-fitting turn of each picture lies within the range, and they differ."""
    before, after = faces(8).numpy()[:, 0], changed(made, faces(8), rotation=20)[:, 0]
    inner = (slice(12, 36), slice(12, 36))
    found = []
    for one, turned in zip(before, after, strict=True):
        angles = np.arange(-30, 31)
        fits = [
            np.abs(ndimage.rotate(one, a, reshape=False, order=1, mode="nearest") - turned)[inner]
            for a in angles
        ]
        errors = [fit.mean() for fit in fits]
        found.append(angles[int(np.argmin(errors))])
        assert min(errors) < 4
    assert max(np.abs(found)) <= 20
    assert len(set(found)) >= 6
    assert min(found) < 0 < max(found)


def test_shifts_are_shares_of_the_side(made: Any) -> None:
    spot = torch.zeros((40, 1, 48, 48), dtype=torch.uint8)
    spot[:, :, 23:25, 23:25] = 255
    after = changed(made, spot, shift=0.25)[:, 0]
    centers = np.array([ndimage.center_of_mass(one) for one in after])
    assert np.abs(centers - 23.5).max() <= 12.1
    assert np.abs(centers - 23.5).max(axis=0).min() > 6


def test_zoom_and_shear_keep_the_center(made: Any) -> None:
    spot = torch.zeros((40, 1, 48, 48), dtype=torch.uint8)
    spot[:, :, 20:28, 20:28] = 255
    after = changed(made, spot, zoom=0.5)[:, 0]
    sizes = after.sum(axis=(1, 2)) / 255
    assert 64 / 1.5**2 * 0.9 < sizes.min() < 50
    assert 80 < sizes.max() < 64 / 0.5**2 * 1.1
    for given in ({"zoom": 0.5}, {"shear": 30}):
        centers = [ndimage.center_of_mass(one) for one in changed(made, spot, **given)[:, 0]]
        np.testing.assert_allclose(centers, 23.5, atol=0.3)


def test_brightness_is_a_factor_and_cut_off(made: Any) -> None:
    gray = torch.full((50, 1, 48, 48), 100, dtype=torch.uint8)
    after = changed(made, gray, brightness=(0.2, 1.5))
    levels = after[:, 0, 20, 20]
    assert 20 <= levels.min() < 50
    assert 120 < levels.max() <= 150
    np.testing.assert_allclose(after, levels[:, None, None, None] + 0 * after, atol=0.1)
    bright = changed(made, gray + 100, brightness=(1.4, 1.5))
    assert bright.max() == 255


def test_the_generator_decides(made: Any) -> None:
    given = {"rotation": 30, "shift": 0.2, "zoom": 0.2, "horizontal_flip": True}
    first, again = (changed(made, faces(), seed=4, **given) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert np.abs(first - changed(made, faces(), seed=5, **given)).max() > 20
