"""What is changed at random during training, as a recipe says it; the frameworks carry it out."""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..shared.augmentation import KerasTerms, stated_terms
from ..shared.errors import ExportError


@dataclass(frozen=True)
class BatchChanges:
    """Changes of the pictures of a batch.

    ``matrices`` (B, 2, 3) float32 say where each pixel is taken from, on a scale of -1..1 from
    edge to edge; ``factors`` (B,) float32 are of brightness, None if that stays.
    """

    matrices: NDArray[np.float32]
    factors: NDArray[np.float32] | None


def draw_changes(terms: KerasTerms, count: int, draw: np.random.Generator) -> BatchChanges:
    """Draw a change for every picture of a batch.

    Turn, shift, shear and zoom about the center, in Keras's order, then the mirror.
    """
    turn = np.deg2rad(draw.uniform(-terms.rotation, terms.rotation, count))
    shear = np.deg2rad(draw.uniform(-terms.shear, terms.shear, count))
    across, down = draw.uniform(-terms.shift, terms.shift, (2, count))
    wide, high = draw.uniform(1 - terms.zoom, 1 + terms.zoom, (2, count))
    mirror = 1.0 - 2 * draw.integers(2, size=count) * terms.horizontal_flip
    zero, one = np.zeros(count), np.ones(count)
    cos, sin = np.cos(turn), np.sin(turn)
    turned = _matrix(cos, sin, zero, -sin, cos, zero)
    moved = _matrix(one, zero, 2 * across, zero, one, 2 * down)
    sheared = _matrix(np.cos(shear), zero, zero, -np.sin(shear), one, zero)
    scaled = _matrix(wide * mirror, zero, zero, zero, high, zero)
    matrices = (turned @ moved @ sheared @ scaled)[:, :2].astype(np.float32)
    if terms.brightness is None:
        return BatchChanges(matrices, None)
    return BatchChanges(matrices, draw.uniform(*terms.brightness, count).astype(np.float32))


def _matrix(*entries: NDArray[np.float64]) -> NDArray[np.float64]:
    """Matrices (B, 3, 3) of the two upper rows' entries (B,) each."""
    upper = np.stack(entries, axis=1).reshape(-1, 2, 3)
    last = np.broadcast_to([[[0.0, 0.0, 1.0]]], (len(upper), 1, 3))
    return np.concatenate([upper, last], axis=1)


LIGHT_TERMS = KerasTerms(rotation=10, zoom=0.1, shift=0.1, horizontal_flip=True)
"""What is done if neither the recipe nor the command line says anything."""


def chosen_terms(online: dict[str, Any], augment: str) -> KerasTerms | list[dict[str, Any]] | None:
    """Return what is to be done: terms, transforms of albumentations, or nothing.

    ``online`` is what the recipe says, ``augment`` what the command line says.
    """
    if augment == "none":
        return None
    if augment == "recipe" and "albumentations" in online:
        steps: list[dict[str, Any]] = online["albumentations"]
        return steps
    return (stated_terms(online) if augment == "recipe" else None) or LIGHT_TERMS


def albumentations_of(steps: list[dict[str, Any]], seed: int) -> Any:
    """Return the transforms of albumentations that ``steps`` name, as one ``Compose``.

    Raises:
        ExportError: albumentations is not installed, or has no such transform.
    """
    os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
    try:
        import albumentations  # noqa: PLC0415  # only for recipes that name its transforms
    except ImportError:
        raise ExportError(
            "the recipe's online augmentation needs albumentations: pip install "
            "albumentations, or pass --augment light or none"
        ) from None
    made = []
    for step in steps:
        kind = getattr(albumentations, step["transform"], None)
        if kind is None:
            raise ExportError(
                f"albumentations {albumentations.__version__} has no {step['transform']}; pass "
                "--augment light or none"
            )
        made.append(kind(**{name: value for name, value in step.items() if name != "transform"}))
    return albumentations.Compose(made, seed=seed % 2**32)
