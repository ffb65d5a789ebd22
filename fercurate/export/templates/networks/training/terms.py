"""What is changed at random during training, as a recipe says it; the frameworks carry it out."""

import os
from dataclasses import dataclass
from typing import Any

from training.export import ExportError


@dataclass(frozen=True)
class Terms:
    """What Keras's ``ImageDataGenerator`` calls so.

    ``rotation`` and ``shear`` are the largest angles in degrees, ``zoom`` z draws 1 - z .. 1 + z
    for each axis, ``shift`` is a share of the side, ``brightness`` a range of factors.
    """

    rotation: float = 0.0
    shear: float = 0.0
    zoom: float = 0.0
    shift: float = 0.0
    horizontal_flip: bool = False
    brightness: tuple[float, float] | None = None


LIGHT = Terms(rotation=10, zoom=0.1, shift=0.1, horizontal_flip=True)
"""What is done if neither the recipe nor the command line says anything."""


def terms_of(online: dict[str, Any]) -> Terms | None:
    """Return the terms that an export's ``online_augmentation`` holds, or None."""
    known = {name: online[name] for name in Terms.__dataclass_fields__ if name in online}
    if known.get("brightness") is not None:
        known["brightness"] = tuple(known["brightness"])
    return Terms(**known) if known else None


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
