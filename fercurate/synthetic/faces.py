"""Synthetic grayscale faces that express an emotion: drawn, so that no real person is shown.

A face is an `Identity` (who), an expression with an intensity (what it does) and a `Scene`
(how it is seen). The picture and its landmarks follow from those alone.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.synthetic.disturb import (
    Gray,
    Layer,
    Scene,
    View,
    brighten,
    cartoon,
    darken,
    non_face,
    occlude,
    shade,
    watermark,
)
from fercurate.synthetic.features import (
    EXPRESSIONS,
    Action,
    Identity,
    Points,
    action_of,
    curve,
    face_points,
    nose_lift,
)

__all__ = [
    "EXPRESSIONS",
    "Identity",
    "Scene",
    "brighten",
    "cartoon",
    "darken",
    "draw_face",
    "landmarks",
    "non_face",
    "occlude",
    "watermark",
]


def landmarks(
    identity: Identity, expression: str, scene: Scene, *, intensity: float = 1.0, size: int = 48
) -> NDArray[np.float64]:
    """Return the 68 iBUG landmarks of the face that `draw_face` draws from the same arguments.

    Shape (68, 2), float64: x and y in pixels of a (size, size) picture, where the center of
    the top left pixel is (0, 0). Points may lie outside the picture. Raises ValueError for an
    unknown expression or an intensity outside 0..1.
    """
    points = face_points(identity, action_of(identity, expression, intensity))
    return View(scene, size).place(points, nose_lift()) - 0.5


def draw_face(
    identity: Identity, expression: str, scene: Scene, *, intensity: float = 1.0, size: int = 48
) -> Gray:
    """Draw a face and return it as a (size, size) uint8 picture, gray levels 0..255.

    An intensity of 0 is the resting face and 1 the peak of the expression. Raises ValueError
    for an unknown expression, an intensity outside 0..1 or a size outside 32..640.
    """
    if not 32 <= size <= 640:
        raise ValueError(f"size must lie in 32..640, not {size}")
    action = action_of(identity, expression, intensity)
    canvas = _Canvas(View(scene, size * max(1, min(4, 512 // size))))
    _paint_person(canvas, identity, action)
    return _develop(canvas, size)


class _Canvas:
    """A supersampled picture with two layers of soft light and shadow over it."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.unit = view.unit
        shape = (view.size, view.size)
        self.tones: Gray = np.zeros(shape, np.uint8)
        self.body: Gray = np.zeros(shape, np.uint8)
        self.broad: Layer = np.zeros(shape, np.float32)
        self.fine: Layer = np.zeros(shape, np.float32)

    def pixels(self, points: Points, lift: Points | float = 0.0) -> NDArray[np.int32]:
        """Turn face points into canvas pixels with 4 fractional bits."""
        return np.rint(self.view.place(points, lift) * 16 - 8).astype(np.int32)

    def fill(self, points: Points, tone: float, lift: float = 0.0) -> None:
        """Fill a polygon with a gray level."""
        cv2.fillPoly(self.tones, [self.pixels(points, lift)], (tone,), cv2.LINE_AA, 4)

    def solid(self, points: Points, tone: float) -> None:
        """Fill a polygon that belongs to the person, so that light falls on it."""
        self.fill(points, tone)
        cv2.fillPoly(self.body, [self.pixels(points)], (255,), cv2.LINE_AA, 4)

    def line(self, points: Points, tone: float, width: float, lift: float = 0.0) -> None:
        """Draw an open line of a width in face units."""
        thick = max(1, round(width * self.unit))
        pixels = [self.pixels(points, lift)]
        cv2.polylines(self.tones, pixels, False, (tone,), thick, cv2.LINE_AA, 4)

    def soften(self, points: Points, change: float, width: float = 0.0, lift: float = 0.0) -> None:
        """Lighten or darken softly along a line, or inside a polygon where width is 0."""
        pixels = [self.pixels(points, lift)]
        if width:
            thick = max(1, round(width * self.unit))
            cv2.polylines(self.fine, pixels, False, (change,), thick, cv2.LINE_8, 4)
        else:
            cv2.fillPoly(self.broad, pixels, (change,), cv2.LINE_8, 4)


