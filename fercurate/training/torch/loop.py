"""The training loop: an epoch at a time, to be stopped and resumed at any of them."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ..networks.augmentation import chosen_terms
from ..networks.learning import checkpoint_facts
from ..networks.progress import EpochRow, Progress, RunDisplay, averaging_momentum
from ..networks.settings import Settings
from ..networks.views import ONE, View
from ..shared.errors import ExportError
from ..shared.export import Export, Subset
from ..shared.outputs import whole_file
from ..shared.running import RunRows
from .augmentation import Albumentations, BatchAugmentation
from .loading import Batch, Batches, Faces, Normalize, SampledRows, make_loader
from .loss import likeliest_allowed
from .optimizers import make_optimizers


@dataclass(frozen=True)
class Hardware:
    """Where and how exactly to compute, and how many processes read pictures."""

    device: torch.device
    precision: str
    workers: int = 0

    @classmethod
    def chosen(cls, device: str, precision: str, workers: int) -> "Hardware":
        """Return what was asked for; ``auto`` takes a GPU if there is one.

        Where the hardware computes in bfloat16, ``auto`` is that: much faster, as accurate.

        Raises:
            ExportError: there is no such device.
        """
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            found = torch.device(device)
            torch.zeros(1, device=found).tolist()
        except (RuntimeError, AssertionError, NotImplementedError) as error:
            reason = str(error).partition("\n")[0]
            raise ExportError(f"--device {device}: {reason}") from None
        if precision == "auto":
            precision = "bfloat16" if has_bfloat16(found) else "float32"
        return cls(found, precision, workers)

    def autocast(self) -> AbstractContextManager[Any]:
        """Mixed precision, or nothing."""
        if self.precision == "float32":
            return nullcontext()
        return torch.autocast(self.device.type, getattr(torch, self.precision))

    def place(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures (B, C, H, W) on the device, laid out as convolutions like them."""
        moved = pictures.to(self.device, non_blocking=True)
        return moved.contiguous(memory_format=torch.channels_last)


def has_bfloat16(device: torch.device) -> bool:
    """Whether a device is faster in bfloat16 than in float32.

    Intel's processors are so with AMX alone: with AVX-512's instructions one of 2023 took one and a
    half times as long, where AMD's of that year take half as long.
    """
    if device.type == "cuda":
        return torch.version.hip is not None or torch.cuda.get_device_capability(device) >= (8, 0)
    if device.type != "cpu":
        return False
    known: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    without_amx = known.get("avx512_bf16") and "Intel" not in str(known.get("cpu_name", ""))
    return bool(known.get("amx_bf16") or without_amx)


def exact_float32() -> AbstractContextManager[Any]:
    """Compute in float32 as it is, not shortened (TF32) as GPUs do on their own."""
    return torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False)


def probabilities(logits: torch.Tensor) -> NDArray[np.float64]:
    """Return the probability (B, classes) of every class."""
    return np.asarray(torch.softmax(logits.cpu().double(), dim=1).numpy())


