"""How far a run has come, and what that means for the learning rate and for its end."""

import math
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..shared.errors import ExportError
from .settings import Settings

WARM_UP = 0.08
"""The share of a cosine schedule in which the learning rate rises."""

LEAST = 1e-4
"""The learning rate never falls below this share of the highest."""

MOST_AVERAGING = 0.998
"""How much of the running mean of weights stays at each step, at most."""

EpochRow = dict[str, Any]
"""What is known of an epoch: its losses and accuracies, learning rate and seconds."""


@dataclass
class Progress:
    """How far a run has come."""

    epoch: int = 0
    best: float = -1.0
    best_epoch: int = 0
    lr_factor: float = 1.0
    history: list[EpochRow] = field(default_factory=list)

    def over(self, settings: Settings) -> bool:
        """Whether all epochs are done, or validation has not gained for ``patience`` of them."""
        waited = self.epoch - self.best_epoch
        stale = 0 < settings.patience <= waited and self.best >= 0
        return stale or self.epoch >= settings.epochs

    def side(self, settings: Settings, side: int) -> int:
        """The side of the pictures of the epoch that comes, of those that have ``side`` pixels."""
        small = max(side * 2 // 3, min(side, LEAST_SIDE))
        return small if settings.shrinks(self.epoch) else side

    def rate(self, settings: Settings, epochs_done: float) -> float:
        """Return the learning rate at a moment; it needs no memory but the plateau's factor."""
        factor = self.lr_factor
        if settings.schedule == "cosine":
            part = min(epochs_done / settings.epochs, 1.0)
            rising = part / WARM_UP
            falling = 0.5 * (1 + math.cos(math.pi * (part - WARM_UP) / (1 - WARM_UP)))
            factor *= rising if part < WARM_UP else falling
        return settings.lr * max(factor, LEAST)

    def validated(
        self, probabilities: NDArray[np.float64], labels: NDArray[np.int64], settings: Settings
    ) -> EpochRow:
        """Note the probabilities (N, classes) of an epoch for validation; return loss, accuracy."""
        accuracy = float((probabilities.argmax(axis=1) == labels).mean())
        loss = float(
            -np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).mean()
        )
        if accuracy > self.best + settings.min_delta:
            self.best, self.best_epoch = accuracy, self.epoch
        return {"val_loss": loss, "val_accuracy": accuracy}

    def note(self, row: EpochRow, settings: Settings, wait: int = 4) -> None:
        """Take an epoch into the history; lower the rate if the loss stands still.

        Raises:
            ExportError: the loss is no number any more.
        """
        if not all(math.isfinite(value) for value in row.values()):
            raise ExportError(
                f"epoch {self.epoch}: the loss is no number any more; pass a lower --lr than "
                f"{settings.lr:g}, and --overwrite"
            )
        self.history.append(row)
        which = "val_loss" if "val_loss" in row else "train_loss"
        losses = [float(one[which]) for one in self.history]
        stood = len(losses) - 1 - int(np.argmin(losses))
        if settings.schedule == "plateau" and stood and stood % wait == 0:
            self.lr_factor = max(self.lr_factor / 5, 1e-3)


def averaging_momentum(settings: Settings, steps: int) -> float:
    """Return how much of the running mean of weights stays at each step, for steps an epoch.

    A short run would end before a long memory has left the first weights behind: its memory is
    a tenth of the run.
    """
    return min(max(1 - 10 / (settings.epochs * steps), 0.0), MOST_AVERAGING)


def epoch_line(row: EpochRow, epochs: int) -> str:
    """One line for one epoch."""
    line = f"epoch {row['epoch']:3d}/{epochs}  loss {row['train_loss']:.4f}  "
    line += f"accuracy {row['train_accuracy']:.2%}"
    if "val_accuracy" in row:
        line += f"  val loss {row['val_loss']:.4f}  val accuracy {row['val_accuracy']:.2%}"
    return f"{line}  {row['seconds']:.0f} s"


LEAST_SIDE = 8
"""Pixels: no picture is made smaller than networks for any size can take."""

FIRST_LINE, NEXT_LINE = 20.0, 60.0
"""Seconds until a run without a terminal tells how far it is, and until it does so again."""


class RunDisplay:
    """Shows how far a run is: as a bar on a terminal, elsewhere in a line every minute.

    The time that is left follows from the batches that were done and from the pixels of their
    pictures; a run that ends earlier takes another time. ``first`` epochs were done before.
    """

    def __init__(self, settings: Settings, first: int = 0) -> None:
        self.epochs, self.first = settings.epochs, first
        self._costs = [4 / 9 if settings.shrinks(one) else 1.0 for one in range(self.epochs)]
        self._begun = self._told = time.monotonic()
        self._wait = FIRST_LINE

    def step(self, epoch: int, done: int, of: int, loss: float) -> None:
        """Tell that so many batches of an epoch (from 1) are done."""
        left = f"{duration(self._left(epoch, done, of))} left"
        if sys.stderr.isatty():
            bar = "#" * (24 * done // of)
            text = f"epoch {epoch}/{self.epochs} [{bar:<24}] {done}/{of}  loss {loss:.3f}  {left}"
            end = "\r" + " " * 78 + "\r" if done == of else ""
            print(f"\r{text:<78}{end}", end="", file=sys.stderr)
        elif time.monotonic() - self._told >= self._wait:
            self._told, self._wait = time.monotonic(), NEXT_LINE
            text = f"epoch {epoch}/{self.epochs}: {done} of {of} batches, loss {loss:.3f}"
            print(f"{text}; {left}", file=sys.stderr, flush=True)

    def _left(self, epoch: int, done: int, of: int) -> float:
        """Seconds until all epochs are done, if they go on as until now."""
        begun = self._costs[epoch - 1] * done / of
        spent = sum(self._costs[self.first : epoch - 1]) + begun
        ahead = sum(self._costs[epoch - 1 :]) - begun
        return (time.monotonic() - self._begun) * ahead / spent


def duration(seconds: float) -> str:
    """Some seconds in words: ``about 40 s``, ``about 12 min``, ``about 3.5 h``."""
    if seconds < 90:
        return f"about {seconds:.0f} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"
