"""Batches for training: real rows and made-up faults, moved, relit and recompressed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.screener.marks import draw_marks, paste_mark
from benchmarks.screener.material import CRITERIA, SIDE, Material
from benchmarks.screener.occluders import Occluder, draw_occluders, paste_occluder
from benchmarks.screener.stylize import non_face, stylize

NOT_FACE, NOT_HUMAN, OCCLUDED, WATERMARK = range(len(CRITERIA))
MADE_UP = {"style": 0.06, "non_face": 0.04, "occluder": 0.10, "mark": 0.14}
"""How often each fault is added to a picture, at most."""


@dataclass(frozen=True)
class Lesson:
    """Rows (M,) to learn from, their targets (M, 4) in 0..1 and how much each counts (M, 4)."""

    rows: NDArray[np.int64]
    targets: NDArray[np.float32]
    counts: NDArray[np.float32]
    epochs: int
    rate: float
    beside: float
    """Weight of emotions, votes and landmarks beside the faults."""

    made_up: float = 1.0
    """How often faults are added, as a share of ``MADE_UP``."""


@dataclass(frozen=True)
class Batch:
    """Pictures (B, 1, 48, 48) float32 around 0, their rows, targets and what these count (B, 4)."""

    images: NDArray[Any]
    rows: NDArray[np.int64]
    targets: NDArray[np.float32]
    counts: NDArray[np.float32]
    landmarks: NDArray[np.float32]
    intact: NDArray[np.bool_]


class Augmenter:
    """Makes batches; faults that take long to draw are drawn once, in a bank."""

    def __init__(self, material: Material, seed: int, bank: int = 3000) -> None:
        rng = np.random.default_rng(seed)
        self._material = material
        self._marks = draw_marks(bank, rng)
        self._occluders: list[Occluder] = draw_occluders(bank, rng)
        self._seed = seed
        self._made_up = MADE_UP

    def batches(self, lesson: Lesson, epoch: int, size: int) -> Iterator[Batch]:
        """One epoch over the rows of a lesson in batches of ``size``, drawn while training."""
        self._made_up = {name: share * lesson.made_up for name, share in MADE_UP.items()}
        rng = np.random.default_rng((self._seed, epoch))
        order = rng.permutation(len(lesson.rows))
        parts = [order[i : i + size] for i in range(0, len(order) - size + 1, size)]
        seeds = rng.integers(2**62, size=len(parts))
        rows, targets, counts = lesson.rows, lesson.targets, lesson.counts
        with ThreadPoolExecutor(1) as pool:
            waiting = None
            for part, seed in zip(parts, seeds, strict=True):
                drawn = pool.submit(self._batch, rows[part], targets[part], counts[part], int(seed))
                if waiting is not None:
                    yield waiting.result()
                waiting = drawn
            if waiting is not None:
                yield waiting.result()

    def _batch(
        self,
        rows: NDArray[np.int64],
        targets: NDArray[np.float32],
        counts: NDArray[np.float32],
        seed: int,
    ) -> Batch:
        rng = np.random.default_rng(seed)
        targets, counts = targets.copy(), counts.copy()
        images: NDArray[Any] = np.empty((len(rows), 1, SIDE, SIDE), dtype=np.float32)
        landmarks = self._material.faces[rows, 1:].reshape(-1, 5, 2).copy()
        intact = np.ones(len(rows), dtype=bool)
        for i, row in enumerate(rows):
            image, faults = self._faulty(int(row), landmarks[i], rng)
            image, landmarks[i] = _move(image, landmarks[i], rng)
            images[i, 0] = _relight(image, rng)
            for fault in faults:
                targets[i, fault], counts[i, fault] = 1.0, 1.0
            if NOT_FACE in faults:
                counts[i, 1:] = 0
                intact[i] = False
        return Batch((images - 128) / 64, rows, targets, counts, landmarks, intact)

    def _faulty(
        self, row: int, landmarks: NDArray[Any], rng: np.random.Generator
    ) -> tuple[NDArray[Any], list[int]]:
        pictures = self._material.images
        image, faults = pictures[row], []
        other = pictures[self._anyone(rng)]
        chance = rng.random(4)
        if chance[0] < self._made_up["non_face"]:
            return non_face(image, other, rng).astype(np.float32), [NOT_FACE]
        if chance[1] < self._made_up["style"]:
            image = stylize(image, rng)
            faults.append(NOT_HUMAN)
        drawn = image.astype(np.float32)
        if chance[2] < self._made_up["occluder"]:
            occluder = self._occluders[int(rng.integers(len(self._occluders)))]
            drawn = paste_occluder(drawn, occluder, landmarks, other, rng)
            faults.append(OCCLUDED)
        if chance[3] < self._made_up["mark"]:
            drawn = paste_mark(drawn, self._marks[int(rng.integers(len(self._marks)))], rng)
            faults.append(WATERMARK)
        return drawn, faults

    def _anyone(self, rng: np.random.Generator) -> int:
        train = self._material.train
        while not train[row := int(rng.integers(len(train)))]:
            pass
        return row


def _move(
    image: NDArray[Any], landmarks: NDArray[Any], rng: np.random.Generator
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Flip a picture and its landmarks, shift them, and now and then turn and scale them.

    Most pictures move by whole pixels: interpolation wipes out fine marks and the grain by which
    a photograph is told from a drawing.
    """
    if rng.random() < 0.6:
        matrix: NDArray[Any] = np.eye(2, 3)
        matrix[:, 2] = rng.integers(-3, 4, 2)
    else:
        angle, scale = rng.normal(0, 7), np.exp(rng.normal(0, 0.07))
        matrix = np.array(cv2.getRotationMatrix2D((23.5, 23.5), float(angle), float(scale)))
        matrix[:, 2] += rng.normal(0, 1.3, 2)
    if rng.random() < 0.5:
        flip = np.array([[-1.0, 0, 47], [0, 1, 0], [0, 0, 1]])
        matrix = matrix @ flip
        landmarks = landmarks[[1, 0, 2, 4, 3]]
    size, border = (SIDE, SIDE), cv2.BORDER_REFLECT_101
    moved = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_CUBIC, borderMode=border)
    marked = landmarks @ matrix[:, :2].T + matrix[:, 2]
    return moved, marked.astype(np.float32)


def _relight(image: NDArray[Any], rng: np.random.Generator) -> NDArray[Any]:
    """Change contrast, brightness and gamma; sometimes blur, add noise, or recompress as JPEG."""
    chance = rng.random(3)
    gain, shift = np.exp(rng.normal(0, 0.2)), rng.normal(0, 18)
    image = np.clip((image - 128) * gain + 128 + shift, 0, 255)
    image = 255 * (image / 255) ** np.exp(rng.normal(0, 0.15))
    if chance[0] < 0.04:
        image = cv2.GaussianBlur(image.astype(np.float32), (0, 0), float(rng.uniform(0.4, 0.9)))
    if chance[1] < 0.08:
        image = image + rng.normal(0, rng.uniform(1, 8), image.shape)
    if chance[2] < 0.15:
        flags = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(55, 98))]
        _, coded = cv2.imencode(".jpg", np.clip(image, 0, 255).astype(np.uint8), flags)
        image = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE))
    return np.asarray(np.clip(image, 0, 255), dtype=np.float32)
