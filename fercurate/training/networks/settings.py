"""What a training run is told, and what each model is trained with if nothing is said."""

from dataclasses import asdict, dataclass, replace
from typing import Any

from .catalog import BACKBONES, COMPACT_WIDTHS, DEFAULT_MODEL


@dataclass(frozen=True)
class Settings:
    """One training run.

    ``lr`` is the highest learning rate. ``schedule``: ``cosine`` falls to nothing over all epochs
    after a short rise, ``plateau`` divides by 5 when the loss of validation (of train, where there
    is none) stands still for 4 epochs, ``constant`` stays. ``patience`` epochs without a gain of
    ``min_delta`` in validation accuracy end the run; 0 is never. ``averaged`` keeps a running mean
    of the weights and predicts with that. ``augment``: ``recipe``, ``light`` or ``none``.
    ``sampler``: ``shuffled`` goes once through train in an epoch, ``balanced`` draws as many rows,
    of every class as often, and leaves class weights out. ``views`` are those of each picture whose
    mean is a prediction: ``one``, ``mirror`` or ``shifts``; the epoch is chosen by one.
    ``optimizer``: ``adam``, ``adamw`` or ``muon``, which is AdamW for all but convolutions.
    For a share of ``growing`` of the epochs, from the first on, pictures are two thirds as wide.
    Backbones are given pictures of ``side`` pixels, are built by ``library``, and begin with the
    ``weights`` of a file, here its SHA-256.
    """

    model: str = "compact"
    epochs: int = 18
    batch_size: int = 128
    lr: float = 2e-3
    optimizer: str = "adamw"
    weight_decay: float = 0.05
    schedule: str = "cosine"
    label_smoothing: float = 0.1
    patience: int = 0
    min_delta: float = 0.0
    averaged: bool = True
    augment: str = "recipe"
    class_weights: bool = True
    precision: str = "auto"
    sampler: str = "shuffled"
    views: str = "one"
    growing: float = 0.0
    side: int = 0
    library: str = ""
    weights: str = ""
    seed: int = 0

    def shrinks(self, epoch: int) -> bool:
        """Whether pictures are smaller in an epoch, from 0 on."""
        return epoch < self.growing * self.epochs

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a checkpoint."""
        return asdict(self)


_ADAM = {
    "optimizer": "adam",
    "lr": 1e-3,
    "batch_size": 64,
    "weight_decay": 0.0,
    "schedule": "constant",
    "label_smoothing": 0.0,
    "averaged": False,
}
BACKBONE: dict[str, Any] = {"epochs": 12, "batch_size": 64, "lr": 3e-4}
"""How networks with weights of their own are trained further."""

COMPACT: dict[str, Any] = {"epochs": 24, "views": "shifts"}
"""How the compact networks are trained and tested."""

COMPACT_TORCH: dict[str, Any] = {"optimizer": "muon", "growing": 0.5}
"""What PyTorch's script does as well for them."""

BUDGETS: dict[str, dict[str, Any]] = {
    "quick": {"model": "compact_small", "epochs": 6},
    "standard": {"model": DEFAULT_MODEL},
    "long": {"model": "compact_wide", "epochs": 60},
}
"""How much time the default may take: some minutes, a third of an hour, or some hours."""

_CSUN = {**_ADAM, "batch_size": 32, "epochs": 25, "patience": 6, "min_delta": 1e-4}

PUBLISHED: dict[str, dict[str, Any]] = {
    "csun_fer": _CSUN,
    "csun_ckplus": _CSUN,
    "fer_paper": {**_ADAM, "schedule": "cosine", "epochs": 60},
    "dbs_cnn": {**_ADAM, "lr": 1e-4, "epochs": 50},
    "vgg5": {**_ADAM, "schedule": "plateau", "epochs": 100},
    "ewu_allconv": {**_ADAM, "lr": 1e-4, "epochs": 100},
    "ewu_blocks": {**_ADAM, "lr": 1e-4, "epochs": 100},
    "fpt_baseline": {**_ADAM, "epochs": 50},
    "mini_xception": {**_ADAM, "schedule": "plateau", "batch_size": 32, "epochs": 110},
}
"""As their authors train them; where they do not say, Adam with 1e-3 and a usual number of epochs.

Stated are: csun: Adam, batch 32, 25 epochs, early stopping at 1e-4 (its patience, here 6, is not);
fer_paper: cosine; dbs_cnn: Adam 1e-4, 50 epochs, batch 64; ewu: Adam 1e-4, batch 64; vgg5: 100
epochs. Left out are dbs_cnn's decay of 1e-6 a step, which takes 2 % off its rate by the end, and
mini_xception's L2 penalty of 0.01 on kernels.
"""


def settings_for(model: str, given: dict[str, Any]) -> Settings:
    """Return a model's settings with what was given (None for nothing) in place of defaults."""
    asked = {name: value for name, value in given.items() if value is not None}
    usual = BACKBONE if model in BACKBONES else PUBLISHED.get(model, {})
    usual = COMPACT if model in COMPACT_WIDTHS else usual
    return replace(Settings(model=model), **{**usual, **asked})
