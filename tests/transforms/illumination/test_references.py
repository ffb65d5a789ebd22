"""Illumination: every method against an independent reference."""

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest
from scipy import fft, ndimage, sparse

from fercurate.synthetic.faces import Identity, Scene, draw_face
from fercurate.transforms.base import Transform
from fercurate.transforms.illumination import (
    Clahe,
    DctNormalization,
    DifferenceOfGaussians,
    EqualizeLinear,
    Gamma,
    HistogramEqualization,
    Homomorphic,
    IsotropicDiffusion,
)
from fercurate.transforms.illumination.spectrum import truncation


def faces(count: int = 3, size: int = 48) -> np.ndarray:
    rng = np.random.default_rng(7)
    drawn = [
        draw_face(Identity.draw(rng), "happy", Scene.draw(rng), size=size) for _ in range(count)
    ]
    return np.stack(drawn)


def equalized(picture: np.ndarray) -> np.ndarray:
    brighter = [(picture <= v).sum() for v in range(256)]
    darkest = (picture == picture.min()).sum()
    table = 255 * (np.array(brighter) - darkest) / (picture.size - darkest)
    return table[picture]


def equalized_and_stretched(picture: np.ndarray, weight: float) -> np.ndarray:
    low, high = float(picture.min()), float(picture.max())
    return weight * np.round(equalized(picture)) + (1 - weight) * 255 * (picture - low) / (
        high - low
    )


