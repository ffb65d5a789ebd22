"""The training loop: ``model.fit``, to be stopped and resumed after any epoch."""

import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ..networks.learning import checkpoint_facts
from ..networks.progress import (
    LEAST,
    WARM_UP,
    EpochRow,
    Progress,
    RunDisplay,
    averaging_momentum,
)
from ..networks.settings import Settings
from ..networks.views import ONE, View
from ..shared.errors import ExportError
from ..shared.export import Export, Subset
from ..shared.running import RunRows
from .augmentation import change_for
from .loading import FaceBatches, probabilities_of
from .loss import AllowedCrossEntropy, WeightedCrossEntropy, allowed_accuracy
from .models import build_model


def build_network(name: str, export: Export) -> keras.Model:
    """Build a model for an export: normalized pictures (B, H, W, C) to logits (B, classes).

    Raises:
        ExportError: the export's pictures are too small for the model.
    """
    keras.config.set_image_data_format("channels_last")
    try:
        return build_model(name, len(export.classes), export.channels, export.size)
    except ValueError as error:
        raise ExportError(f"{export.folder}: {error}") from None


def with_scale(network: keras.Model, export: Export) -> keras.Model:
    """Put a layer before a network that takes pictures 0..255 to train's mean 0 and deviation 1."""
    std = np.maximum(export.std, 1e-6)
    scale = keras.layers.Rescaling((1 / (255 * std)).tolist(), (-export.mean / std).tolist())
    picture = keras.Input((export.size, export.size, export.channels))
    return keras.Model(picture, network(scale(picture)))


class Trainer:
    """Trains one model on the rows of a run.

    ``model`` is what learns; ``predictor`` is what predictions are made with, and not compiled: the
    same, or the running mean of its weights beside the statistics of its norms.
    """

    def __init__(self, export: Export, parts: RunRows, settings: Settings) -> None:
        self.export, self.parts, self.settings = export, parts, settings
        self.progress = Progress()
        keras.utils.set_random_seed(settings.seed)
        self.network = build_network(settings.model, export)
        self.model = with_scale(self.network, export)
        self.predictor = (
            with_scale(build_network(settings.model, export), export)
            if settings.averaged
            else keras.Model(self.model.input, self.model.output)
        )
        self.batches = FaceBatches(
            parts.train,
            len(export.classes),
            settings.batch_size,
            seed=settings.seed,
            change=change_for(export, settings),
        )
        self.batches.sampler = settings.sampler
        self._compile()

    def _compile(self) -> None:
        classes, settings = len(self.export.classes), self.settings
        optimizer = _optimizer(settings, len(self.batches))
        if settings.weight_decay:
            others = [one for one in self.model.trainable_variables if len(one.shape) <= 1]
            optimizer.exclude_from_weight_decay(var_list=others)
        optimizer.build(self.model.trainable_variables)
        weights = self.export.weights.tolist() if settings.class_weights else [1.0] * classes
        rows = self.batches.rows
        loss = AllowedCrossEntropy if rows.allows_several else WeightedCrossEntropy
        right = allowed_accuracy if rows.allows_several else keras.metrics.categorical_accuracy
        self.model.compile(
            optimizer=optimizer,
            loss=loss(weights, settings.label_smoothing, certain=rows.targets is None),
            metrics=[keras.metrics.MeanMetricWrapper(right, name="accuracy")],
        )

    def train(self, each: Callable[[EpochRow], None]) -> None:
        """Train epoch by epoch, and hand on what is known after each.

        The run ends after the epochs that the settings say, or when validation accuracy has not
        grown for ``patience`` epochs.
        """
        if not self.progress.over(self.settings):
            self.model.fit(
                self.batches,
                epochs=self.settings.epochs,
                initial_epoch=self.progress.epoch,
                shuffle=False,
                verbose=0,
                callbacks=[Epochs(self, each)],
            )

    def begin_epoch(self, epoch: int) -> None:
        """Let random numbers depend on the seed and the epoch alone; set the learning rate."""
        draw = np.random.default_rng((self.settings.seed, epoch))
        keras.utils.set_random_seed(int(draw.integers(2**31)))
        for layer in self.network.layers:
            if (seeds := getattr(layer, "seed_generator", None)) is not None:
                seeds.state.assign(np.array([draw.integers(2**31), 0], dtype=seeds.state.dtype))
        self.batches.epoch = epoch
        if self.settings.schedule != "cosine":
            self.model.optimizer.learning_rate = self.progress.rate(self.settings, epoch)

    def end_epoch(self, logs: Mapping[str, float]) -> EpochRow:
        """Count an epoch, and evaluate it on validation."""
        self.progress.epoch += 1
        if self.settings.averaged:
            self._take_average()
        row: EpochRow = {
            "epoch": self.progress.epoch,
            "lr": self.progress.rate(self.settings, self.progress.epoch - 1 / len(self.batches)),
            "train_loss": float(logs["loss"]),
            "train_accuracy": float(logs["accuracy"]),
        }
        if (val := self.parts.val) is not None:
            row |= self.progress.validated(self.probabilities(val), val.labels, self.settings)
        return row

    def _take_average(self) -> None:
        """Copy the running mean, which the optimizer keeps, and the norms' statistics.

        They are true copies: JAX gives the memory of a model's own arrays away in every step.
        """
        self.model.optimizer.finalize_variable_values(self.predictor.trainable_variables)
        pairs = zip(
            self.predictor.non_trainable_variables, self.model.non_trainable_variables, strict=True
        )
        for ours, theirs in pairs:
            ours.assign(theirs)
        for ours in self.predictor.variables:
            ours.assign(keras.ops.copy(ours))

    def probabilities(self, rows: Subset, view: View = ONE) -> NDArray[np.float64]:
        """Return the probability (N, classes) of every class for some rows."""
        classes = len(self.export.classes)
        batches = FaceBatches(
            rows, classes, 512, change=lambda pictures, _: view(pictures).astype(np.float32)
        )
        return probabilities_of(self.predictor, batches, classes)

    def computed_by(self) -> dict[str, Any]:
        """Tell what computes, with its version."""
        backend = keras.backend.backend()
        return {
            "framework": f"keras {keras.__version__}",
            "backend": f"{backend} {version(backend)}",
            "precision": self.settings.precision,
        }

    def state(self) -> dict[str, Any]:
        """Everything but weights that is needed to go on, and to predict."""
        return checkpoint_facts(self)


