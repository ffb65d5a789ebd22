"""Building networks by name: a small modern one of our own, and those of published systems."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from ..networks.catalog import COMPACT_DROPOUT, COMPACT_WIDTHS, check_size
from . import reference_models as reference

Build = Callable[[int, int, int], nn.Module]
"""Gives a network for so many classes and channels, and pictures of such a side."""


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


def compact(name: str, classes: int, channels: int, _size: int) -> nn.Module:
    """A residual network for few CPU cores: 843,527 parameters, 841,799 trainable (7 classes).

    ``name`` says how wide it is (``COMPACT_WIDTHS``); the numbers are the default's.

    After the ResNet-9 that Page (2018) trained for the DAWNBench contest: dense 3x3 convolutions
    with widths that suit vector instructions, and two residual pairs, both at small sizes. Global
    average pooling lets it take pictures of any size.
    """
    first, second, third, fourth = COMPACT_WIDTHS[name]
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


def builder(name: str) -> Build:
    """What builds a network of the catalog, whatever the size of the pictures."""
    known = name in COMPACT_WIDTHS
    build: Build = partial(compact, name) if known else getattr(reference, name)
    return build


def build_model(name: str, classes: int, channels: int = 1, size: int = 48) -> nn.Module:
    """A network from pictures (B, channels, size, size) float32 to logits (B, classes).

    Raises:
        ValueError: The name is unknown, or the pictures are too small for the network.
    """
    check_size(name, size)
    return reference.start_like_keras(builder(name)(classes, channels, size))


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
