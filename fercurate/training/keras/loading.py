"""Batches of an export for Keras: read a batch at a time, the same whoever reads them."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ..networks.sampling import SAMPLERS, drawn_rows
from ..shared.export import Subset

Pictures = NDArray[np.float32]
"""(B, H, W, C) float32, 0..255, channels last."""

PictureChange = Callable[[NDArray[np.uint8], np.random.Generator], Pictures]
"""What is done to the pictures (B, H, W, C) uint8 of a batch at random."""


class FaceBatches(keras.utils.PyDataset):
    """Rows of an export in batches: what older versions of Keras call a ``Sequence``.

    A batch is pictures (B, H, W, C) float32, 0..255, channels last, and distributions over the
    classes (B, classes) float32: the votes' where the export has them, else 1 for the label. Use
    it alone as it is used here::

        export = read_export(Path("."))
        train, val = (export.splits[name].whole() for name in ("train", "val"))
        batches = FaceBatches(train, len(export.classes), 64, seed=0)
        model.fit(batches, validation_data=FaceBatches(val, len(export.classes)))

    With a ``seed``, rows come in an order drawn anew for every epoch (``epoch`` counts them), by
    its ``sampler`` (``shuffled``, or ``balanced``); without, as they stand. Order and changes
    depend on seed, epoch and position only, so batches may be fetched in any order and by several
    ``workers``, one of Keras's ``options``. A last batch of one row joins the one before: batch
    norm needs two.
    """

    def __init__(
        self,
        rows: Subset,
        classes: int,
        batch_size: int = 128,
        *,
        seed: int | None = None,
        change: PictureChange | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.rows, self.batch_size = rows, batch_size
        self.seed, self.change, self.epoch = seed, change, 0
        self.sampler = SAMPLERS[0]
        self.answers = distributions(rows, classes)
        self._pictures = rows.split.pictures()
        self._drawn: tuple[int, NDArray[np.int64]] | None = None

    def __len__(self) -> int:
        full, rest = divmod(len(self.rows), self.batch_size)
        return full + (rest > 1 or (rest == 1 and full == 0))

    def __getitem__(self, index: int) -> tuple[Pictures, NDArray[np.float32]]:
        """Return the batch at a position."""
        start = index * self.batch_size
        stop = len(self.rows) if index == len(self) - 1 else start + self.batch_size
        places = self._order()[start:stop]
        pictures = channels_last(self._pictures[self.rows.rows[places]])
        if self.change is None:
            return pictures.astype(np.float32), self.answers[places]
        draw = np.random.default_rng((self.seed or 0, self.epoch, 1 + index))
        return self.change(pictures, draw), self.answers[places]

    def on_epoch_end(self) -> None:
        """Go on to the next epoch; ``fit`` calls it."""
        self.epoch += 1

    def _order(self) -> NDArray[np.int64]:
        """The rows' places (N,) in the order of this epoch."""
        if self.seed is None:
            return np.arange(len(self.rows))
        if self._drawn is None or self._drawn[0] != self.epoch:
            drawn = drawn_rows(self.rows.labels, self.sampler, self.seed, self.epoch)
            self._drawn = self.epoch, drawn
        return self._drawn[1]


def channels_last(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pictures (N, H, W[, 3]) as (N, H, W, C)."""
    return pictures[..., np.newaxis] if pictures.ndim == 3 else pictures


def distributions(rows: Subset, classes: int) -> NDArray[np.float32]:
    """Return what is known of each row's class, (M, classes) float32.

    Rows have the sum 1, or 1 for every class that they allow.
    """
    targets = rows.targets
    return np.eye(classes, dtype=np.float32)[rows.labels] if targets is None else targets


def probabilities_of(model: Any, pictures: Any, classes: int) -> NDArray[np.float64]:
    """Return the probability (N, classes) that a model of logits gives to every class.

    ``pictures`` are batches, or an array (N, H, W, C), 0..255.
    """
    if not len(pictures):
        return np.empty((0, classes))
    logits = np.asarray(model.predict(pictures, batch_size=512, verbose=0), dtype=np.float64)
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return found
