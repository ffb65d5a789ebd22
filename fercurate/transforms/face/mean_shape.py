"""The mean frontal shape of faces, from their 68 landmarks."""

import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.face.geometry import eye_centers

MIRROR: tuple[int, ...] = (
    *(16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),  # jaw
    *(26, 25, 24, 23, 22, 21, 20, 19, 18, 17),  # brows
    *(27, 28, 29, 30),  # bridge of the nose
    *(35, 34, 33, 32, 31),  # its wings
    *(45, 44, 43, 42, 47, 46),  # the person's right eye
    *(39, 38, 37, 36, 41, 40),  # the left one
    *(54, 53, 52, 51, 50, 49, 48, 59, 58, 57, 56, 55),  # outer lips
    *(64, 63, 62, 61, 60, 67, 66, 65),  # inner lips
)
"""Which of the 68 iBUG landmarks each one becomes in the mirror."""

_BLOCK = 8192
_DECIMALS = 5
"""Coordinates are rounded, for the last digits of an eigenvector differ between machines."""


def mean_shape(landmarks: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """Return the mean frontal shape (68, 2) of landmarks (N, 68, 2), or None if there are none.

    It is the full Procrustes mean, which for plane shapes is an eigenvector (Kent, "The complex
    Bingham distribution and shape analysis", J. R. Statist. Soc. B 1994): every face is
    taken without its place, size and turn. Its average with its own mirror image is frontal
    (Mardia, Bookstein and Moreton, "Statistical assessment of bilateral symmetry of shapes",
    Biometrika 2000). In eye units: x, y with the origin between the eye centers, which are
    1 apart. Faces with an unknown landmark or eyes in one place are left out.
    """
    products = np.zeros((68, 68), dtype=np.complex128)
    for start in range(0, len(landmarks), _BLOCK):
        shapes = _shapes(landmarks[start : start + _BLOCK])
        products += shapes.T @ shapes.conj()
    if not products.any():
        return None
    mean = np.linalg.eigh(products)[1][:, -1]
    return _in_eye_units(_symmetric(mean))


def own_shape(landmarks: NDArray[np.float32]) -> NDArray[np.float64] | None:
    """Return the frontal shape (68, 2) of one face (68, 2): itself averaged with its mirror image.

    In the units of ``mean_shape``; None where that leaves a face out.
    """
    shapes = _shapes(landmarks[None])
    return _in_eye_units(_symmetric(shapes[0])) if len(shapes) else None


def _shapes(landmarks: NDArray[np.float32]) -> NDArray[np.complex128]:
    """Usable landmarks as complex numbers x + iy (n, 68), centered and of length 1."""
    known = landmarks[np.isfinite(landmarks).all(axis=(1, 2))].astype(np.float64)
    usable = known[np.ptp(eye_centers(known), axis=1).max(axis=1) > 0]
    shapes = usable[..., 0] + 1j * usable[..., 1]
    shapes -= shapes.mean(axis=1, keepdims=True)
    return np.asarray(shapes / np.linalg.norm(shapes, axis=1, keepdims=True), dtype=np.complex128)


def _symmetric(shape: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Average a shape (68,) with its mirror image, turned so that its axis stands upright."""
    mirror = list(MIRROR)
    turn = np.angle(np.vdot(-shape[mirror].conj(), shape))
    upright = shape * np.exp(-0.5j * turn)
    return np.asarray((upright - upright[mirror].conj()) / 2, dtype=np.complex128)


def _in_eye_units(shape: NDArray[np.complex128]) -> NDArray[np.float64]:
    points = np.stack([shape.real, shape.imag], axis=1)
    eyes = eye_centers(points)
    points = (points - eyes.mean(axis=0)) / (eyes[1, 0] - eyes[0, 0])
    return np.asarray(np.round(points, _DECIMALS) + 0.0, dtype=np.float64)
