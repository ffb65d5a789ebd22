"""The networks to choose from, by name: a small modern one and those of published systems."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from training import reference_models as reference

DEFAULT_MODEL = "compact"
COMPACT_WIDTHS = (32, 64, 96, 160)
COMPACT_DROPOUT = 0.2


def unit(before: int, after: int, *, halve: bool = False) -> nn.Sequential:
    """3x3 convolution, pool if the size is to be halved, batch norm, ReLU.

    The pool stands before the norm, so that the norm has a quarter of the work.
    """
    layers: list[nn.Module] = [nn.Conv2d(before, after, 3, padding=1, bias=False)]
    if halve:
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.BatchNorm2d(after, eps=1e-3), nn.ReLU())


class Residual(nn.Module):
    """Two units whose output is added to their input."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(unit(width, width), unit(width, width))

    def forward(self, x: Tensor) -> Tensor:
        """(B, width, H, W) to the same shape."""
        total: Tensor = x + self.body(x)
        return total


def compact(classes: int, channels: int, _size: int) -> nn.Module:
    """A residual network for few CPU cores: 843,527 parameters, 841,799 trainable (7 classes).

    After the ResNet-9 that Page (2018) trained for the DAWNBench contest: dense 3x3 convolutions
    with widths that suit vector instructions, and two residual pairs, both at small sizes. Global
    average pooling lets it take pictures of any size.
    """
    first, second, third, fourth = COMPACT_WIDTHS
    return nn.Sequential(
        unit(channels, first, halve=True),
        unit(first, second, halve=True),
        unit(second, third),
        Residual(third),
        unit(third, fourth, halve=True),
        Residual(fourth),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(COMPACT_DROPOUT),
        nn.Linear(fourth, classes),
    )


@dataclass(frozen=True)
class Architecture:
    """How a network is built, what it is, where it comes from, and the least size it takes."""

    build: Callable[[int, int, int], nn.Module]
    description: str
    source: str
    smallest: int


MODELS: dict[str, Architecture] = {
    "compact": Architecture(
        compact, "small residual network for few CPU cores", "own, after Page's ResNet-9", 8
    ),
    "csun_fer": Architecture(
        reference.csun_fer,
        "four blocks of 3x1 and 1x3 convolutions, one dense layer",
        "California State University, Northridge, thesis, 2023",
        16,
    ),
    "csun_ckplus": Architecture(
        reference.csun_ckplus,
        "csun_fer with a second dense layer",
        "California State University, Northridge, thesis, 2023",
        16,
    ),
    "fer_paper": Architecture(
        reference.fer_paper, "seven convolutions without padding", "FER-2013 CNN paper", 48
    ),
    "dbs_cnn": Architecture(
        reference.dbs_cnn,
        "four convolutions without padding",
        "Dublin Business School, dissertation, 2022",
        24,
    ),
    "vgg5": Architecture(
        reference.vgg5, "five VGG blocks with batch norm", "FPT University, report, 2022", 32
    ),
    "ewu_allconv": Architecture(
        reference.ewu_allconv,
        "eight convolutions, no pool but the global one",
        "East West University, thesis, 2022, Method 1",
        1,
    ),
    "ewu_blocks": Architecture(
        reference.ewu_blocks,
        "four blocks with kernels of 3, 5, 5 and 7",
        "East West University, thesis, 2022, Method 2",
        16,
    ),
    "fpt_baseline": Architecture(
        reference.fpt_baseline,
        "four small convolutions without padding",
        "FPT University, report, 2022",
        38,
    ),
    "mini_xception": Architecture(
        reference.mini_xception,
        "depthwise separable residual modules",
        "Arriaga, Valdenegro-Toro and Plöger, 2017",
        5,
    ),
}


def build_model(name: str, classes: int, channels: int = 1, size: int = 48) -> nn.Module:
    """A network from pictures (B, channels, size, size) float32 to logits (B, classes).

    Raises:
        ValueError: The name is unknown, or the pictures are too small for the network.
    """
    if name not in MODELS:
        raise ValueError(f"unknown model '{name}'; known are {', '.join(MODELS)}")
    chosen = MODELS[name]
    if size < chosen.smallest:
        least = chosen.smallest
        raise ValueError(f"{name} takes pictures of {least}x{least} or more, not {size}x{size}")
    return reference.start_like_keras(chosen.build(classes, channels, size))


def count_parameters(model: nn.Module) -> tuple[int, int]:
    """All parameters and the trainable ones, as Keras counts them.

    The running means and variances of batch norm count as parameters that are not trainable.
    """
    numbers = sum(weight.numel() for weight in model.parameters())
    trainable = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    running = sum(kept.numel() for kept in model.buffers() if kept.is_floating_point())
    return numbers + running, trainable


def describe(model: nn.Module, channels: int = 1, size: int = 48) -> dict[str, Any]:
    """The layers in the order in which they work, ready for JSON.

    Returns:
        `layers` (name, type, output_shape without the batch, parameters), and the totals
        `parameters` and `trainable`.
    """
    layers: list[dict[str, Any]] = []

    def note(name: str, layer: nn.Module, made: Tensor) -> None:
        shape, parameters = list(made.shape[1:]), count_parameters(layer)[0]
        kind = type(layer).__name__
        layers.append({"name": name, "type": kind, "output_shape": shape, "parameters": parameters})

    hooks = [
        layer.register_forward_hook(lambda layer, _, made, name=name: note(name, layer, made))
        for name, layer in model.named_modules()
        if not any(True for _ in layer.children())
    ]
    _run_once(model, channels, size)
    for hook in hooks:
        hook.remove()
    parameters, trainable = count_parameters(model)
    return {"layers": layers, "parameters": parameters, "trainable": trainable}


def _run_once(model: nn.Module, channels: int, size: int) -> None:
    """Pass one black picture through the network, which stays as it was."""
    training = model.training
    like = next(model.parameters())
    with torch.no_grad():
        model.eval()(torch.zeros(1, channels, size, size, device=like.device))
    model.train(training)