def _oval(x: float, y: float, half_width: float, half_height: float) -> Points:
    angle = np.linspace(0, 2 * np.pi, 33)[:-1]
    return np.stack([x + half_width * np.cos(angle), y + half_height * np.sin(angle)], axis=1)


def _paint_person(canvas: _Canvas, i: Identity, a: Action) -> None:
    points = face_points(i, a)
    _paint_background(canvas)
    _paint_head(canvas, i, points[:17])
    _paint_nose(canvas, i, a, points[27:36])
    _paint_lines(canvas, i, a, points)
    for eye, brow in ((points[36:42], points[17:22]), (points[42:48], points[26:21:-1])):
        _paint_eye(canvas, i, eye)
        _paint_brow(canvas, i, brow)
    _paint_beard(canvas, i, points)
    _paint_mouth(canvas, i, a, points[48:68])
    _paint_glasses(canvas, i)


def _paint_background(canvas: _Canvas) -> None:
    scene, size = canvas.view.scene, canvas.view.size
    rng = np.random.default_rng(scene.noise_seed)
    spots = (scene.background + rng.normal(0, scene.clutter, (5, 5))).clip(0, 255)
    canvas.tones[:] = cv2.resize(spots.astype(np.uint8), (size, size), None, 0, 0, cv2.INTER_LINEAR)


def _paint_head(canvas: _Canvas, i: Identity, jaw: Points) -> None:
    angle, long = np.linspace(0, np.pi, 33), i.hair_style in (2, 3)
    skull = np.stack([np.cos(angle), -0.2 - 1.12 * np.sin(angle)], axis=1)
    if long:
        canvas.solid(_oval(0, 0.05, 1.25, 1.45), i.hair)
    neck = np.array([[-0.6, 0.6], [0.6, 0.6], [0.65, 1.6], [1.9, 2.2], [-1.9, 2.2], [-0.65, 1.6]])
    canvas.solid(neck, i.skin * 0.72)
    for x in () if long else (-1.02, 1.02):
        canvas.solid(_oval(x, 0.0, 0.12, 0.24), i.skin * 0.86)
    canvas.solid(np.concatenate([curve(jaw), skull]), i.skin)
    canvas.line(curve(jaw), i.skin * 0.8, 0.025)
    if i.hair_style:
        rise = (0.0, 0.78, 0.72, 0.6, 0.7)[i.hair_style] * 1.12
        brim = np.stack([0.95 * np.cos(angle), -0.25 - rise * np.sin(angle) ** 0.6], axis=1)
        canvas.solid(np.concatenate([skull * [1.06, 1.1], brim[::-1]]), i.hair)
    if i.hair_style == 4:
        canvas.fill(np.array([[-0.9, -0.7], [-0.1, -1.2], [0.7, -1.15], [-0.2, -0.75]]), i.hair)


def _paint_nose(canvas: _Canvas, i: Identity, a: Action, nose: Points) -> None:
    tip, wings = nose[3], nose[4:]
    width = wings[4, 0] - wings[0, 0]
    for side, wing in ((-1, wings[0]), (1, wings[4])):
        bridge = [[side * 0.1, -0.22], [side * 0.1, tip[1] - 0.15]]
        ridge = np.array([*bridge, wing + np.array([0, -0.02])])
        canvas.soften(curve(ridge), -0.22 * i.skin, 0.045, 0.12)
        nostril = _oval(side * width * 0.22, wings[2, 1] - 0.02, 0.055, 0.032)
        canvas.fill(nostril, i.skin * 0.3, 0.15)
    canvas.soften(np.stack([[0, -0.15], tip]), 0.12 * i.skin, 0.07, 0.25)
    canvas.soften(curve(wings), -0.3 * i.skin, 0.04, 0.14)
    if a.wrinkle > 0.1:
        depth = -0.75 * i.skin * min(a.wrinkle, 1.2)
        for y in (-0.3, -0.2, -0.1):
            bend = np.array([[-0.15, y + 0.06], [0, y - 0.02], [0.15, y + 0.06]])
            canvas.soften(curve(bend), depth, 0.035, 0.1)


