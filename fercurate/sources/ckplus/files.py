"""The small text files of CK+ (emotion, FACS, landmarks), and the face box."""

import math
from pathlib import Path

import numpy as np

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.sample import Points
from fercurate.domain.taxonomy import LabelMap
from fercurate.files.containment import LEADS_OUT, Boundary
from fercurate.files.regular import open_regular

MARGIN = 1.3
"""Side of the face box, in parts of the larger extent of the landmarks."""

CENTERED_SIDE = 0.75
"""Side of the assumed face box where there are no landmarks, in parts of the frame's height.

The faces of CK+ are frontal and near the middle of the frame; three quarters of 490 lines hold
them whole with room for those that are not quite centered.
"""

Box = tuple[float, float, float, float]

_MAX_BYTES = 65_536


class UnusableTextError(ValueError):
    """A text file that cannot be used; the message says why."""


class EscapeError(UnusableTextError):
    """A text file that is a link out of the corpus."""


def read_text(path: Path, boundary: Boundary) -> str:
    """Return a small ASCII file without BOM and spaces around it.

    Raises:
        EscapeError: it leads out of the boundary.
        UnusableTextError: missing, no regular file, too long, unreadable, or not ASCII.
    """
    if not boundary.holds(path):
        raise EscapeError(LEADS_OUT)
    if not path.is_file():
        raise UnusableTextError("a broken link, or no regular file")
    try:
        with open_regular(path) as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise UnusableTextError(f"cannot be read: {error.strerror}") from None
    if len(content) > _MAX_BYTES:
        raise UnusableTextError(f"over {_MAX_BYTES:,} bytes")
    try:
        return content.removeprefix(b"\xef\xbb\xbf").decode("ascii").strip()
    except UnicodeDecodeError:
        raise UnusableTextError(f"no plain text; begins with {content[:12]!r}") from None


def read_emotion(path: Path, boundary: Boundary, labels: LabelMap) -> tuple[str, str]:
    """Return the code ("3") and the expression of a label file ("   3.0000000e+00").

    Raises:
        EscapeError: it leads out of the boundary.
        UnusableTextError: unreadable, no single whole number, or a code that the map does not know.
    """
    text = read_text(path, boundary)
    value = _number(text)
    expected = f"one code of {labels.describe()}"
    if not value.is_integer():
        raise UnusableTextError(f"emotion {text[:40]!r}; expected {expected}")
    code = str(int(value))
    expression = labels.expression(code)
    if expression not in EXPRESSIONS:
        raise UnusableTextError(f"emotion {code[:40]}; expected {expected}")
    return code, expression


def read_action_units(path: Path, boundary: Boundary) -> str:
    """Return the FACS codes of a file as ``1=3 2=0 12=4``, by number; 0: intensity not given.

    Raises:
        UnusableTextError: unreadable, or a line that is no unit (1..99) with an intensity (0..5).
    """
    units: dict[int, float] = {}
    for unit, intensity in _rows(read_text(path, boundary)):
        if not (unit.is_integer() and 1 <= unit <= 99 and 0 <= intensity <= 5):
            raise UnusableTextError(f"action unit {unit:g} with intensity {intensity:g}")
        units.setdefault(int(unit), intensity)
    return " ".join(f"{unit}={intensity:g}" for unit, intensity in sorted(units.items()))


def read_landmarks(path: Path, boundary: Boundary) -> Points:
    """Return landmarks (68, 2) float32, x and y in pixels; they may lie outside the picture.

    Raises:
        UnusableTextError: unreadable, not 68 lines of two numbers, or no face's points.
    """
    rows = _rows(read_text(path, boundary))
    if len(rows) != 68:
        raise UnusableTextError(f"{len(rows)} points; expected 68")
    points = np.array(rows, dtype=np.float64)
    if np.abs(points).max() > 1e6 or np.ptp(points, axis=0).max() < 1:
        raise UnusableTextError("points that cannot be a face")
    return points.astype(np.float32)


def _rows(text: str) -> list[tuple[float, float]]:
    """Read lines of two finite numbers; blank lines are passed over."""
    rows = []
    for line in filter(str.strip, text.splitlines()):
        values = tuple(map(_number, line.split()))
        if len(values) != 2 or not all(map(math.isfinite, values)):
            raise UnusableTextError(f"the line {line[:40]!r}; expected two numbers")
        rows.append((values[0], values[1]))
    return rows


def _number(text: str) -> float:
    """Read a number; NaN for anything else, ``inf`` and ``1_0`` among it."""
    try:
        value = math.nan if "_" in text else float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def landmark_box(points: Points) -> Box:
    """Return the square around landmarks (68, 2) as left, top, width, height in pixels.

    Its center is that of the landmarks' bounding box, its side ``MARGIN`` times the larger
    extent; it may reach out of the picture.
    """
    low, high = points.min(axis=0).astype(np.float64), points.max(axis=0).astype(np.float64)
    side = MARGIN * float((high - low).max())
    left, top = (low + high) / 2 - side / 2
    return float(left), float(top), side, side


def centered_box(shape: tuple[int, ...]) -> Box:
    """Return the assumed face box of a frame (H, W, ...): a centered square inside it.

    A box without landmarks is always such an assumption, so that a face detector may replace it.
    """
    height, width = shape[:2]
    side = min(CENTERED_SIDE * height, float(width))
    return (width - side) / 2, (height - side) / 2, side, side
