"""The loss: cross-entropy with class weights, for labels and for distributions."""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("fercurate")
class WeightedCrossEntropy(keras.losses.Loss):
    """Cross-entropy of distributions (B, classes) and logits (B, classes).

    Each class counts by its weight, and ``smoothing`` is spread over all classes, both as in
    PyTorch: sums over ``certain`` labels are divided by the labels' weights, those over
    distributions by the number of rows. Keras's own class weights would take one weight for a row.
    """

    def __init__(
        self,
        weights: list[float],
        smoothing: float = 0.0,
        *,
        certain: bool = True,
        name: str = "weighted_cross_entropy",
        **rest: Any,
    ) -> None:
        super().__init__(name=name, **rest)
        self.weights, self.smoothing, self.certain = weights, smoothing, certain

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss (B,) of each row."""
        weights = ops.convert_to_tensor(self.weights, dtype=y_pred.dtype)
        smooth = (1 - self.smoothing) * y_true + self.smoothing / len(self.weights)
        rows = -ops.sum(weights * smooth * ops.log_softmax(y_pred, axis=-1), axis=-1)
        return rows / ops.mean(ops.sum(weights * y_true, axis=-1)) if self.certain else rows

    def get_config(self) -> dict[str, Any]:
        """What it was made with."""
        own = {"weights": self.weights, "smoothing": self.smoothing, "certain": self.certain}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable("fercurate")
class AllowedCrossEntropy(WeightedCrossEntropy):
    """The same where rows allow several classes, with 1 for each: the likeliest of them counts.

    It is FER+'s own loss of ``multi_target``.
    """

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return the loss (B,) of each row."""
        return super().call(likeliest_allowed(y_true, y_pred), y_pred)


def likeliest_allowed(allowed: Any, logits: Any) -> Any:
    """Return 1 for the likeliest of the classes that each row allows, (B, classes).

    ``allowed`` (B, classes) is above 0 for them.
    """
    scores = ops.where(allowed > 0, ops.stop_gradient(logits), -np.inf)
    return ops.one_hot(ops.argmax(scores, axis=-1), logits.shape[-1], dtype=logits.dtype)


def allowed_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Return 1 for each row (B,) whose likeliest class is one that it allows."""
    chosen = ops.one_hot(ops.argmax(y_pred, axis=-1), y_pred.shape[-1], dtype=y_pred.dtype)
    return ops.max(chosen * ops.cast(y_true > 0, y_pred.dtype), axis=-1)
