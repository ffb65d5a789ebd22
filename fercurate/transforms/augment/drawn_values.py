"""What a transform drew for a picture, as JSON."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST_VALUES = 16
_LONG = "left out"
"""What is told of a long array inside a list; at the top its key is missing."""

_FIXED = frozenset(
    ("shape", "output_shape", "interpolation", "fill", "fill_mask", "bbox_matrix", "matrix_bbox")
)
"""Entries that are not drawn, or concern no pixel."""

_JSON = frozenset((int, bool, str, type(None)))


def drawn_values(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``{"transform": name, ...}`` with the values that a transform drew, JSON-ready.

    Arrays and lists of more than 16 values, such as noise or displacements, are left out: the seed
    gives them back.
    """
    record: dict[str, Any] = {"transform": name}
    for key, value in values.items():
        if key not in _FIXED:
            plain = _plain(value)
            if plain is not _LONG:
                record[key] = plain
    return record


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is float:
        return value if math.isfinite(value) else str(value)
    if kind in _JSON:
        return value
    if kind is np.ndarray:
        return _listed(value)
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value] if len(value) <= _MOST_VALUES else _LONG
    return _plain(value.item()) if isinstance(value, np.generic) else kind.__name__


def _listed(values: NDArray[Any]) -> Any:
    if values.size > _MOST_VALUES:
        return _LONG
    listed = values.tolist()
    quick = values.dtype.kind in "fiub" and math.isfinite(np.vdot(values, values))
    return listed if quick else _plain(listed)
