"""The learned screener: a small network that tells faces that no model should learn from.

It was trained on FER-2013 by ``python -m benchmarks.screener``; ``screener.json`` beside this file
says on what, how well it does, and where its limits lie (see docs/screening.md).
"""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from fercurate.screening.base import Criterion, Gray, Score, Values, View

SIDE = 48
FAULTS: tuple[str, ...] = ("not_face", "not_human", "occluded", "watermark")
_BATCH = 16
_LAST_BUT_ONE, _WIDTH = "onnx_node!/Flatten", 256
"""The layer that the logits are made of, and how many numbers it gives."""

_CLEAR = 2.0
"""Beyond this logit, for or against, the mirror image is not looked at: chances of 12 and 88 %."""


@cache
def _model() -> bytes:
    return files("fercurate.screening").joinpath("screener.onnx").read_bytes()


@dataclass(frozen=True, slots=True)
class Screener:
    """Logits of the chances that a picture shows no face, no human, a hidden face, a watermark.

    Pictures are brought to 48x48. Where the largest chance lies between 12 and 88 %, the mean with
    the mirror image's logits is taken. Batches always have one size, so that a picture's values do
    not depend on its company.
    """

    kind: ClassVar[str] = "screener"
    view: ClassVar[View] = "face"
    columns: ClassVar[tuple[str, ...]] = FAULTS
    _own: threading.local = field(default_factory=threading.local)

    @property
    def method(self) -> str:
        """Names the very network: another one measures anew."""
        return "screener-" + hashlib.sha256(_model()).hexdigest()[:8]

    def measure(self, pictures: Sequence[Gray]) -> Values:
        """Return calibrated logits (N, 4) float32 of N gray pictures."""
        batch = screener_batch(pictures)
        logits = self.logits(batch)
        unclear = np.flatnonzero(np.abs(logits.max(axis=1, initial=-np.inf)) < _CLEAR)
        mirrored = self.logits(batch[unclear, :, ::-1])
        logits[unclear] = (logits[unclear] + mirrored) / 2
        return logits

    def features(self, pictures: Sequence[Gray]) -> Values:
        """Return what the last but one layer (N, 256) float32 makes of N gray pictures."""
        return self._outputs(screener_batch(pictures), _LAST_BUT_ONE, _WIDTH)

    def logits(self, batch: NDArray[np.uint8]) -> Values:
        """Return logits (N, 4) float32 of pictures (N, 48, 48) uint8, looked at once."""
        return self._outputs(batch, "", len(FAULTS))

    def _outputs(self, batch: NDArray[np.uint8], layer: str, width: int) -> Values:
        """What a layer of the network (the last one for "") gives (N, ``width``)."""
        outputs = np.empty((len(batch), width), dtype=np.float32)
        filled = np.zeros((_BATCH, 1, SIDE, SIDE), dtype=np.float32)
        for start in range(0, len(batch), _BATCH):
            some = batch[start : start + _BATCH]
            filled[: len(some), 0] = (some.astype(np.float32) - 128) / 64
            net = self._net()
            net.setInput(filled)
            given = net.forward(layer) if layer else net.forward()
            outputs[start : start + len(some)] = given[: len(some)]
        return outputs

    def _net(self) -> cv2.dnn.Net:
        """A network of this thread's own; one cannot be shared."""
        if not hasattr(self._own, "net"):
            self._own.net = cv2.dnn.readNetFromONNX(np.frombuffer(_model(), dtype=np.uint8))
        net: cv2.dnn.Net = self._own.net
        return net


def screener_batch(pictures: Sequence[Gray]) -> NDArray[np.uint8]:
    """Pictures (N, 48, 48) as the network takes them."""
    batch = np.empty((len(pictures), SIDE, SIDE), dtype=np.uint8)
    for place, picture in enumerate(pictures):
        batch[place] = _fitted(picture)
    return batch


def _fitted(picture: Gray) -> Gray:
    if picture.shape == (SIDE, SIDE):
        return picture
    larger = min(picture.shape) >= SIDE
    way = cv2.INTER_AREA if larger else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (SIDE, SIDE), interpolation=way), dtype=np.uint8)


def chance(logits: NDArray[np.float32]) -> Score:
    """Turn logits (N,) into chances (N,) float64 in 0..1."""
    return np.asarray(1 / (1 + np.exp(-logits.astype(np.float64))))


def _fault(column: int, meaning: str) -> Criterion:
    return Criterion(FAULTS[column], "screener", meaning, lambda values: chance(values[:, column]))


SCREENER_CRITERIA: tuple[Criterion, ...] = (
    _fault(0, "no face, or none standing where a face crop has it"),
    _fault(1, "a drawing, painting, statue, doll, mask or computer graphics"),
    _fault(2, "an eye, the nose or the mouth is hidden"),
    _fault(3, "text or a mark laid over the picture"),
)
