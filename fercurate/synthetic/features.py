"""The geometry of a synthetic face: who it is and what it does.

Face units: the half width of a face is 1, x grows to the right of the picture, y grows
downward and the origin lies on the nose bridge a little below the eyes.
"""

from dataclasses import astuple, dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

EXPRESSIONS: tuple[str, ...] = (
    "angry", "disgust", "fear", "happy", "sad", "surprise", "neutral", "contempt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Action:
    """How far each part of the face is moved; 0 is rest and about 1 is the peak."""

    brow_inner: float = 0.0
    brow_outer: float = 0.0
    brow_draw: float = 0.0
    lid_upper: float = 0.0
    lid_lower: float = 0.0
    cheek: float = 0.0
    wrinkle: float = 0.0
    lip_raise: float = 0.0
    corner_up: float = 0.0
    corner_out: float = 0.0
    skew: float = 0.0
    jaw: float = 0.0
    part: float = 0.0
    square: float = 0.0
    press: float = 0.0
    chin: float = 0.0
    teeth: float = 0.0


# How much a resting face differs from person to person, in the order of Action's fields.
_REST = (0.13, 0.13, 0.1, 0.12, 0.1, 0, 0, 0, 0.12, 0.08, 0.04, 0, 0, 0, 0.12, 0, 0)

# Each expression has two manners; a person's `manner` mixes them.
_PEAKS: dict[str, tuple[Action, Action]] = {
    "angry": (
        Action(brow_inner=-1.0, brow_outer=0.25, brow_draw=1.0, lid_upper=-0.1, lid_lower=0.55,
               corner_up=-0.45, corner_out=-0.12, press=1.0, chin=0.4, wrinkle=0.2),
        Action(brow_inner=-1.0, brow_outer=0.15, brow_draw=1.0, lid_upper=0.1, lid_lower=0.6,
               corner_up=-0.3, lip_raise=0.3, part=0.75, square=1.0, wrinkle=0.3, teeth=1.0),
    ),
    "disgust": (
        Action(brow_inner=-0.6, brow_outer=-0.55, brow_draw=0.4, lid_upper=-0.55, lid_lower=0.8,
               cheek=0.7, wrinkle=1.0, lip_raise=1.0, corner_up=-0.55, chin=0.3, part=0.1),
        Action(brow_inner=-0.6, brow_outer=-0.5, brow_draw=0.4, lid_upper=-0.5, lid_lower=0.8,
               cheek=0.7, wrinkle=1.0, lip_raise=1.1, corner_up=-0.7, part=0.45, jaw=0.1,
               teeth=0.6),
    ),
    "fear": (
        Action(brow_inner=1.1, brow_outer=0.25, brow_draw=0.9, lid_upper=0.95, lid_lower=-0.1,
               corner_up=-0.35, corner_out=0.35, jaw=0.35, part=0.3, square=1.0, teeth=0.25),
        Action(brow_inner=1.1, brow_outer=0.35, brow_draw=0.9, lid_upper=1.0,
               corner_up=-0.5, corner_out=0.4, jaw=0.15, part=0.5, square=1.0, teeth=0.8),
    ),
    "happy": (
        Action(brow_outer=0.1, lid_lower=0.45, cheek=0.8, corner_up=1.0, corner_out=0.3),
        Action(brow_outer=0.1, lid_lower=0.6, lid_upper=-0.15, cheek=1.0, corner_up=1.0,
               corner_out=0.35, lip_raise=0.25, part=0.75, jaw=0.15, teeth=0.75),
    ),
    "sad": (
        Action(brow_inner=0.95, brow_outer=-0.55, brow_draw=0.5, lid_upper=-0.5, corner_up=-1.0,
               corner_out=-0.05, chin=0.7),
        Action(brow_inner=0.9, brow_outer=-0.5, brow_draw=0.4, lid_upper=-0.7, lid_lower=0.2,
               corner_up=-1.1, corner_out=0.05, chin=0.4, press=0.3),
    ),
    "surprise": (
        Action(brow_inner=1.15, brow_outer=1.2, lid_upper=1.0, lid_lower=-0.2, corner_out=-0.38,
               jaw=1.0),
        Action(brow_inner=1.1, brow_outer=1.15, lid_upper=0.9, lid_lower=-0.1, corner_out=-0.42,
               jaw=0.6, part=0.1),
    ),
    "neutral": (Action(), Action()),
    "contempt": (
        Action(brow_outer=0.1, lid_upper=-0.3, lid_lower=0.15, skew=1.0, corner_up=-0.05,
               press=0.45),
        Action(brow_inner=-0.2, lid_upper=-0.35, lid_lower=0.2, skew=1.1, press=0.3),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """The fixed features of one person; lengths are in face units, tones are gray levels."""

    height: float
    jaw_width: float
    skin: float
    hair: float
    hair_style: int
    eye_gap: float
    eye_size: float
    eye_tilt: float
    iris: float
    brow_height: float
    brow_arch: float
    brow_thickness: float
    nose_length: float
    nose_width: float
    mouth_width: float
    mouth_height: float
    lip_fullness: float
    lip_tone: float
    beard: float
    glasses: bool
    age: float
    asymmetry: float
    manner: float
    gains: tuple[float, ...]
    rest: tuple[float, ...]

    @classmethod
    def draw(cls, rng: np.random.Generator) -> "Identity":
        """Return a random person; the same generator state gives the same person."""
        adult = rng.random() < 0.5
        skin = rng.uniform(100, 222)
        return cls(
            height=rng.uniform(0.92, 1.1),
            jaw_width=rng.uniform(0.72, 1.0),
            skin=skin,
            hair=min(rng.choice([18.0, 35.0, 60.0, 105.0, 190.0]) + rng.uniform(-8, 12), 225),
            hair_style=int(rng.choice(5, p=[0.1, 0.25, 0.2, 0.2, 0.25])),
            eye_gap=rng.uniform(0.38, 0.47),
            eye_size=rng.uniform(0.88, 1.18),
            eye_tilt=rng.normal(0, 0.02),
            iris=rng.uniform(15, 75),
            brow_height=rng.uniform(-0.04, 0.06),
            brow_arch=rng.uniform(0.02, 0.09),
            brow_thickness=rng.uniform(0.06, 0.13),
            nose_length=rng.uniform(0.88, 1.12),
            nose_width=rng.uniform(0.8, 1.3),
            mouth_width=rng.uniform(0.32, 0.43),
            mouth_height=rng.uniform(-0.05, 0.05),
            lip_fullness=rng.uniform(0.7, 1.4),
            lip_tone=rng.uniform(0.62, 0.84),
            beard=rng.uniform(0.2, 0.75) if adult and rng.random() < 0.4 else 0.0,
            glasses=bool(rng.random() < 0.12),
            age=float(rng.uniform(0.2, 1.0) if adult else rng.uniform(0, 0.25)),
            asymmetry=float(np.clip(rng.normal(0, 0.1), -0.25, 0.25)),
            manner=float(rng.beta(0.5, 0.5)),
            gains=tuple(np.exp(rng.normal(0, 0.22, len(_REST))).clip(0.55, 1.5).tolist()),
            rest=tuple((rng.normal(0, 1, len(_REST)).clip(-2, 2) * _REST).tolist()),
        )


def action_of(identity: Identity, expression: str, intensity: float) -> Action:
    """Return what the face does; ValueError for an unknown expression or intensity."""
    if expression not in _PEAKS:
        raise ValueError(f"unknown expression {expression!r}; known: {', '.join(EXPRESSIONS)}")
    if not 0.0 <= intensity <= 1.0:
        raise ValueError(f"intensity must lie in 0..1, not {intensity}")
    first, second = (np.array(astuple(peak)) for peak in _PEAKS[expression])
    peak = (1 - identity.manner) * first + identity.manner * second
    moved = np.array(identity.rest) + intensity * np.array(identity.gains) * peak
    return Action(*moved.tolist())


@lru_cache(maxsize=64)
def _weights(count: int, steps: int) -> Points:
    """Catmull-Rom weights that take `count` points to a curve of (count-1)*steps+1 points."""
    along = np.linspace(0, count - 1, (count - 1) * steps + 1)
    first = np.minimum(along.astype(int), count - 2)
    t = along - first
    parts = (-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2)
    weights = np.zeros((len(along), count))
    for offset, part in zip((-1, 0, 1, 2), parts, strict=True):
        np.add.at(weights, (range(len(along)), np.clip(first + offset, 0, count - 1)), part / 2)
    return weights


def curve(points: Points, steps: int = 6) -> Points:
    """Return a smooth open curve through the given (n, 2) points."""
    return _weights(len(points), steps) @ points


def _jaw(i: Identity, a: Action) -> Points:
    angle = np.linspace(np.pi, 0, 17)
    low = np.sin(angle)
    x = np.cos(angle) * (1 - (1 - i.jaw_width) * low * 0.8) * (1 + 0.1 * low)
    drop = 0.24 * max(a.jaw, 0) - 0.03 * a.chin
    return np.stack([x, -0.2 + 1.42 * i.height * low**0.9 + drop * low**3], axis=1)


def _brow(i: Identity, a: Action) -> Points:
    inner = np.array([0.0, 0.2, 0.5, 0.8, 1.0])
    x = np.linspace(-0.78, -0.2, 5) * (i.eye_gap / 0.42) + 0.09 * a.brow_draw * inner
    y = -0.5 - i.brow_height - i.brow_arch * np.array([0, 0.8, 1.0, 0.7, 0.2])
    return np.stack([x, y - 0.19 * (a.brow_inner * inner + a.brow_outer * (1 - inner))], axis=1)


def _eye(i: Identity, a: Action) -> Points:
    upper = max(0.12 * i.eye_size * (1 + 0.75 * a.lid_upper), 0.02)
    lower = max(0.075 * i.eye_size * (1 - 0.9 * a.lid_lower), 0.008)
    along = np.array([-1, -0.42, 0.42, 1, 0.42, -0.42])
    x = 0.24 * i.eye_size * along
    y = np.array([0, -upper, -upper, 0, lower, lower]) + i.eye_tilt * along
    return np.stack([x - i.eye_gap, y - 0.2], axis=1)


def _nose(i: Identity, a: Action) -> Points:
    tip = 0.22 * i.nose_length - 0.03 * a.wrinkle
    bridge = np.stack([np.zeros(4), np.linspace(-0.2, tip, 4)], axis=1)
    x = np.array([-1, -0.5, 0, 0.5, 1]) * 0.19 * i.nose_width * (1 + 0.15 * a.wrinkle)
    wing = np.array([-0.03, 0.02, 0.04, 0.02, -0.03])
    wing = wing - 0.05 * a.wrinkle * np.array([1, 0.5, 0, 0.5, 1])
    return np.concatenate([bridge, np.stack([x, tip + 0.09 + wing], axis=1)])


def _mouth(i: Identity, a: Action) -> Points:
    """Return the outer (12) and inner (8) lip points in iBUG order."""
    part, jaw = max(a.part, 0.0), max(a.jaw, 0.0)
    power = 2.0 + 3.0 * max(a.square, 0.0)
    half = i.mouth_width * max(1 + a.corner_out, 0.5)
    thin = i.lip_fullness * float(np.clip(1 - 0.75 * a.press, 0.15, 1.1))

    def line(u: Points, opened: float, lip: Points) -> Points:
        bulge = (1 - np.abs(u) ** power) ** 0.75
        up = a.corner_up + a.skew * u * (u > 0) * 1.1 + i.asymmetry * a.corner_up * u
        y = 0.66 * i.height + i.mouth_height + 0.07 * jaw - 0.03 * a.chin
        lift = 0.19 * up * (np.abs(u) ** 1.6 - 0.3) + 0.09 * a.lip_raise * (opened < 0) * bulge
        return np.stack([half * u, y - lift + opened * bulge + lip], axis=1)

    up, down = -0.13 * part - 0.1 * jaw, 0.13 * part + 0.34 * jaw
    arc = np.array([-1, -0.62, -0.25, 0, 0.25, 0.62, 1])
    inner = np.array([-0.88, -0.45, 0, 0.45, 0.88])
    bow = np.array([0, 0.7, 1, 0.85, 1, 0.7, 0]) * -0.085 * thin
    full = np.array([0, 0.7, 1, 1.05, 1, 0.7, 0]) * 0.105 * thin * (1 + 0.3 * a.chin)
    none = np.zeros(5)
    top, bottom = line(arc, up - 1e-6, bow), line(arc, down + 1e-6, full)
    inner_top, inner_bottom = line(inner, up - 1e-6, none), line(inner, down + 1e-6, none)
    return np.concatenate([top, bottom[5:0:-1], inner_top, inner_bottom[3:0:-1]])


def face_points(identity: Identity, action: Action) -> Points:
    """Return the 68 iBUG points in face units."""
    flip = np.array([-1.0, 1.0])
    brow, eye = _brow(identity, action), _eye(identity, action)
    parts = [
        _jaw(identity, action), brow, brow[::-1] * flip, _nose(identity, action),
        eye, eye[[3, 2, 1, 0, 5, 4]] * flip, _mouth(identity, action),
    ]  # fmt: skip
    return np.concatenate(parts)


def nose_lift() -> Points:
    """Return how far each of the 68 points stands off the head, in face units."""
    lift = np.zeros(68)
    lift[27:36] = [0.05, 0.12, 0.22, 0.32, 0.08, 0.14, 0.2, 0.14, 0.08]
    return lift