class Trainer:
    """Trains one model on the rows of a run."""

    def __init__(
        self,
        export: Export,
        parts: RunRows,
        model: nn.Module,
        settings: Settings,
        hardware: Hardware,
    ) -> None:
        self.export, self.parts = export, parts
        self.settings, self.hardware = settings, hardware
        self.normalize = Normalize(export.mean, export.std).to(hardware.device)
        self.model: nn.Module = model.to(  # type: ignore[call-overload]  # missing in its types
            hardware.device, memory_format=torch.channels_last
        )
        self.averaged = AveragedModel(self.model, use_buffers=True) if settings.averaged else None
        self.optimizer = make_optimizers(
            self.model, settings.optimizer, settings.lr, settings.weight_decay
        )
        self.progress = Progress()
        weights = torch.tensor(export.weights, dtype=torch.float32, device=hardware.device)
        self.weights = weights if settings.class_weights else None
        self.allows_several = parts.train.allows_several
        self.batchwise, self.by_picture = _augmentation(export, settings)

    @property
    def predictor(self) -> nn.Module:
        """The model whose predictions count."""
        return self.model if self.averaged is None else self.averaged.module

    def epochs(self) -> Iterator[EpochRow]:
        """Train epoch by epoch, and yield what is known after each.

        The run ends after the epochs that the settings say, or when validation accuracy has not
        grown for ``patience`` epochs.
        """
        train, val = self.parts.train, self.parts.val
        order = SampledRows(train.labels, self.settings.seed, self.settings.sampler)
        batches = make_loader(
            Faces(train, self.by_picture), self.settings.batch_size, self.hardware.workers, order
        )
        if self.averaged is not None:
            kept = averaging_momentum(self.settings, len(batches))
            self.averaged.multi_avg_fn = get_ema_multi_avg_fn(kept)  # type: ignore[no-untyped-call]
        display = RunDisplay(self.settings, self.progress.epoch)
        while not self.progress.over(self.settings):
            order.epoch = self.progress.epoch
            start = time.perf_counter()
            row = self._epoch(batches, display)
            if val is not None:
                row |= self.progress.validated(self.probabilities(val), val.labels, self.settings)
            row["seconds"] = round(time.perf_counter() - start, 2)
            self.progress.note(row, self.settings)
            yield row

    def _epoch(self, batches: Batches, display: RunDisplay) -> EpochRow:
        """Go through train once; random numbers depend on the seed and the epoch alone."""
        draw = np.random.default_rng((self.settings.seed, self.progress.epoch))
        torch.manual_seed(int(draw.integers(2**62)))
        if self.by_picture is not None:
            self.by_picture.epoch = self.progress.epoch
        self.model.train()
        total, right, rows, count = 0.0, 0, 0, len(batches)
        for step, batch in enumerate(batches):
            self._set_rate(self.progress.epoch + step / count)
            loss, correct = self._step(batch, draw)
            total, right, rows = (
                total + loss * len(batch[1]),
                right + correct,
                rows + len(batch[1]),
            )
            display.step(self.progress.epoch + 1, step + 1, count, total / rows)
        self.progress.epoch += 1
        return {
            "epoch": self.progress.epoch,
            "lr": self.optimizer.param_groups[0]["lr"],
            "train_loss": total / max(rows, 1),
            "train_accuracy": right / max(rows, 1),
        }

    def _step(self, batch: Batch, draw: np.random.Generator) -> tuple[float, int]:
        pictures, answers = batch
        answers = answers.to(self.hardware.device)
        pictures = self.hardware.place(pictures)
        side = self.progress.side(self.settings, self.export.size)
        if self.batchwise is not None:
            pictures = self.batchwise(pictures, draw, side)
        elif side != self.export.size:
            pictures = functional.interpolate(pictures.float(), (side, side), mode="area")
        with self.hardware.autocast():
            logits = self.model(self.normalize(pictures))
        if self.allows_several:
            answers = likeliest_allowed(logits, answers)
        loss = functional.cross_entropy(
            logits.float(), answers, self.weights, label_smoothing=self.settings.label_smoothing
        )
        self.optimizer.zero_grad()
        torch.autograd.backward(loss)
        self.optimizer.step()
        if self.averaged is not None:
            self.averaged.update_parameters(self.model)
        labels = answers if answers.ndim == 1 else answers.argmax(dim=1)
        return float(loss.detach()), int((logits.argmax(dim=1) == labels).sum())

    def _set_rate(self, epochs_done: float) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = self.progress.rate(self.settings, epochs_done)

    def probabilities(self, rows: Subset, view: View = ONE) -> NDArray[np.float64]:
        """Return the probability (N, classes) of every class for some rows, computed in float32."""
        found = [np.empty((0, len(self.export.classes)))]
        self.predictor.eval()
        with torch.inference_mode(), exact_float32():
            faces = Faces(rows, None if view == ONE else view)
            for pictures, _ in make_loader(faces, 512, self.hardware.workers):
                logits = self.predictor(self.normalize(self.hardware.place(pictures)))
                found.append(probabilities(logits))
        return np.concatenate(found)

    def computed_by(self) -> dict[str, Any]:
        """Tell what computes, with its version."""
        device = self.hardware.device
        named = torch.cuda.get_device_name(device) if device.type == "cuda" else str(device)
        return {
            "framework": f"torch {torch.__version__}",
            "device": named,
            "precision": self.hardware.precision,
            "threads": torch.get_num_threads(),
        }

    def state(self) -> dict[str, Any]:
        """Everything that is needed to go on, and to predict."""
        found = self.best_state() | {"optimizer": self.optimizer.state_dict()}
        if self.averaged is not None:
            found |= {"trained": self.model.state_dict(), "steps": int(self.averaged.n_averaged)}
        return found

    def best_state(self) -> dict[str, Any]:
        """Everything that is needed to predict."""
        return checkpoint_facts(self) | {"model": self.predictor.state_dict()}

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to where ``state`` was taken."""
        self.predictor.load_state_dict(state["model"])
        if self.averaged is not None:
            self.model.load_state_dict(state["trained"])
            self.averaged.n_averaged.fill_(state["steps"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.progress = Progress(**state["progress"])


def _augmentation(
    export: Export, settings: Settings
) -> tuple[BatchAugmentation | None, Albumentations | None]:
    """What changes pictures during training: on whole batches, or one by one."""
    chosen = chosen_terms(export.online, settings.augment)
    if isinstance(chosen, list):
        return None, Albumentations(chosen, settings.seed)
    return None if chosen is None else BatchAugmentation(chosen), None


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint, whole or not at all."""
    with whole_file(path) as staged:
        torch.save(state, staged)