def clahe(picture: np.ndarray, limit: float, tiles: int) -> np.ndarray:
    """Pixel by pixel; sides need not be multiples of ``tiles``."""
    sides = picture.shape
    result = np.zeros(sides)
    index = [np.array([at * tiles // side for at in range(side)]) for side in sides]

    @cache
    def table(row: int, column: int) -> np.ndarray:
        tile = picture[np.ix_(index[0] == row, index[1] == column)].ravel()
        bins = [min(float((tile == v).sum()), limit * tile.size / 256) for v in range(256)]
        share = (tile.size - sum(bins)) / 256
        return np.array(
            [255 / tile.size * sum(b + share for b in bins[: v + 1]) for v in range(256)]
        )

    for y, x in np.ndindex(sides):
        down, across = (
            (at + 0.5) * tiles / side - 0.5 for at, side in zip((y, x), sides, strict=True)
        )
        for row in range(tiles):
            for column in range(tiles):
                near = [min(max(down, 0), tiles - 1), min(max(across, 0), tiles - 1)]
                share = max(1 - abs(near[0] - row), 0) * max(1 - abs(near[1] - column), 0)
                if share:
                    result[y, x] += share * table(row, column)[picture[y, x]]
    return result


def shown(values: np.ndarray) -> np.ndarray:
    centered = values - values.mean()
    return np.clip(127.5 + 127.5 * centered / (3 * np.abs(centered).mean()), 0, 255)


def zig_zag(rows: int, columns: int) -> list[tuple[int, int]]:
    places = [(y, x) for y in range(rows) for x in range(columns)]
    return sorted(places, key=lambda p: (sum(p), p[0] if sum(p) % 2 else p[1]))


def dct(picture: np.ndarray, discard: int) -> np.ndarray:
    spectrum = fft.dctn(np.log(1.0 + picture), norm="ortho")
    for place in zig_zag(*picture.shape)[: discard + 1]:
        spectrum[place] = 0
    return shown(fft.idctn(spectrum, norm="ortho"))


def difference_of_gaussians(
    picture: np.ndarray, gamma: float, inner: float, outer: float
) -> np.ndarray:
    power = picture.astype(float) ** gamma
    narrow, wide = (
        ndimage.gaussian_filter(power, sigma, mode="reflect", truncate=4.0)
        for sigma in (inner, outer)
    )
    d = narrow - wide
    d = d / (np.abs(d) ** 0.1).mean() ** 10
    d = d / (np.minimum(np.abs(d), 10) ** 0.1).mean() ** 10
    return shown(10 * np.tanh(d / 10))


def homomorphic(picture: np.ndarray, low: float, high: float, cutoff: float) -> np.ndarray:
    """By the Fourier transform of the picture mirrored to twice its sides."""
    log = np.log(1.0 + picture)
    half = np.concatenate([log, log[::-1]])
    whole = np.concatenate([half, half[:, ::-1]], axis=1)
    rows, columns = (np.fft.fftfreq(2 * side) * side for side in picture.shape)
    distance = np.hypot(rows[:, None], columns)
    gain = low + (high - low) * (1 - np.exp(-((distance / cutoff) ** 2)))
    result = np.fft.ifft2(np.fft.fft2(whole) * gain).real
    return shown(np.exp(result[: picture.shape[0], : picture.shape[1]]))


def isotropic_diffusion(picture: np.ndarray, smoothness: float) -> np.ndarray:
    """By solving the sparse linear system."""

    def path(side: int) -> sparse.csr_array:
        neighbors = np.array([1, *[2] * (side - 2), 1])
        return sparse.diags_array([-np.ones(side - 1), neighbors, -np.ones(side - 1)],
                                  offsets=[-1, 0, 1]).tocsr()  # fmt: skip

    height, width = picture.shape
    differences = sparse.kron(path(height), sparse.eye_array(width)) + sparse.kron(
        sparse.eye_array(height), path(width)
    )
    system = (sparse.eye_array(height * width) + smoothness * differences).tocsc()
    lit = 1.0 + picture.ravel()
    light = sparse.linalg.spsolve(system, lit)
    return shown((lit / light).reshape(picture.shape))


REFERENCES: list[tuple[Transform, Callable[[np.ndarray], np.ndarray]]] = [
    (HistogramEqualization(), equalized),
    (EqualizeLinear(), lambda p: equalized_and_stretched(p, 0.5)),
    (EqualizeLinear(0.3), lambda p: equalized_and_stretched(p, 0.3)),
    (Gamma(0.5), lambda p: 255 * (p / 255) ** 0.5),
    (Gamma(), lambda p: 255 * (p / 255) ** (np.log(0.5) / np.log(p.mean() / 255))),
    (DctNormalization(), lambda p: dct(p, 20)),
    (DctNormalization(7), lambda p: dct(p, 7)),
    (DifferenceOfGaussians(), lambda p: difference_of_gaussians(p, 0.2, 1, 2)),
    (
        DifferenceOfGaussians(0.5, 0.7, 9.3),
        lambda p: difference_of_gaussians(p, 0.5, 0.7, 9.3),
    ),
    (Homomorphic(), lambda p: homomorphic(p, 0.25, 1.5, 2)),
    (Homomorphic(0.2, 2.5, 4.0), lambda p: homomorphic(p, 0.2, 2.5, 4)),
    (IsotropicDiffusion(), lambda p: isotropic_diffusion(p, 7)),
    (IsotropicDiffusion(60.0), lambda p: isotropic_diffusion(p, 60)),
]


@pytest.mark.parametrize(("step", "reference"), REFERENCES, ids=[s.label for s, _ in REFERENCES])
@pytest.mark.parametrize("shape", [(48, 48), (31, 44), (12, 9)], ids=str)
def test_each_step_equals_its_reference(
    step: Transform, reference: Callable[[np.ndarray], np.ndarray], shape: tuple[int, int]
) -> None:
    top, left = (48 - shape[0]) // 2, (48 - shape[1]) // 2
    batch = faces()[:, top : top + shape[0], left : left + shape[1]]
    for picture, result in zip(batch, step.apply(batch), strict=True):
        expected = reference(picture)
        assert expected.std() > 5
        assert np.abs(result - expected).max() <= 0.501  # rounding to whole gray values


@pytest.mark.parametrize("shape", [(16, 16), (13, 18)], ids=str)
def test_clahe_equals_the_written_out_formula(shape: tuple[int, int]) -> None:
    picture = faces(1)[0, : shape[0], : shape[1]]
    result = Clahe(3.0, 4).apply(picture[None])[0]
    assert np.abs(result - clahe(picture, 3.0, 4)).max() <= 0.501


def test_clahe_agrees_with_opencv_where_tiles_are_large() -> None:
    picture = faces(1, size=512)[0]
    expected = cv2.createCLAHE(4.0, (2, 2)).apply(picture).astype(int)
    difference = np.abs(Clahe(4.0, 2).apply(picture[None])[0] - expected)
    assert np.abs(picture - expected).max() > 20
    assert difference.max() <= 3
    assert difference.mean() < 0.7


def test_clahe_spares_an_even_gray_that_opencv_turns_white() -> None:
    even = np.full((1, 48, 48), 142, dtype=np.uint8)
    assert cv2.createCLAHE(4.0, (4, 4)).apply(even[0]).min() == 255
    assert np.abs(Clahe(4.0, 4).apply(even) - 142.0).max() <= 5


def test_clahe_of_a_mirrored_face_is_the_mirrored_clahe() -> None:
    batch = faces()
    np.testing.assert_array_equal(
        Clahe().apply(batch[:, :, ::-1]), Clahe().apply(batch)[:, :, ::-1]
    )


def test_coefficients_are_discarded_in_the_order_of_jpeg() -> None:
    order = [(0, 0), (0, 1), (1, 0), (2, 0), (1, 1), (0, 2), (0, 3), (1, 2), (2, 1), (3, 0)]
    for count in range(10):
        gone = truncation((6, 5), count) == 0
        assert {tuple(place) for place in np.argwhere(gone)} == set(order[: count + 1])
