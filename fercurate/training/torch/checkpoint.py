"""Reading a checkpoint of train.py: the trained network that it holds."""

import argparse
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ..networks.catalog import BACKBONES, MODELS
from ..networks.trained_network import MOST_PIXELS, TrainedNetwork, lacking, model_facts
from ..shared.errors import CheckpointError
from ..shared.evaluation.trained_model import CheckpointFormat, picture_kind
from .backbones import build_backbone
from .loading import Normalize, channels_first
from .loop import Hardware, exact_float32, probabilities
from .models import build_model

_FILES = "best.pt or last.pt"
_BATCH = 512


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what the scripts that read a checkpoint can be told of the hardware."""
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")


@dataclass(frozen=True)
class Classifier(TrainedNetwork):
    """A trained network.

    ``network`` takes pictures (B, channels, size, size), uint8 or float 0..255, to logits
    (B, classes); it normalizes them by mean and standard deviation of its training pixels.
    """

    network: nn.Module
    hardware: Hardware

    def _probabilities(self, pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
        found = [np.empty((0, len(self.classes)))]
        with torch.inference_mode(), exact_float32():
            for start in range(0, len(pictures), _BATCH):
                batch = channels_first(np.array(pictures[start : start + _BATCH]))
                logits = self.network(self.hardware.place(batch))
                found.append(probabilities(logits))
        return np.concatenate(found)


def load_model(path: Path, options: argparse.Namespace) -> Classifier:
    """Read a checkpoint as the command line says."""
    return load_classifier(path, options.device)


def load_classifier(path: Path, device: str = "auto") -> Classifier:
    """Read a checkpoint (``best.pt`` or ``last.pt``) and build its network on a device.

    Nothing in the file is executed: PyTorch reads it with ``weights_only``.

    Raises:
        CheckpointError: it is missing, damaged, or no checkpoint of train.py.
        ExportError: there is no such device.
    """
    state = read_state(path)
    facts = model_facts(state)
    model, size, channels = facts["model"], facts["size"], facts["channels"]
    if model not in (*MODELS, *BACKBONES):
        raise CheckpointError(f"{path}: unknown model '{model}'; known are {', '.join(MODELS)}")
    hardware = Hardware.chosen(device, "float32", 0)
    try:
        network = _built(model, len(facts["classes"]), channels, size, state["settings"])
        network.load_state_dict(state["model"])
    except (ValueError, RuntimeError, AttributeError, TypeError):
        raise CheckpointError(
            f"{path}: its weights do not fit the model {model} for {picture_kind(size, channels)} "
            "pictures; use the scripts that it was trained with"
        ) from None
    scale = Normalize(np.array(facts["mean"]), np.array(facts["std"]))
    whole = nn.Sequential(scale, network).eval()
    whole.to(  # type: ignore[call-overload]  # missing in its types
        hardware.device, memory_format=torch.channels_last
    )
    return Classifier(path=path, network=whole, hardware=hardware, **facts).tried()


def _built(
    model: str, classes: int, channels: int, size: int, settings: dict[str, Any]
) -> nn.Module:
    """The network of a checkpoint, with random weights.

    Raises:
        ValueError: there is none of these settings.
        ExportError: the library that builds it is not installed.
    """
    if model not in BACKBONES:
        return build_model(model, classes, channels, size)
    side, library = settings.get("side"), settings.get("library")
    if not isinstance(side, int) or not MOST_PIXELS >= side > 0:
        raise ValueError("no side in bounds")
    return build_backbone(model, classes, str(library), side)


def read_state(path: Path) -> dict[str, Any]:
    """Return what train.py saved; nothing in the file is executed.

    Raises:
        CheckpointError: it is missing, damaged, or no checkpoint of train.py.
    """
    if not path.is_file():
        raise CheckpointError(f"{path}: no such file; train.py writes {_FILES}")
    if not _is_whole(path):
        raise CheckpointError(f"{path}: damaged, or no checkpoint of train.py")
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception:  # noqa: BLE001  # a foreign file can make the reader raise anything
        raise CheckpointError(f"{path}: no checkpoint of train.py") from None
    wrong = lacking(state)
    if "model" not in state or not isinstance(state["model"], dict):
        wrong = ["model", *wrong]
    if wrong:
        raise CheckpointError(f"{path}: no checkpoint of train.py (without {', '.join(wrong)})")
    return dict(state)


def _is_whole(path: Path) -> bool:
    """Whether a file is a zip archive, as PyTorch writes them, whose parts have their checksums."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, OSError):
        return False


CHECKPOINTS = CheckpointFormat(_FILES, add_options, load_model)
"""What evaluate.py and predict.py read."""
