"""The loss: cross-entropy with class weights, for labels and for distributions."""

from typing import Any

import keras
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
