"""Fitting one network to rows with soft targets, and predicting with it."""

import copy
import sys
import time
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from benchmarks.screener.augment import Augmenter, Batch
from benchmarks.screener.material import EMOTIONS, Material
from benchmarks.screener.network import FACE, VOTED, ScreenerNet


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
    """How often faults are added, as a share of ``augment.MADE_UP``."""


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
        steps = lesson.epochs * (len(lesson.rows) // 128)
        optimizer = torch.optim.AdamW(net.parameters(), lr=lesson.rate, weight_decay=0.02)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lesson.rate, max(steps, 2))
        began, step = time.monotonic(), 0
        for epoch in range(lesson.epochs):
            total = 0.0
            drawn = self._augmenter.batches(
                lesson.rows, lesson.targets, lesson.counts, epoch, lesson.made_up
            )
            for batch in drawn:
                loss = self._loss(net, batch, lesson.beside)
                optimizer.zero_grad()
                torch.autograd.backward(loss)
                torch.nn.utils.clip_grad_norm_(net.parameters(), 2.0)
                optimizer.step()
                schedule.step()
                step += 1
                _average(mean, net, min(0.998, step / (step + 20)))
                total += float(loss.detach())
            taken = time.monotonic() - began
            batches = max(len(lesson.rows) // 128, 1)
            sys.stderr.write(
                f"{name} {epoch + 1}/{lesson.epochs} loss {total / batches:.4f} {taken:.0f} s\n"
            )
            sys.stderr.flush()
        return mean.eval()

    def _loss(self, net: ScreenerNet, batch: Batch, beside: float) -> Tensor:
        images = torch.from_numpy(batch.images).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
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


def _average(mean: ScreenerNet, net: ScreenerNet, keep: float) -> None:
    with torch.no_grad():
        for ours, theirs in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
            if ours.dtype.is_floating_point:
                ours.lerp_(theirs, 1 - keep)
            else:
                ours.copy_(theirs)


def predict(net: ScreenerNet, images: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Logits (N, 4) for pictures (N, 48, 48): the mean over each picture and its mirror image."""
    net.eval()
    found = []
    with torch.no_grad():
        for start in range(0, len(images), 512):
            some = torch.from_numpy(images[start : start + 512].astype(np.float32))[:, None]
            some = ((some - 128) / 64).contiguous(memory_format=torch.channels_last)
            straight, mirrored = net(some)[0], net(some.flip(3))[0]
            found.append(((straight + mirrored) / 2).double().numpy())
    return np.concatenate(found)


def sigmoid(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Chances of logits."""
    return np.asarray(1 / (1 + np.exp(-logits.astype(np.float64))))
