"""Writing drawn faces in the layouts of CK+: the original tree, and CK+48 class folders."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.synthetic.faces import Identity, Scene, draw_face, landmarks

Frame = NDArray[np.uint8]

CODES: tuple[str, ...] = (
    "neutral",
    "angry",
    "contempt",
    "disgust",
    "fear",
    "happy",
    "sad",
    "surprise",
)
"""CK+'s emotion codes, by position."""

COUNTS_48: dict[str, int] = {
    "anger": 135,
    "contempt": 54,
    "disgust": 177,
    "fear": 75,
    "happy": 207,
    "sadness": 84,
    "surprise": 249,
}
"""Class folders of CK+48 and how many pictures are published in each."""

_DRAWN = {"anger": "angry", "sadness": "sad"}
_LATE_SUBJECTS = (501, 999, 502, 503, 504, 505, 506, 895)
_UNITS: dict[str, str] = {
    "angry": "4=0 7=0 23=3 24=3",
    "contempt": "12=2 14=4",
    "disgust": "4=0 9=4 17=3",
    "fear": "1=3 2=2 4=3 20=0 25=0",
    "happy": "6=0 12=4 25=0",
    "sad": "1=2 4=2 15=3 17=0",
    "surprise": "1=3 2=3 5=4 25=0 27=4",
}


@dataclass(frozen=True)
class _Take:
    """One drawn sequence: who, what, how it is seen, and its peak frame."""

    key: str
    identity: Identity
    scene: Scene
    expression: str
    size: tuple[int, int]
    frames: int
    colored: bool


