"""Networks of torchvision and timm, with weights that the user has; nothing is downloaded.

Their own definitions build them, so that their own weights fit. Pictures are enlarged to the side
that is asked for, and gray ones shown in three equal channels.
"""

import hashlib
import importlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..networks.catalog import BACKBONES
from ..shared.errors import ExportError

__all__ = ["BACKBONES", "build_backbone", "chosen_start", "read_weights", "take_weights"]

LIBRARIES: tuple[str, ...] = ("torchvision", "timm")
_MODULES = {"torchvision": "torchvision.models", "timm": "timm"}
_WRAPPED = ("state_dict", "model_state_dict", "model", "state_dict_ema")
_PREFIXES = ("module.", "_orig_mod.")
_OLD_LAYER = re.compile(r"(denselayer\d+\.(?:norm|conv))\.(\d)(\.)")
_COUNTER = "num_batches_tracked"
"""What files from before PyTorch 0.4.1 lack; nothing is computed by it."""

_SHOWN = 3

State = Mapping[str, Tensor]


class Backbone(nn.Module):
    """A network for three channels and pictures of ``side`` pixels, given any others."""

    def __init__(self, network: nn.Module, side: int) -> None:
        super().__init__()
        self.network, self.side = network, side

    def forward(self, x: Tensor) -> Tensor:
        """(B, 1 or 3, H, W) to logits (B, classes)."""
        if x.shape[1] == 1:
            x = x.expand(-1, 3, -1, -1)
        if x.shape[-1] != self.side:
            x = functional.interpolate(
                x, (self.side, self.side), mode="bilinear", align_corners=False
            )
        logits: Tensor = self.network(x)
        return logits


@dataclass(frozen=True)
class Start:
    """Where a backbone's training begins: its library, its weights, and their SHA-256."""

    library: str
    state: State | None = None
    sha256: str = ""


def build_backbone(name: str, classes: int, library: str, side: int) -> Backbone:
    """Build a network with random weights by the definition of a library.

    Raises:
        ExportError: the library is not installed, or does not know the network.
    """
    if library not in LIBRARIES:
        raise ExportError(f"{name}: unknown library {library!r}; known are {', '.join(LIBRARIES)}")
    make = _maker(library)
    if make is None:
        raise ExportError(f"{name} is built by {library}: pip install {library}")
    try:
        return Backbone(make(name, classes), side)
    except (ValueError, RuntimeError, KeyError, TypeError) as error:
        reason = str(error).partition("\n")[0]
        raise ExportError(f"{name}: {library} does not build it: {reason}") from None


def _maker(library: str) -> Callable[[str, int], nn.Module] | None:
    """What builds a network by name for so many classes; None if the library is not there."""
    try:
        found: Any = importlib.import_module(_MODULES[library])
    except (ImportError, RuntimeError):  # one of another PyTorch raises this
        return None
    if library == "timm":
        return lambda name, classes: found.create_model(name, pretrained=False, num_classes=classes)
    return lambda name, classes: found.get_model(name, weights=None, num_classes=classes)


def chosen_start(name: str, weights: Path | None) -> Start:
    """Return the library that builds a network, and the weights of a file that fit it.

    Raises:
        ExportError: no library is installed, or the file is none of a network's weights, or of
            another one.
    """
    there = [library for library in LIBRARIES if _maker(library) is not None]
    if not there:
        raise ExportError(f"{name} needs torchvision or timm: pip install torchvision")
    if weights is None:
        return Start(there[0])
    state, digest = read_weights(weights), _digest(weights)
    reasons = []
    for library in there:
        reason = _unfitting(build_backbone(name, 2, library, 112).network, state)
        if not reason:
            return Start(library, state, digest)
        reasons.append(f"by {library} {reason}")
    raise ExportError(f"{weights}: not the weights of {name}: {'; '.join(reasons)}")


def read_weights(path: Path) -> State:
    """Read weights by name; nothing in the file is executed.

    Raises:
        ExportError: it is missing, damaged, or holds something else.
    """
    if not path.is_file():
        raise ExportError(f"{path}: no such file; name one with --weights, or leave it out")
    try:
        if path.suffix == ".safetensors":
            found: Any = importlib.import_module("safetensors.torch").load_file(path)
        else:
            found = torch.load(path, map_location="cpu", weights_only=True)
    except ImportError:
        raise ExportError(f"{path}: is read by safetensors: pip install safetensors") from None
    except Exception as error:  # noqa: BLE001  # a foreign file can make the readers raise anything
        reason = str(error).partition("\n")[0][:200]
        raise ExportError(f"{path}: no weights of a network ({reason})") from None
    for key in _WRAPPED:
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
            break
    if not isinstance(found, dict) or not all(isinstance(one, Tensor) for one in found.values()):
        raise ExportError(f"{path}: no weights of a network")
    return {_plain(str(name)): value for name, value in found.items()}


def _plain(name: str) -> str:
    """A weight's name as today's definitions have it.

    Files that torchvision offers for its DenseNets have the names of 2017, ``norm.1`` for
    ``norm1``.
    """
    for prefix in _PREFIXES:
        name = name.removeprefix(prefix)
    return _OLD_LAYER.sub(r"\1\2\3", name)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _head(network: nn.Module) -> str:
    """The name of a network's last linear layer, which is new for other classes."""
    return [name for name, one in network.named_modules() if isinstance(one, nn.Linear)][-1]


def _unfitting(network: nn.Module, state: State) -> str:
    """Why weights do not fit a network but for its last layer; "" if they do."""
    head = _head(network)
    wanted = {
        name: one
        for name, one in network.state_dict().items()
        if not _is_of(name, head) and not name.endswith(_COUNTER)
    }
    missing = [name for name in wanted if name not in state]
    if missing:
        return f"{len(missing)} of {len(wanted)} are missing ({', '.join(missing[:_SHOWN])})"
    other = [name for name, one in wanted.items() if one.shape != state[name].shape]
    return f"{len(other)} have another shape ({', '.join(other[:_SHOWN])})" if other else ""


def _is_of(name: str, layer: str) -> bool:
    return name.startswith(f"{layer}.")


def take_weights(backbone: Backbone, state: State) -> None:
    """Set all weights but those of the last layer, which stay random."""
    head = _head(backbone.network)
    kept = {name: one for name, one in state.items() if not _is_of(name, head)}
    known = backbone.network.state_dict()
    backbone.network.load_state_dict(
        {name: kept.get(name, one) for name, one in known.items()}, strict=True
    )
