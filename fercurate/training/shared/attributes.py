"""What a file of an export says of itself, checked: the one reader of its attributes.

Needs NumPy. A fault is an ``ExportError`` without the name of the file, which the caller knows.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import ExportError
from .format import EXPORT_TYPE, FORMAT_VERSION, LAYOUTS, SPLITS

_NAME = re.compile(r"[^\W_][\w-]*( [\w-]+)*")
"""Names of classes, schemes and recipes: words without markup, quotes or control characters."""

_MOST_CLASSES = 1000
_LONGEST_NAME = 100
_LONGEST_TEXT = 60_000


@dataclass(frozen=True)
class ExportAttributes:
    """The attributes of a file of an export.

    ``mean`` and ``std`` (1,) or (3,) float64 are of train's pixels on the scale 0..1, ``weights``
    (C,) float64 the class weights, ``online`` the augmentation during training, ``normalize`` what
    was done to every picture, in words, ``protocol`` the published one that it follows, or "".
    """

    layout: str
    splits: tuple[str, ...]
    classes: tuple[str, ...]
    recipe: str
    recipe_sha256: str
    scheme: str
    weighting: str
    weights: NDArray[np.float64]
    mean: NDArray[np.float64]
    std: NDArray[np.float64]
    online: dict[str, Any]
    normalize: tuple[str, ...]
    protocol: str = ""


def read_attributes(found: Mapping[str, Any]) -> ExportAttributes:
    """Check the attributes of a file of an export.

    Raises:
        ExportError: one is missing, of another kind, or not as the format says.
    """
    _check_kind(found)
    classes = _names(found, "class_names", _MOST_CLASSES)
    for name in classes:
        if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
            raise ExportError(f"a class named {name[:40]!r}; expected letters, digits, - and _")
    splits = _names(found, "splits", len(SPLITS))
    layout = _text(found, "layout")
    if set(splits) - set(SPLITS) or layout not in LAYOUTS:
        raise ExportError(f"splits {list(splits)} in layout {layout[:40]!r}")
    channels = np.size(found.get("mean", ()))
    if channels not in (1, 3):
        raise ExportError("mean is not of one or three channels")
    return ExportAttributes(
        layout,
        splits,
        classes,
        recipe=_plain(found, "recipe"),
        recipe_sha256=_text(found, "recipe_sha256"),
        scheme=_plain(found, "scheme"),
        weighting=_text(found, "class_weighting"),
        weights=_numbers(found, "class_weights", len(classes)),
        mean=_numbers(found, "mean", channels),
        std=_numbers(found, "std", channels),
        online=_json(found, "online_augmentation", {}),
        normalize=tuple(map(str, _json(found, "normalize", []))),
        protocol=_plain(found, "protocol"),
    )


def _check_kind(found: Mapping[str, Any]) -> None:
    kind, version = found.get("type"), found.get("format_version")
    if kind != EXPORT_TYPE or not isinstance(kind, str):
        what = "not a fercurate file" if kind is None else f"an HDF5 file of type {str(kind)[:40]}"
        raise ExportError(f"{what}; expected type {EXPORT_TYPE!r}")
    if not isinstance(version, int | np.integer) or version < 1:
        raise ExportError(f"format version {str(version)[:40]}")
    if version > FORMAT_VERSION:
        raise ExportError(
            f"format version {version}; expected at most {FORMAT_VERSION}: use the scripts that "
            "were built with the export, or update fercurate"
        )


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name, "")
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise ExportError(f"the attribute {name} is no text, but {str(value)[:40]!r}")
    return value


def _plain(found: Mapping[str, Any], name: str) -> str:
    value = _text(found, name)
    if value and not (len(value) <= _LONGEST_NAME and _NAME.fullmatch(value)):
        raise ExportError(f"the attribute {name} is {value[:40]!r}; expected a plain name")
    return value


def _names(found: Mapping[str, Any], name: str, most: int) -> tuple[str, ...]:
    values = found.get(name)
    if not isinstance(values, np.ndarray) or values.ndim != 1 or not 0 < len(values) <= most:
        raise ExportError(f"the attribute {name} is no list of 1 to {most} names")
    if not all(isinstance(value, str) for value in values):
        raise ExportError(f"the attribute {name} holds {str(values[0])[:40]!r}, which is no text")
    if len(set(values)) != len(values):
        raise ExportError(f"the attribute {name} holds a name twice")
    return tuple(map(str, values))


def _numbers(found: Mapping[str, Any], name: str, count: int) -> NDArray[np.float64]:
    values = np.asarray(found.get(name, ()))
    if values.dtype.kind not in "fiu" or values.shape != (count,):
        raise ExportError(f"{name} is {values.dtype} {values.shape}; expected {count} numbers")
    if not (np.isfinite(values).all() and (values >= 0).all()):
        raise ExportError(f"{name} holds a number below 0 or none at all")
    return values.astype(np.float64)


def _json(found: Mapping[str, Any], name: str, empty: Any) -> Any:
    text = _text(found, name)
    try:
        value = json.loads(text) if text else empty
    except (ValueError, RecursionError):
        value = None
    if type(value) is not type(empty):
        raise ExportError(f"the attribute {name} is {text[:40]!r}; expected JSON")
    return value