def _paint_eye(canvas: _Canvas, i: Identity, eye: Points) -> None:
    """Paint one eye from its 6 points: both corners at 0 and 3, the upper lid at 1 and 2."""
    upper, lower = curve(eye[:4]), curve(eye[[3, 4, 5, 0]])
    middle = (eye[0] + eye[3]) / 4 + eye[[1, 2, 4, 5]].mean(axis=0) / 2
    opening = np.concatenate([upper, lower])
    ball, size = _oval(middle[0], middle[1], 0.34, 0.27), i.eye_size
    canvas.soften(ball, -0.17 * i.skin)
    before = canvas.tones.copy()
    canvas.fill(opening, min(i.skin * 0.35 + 150, 235))
    white = canvas.tones.copy()
    iris = 0.11 * size
    canvas.fill(_oval(middle[0], middle[1] - 0.012, iris, iris), i.iris)
    canvas.fill(_oval(middle[0], middle[1] - 0.012, iris * 0.5, iris * 0.5), 8)
    canvas.fill(_oval(middle[0] - 0.035, middle[1] - 0.05, 0.028, 0.028), 245)
    mask = np.zeros_like(before)
    cv2.fillPoly(mask, [canvas.pixels(opening)], (255,), cv2.LINE_8, 4)
    canvas.tones = np.where(mask > 0, canvas.tones, np.minimum(before, white))
    canvas.line(upper - [0, 0.01], i.skin * 0.2, 0.035)
    canvas.line(lower, i.skin * 0.55, 0.022)
    canvas.soften(upper - [0, 0.07], -0.35 * i.skin, 0.03)


def _paint_brow(canvas: _Canvas, i: Identity, brow: Points) -> None:
    middle = curve(brow)
    along = np.linspace(0, 1, len(middle))
    half = i.brow_thickness * 0.5 * np.minimum(0.35 + 1.6 * along, 1.0)[:, None] * [0.0, 1.0]
    tone = min(i.hair, i.skin * 0.6) * 0.8
    canvas.fill(np.concatenate([middle - half, (middle + half)[::-1]]), tone)


def _paint_lines(canvas: _Canvas, i: Identity, a: Action, points: Points) -> None:
    """Add the folds that an expression and age press into the skin."""
    fold = -i.skin * (0.12 + 0.25 * i.age + 0.45 * max(a.cheek, 0) + 0.35 * max(a.lip_raise, 0))
    frown = -i.skin * 0.8 * min(max(a.brow_draw, 0.0), 1.2)
    raised = -i.skin * (0.08 * i.age + 0.45 * max(a.brow_inner, 0) * (0.4 + 0.6 * i.age))
    for side, wing, corner, inner in ((-1, 31, 48, 21), (1, 35, 54, 22)):
        start, end = points[wing] + [side * 0.04, -0.03], points[corner] + [side * 0.09, 0.0]
        bulge = (start + end) / 2 + [side * 0.07, -0.02]
        canvas.soften(curve(np.stack([start, bulge, end])), fold, 0.04)
        cheek = _oval(side * 0.52, 0.22 - 0.06 * a.cheek, 0.24, 0.14)
        canvas.soften(cheek, (0.04 + 0.13 * max(a.cheek, 0)) * i.skin)
        pouch = points[36 if side < 0 else 45] + [0, 0.04]
        under = np.stack([pouch, points[[40, 47][side > 0]] + [0, 0.09], points[inner] * [0.9, 0]])
        canvas.soften(curve(under[:2]), -i.skin * (0.1 + 0.3 * max(a.lid_lower, 0)), 0.03)
        knit = points[inner] * [0.55, 1]
        crease = np.stack([knit + np.array([0, -0.1]), knit * [0.9, 1] + [0, 0.12]])
        canvas.soften(crease, frown, 0.035)
    for y in (-0.82, -0.89):
        wave = np.array([[-0.5, y + 0.02], [-0.2, y - 0.02], [0.2, y - 0.02], [0.5, y + 0.02]])
        canvas.soften(curve(wave), raised, 0.028)


