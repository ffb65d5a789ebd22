"""Warping a face to a mean frontal shape, triangle by triangle."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.sample import Pixels
from fercurate.transforms.base import MISSING, FaceStep, Missing, Sizes
from fercurate.transforms.face.eye_frame import EYE_DISTANCE, EYE_HEIGHT, EyeFrame
from fercurate.transforms.face.geometry import FaceGeometry, eye_centers, eye_squares, has_eyes
from fercurate.transforms.face.mean_shape import own_shape
from fercurate.transforms.face.sampling import Density, resized, sample

Points = NDArray[np.float64]

_ANCHORS = 4
"""Into so many parts anchors cut each side of a rectangle around square and mean shape."""

_ROOM = 0.5
"""How far outside they stand, as a share of the side, so that few triangles fold."""

_SHEAR = 1e-3
"""Four points of a symmetric shape lie on one circle, and Delaunay's choice between the diagonals
would be rounding; a little sheared there is one choice."""


@dataclass(frozen=True, slots=True)
class Frontalize(FaceStep):
    """Warp each face so that its 68 landmarks come to those of a frontal face in a square.

    Piecewise affine (Cootes, Edwards and Taylor, "Active appearance models", PAMI 2001) on the
    Delaunay triangles of that face; around it the picture follows the similarity transform that
    fits the landmarks best. ``toward`` says which face that is. ``mean``: the mean shape of all
    faces; Lucey et al. ("The Extended Cohn-Kanade Dataset", CVPRW 2010) tell expressions from faces
    of that kind, but of a mouth or a brow only the looks remain, its shape goes. ``own``: the
    average of the face's own shape and its mirror image, which takes the turn of the head away
    and leaves an open mouth open. The eyes stand where ``Align`` puts them.
    A picture whose landmarks are unknown is resized to the square or left out, as in ``Align``.
    """

    size: int
    eye_distance: float = EYE_DISTANCE
    eye_height: float = EYE_HEIGHT
    toward: Literal["mean", "own"] = "mean"
    missing: Missing = field(default="keep", metadata=MISSING)
    kind: Literal["frontalize"] = "frontalize"

    needs_mean_shape: ClassVar[bool] = True

    def __post_init__(self) -> None:
        EyeFrame(self.size, self.eye_distance, self.eye_height)

    @property
    def by(self) -> Literal["landmarks"]:
        """Whose geometry it needs: the corpus's landmarks."""
        return "landmarks"

    @property
    def label(self) -> str:
        """``frontalize(size=48, eye_distance=0.4, eye_height=0.35)``, or with ``toward=own``."""
        lengths = f"eye_distance={self.eye_distance:g}, eye_height={self.eye_height:g}"
        toward = "" if self.toward == "mean" else f", toward={self.toward}"
        return f"frontalize(size={self.size}, {lengths}{toward})"

    def extents(self, sizes: Sizes, geometry: FaceGeometry) -> Sizes:
        """Height and width (N, 2) of the squares about the eyes; NaN without landmarks."""
        landmarks = geometry.landmarks
        if landmarks is None:
            return np.full_like(sizes, np.nan)
        squares = eye_squares(eye_centers(landmarks), sizes, self.eye_distance)
        known = np.asarray(np.isfinite(landmarks).all(axis=(1, 2)))
        return np.where(known[:, None], squares, np.nan)

    def apply_at(self, images: Sequence[Pixels], geometry: FaceGeometry) -> list[Pixels]:
        """Return N pictures (size, size[, 3]) of N pictures (H, W[, 3]) of any sizes."""
        landmarks, shape = geometry.landmarks, geometry.mean_shape
        if landmarks is None or shape is None:
            return [resized(image, self.size) for image in images]
        frame = EyeFrame(self.size, self.eye_distance, self.eye_height)
        mean = shape.tobytes() if self.toward == "mean" else None
        return [
            _frontal(image, points, frame, mean)
            for image, points in zip(images, landmarks, strict=True)
        ]