def subject_ids(count: int) -> list[str]:
    """Return sorted subject ids as CK+ has them, S501 and S999 among the first two or more.

    Raises:
        ValueError: more than the 164 ids there are, or none.
    """
    if not 1 <= count <= len(_LATE_SUBJECTS) + 156:
        raise ValueError(f"count must lie in 1..{len(_LATE_SUBJECTS) + 156}, not {count}")
    late = _LATE_SUBJECTS[: min(count, max(2, count // 10))]
    early = np.linspace(5, 160, count - len(late)).round().astype(int)
    return [f"S{number:03d}" for number in sorted((*early.tolist(), *late))]


def write_ckplus(
    folder: Path,
    subjects: int = 10,
    sequences: int = 3,
    seed: int = 0,
    size: tuple[int, int] = (640, 490),
) -> Path:
    """Write an original tree of onset-to-peak sequences with 6 to 9 frames, and return its folder.

    Of every five sequences one has an empty label folder and one none at all. The second sequence
    is RGB, the third 10 lines lower. FACS codes stand beside every peak, landmarks beside every
    frame; ``size`` is (width, height) in pixels.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    index = 0
    for subject in subject_ids(subjects):
        identity = Identity.draw(rng)
        for number in range(1, sequences + 1):
            take = _Take(
                key=f"{subject}/{number:03d}",
                identity=identity,
                scene=_studio(rng),
                expression=CODES[1 + index % 7],
                size=(size[0], size[1] - 10) if index == 2 else size,
                frames=int(rng.integers(6, 10)),
                colored=index == 1,
            )
            _write_take(folder, take)
            _write_label(folder, take, index)
            index += 1
    _write(folder / "cohn-kanade-images" / subject_ids(subjects)[0] / ".DS_Store", b"\0\0\0\1Bud1")
    return folder


def _studio(rng: np.random.Generator) -> Scene:
    """A sharp frontal view on a plain ground; the face takes about half the height, as in CK+."""
    scene = Scene.draw(rng)
    return replace(
        scene,
        clutter=0.0,
        scale=scene.scale * 0.62,
        yaw=scene.yaw * 0.3,
        blur=scene.blur * 0.15,
        noise=scene.noise * 0.5,
    )


def _write_take(folder: Path, take: _Take) -> None:
    width, height = take.size
    side, stem = min(width, height), take.key.replace("/", "_")
    shift = ((width - side) // 2, (height - side) // 2)
    for frame in range(1, take.frames + 1):
        intensity = (frame - 1) / (take.frames - 1)
        scene = replace(take.scene, noise_seed=take.scene.noise_seed + frame)
        arguments = (take.identity, take.expression, scene)
        face = draw_face(*arguments, intensity=intensity, size=side)
        name = f"{take.key}/{stem}_{frame:08d}"
        picture = _framed(face, take.size, shift, take.colored)
        _write(folder / "cohn-kanade-images" / f"{name}.png", _png(picture))
        points = landmarks(*arguments, intensity=intensity, size=side) + shift
        lines = "".join(f"   {x:.7e}   {y:.7e}\n" for x, y in points)
        _write(folder / "Landmarks" / f"{name}_landmarks.txt", lines.encode())


def _framed(face: Frame, size: tuple[int, int], shift: tuple[int, int], colored: bool) -> Frame:
    """Lay a square face into a wider or higher frame; skin-colored BGR if asked for."""
    height, width = face.shape
    right, bottom = size[0] - width - shift[0], size[1] - height - shift[1]
    border = cv2.BORDER_REPLICATE
    framed = cv2.copyMakeBorder(face, shift[1], bottom, shift[0], right, border)
    if colored:
        framed = np.stack([framed * 0.8, framed * 0.9, framed * 1.0], axis=2)
    return framed.astype(np.uint8)


def _write_label(folder: Path, take: _Take, index: int) -> None:
    """Write the FACS codes of the peak, and its emotion unless this sequence has none."""
    name = f"{take.key}/{take.key.replace('/', '_')}_{take.frames:08d}"
    units = (unit.split("=") for unit in _UNITS[take.expression].split())
    lines = "".join(f"   {float(unit):.7e}   {float(given):.7e}\n" for unit, given in units)
    _write(folder / "FACS" / f"{name}_facs.txt", lines.encode())
    if index % 5 == 3:
        (folder / "Emotion" / take.key).mkdir(parents=True, exist_ok=True)
    elif index % 5 != 4:
        text = f"   {float(CODES.index(take.expression)):.7e}\n"
        _write(folder / "Emotion" / f"{name}_emotion.txt", text.encode())


def write_ckplus48(
    folder: Path,
    counts: Mapping[str, int] | None = None,
    subjects: int = 118,
    seed: int = 0,
) -> Path:
    """Write CK+48 class folders: three consecutive 48x48 frames a sequence, no two alike.

    ``counts`` are pictures by class folder (default: the published ones, 981 in all).
    Every subject gets its first sequence before any gets a second.

    Raises:
        ValueError: a count that is not a multiple of 3.
    """
    counts = dict(COUNTS_48 if counts is None else counts)
    if any(count % 3 for count in counts.values()):
        raise ValueError("pictures of a class must be a multiple of 3: three a sequence")
    rng = np.random.Generator(np.random.PCG64(seed))
    people = [(subject, Identity.draw(rng)) for subject in subject_ids(subjects)]
    labels = [label for label, count in counts.items() for _ in range(count // 3)]
    for index, label in enumerate(labels):
        subject, identity = people[index % subjects]
        stem = f"{subject}_{index // subjects + 1:03d}"
        face = draw_face(identity, _DRAWN.get(label, label), Scene.draw(rng), intensity=0.95)
        peak = int(rng.integers(6, 40))
        for frame, varied in zip(range(peak - 2, peak + 1), _varied(face, rng), strict=True):
            _write(folder / label / f"{stem}_{frame:08d}.png", _png(varied))
    return folder


def _varied(face: Frame, rng: np.random.Generator) -> list[Frame]:
    """Three frames of one moment: a little different light and grain."""
    grain = rng.normal(0, 1.5, (3, *face.shape))
    gain = np.array([0.98, 0.99, 1.0]).reshape(3, 1, 1)
    return list(np.clip(np.rint(face * gain + grain), 0, 255).astype(np.uint8))


def _png(picture: Frame) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