def _paint_mouth(canvas: _Canvas, i: Identity, a: Action, mouth: Points) -> None:
    outer_top, outer_bottom = curve(mouth[:7]), curve(mouth[[6, 7, 8, 9, 10, 11, 0]])
    top, bottom = curve(mouth[12:17]), curve(mouth[[12, 19, 18, 17, 16]])
    lip = i.skin * i.lip_tone
    canvas.fill(np.concatenate([outer_top, outer_bottom]), lip)
    canvas.fill(np.concatenate([outer_top, curve(mouth[[6, 16, 15, 14, 13, 12, 0]])]), lip * 0.85)
    gap = float(mouth[18, 1] - mouth[14, 1])
    if gap > 0.03:
        canvas.fill(np.concatenate([top, bottom[::-1]]), 18)
        _paint_teeth(canvas, a, top, bottom, gap)
    seam = top if gap > 0.2 else np.concatenate([mouth[:1], top, mouth[6:7]])
    canvas.line(seam, i.skin * 0.25, 0.03)
    chin = np.stack([mouth[10] + [0.03, 0.1], mouth[9] + [0, 0.08], mouth[8] + [-0.03, 0.1]])
    canvas.soften(curve(chin), -0.35 * i.skin * (1 + max(a.chin, 0)), 0.05)
    for corner in (mouth[0], mouth[6]):
        canvas.soften(_oval(corner[0], corner[1], 0.05, 0.05), -0.15 * i.skin)


def _paint_teeth(canvas: _Canvas, a: Action, top: Points, bottom: Points, gap: float) -> None:
    if a.teeth > 0.1:
        share = min(a.teeth, 1.0, 0.3 / gap)
        edge = top + share * (bottom - top)
        canvas.fill(np.concatenate([top, edge[::-1]]), 225)
        if a.teeth > 0.7 and a.square > 0.4:
            canvas.line((top + bottom) / 2, 90, 0.02)
    elif gap > 0.2:
        canvas.fill(np.concatenate([bottom, (bottom - [0, gap * 0.25])[::-1]]), 70)


def _paint_beard(canvas: _Canvas, i: Identity, points: Points) -> None:
    if i.beard:
        change = i.beard * (min(i.hair, i.skin * 0.6) - i.skin)
        jaw, top = points[3:14], points[[54, 53, 51, 49, 48]] + [0, -0.1]
        canvas.soften(np.concatenate([jaw * 0.97, top * [1.15, 1]]), change)


def _paint_glasses(canvas: _Canvas, i: Identity) -> None:
    if i.glasses:
        for side in (-1, 1):
            rim = _oval(side * (i.eye_gap + 0.02), -0.17, 0.33, 0.27)
            canvas.line(np.concatenate([rim, rim[:1]]), 40, 0.045, 0.12)
            temple = np.array([[side * (i.eye_gap + 0.35), -0.22], [side * 1.0, -0.24]])
            canvas.line(temple, 40, 0.045)
        canvas.line(np.array([[-0.12, -0.2], [0.12, -0.2]]), 40, 0.045, 0.2)


def _develop(canvas: _Canvas, size: int) -> Gray:
    """Light the painted canvas, shrink it to its final size and add blur and noise."""
    scene, unit = canvas.view.scene, canvas.unit
    whole, part = canvas.broad.shape, (96, 96)
    broad = cv2.resize(canvas.broad, part, None, 0, 0, cv2.INTER_AREA)
    broad = cv2.GaussianBlur(broad, (0, 0), 0.07 * scene.scale * 96)
    broad = cv2.resize(broad, whole, None, 0, 0, cv2.INTER_LINEAR)
    fine = cv2.GaussianBlur(canvas.fine, (0, 0), 0.022 * unit)
    tones = canvas.tones.astype(np.float32)
    lit = (tones + broad + fine) * shade(scene, canvas.view.size)
    picture = (tones + (lit - tones) * (canvas.body / np.float32(255))) * scene.exposure
    small = cv2.resize(picture, (size, size), None, 0, 0, cv2.INTER_AREA)
    if scene.blur > 0:
        small = cv2.GaussianBlur(small, (0, 0), max(scene.blur * size, 0.05))
    rng = np.random.default_rng(scene.noise_seed)
    grain = rng.standard_normal((size, size), np.float32) * np.float32(scene.noise)
    face: Gray = np.clip(np.rint(small + grain), 0, 255).astype(np.uint8)
    return face
