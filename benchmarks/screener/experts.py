"""Experts: larger networks that know photographs, one a fold: what the labels could teach."""

import copy
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.screener.augment import Augmenter, Lesson
from benchmarks.screener.expert_network import ExpertNet
from benchmarks.screener.material import Material
from benchmarks.screener.training import average, predict, say

_BATCH = 32
_RATES = 1.5e-3, 2e-4
"""Of the trunk, and of the head, which has been fitted before."""

_PENALTY = 1e-2
_MEASURED_ON = 512


@dataclass(frozen=True)
class ExpertSchool:
    """Makes experts of one material, from the ONNX file of open_nsfw."""

    material: Material
    augmenter: Augmenter
    path: Path

    def answers(self, lesson: Lesson, asked: NDArray[np.bool_], name: str) -> NDArray[np.float64]:
        """Logits (N, 4) of an expert that has learned a lesson; NaN but for those asked (N,)."""
        net = self._learned(lesson, name)
        found = np.full((len(asked), lesson.targets.shape[1]), np.nan)
        found[asked] = predict(net, self.material.images[asked])
        return found

    def _learned(self, lesson: Lesson, name: str) -> ExpertNet:
        torch.manual_seed(0)
        rng = np.random.default_rng(0)
        some = rng.choice(lesson.rows, _MEASURED_ON)
        net = ExpertNet(self.path, _pictures(self.material.images[some]))
        self._fit_head(net, lesson)
        return self._fit(net, lesson, name)

    def _fit_head(self, net: ExpertNet, lesson: Lesson) -> None:
        """Logistic regression on what the trunk sees, before the trunk learns."""
        rows, first = np.unique(lesson.rows, return_index=True)
        with torch.no_grad():
            seen = torch.cat(
                [
                    net.features(_pictures(self.material.images[rows[start : start + 128]]))
                    for start in range(0, len(rows), 128)
                ]
            )
            mean, spread = seen.mean(0), seen.std(0) + 1e-2
            net.norm.running_mean, net.norm.running_var = mean, spread**2
            net.norm.eval()
            seen = net.norm(seen)
            net.faults.weight.zero_()
            net.faults.bias.zero_()
        targets, counts = (torch.from_numpy(one[first]) for one in (lesson.targets, lesson.counts))
        optimizer = torch.optim.LBFGS(
            net.faults.parameters(), max_iter=80, line_search_fn="strong_wolfe"
        )

        def closure() -> Tensor:
            optimizer.zero_grad()
            loss = _loss(net.faults(seen), targets, counts)
            loss = loss + _PENALTY / 2 * (net.faults.weight**2).sum()
            torch.autograd.backward(loss)
            return loss

        optimizer.step(closure)  # type: ignore[no-untyped-call]

    def _fit(self, net: ExpertNet, lesson: Lesson, name: str) -> ExpertNet:
        steps = lesson.epochs * (len(lesson.rows) // _BATCH)
        head = {"params": list(net.faults.parameters())}
        trunk = {"params": [one for one in net.layers.parameters() if one.requires_grad]}
        optimizer = torch.optim.AdamW([trunk, head], lr=_RATES[0], weight_decay=0.02)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, list(_RATES), max(steps, 2), pct_start=0.15
        )
        mean, step, began = copy.deepcopy(net), 0, time.monotonic()
        for epoch in range(lesson.epochs):
            drawn = self.augmenter.batches(lesson, epoch, _BATCH)
            net.train()
            net.norm.eval()
            total = 0.0
            for batch in drawn:
                given = net.logits(torch.from_numpy(batch.images))
                targets, counts = torch.from_numpy(batch.targets), torch.from_numpy(batch.counts)
                loss = 4 * _loss(given, targets, counts)
                optimizer.zero_grad()
                torch.autograd.backward(loss)
                nn.utils.clip_grad_norm_(net.parameters(), 2.0)
                optimizer.step()
                schedule.step()
                step += 1
                average(mean, net, min(0.995, step / (step + 20)))
                total += float(loss.detach())
            say(name, epoch, lesson, total * lesson.epochs / max(steps, 1), began)
        return mean.eval()


def _loss(given: Tensor, targets: Tensor, counts: Tensor) -> Tensor:
    each = functional.binary_cross_entropy_with_logits(
        given, torch.nan_to_num(targets), reduction="none"
    )
    return (each * counts).mean()


def _pictures(images: NDArray[Any]) -> Tensor:
    """Gray values (B, 48, 48) as networks take them (B, 1, 48, 48)."""
    return torch.from_numpy((images.astype(np.float32) - 128) / 64)[:, None]
