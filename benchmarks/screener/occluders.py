"""Things that hide a face: hands, sunglasses, masks, hair, other pictures."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.screener.material import SIDE

Map = NDArray[Any]
"""Pictures (48, 48), enlarged ones, and points (x, y) in pixels."""

EYES = np.array([[15.0, 19.0], [33.0, 19.0]], dtype=np.float32)
NOSE = np.array([24.0, 28.0], dtype=np.float32)
MOUTH = np.array([24.0, 37.0], dtype=np.float32)
"""Where eyes, nose and mouth stand in a typical FER-2013 picture, in pixels."""

_LARGE = 4
KINDS: tuple[str, ...] = ("hand", "hand", "hands", "glasses", "mask", "hair", "object", "object")
LANDMARKS = np.concatenate([EYES, NOSE[None], MOUTH[None] - [6, 0], MOUTH[None] + [6, 0]])


@dataclass(frozen=True)
class Occluder:
    """Cover (48, 48) in 0..1, and its shade (48, 48) around 1 (dark: absolute gray 0..255)."""

    cover: Map
    shade: Map
    dark: bool


def draw_occluders(count: int, rng: np.random.Generator) -> list[Occluder]:
    """Draw occluders for a typical face; ``paste_occluder`` moves them to a real one."""
    drawn: list[Occluder] = []
    while len(drawn) < count:
        occluder = _draw(str(rng.choice(KINDS)), rng)
        if occluder.cover.sum() > 90:
            drawn.append(occluder)
    return drawn


def _draw(kind: str, rng: np.random.Generator) -> Occluder:
    cover = np.zeros((SIDE * _LARGE, SIDE * _LARGE), dtype=np.uint8)
    shade = np.ones_like(cover, dtype=np.float32)
    match kind:
        case "hand":
            _hand(cover, shade, _anywhere(rng), rng)
        case "hands":
            for eye in EYES if rng.random() < 0.5 else MOUTH + np.array([[-7, 2], [7, 2]]):
                _hand(cover, shade, eye + rng.normal(0, 2, 2), rng)
        case "glasses":
            _glasses(cover, rng)
        case "mask":
            _mask(cover, shade, rng)
        case "hair":
            _hair(cover, shade, rng)
        case _:
            _blob(cover, _anywhere(rng), rng)
    grain = cv2.resize(rng.normal(0, 1, (12, 12)).astype(np.float32), cover.shape)
    shade = shade * (1 + 0.06 * grain)
    small = cv2.resize(cover, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    dark = kind == "glasses" or (kind == "hair" and rng.random() < 0.8)
    return Occluder(
        small.astype(np.float32) / 255,
        cv2.resize(shade, (SIDE, SIDE), interpolation=cv2.INTER_AREA),
        dark,
    )


def _anywhere(rng: np.random.Generator) -> Map:
    places = (EYES[0], EYES[1], NOSE, MOUTH, MOUTH)
    return np.asarray(places[int(rng.integers(len(places)))] + rng.normal(0, 2.5, 2))


def _point(xy: Map) -> tuple[int, int]:
    return int(xy[0] * _LARGE), int(xy[1] * _LARGE)


def _hand(
    cover: Map,
    shade: Map,
    center: Map,
    rng: np.random.Generator,
) -> None:
    """A palm and up to five fingers that point away from it, darker along their sides."""
    angle = rng.uniform(0, 2 * np.pi)
    ahead = np.array([np.cos(angle), np.sin(angle)])
    aside = np.array([-ahead[1], ahead[0]])
    width, length = rng.uniform(3.6, 6.0), rng.uniform(10, 22)
    palm = center - ahead * rng.uniform(2, length)
    fingers = int(rng.integers(2, 6))
    cv2.ellipse(
        cover,
        (
            _point(palm),
            (width * fingers * _LARGE, 1.4 * length * _LARGE),
            float(np.degrees(angle)) + 90,
        ),
        255,
        -1,
    )
    for finger in range(fingers):
        root = palm + aside * (finger - (fingers - 1) / 2) * width * 0.95
        spread = ahead + aside * (finger - (fingers - 1) / 2) * rng.uniform(0, 0.15)
        tip = root + spread * length * rng.uniform(0.8, 1.2)
        thick = int(width * _LARGE)
        cv2.line(shade, _point(root), _point(tip), rng.uniform(0.55, 0.8), thick + 3)
        cv2.line(cover, _point(root), _point(tip), 255, thick)
        cv2.line(shade, _point(root), _point(tip), rng.uniform(0.95, 1.15), max(thick - 6, 1))
    shade[:] = cv2.GaussianBlur(shade, (0, 0), 3)


def _glasses(cover: Map, rng: np.random.Generator) -> None:
    size = (int(rng.uniform(6.5, 9.5) * _LARGE), int(rng.uniform(5, 8) * _LARGE))
    for eye in EYES:
        place = _point(eye + rng.normal(0, 0.5, 2))
        if rng.random() < 0.7:
            cv2.ellipse(cover, (place, (2 * size[0], 2 * size[1]), 0.0), 255, -1)
        else:
            low = (place[0] - size[0], place[1] - size[1])
            cv2.rectangle(cover, low, (place[0] + size[0], place[1] + size[1]), 255, -1)
    left, right = _point(EYES[0] - [14, 1]), _point(EYES[1] + [14, -1])
    cv2.line(cover, left, right, 255, int(rng.uniform(1, 3) * _LARGE))


def _mask(cover: Map, shade: Map, rng: np.random.Generator) -> None:
    top = rng.uniform(24, 33)
    outline = np.array([[6, top + 1], [24, top - 3], [42, top + 1], [38, 46], [24, 52], [10, 46]])
    outline = outline + rng.normal(0, 1.2, outline.shape)
    cv2.fillPoly(cover, [np.round(outline * _LARGE).astype(np.int32)], 255)
    for fold in np.linspace(top + 4, 46, 4):
        cv2.line(shade, _point(np.array([8, fold])), _point(np.array([40, fold])), 0.85, 3)
    shade[:] = cv2.GaussianBlur(shade, (0, 0), 4)


def _hair(cover: Map, shade: Map, rng: np.random.Generator) -> None:
    """Strands from the forehead over an eye."""
    eye = EYES[int(rng.integers(2))]
    for _ in range(int(rng.integers(14, 34))):
        start = np.array([eye[0] + rng.normal(0, 7), -2.0])
        end = np.array([eye[0] + rng.normal(0, 8), rng.uniform(22, 48)])
        bend = (start + end) / 2 + rng.normal(0, 4, 2)
        steps = np.linspace(0, 1, 9)[:, None]
        curve = (1 - steps) ** 2 * start + 2 * steps * (1 - steps) * bend + steps**2 * end
        points = [np.round(curve * _LARGE).astype(np.int32)]
        thick = int(rng.integers(4, 14))
        cv2.polylines(cover, points, False, 255, thick)
        cv2.polylines(shade, points, False, rng.uniform(0.5, 1.5), max(thick // 3, 1))


def _blob(cover: Map, center: Map, rng: np.random.Generator) -> None:
    turns = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(4, 9))))
    far = rng.uniform(6, 15, len(turns))
    outline = center + np.stack([np.cos(turns) * far, np.sin(turns) * far], axis=1)
    points = np.round(outline * _LARGE).astype(np.int32)
    cv2.fillPoly(cover, [cv2.convexHull(points) if rng.random() < 0.6 else points], 255)


def paste_occluder(
    image: Map,
    occluder: Occluder,
    landmarks: Map,
    other: Map,
    rng: np.random.Generator,
) -> Map:
    """Lay an occluder over the face (48, 48) whose five landmarks (5, 2) are known, or typical.

    ``other`` is another picture (48, 48), from which objects take their texture.
    """
    move = _placement(landmarks)
    size = (SIDE, SIDE)
    cover = cv2.warpAffine(occluder.cover, move, size)[:, :]
    shade = cv2.warpAffine(occluder.shade, move, size, borderMode=cv2.BORDER_REPLICATE)
    if occluder.dark:
        surface = rng.uniform(5, 70) * shade
    elif rng.random() < 0.25:
        surface = np.roll(other, int(rng.integers(48)), axis=int(rng.integers(2))) * 1.0
    elif rng.random() < 0.75:
        surface = float(np.percentile(image[12:40, 10:38], 65)) * rng.uniform(0.75, 1.2) * shade
    else:
        surface = rng.uniform(0, 255) * shade
    laid = image * (1 - cover) + np.clip(surface, 0, 255) * cover
    return np.asarray(laid, dtype=np.float32)


def _placement(landmarks: Map) -> Map:
    """The similarity (2, 3) that takes the typical face to this one."""
    if not np.isfinite(landmarks).all():
        return np.eye(2, 3, dtype=np.float32)
    eyes = landmarks[:2][landmarks[:2, 0].argsort()]
    wide, typical = eyes[1] - eyes[0], EYES[1] - EYES[0]
    scale = float(np.clip(np.linalg.norm(wide) / np.linalg.norm(typical), 0.6, 1.5))
    turn = float(np.clip(np.arctan2(wide[1], wide[0]), -0.7, 0.7))
    a, b = scale * np.cos(turn), scale * np.sin(turn)
    linear = np.array([[a, -b], [b, a]])
    shift = landmarks.mean(axis=0) - linear @ LANDMARKS.mean(axis=0)
    return np.column_stack([linear, shift]).astype(np.float32)