def _frontal(
    image: Pixels, landmarks: NDArray[np.float32], frame: EyeFrame, mean: bytes | None
) -> Pixels:
    known = np.isfinite(landmarks).all() and has_eyes(eye_centers(landmarks), image.shape)
    own = own_shape(landmarks) if known and mean is None else None
    if not known or (mean is None and own is None):
        return resized(image, frame.size)
    vertices = _vertices(frame, mean) if own is None else _placed(frame, own)
    points = landmarks.astype(np.float64)
    fit = _Similarity.fitted(vertices[: len(points)], points)
    corners = np.concatenate([points, fit.apply(vertices[len(points) :])])
    density = Density.of(fit.scale)
    if own is None:
        mesh = _mesh(frame, mean, density.samples)
    else:
        mesh = _triangulated(frame, vertices, density.samples)
    return sample(image, mesh.spread(corners[:, 0]), mesh.spread(corners[:, 1]), density)


@dataclass(frozen=True, slots=True)
class _Similarity:
    """Turns, scales and shifts points, as complex numbers x + iy: factor x point + shift."""

    factor: complex
    shift: complex

    @classmethod
    def fitted(cls, start: Points, end: Points) -> "_Similarity":
        """The one that brings points (n, 2) closest to others in the sense of least squares."""
        first, last = start[:, 0] + 1j * start[:, 1], end[:, 0] + 1j * end[:, 1]
        away = first - first.mean()
        factor = complex((away.conj() * last).sum() / np.square(np.abs(away)).sum())
        return cls(factor, complex(last.mean() - factor * first.mean()))

    @property
    def scale(self) -> float:
        """How much longer distances become."""
        return abs(self.factor)

    def apply(self, points: Points) -> Points:
        """Return the moved points (n, 2)."""
        moved = self.factor * (points[:, 0] + 1j * points[:, 1]) + self.shift
        return np.stack([moved.real, moved.imag], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class _Mesh:
    """For each place of a square grid the three vertices around it (3, M, M) and their weights."""

    corners: NDArray[np.intp]
    weights: NDArray[np.float64]

    def spread(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return values (M, M) between those of the vertices (V,)."""
        first, second, third = (
            weight * values[corner]
            for weight, corner in zip(self.weights, self.corners, strict=True)
        )
        return np.asarray(first + second + third, dtype=np.float64)


@lru_cache(maxsize=8)
def _vertices(frame: EyeFrame, mean: bytes) -> Points:
    """The vertices of the mean shape."""
    return _placed(frame, np.frombuffer(mean, dtype=np.float64).reshape(-1, 2))


def _placed(frame: EyeFrame, shape: Points) -> Points:
    """Pixels (V, 2) of a shape's 68 points, given in eye units, and of the anchors around it."""
    points = frame.pixels(shape)
    room = _ROOM * frame.size
    low = np.minimum(points.min(axis=0), 0) - room
    high = np.maximum(points.max(axis=0), frame.size) + room
    steps = np.linspace(low, high, _ANCHORS + 1)
    ends = (0, _ANCHORS)
    spots = [(i, j) for i in range(_ANCHORS + 1) for j in range(_ANCHORS + 1)]
    anchors = [(steps[i, 0], steps[j, 1]) for i, j in spots if i in ends or j in ends]
    return np.concatenate([points, anchors])


@lru_cache(maxsize=8)
def _mesh(frame: EyeFrame, mean: bytes, samples: int) -> _Mesh:
    """The triangles of the mean shape."""
    return _triangulated(frame, _vertices(frame, mean), samples)


def _triangulated(frame: EyeFrame, vertices: Points, samples: int) -> _Mesh:
    """The triangles that ``samples`` x ``samples`` places in every pixel of the square lie in."""
    from scipy.spatial import Delaunay  # noqa: PLC0415 (slow)

    units = np.meshgrid(frame.across(samples), frame.down(samples))
    grid = frame.pixels(np.stack(units, axis=-1))
    triangles = Delaunay(_sheared(vertices))
    found = triangles.find_simplex(_sheared(grid))
    affine = triangles.transform[found]
    first = np.einsum("...ij,...j->...i", affine[..., :2, :], _sheared(grid) - affine[..., 2, :])
    weights = np.concatenate([first, 1 - first.sum(axis=-1, keepdims=True)], axis=-1)
    return _Mesh(
        np.ascontiguousarray(np.moveaxis(triangles.simplices[found].astype(np.intp), -1, 0)),
        np.ascontiguousarray(np.moveaxis(weights, -1, 0)),
    )


def _sheared(points: Points) -> Points:
    return np.stack([points[..., 0] + _SHEAR * points[..., 1], points[..., 1]], axis=-1)