class Epochs(keras.callbacks.Callback):
    """Tells a trainer where ``fit`` is."""

    def __init__(self, trainer: Trainer, each: Callable[[EpochRow], None]) -> None:
        super().__init__()
        self.trainer, self.each = trainer, each
        self.start = 0.0
        self.display = RunDisplay(trainer.settings, trainer.progress.epoch)

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Begin with the epoch's own random numbers."""
        self.trainer.begin_epoch(epoch)
        self.start = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, float]) -> None:
        """Show how far the run is."""
        count = len(self.trainer.batches)
        self.display.step(self.trainer.progress.epoch + 1, batch + 1, count, logs["loss"])

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float]) -> None:
        """Evaluate the epoch, and end the run if it is over."""
        row = self.trainer.end_epoch(logs)
        row["seconds"] = round(time.perf_counter() - self.start, 2)
        self.trainer.progress.note(row, self.trainer.settings)
        self.each(row)
        self.model.stop_training = self.trainer.progress.over(self.trainer.settings)


def _optimizer(settings: Settings, steps: int) -> Any:
    """The optimizer, which also keeps the running mean of weights."""
    rate = _cosine(settings, steps) if settings.schedule == "cosine" else settings.lr
    average = {"use_ema": settings.averaged, "ema_momentum": averaging_momentum(settings, steps)}
    kind = keras.optimizers.AdamW if settings.optimizer == "adamw" else keras.optimizers.Adam
    return kind(rate, weight_decay=settings.weight_decay, **average)


def _cosine(settings: Settings, steps: int) -> Any:
    """What ``Progress.rate`` says, by steps: compiled backends compute it themselves."""
    every = settings.epochs * steps
    rising = max(round(WARM_UP * every), 1)
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=LEAST * settings.lr,
        decay_steps=max(every - rising, 1),
        alpha=LEAST,
        warmup_target=settings.lr,
        warmup_steps=rising,
    )
