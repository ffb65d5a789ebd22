"""Where faces are in stored pictures: from the corpora, or from what a detector found."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.sample import five_points
from fercurate.errors import InputError
from fercurate.recipe.model import Recipe
from fercurate.screening.base import Values
from fercurate.screening.face import has_face
from fercurate.screening.face.base import FACE_COLUMNS
from fercurate.store.store import Store
from fercurate.transforms.base import FaceStep, Sizes
from fercurate.transforms.face.align import Align
from fercurate.transforms.face.geometry import FaceGeometry
from fercurate.transforms.face.mean_shape import mean_shape

_BOX = FACE_COLUMNS.index("left")
_POINTS = FACE_COLUMNS.index("right_eye_x")


def recipe_geometry(
    store: Store, recipe: Recipe, rows: NDArray[np.int64], measured: Mapping[str, Values]
) -> FaceGeometry | None:
    """The geometry of all N faces of a store that the steps of a recipe need, or None.

    ``rows`` are those of the recipe's sources, ``measured`` the measurements by kind, of which a
    face detector's (N, 17) are looked at if the step goes by it. The mean shape is fitted to every
    sample of these sources that has landmarks: it looks at no picture and no label.

    Raises:
        InputError: landmarks are needed, and no sample has any.
    """
    step = recipe.chain.face_step
    if step is None:
        return None
    if step.by == "box":
        return FaceGeometry(boxes=store.array("box"))
    if step.by == "landmarks":
        return _landmarked(store, recipe, step, rows)
    faces = measured["face"]
    own = store.array("landmarks") if step.by == "both" else None
    return FaceGeometry(detected_boxes(store, faces), detected_points(store, faces), own)


def _landmarked(
    store: Store, recipe: Recipe, step: FaceStep, rows: NDArray[np.int64]
) -> FaceGeometry:
    landmarks = store.array("landmarks")
    own = five_points(landmarks[rows]) if isinstance(step, Align) else landmarks[rows]
    if len(rows) and not np.isfinite(own).all(axis=(1, 2)).any():
        raise InputError(
            f"no sample of {', '.join(recipe.source_names)} has landmarks",
            where=f"{recipe.name}: normalize: {step.kind}",
            expected="a source with landmarks: ckplus (the original tree), affectnet",
            fix="Where there are none, use {kind: align, size: 48, by: detector}, or crop",
        )
    shape = mean_shape(landmarks[rows]) if step.needs_mean_shape else None
    return FaceGeometry(landmarks=landmarks, mean_shape=shape)


def stored_sizes(manifest: Manifest) -> Sizes:
    """Height and width (N, 2) of the stored pictures."""
    sides = [manifest.numbers("height"), manifest.numbers("width")]
    return np.stack(sides, axis=1).astype(np.float64)


def faceless(
    recipe: Recipe, manifest: Manifest, geometry: FaceGeometry | None
) -> NDArray[np.bool_] | None:
    """Mask (N,) of the samples of which the face is not known; None if they are kept anyway."""
    step = recipe.chain.face_step
    if step is None or geometry is None or step.missing == "keep":
        return None
    extents = step.extents(stored_sizes(manifest), geometry)
    return np.asarray(~np.isfinite(extents).all(axis=1))


def detected_boxes(store: Store, faces: Values) -> NDArray[np.float32]:
    """Boxes (N, 4) of the faces that a detector found: left, top, width, height in pixels.

    Where it found none, or another face than the one in the corpus's own box, that box, or NaN.
    """
    own: NDArray[np.float32] = store.array("box")
    ours = _found_ours(own, faces)
    return np.where(ours[:, None], faces[:, _BOX : _BOX + 4], own).astype(np.float32)


def detected_points(store: Store, faces: Values) -> NDArray[np.float32]:
    """Eyes, nose and corners of the mouth (N, 5, 2) that a detector found, x and y in pixels.

    The person's right ones come first. NaN where it found none, or another face than the one in the
    corpus's own box.
    """
    ours = _found_ours(store.array("box"), faces)
    points = faces[:, _POINTS : _POINTS + 10].reshape(-1, 5, 2)
    return np.where(ours[:, None, None], points, np.nan).astype(np.float32)


def _found_ours(own: NDArray[np.float32], faces: Values) -> NDArray[np.bool_]:
    """Whether a detector found a face, and in the corpus's own box (N, 4) if there is one."""
    found = faces[:, _BOX : _BOX + 4]
    center = found[:, :2] + found[:, 2:] / 2
    inside = ((center >= own[:, :2]) & (center <= own[:, :2] + own[:, 2:])).all(axis=1)
    return has_face(faces) & (inside | ~np.isfinite(own).all(axis=1))
