"""Reading a checkpoint of train.py, and judging pictures with it."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.export import LEGACY_FILE
from training.loading import Normalize, channels_first
from training.loop import Machine
from training.models import MODELS, build_model

_BATCH = 512
_NEEDED: dict[str, type] = {
    "model": dict,
    "settings": dict,
    "classes": list,
    "recipe_sha256": str,
    "mean": list,
    "std": list,
    "channels": int,
    "size": int,
}


class CheckpointError(Exception):
    """The checkpoint cannot be used; the message is one line and says what to do."""


@dataclass(frozen=True)
class Classifier:
    """A trained network, and what it was trained on.

    ``network`` takes pictures (B, channels, size, size), uint8 or float 0..255, to logits
    (B, classes); it normalizes them by ``mean`` and ``std`` (channels,) of its training pixels.
    """

    path: Path
    model: str
    classes: tuple[str, ...]
    channels: int
    size: int
    recipe_sha256: str
    mean: tuple[float, ...]
    std: tuple[float, ...]
    network: nn.Module
    machine: Machine

    @property
    def takes(self) -> str:
        """The pictures it takes, in words: ``48x48 gray``."""
        return picture_kind(self.size, self.channels)

    def scores(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        """Return the chance (N, classes) of every class, each row of sum 1.

        ``pictures`` (N, size, size), or (N, size, size, 3) in RGB, uint8; computed as train.py
        computes it, so that its figures come out again.

        Raises:
            ValueError: the pictures are of another size or number of channels.
        """
        expected = (self.size, self.size) + ((3,) if self.channels == 3 else ())
        if pictures.shape[1:] != expected:
            raise ValueError(f"pictures of shape {pictures.shape[1:]}; expected {expected}")
        found = [np.empty((0, len(self.classes)))]
        with torch.inference_mode():
            for start in range(0, len(pictures), _BATCH):
                batch = channels_first(np.array(pictures[start : start + _BATCH]))
                logits = self.network(self.machine.place(batch))
                found.append(torch.softmax(logits.double(), dim=1).cpu().numpy())
        return np.concatenate(found)


def picture_kind(size: int, channels: int) -> str:
    """Size and color in words: ``48x48 gray``."""
    return f"{size}x{size} {'RGB' if channels == 3 else 'gray'}"


def load_classifier(path: Path, device: str = "auto") -> Classifier:
    """Read a checkpoint (``best.pt`` or ``last.pt``) and build its network on a device.

    Nothing in the file is executed: PyTorch reads it with ``weights_only``.

    Raises:
        CheckpointError: it is missing, damaged, or no checkpoint of train.py; or no such device.
    """
    state = _read(path)
    model = state["settings"].get("model")
    if model not in MODELS:
        raise CheckpointError(f"{path}: unknown model '{model}'; known are {', '.join(MODELS)}")
    machine = _machine(device)
    mean, std = (tuple(float(value) for value in state[name]) for name in ("mean", "std"))
    classes = tuple(str(name) for name in state["classes"])
    try:
        network = build_model(model, len(classes), state["channels"], state["size"])
        network.load_state_dict(state["model"])
    except (ValueError, RuntimeError):
        raise CheckpointError(
            f"{path}: its weights do not fit the model {model} for "
            f"{picture_kind(state['size'], state['channels'])} pictures; use the scripts that it "
            "was trained with"
        ) from None
    whole = nn.Sequential(Normalize(np.array(mean), np.array(std)), network).eval()
    whole.to(  # type: ignore[call-overload]  # missing in its types
        machine.device, memory_format=torch.channels_last
    )
    return Classifier(
        path=path,
        model=model,
        classes=classes,
        channels=state["channels"],
        size=state["size"],
        recipe_sha256=state["recipe_sha256"],
        mean=mean,
        std=std,
        network=whole,
        machine=machine,
    )


def own_export(path: Path, beside: Path) -> Path:
    """Return the export that a checkpoint lies in, at whatever depth, or else the one ``beside``.

    Raises:
        CheckpointError: neither is one.
    """
    for folder in (*path.resolve().parents, beside):
        if (folder / "train.h5").is_file() or (folder / LEGACY_FILE).is_file():
            return folder
    raise CheckpointError(f"{path}: lies in no export; name the folder of an export after it")


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise CheckpointError(f"{path}: no such file; train.py writes best.pt and last.pt")
    if not _is_whole(path):
        raise CheckpointError(f"{path}: damaged, or no checkpoint of train.py")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:  # noqa: BLE001  # a foreign file can make the reader raise anything
        raise CheckpointError(f"{path}: no checkpoint of train.py") from None
    wrong = [
        name
        for name, kind in _NEEDED.items()
        if not isinstance(state, dict) or not isinstance(state.get(name), kind)
    ]
    if wrong:
        raise CheckpointError(f"{path}: no checkpoint of train.py (without {', '.join(wrong)})")
    return dict(state)


def _is_whole(path: Path) -> bool:
    """Whether a file is a zip archive, as PyTorch writes them, whose parts have their checksums."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, NotImplementedError, EOFError):
        return False


def _machine(device: str) -> Machine:
    try:
        machine = Machine.chosen(device, "float32", 0)
        torch.zeros(1, device=machine.device)
    except (RuntimeError, AssertionError, NotImplementedError):
        raise CheckpointError(f"--device {device}: PyTorch cannot use it here") from None
    return machine
