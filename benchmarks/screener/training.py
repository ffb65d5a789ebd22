"""Fitting one network to rows with soft targets, and predicting with it."""

import copy
import sys
import time
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.screener.augment import Augmenter, Batch, Lesson
from benchmarks.screener.material import EMOTIONS, Material
from benchmarks.screener.network import FACE, VOTED, ScreenerNet
from fercurate.training.torch.loop import has_bfloat16

BATCH = 128


class Teacher:
    """Trains networks on one material."""

    def __init__(self, material: Material, augmenter: Augmenter) -> None:
        self._augmenter = augmenter
        votes = material.votes[:, :VOTED].astype(np.float32)
        self._voted = torch.from_numpy(votes.sum(axis=1) >= 5)
        self._votes = torch.from_numpy(votes / np.maximum(votes.sum(axis=1, keepdims=True), 1))
        self._emotions = torch.from_numpy(material.emotions)
        self._found = torch.from_numpy(material.faces[:, 0])

    def fit(self, net: ScreenerNet, lesson: Lesson, name: str) -> ScreenerNet:
        """Train a copy of a network; returns the running average of its weights."""
        net = copy.deepcopy(net).train()
        mean = copy.deepcopy(net)
        steps = lesson.epochs * (len(lesson.rows) // BATCH)
        optimizer = torch.optim.AdamW(net.parameters(), lr=lesson.rate, weight_decay=0.02)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lesson.rate, max(steps, 2))
        began, step = time.monotonic(), 0
        for epoch in range(lesson.epochs):
            total = 0.0
            for batch in self._augmenter.batches(lesson, epoch, BATCH):
                loss = self._loss(net, batch, lesson.beside)
                optimizer.zero_grad()
                torch.autograd.backward(loss)
                torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
                optimizer.step()
                schedule.step()
                step += 1
                average(mean, net, min(0.998, step / (step + 20)))
                total += float(loss.detach())
            say(name, epoch, lesson, total / max(len(lesson.rows) // BATCH, 1), began)
        return mean.eval()

    def _loss(self, net: ScreenerNet, batch: Batch, beside: float) -> Tensor:
        images = torch.from_numpy(batch.images).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16(images.device)):
            faults, others = net(images)
        faults, others = faults.float(), others.float()
        targets, counts = torch.from_numpy(batch.targets), torch.from_numpy(batch.counts)
        each = functional.binary_cross_entropy_with_logits(
            faults, torch.nan_to_num(targets), reduction="none"
        )
        loss = (each * counts).sum(0) / counts.sum(0).clamp(min=8)
        return 4 * loss.mean() + beside * self._beside(others, batch)

    def _beside(self, others: Tensor, batch: Batch) -> Tensor:
        rows = torch.from_numpy(batch.rows)
        intact = torch.from_numpy(batch.intact)
        classes = len(EMOTIONS)
        emotion, voted, face = torch.split(others, [classes, VOTED, FACE], dim=1)
        hard = functional.cross_entropy(
            emotion[intact], self._emotions[rows[intact]], label_smoothing=0.1
        )
        known = intact & self._voted[rows]
        soft = functional.cross_entropy(voted[known], self._votes[rows[known]])
        found = self._found[rows]
        presence = functional.binary_cross_entropy_with_logits(
            face[intact, 0], found[intact].clamp(0, 1)
        )
        points = torch.from_numpy(batch.landmarks).flatten(1) / 24 - 1
        sure = intact & (found > 0.5) & points.isfinite().all(1)
        place = functional.smooth_l1_loss(face[sure, 1:], points[sure], beta=0.05)
        return 0.5 * hard + soft + presence + 2 * place


def say(name: str, epoch: int, lesson: Lesson, loss: float, began: float) -> None:
    """Tell how far a network is."""
    taken = time.monotonic() - began
    sys.stderr.write(f"{name} {epoch + 1}/{lesson.epochs} loss {loss:.4f} {taken:.0f} s\n")
    sys.stderr.flush()


def average(mean: nn.Module, net: nn.Module, keep: float) -> None:
    """Move the running average of a network's weights towards the network."""
    with torch.no_grad():
        for ours, theirs in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
            if ours.dtype.is_floating_point:
                ours.lerp_(theirs, 1 - keep)
            else:
                ours.copy_(theirs)


class FaultNet(Protocol):
    """A network that tells faults."""

    def eval(self) -> Any:
        """Make ready to answer."""

    def logits(self, x: Tensor) -> Tensor:
        """Pictures (B, 1, 48, 48) to logits (B, 4)."""


def predict(net: FaultNet, images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Logits (N, 4) for pictures (N, 48, 48): the mean over each picture and its mirror image."""
    net.eval()
    found = []
    with torch.no_grad():
        for start in range(0, len(images), 64):
            some = torch.from_numpy(images[start : start + 64].astype(np.float32))[:, None]
            some = ((some - 128) / 64).contiguous(memory_format=torch.channels_last)
            straight, mirrored = net.logits(some), net.logits(some.flip(3))
            found.append(((straight + mirrored) / 2).double().numpy())
    return np.concatenate(found)


def sigmoid(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Chances of logits."""
    return np.asarray(1 / (1 + np.exp(-logits.astype(np.float64))))
