"""What comes between a face and its picture: view, light and faults, down to no face at all."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.synthetic.features import Identity, Points, action_of, curve, face_points

Gray = NDArray[np.uint8]
Layer = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scene:
    """How a face is seen: angles in radians, shift and blur in parts of the picture size."""

    yaw: float
    pitch: float
    roll: float
    shift_x: float
    shift_y: float
    scale: float
    light_angle: float
    light_strength: float
    exposure: float
    background: float
    clutter: float
    noise: float
    blur: float
    noise_seed: int

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Scene":
        """Return a random view of a face; the same generator state gives the same view."""
        return cls(
            yaw=float(np.clip(rng.normal(0, 0.2), -0.45, 0.45)),
            pitch=float(np.clip(rng.normal(0, 0.09), -0.2, 0.2)),
            roll=float(np.clip(rng.normal(0, 0.09), -0.25, 0.25)),
            shift_x=float(np.clip(rng.normal(0, 0.022), -0.05, 0.05)),
            shift_y=float(np.clip(rng.normal(0, 0.022), -0.05, 0.05)),
            scale=rng.uniform(0.335, 0.41),
            light_angle=rng.uniform(0, 2 * np.pi),
            light_strength=rng.uniform(0.05, 0.55),
            exposure=rng.uniform(0.8, 1.2),
            background=rng.uniform(15, 225),
            clutter=rng.uniform(0, 30),
            noise=rng.uniform(1, 9),
            blur=rng.uniform(0.0, 0.016),
            noise_seed=int(rng.integers(0, 2**31)),
        )


@dataclass(frozen=True, slots=True)
class View:
    """The map from face units to the pixels of a square canvas."""

    scene: Scene
    size: int

    @property
    def unit(self) -> float:
        """The length of one face unit in pixels."""
        return self.scene.scale * self.size

    def place(self, points: Points, lift: Points | float = 0.0) -> Points:
        """Turn (n, 2) face points, raised by `lift` off the head, into (n, 2) pixels."""
        s = self.scene
        x, y = points[:, 0], points[:, 1]
        z = np.sqrt(np.clip(1 - (x / 1.15) ** 2 - (y / 1.7) ** 2, 0, 1)) - 0.6 + lift
        x, z = x * np.cos(s.yaw) + z * np.sin(s.yaw), z * np.cos(s.yaw) - x * np.sin(s.yaw)
        y = y * np.cos(s.pitch) + z * np.sin(s.pitch)
        x, y = x * np.cos(s.roll) - y * np.sin(s.roll), x * np.sin(s.roll) + y * np.cos(s.roll)
        middle = 0.5 + np.array([s.shift_x, s.shift_y])
        return np.stack([x, y], axis=1) * self.unit + middle * self.size


@lru_cache(maxsize=8)
def _grid(size: int) -> tuple[Layer, Layer]:
    along = np.linspace(-0.5, 0.5, size, dtype=np.float32)
    return along[None, :], along[:, None]


def shade(scene: Scene, size: int) -> Layer:
    """Return the light on the head as a (size, size) factor, for a head seen as a globe."""
    across, down = _grid(size)
    x = (across - scene.shift_x) / (scene.scale * 1.15)
    y = (down - scene.shift_y) / (scene.scale * 1.5)
    z = np.sqrt(np.maximum(1 - x * x - y * y, 0.04))
    slope = np.clip(np.cos(scene.light_angle) * x + np.sin(scene.light_angle) * y, -1.1, 1.1)
    light = 0.55 + 0.45 * z + scene.light_strength * slope
    factor: Layer = np.clip(light, 0.2, 1.7).astype(np.float32)
    return factor


def occlude(face: Gray, rng: np.random.Generator) -> Gray:
    """Return a copy of a (h, w) uint8 face partly hidden: hand, sunglasses, mask or hair."""
    kinds: tuple[Callable[[Gray, np.random.Generator], None], ...] = (
        _hand, _sunglasses, _mask, _fringe,
    )  # fmt: skip
    hidden = _enlarged(face)
    kinds[int(rng.integers(len(kinds)))](hidden, rng)
    return _shrunk(hidden, face)


def darken(face: Gray, rng: np.random.Generator) -> Gray:
    """Return a copy of a (h, w) uint8 face so dark that its mean gray level is below 25."""
    target = rng.uniform(8, 20)
    factor = min(target / max(float(face.mean()), 1.0), 1.0)
    dark: Gray = np.floor(face * factor).astype(np.uint8)
    return dark


def brighten(face: Gray, rng: np.random.Generator) -> Gray:
    """Return a washed-out copy of a (h, w) uint8 face; its mean gray level is above 225."""
    floor = rng.uniform(228, 240)
    lifted = floor + face * ((262 - floor) / 255)
    bright: Gray = np.clip(np.rint(lifted), 0, 255).astype(np.uint8)
    return bright


def watermark(face: Gray, rng: np.random.Generator) -> Gray:
    """Return a copy of a (h, w) uint8 face with repeated half-transparent slanted text."""
    large = _enlarged(face)
    height, width = large.shape
    ink: Gray = np.zeros((height * 2, width * 2), np.uint8)
    text = str(rng.choice(["STOCK PHOTO", "SAMPLE", "(c) IMAGES", "PREVIEW"]))
    scale, step = width / 200 * rng.uniform(0.9, 1.2), max(height // 3, 1)
    for row in range(step // 2, 2 * height, step):
        where = (int(rng.integers(0, width // 4 + 1)), row)
        line = f"{text}  " * 6
        thick = max(2, width // 64)
        cv2.putText(ink, line, where, cv2.FONT_HERSHEY_SIMPLEX, scale, (255,), thick, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((float(width), float(height)), rng.uniform(15, 40), 1.0)
    ink = cv2.warpAffine(ink, turn, (2 * width, 2 * height)).astype(np.uint8)
    part = ink[height // 2 : height // 2 + height, width // 2 : width // 2 + width] / 255
    tone = 255.0 if large.mean() < 150 else 30.0
    mixed = large + part * rng.uniform(0.45, 0.65) * (tone - large)
    return _shrunk(np.rint(mixed).astype(np.uint8), face)


def cartoon(identity: Identity, expression: str, scene: Scene, size: int = 48) -> Gray:
    """Draw the face as a flat line drawing and return a (size, size) uint8 picture.

    Raises ValueError for an unknown expression.
    """
    points = face_points(identity, action_of(identity, expression, 1.0))
    view = View(scene, size * 4)
    sheet: Gray = np.full((view.size, view.size), 245, np.uint8)
    thick = max(2, round(0.06 * view.unit))

    def stroke(part: NDArray[np.float64], tone: int | None, closed: bool = True) -> None:
        pixels = [np.rint(view.place(part) * 16).astype(np.int32)]
        if tone is not None:
            cv2.fillPoly(sheet, pixels, (tone,), cv2.LINE_AA, 4)
        cv2.polylines(sheet, pixels, closed, (0,), thick, cv2.LINE_AA, 4)

    angle = np.linspace(0, np.pi, 17)
    skull = np.stack([np.cos(angle), -0.2 - 1.12 * np.sin(angle)], axis=1)
    stroke(np.concatenate([skull * 1.06, skull[::-1] * [0.9, 0.8]]), 0)
    stroke(np.concatenate([curve(points[:17]), skull * [0.98, 0.75]]), 225)
    for eye in (points[36:42], points[42:48]):
        middle = eye.mean(axis=0)
        stroke((eye - middle) * 1.35 + middle, 255)
        stroke((eye - middle) * [0.3, 0.8] + middle, 0)
    for line in (points[17:22], points[22:27], points[31:36]):
        stroke(curve(line), None, closed=False)
    stroke(points[48:60], 160)
    stroke(points[60:68], 0)
    return cv2.resize(sheet, (size, size), None, 0, 0, cv2.INTER_AREA).astype(np.uint8)


def non_face(rng: np.random.Generator, size: int = 48) -> Gray:
    """Return a (size, size) uint8 picture without a face: text, icon, texture or blank."""
    kinds: tuple[Callable[[Gray, np.random.Generator], None], ...] = (
        _text, _icon, _texture, _blank,
    )  # fmt: skip
    sheet: Gray = np.full((192, 192), rng.integers(0, 256), np.uint8)
    kinds[int(rng.integers(len(kinds)))](sheet, rng)
    return cv2.resize(sheet, (size, size), None, 0, 0, cv2.INTER_AREA).astype(np.uint8)


def _enlarged(face: Gray) -> Gray:
    times = max(1, -(-192 // min(face.shape)))
    return np.repeat(np.repeat(face, times, axis=0), times, axis=1)


def _shrunk(large: Gray, face: Gray) -> Gray:
    height, width = face.shape
    return cv2.resize(large, (width, height), None, 0, 0, cv2.INTER_AREA).astype(np.uint8)


def _patch(large: Gray, corners: list[tuple[float, float]], tone: float) -> None:
    """Fill a smooth closed shape given by corners in parts of the picture."""
    height, width = large.shape
    loop = curve(np.array([*corners[-1:], *corners, *corners[:2]]))[6:-6]
    pixels = np.rint(loop * [width * 16, height * 16]).astype(np.int32)
    cv2.fillPoly(large, [pixels], (tone,), cv2.LINE_AA, 4)


def _hand(large: Gray, rng: np.random.Generator) -> None:
    tone, lean = rng.uniform(80, 210), rng.uniform(-0.06, 0.06)
    palm = [(0.3, 0.72), (0.72, 0.7), (0.85, 1.0), (0.8, 1.1), (0.25, 1.1)]
    _patch(large, [(x + lean, y) for x, y in palm], tone)
    for x, top in ((0.3, 0.62), (0.41, 0.57), (0.52, 0.57), (0.63, 0.61)):
        left = x + lean
        finger = [(left, 0.95), (left, top + 0.03), (left + 0.05, top), (left + 0.1, top + 0.03),
                  (left + 0.1, 0.95)]  # fmt: skip
        _patch(large, finger, tone * 0.7)
        _patch(large, [(px * 0.9 + (left + 0.05) * 0.1, py + 0.012) for px, py in finger], tone)


def _sunglasses(large: Gray, rng: np.random.Generator) -> None:
    tone, y, reach = rng.uniform(5, 40), rng.uniform(0.4, 0.45), rng.uniform(0.13, 0.16)
    for x in (0.34, 0.66):
        lens = [(x - reach, y - 0.09), (x + reach, y - 0.09), (x + reach * 0.9, y + 0.08),
                (x, y + 0.12), (x - reach * 0.9, y + 0.08)]  # fmt: skip
        _patch(large, lens, tone)
    _patch(large, [(0.1, y - 0.07), (0.9, y - 0.07), (0.9, y - 0.03), (0.1, y - 0.03)], tone)


def _mask(large: Gray, rng: np.random.Generator) -> None:
    tone, top = rng.uniform(120, 245), rng.uniform(0.52, 0.57)
    shape = [(0.16, top + 0.04), (0.5, top - 0.03), (0.84, top + 0.04), (0.8, 0.85), (0.5, 0.98),
             (0.2, 0.85)]  # fmt: skip
    _patch(large, shape, tone)
    for y in (0.68, 0.76):
        _patch(large, [(0.22, y), (0.78, y), (0.78, y + 0.012), (0.22, y + 0.012)], tone * 0.8)


def _fringe(large: Gray, rng: np.random.Generator) -> None:
    tone, mirrored = rng.uniform(5, 60), rng.random() < 0.5
    for x in np.arange(0.0, 0.5, 0.06):
        low = rng.uniform(0.5, 0.7)
        lock = [(x + 0.1, -0.1), (x + 0.24, -0.1), (x + 0.12, low - 0.15), (x, low)]
        part = tone * rng.uniform(0.8, 1.2)
        _patch(large, [(1 - px if mirrored else px, py) for px, py in lock], part)


def _text(sheet: Gray, rng: np.random.Generator) -> None:
    ink = 15.0 if sheet[0, 0] > 127 else 240.0
    for row in range(12, 180, int(rng.integers(18, 34))):
        left = 8
        while left < 176:
            right = left + int(rng.integers(8, 46))
            cv2.rectangle(sheet, (left, row), (min(right, 184), row + 8), (ink,), -1)
            left = right + int(rng.integers(5, 10))


def _icon(sheet: Gray, rng: np.random.Generator) -> None:
    ink = 20.0 if sheet[0, 0] > 127 else 235.0
    cv2.circle(sheet, (96, 96), int(rng.integers(50, 80)), (ink,), -1, cv2.LINE_AA)
    count, turn = int(rng.integers(3, 7)), rng.uniform(0, np.pi)
    angle = np.arange(2 * count) * np.pi / count + turn
    reach = np.where(np.arange(2 * count) % 2 == 0, 45.0, rng.uniform(15, 40))
    star = np.stack([96 + reach * np.cos(angle), 96 + reach * np.sin(angle)], axis=1)
    cv2.fillPoly(sheet, [np.rint(star).astype(np.int32)], (255.0 - ink,), cv2.LINE_AA)


def _texture(sheet: Gray, rng: np.random.Generator) -> None:
    total = np.zeros(sheet.shape, np.float32)
    for cells in (6, 24, 96):
        layer = rng.normal(0, 1, (cells, cells)).astype(np.float32)
        total += cv2.resize(layer, (192, 192), None, 0, 0, cv2.INTER_CUBIC)
    sheet[:] = np.clip(127 + 40 * total, 0, 255).astype(np.uint8)


def _blank(sheet: Gray, rng: np.random.Generator) -> None:
    if rng.random() < 0.5:
        ink = 60.0 if sheet[0, 0] > 127 else 200.0
        cv2.rectangle(sheet, (16, 16), (176, 176), (ink,), 4)
        cv2.line(sheet, (16, 16), (176, 176), (ink,), 4)
