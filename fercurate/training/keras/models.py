"""Building networks by name: a small modern one of our own, and those of published systems."""

from collections.abc import Callable
from functools import partial
from math import prod
from typing import Any

import keras
from keras import layers

from ..networks.catalog import COMPACT_DROPOUT, COMPACT_WIDTHS, check_size
from . import reference_models as reference

Build = Callable[[int, int, int], keras.Model]
"""Gives a network for so many classes and channels, and pictures of such a side."""


def unit(x: Any, width: int, *, halve: bool = False) -> Any:
    """3x3 convolution, pool if the size is to be halved, batch norm, ReLU.

    The pool stands before the norm, so that the norm has a quarter of the work.
    """
    x = layers.Conv2D(width, 3, padding="same", use_bias=False)(x)
    if halve:
        x = layers.MaxPooling2D(2)(x)
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))


def residual(x: Any, width: int) -> Any:
    """Two units whose output is added to their input."""
    return layers.Add()([x, unit(unit(x, width), width)])


def compact(name: str, classes: int, channels: int, size: int) -> keras.Model:
    """A residual network for few CPU cores: 843,527 parameters, 841,799 trainable (7 classes).

    ``name`` says how wide it is (``COMPACT_WIDTHS``); the numbers are the default's.

    After the ResNet-9 that Page (2018) trained for the DAWNBench contest: dense 3x3 convolutions
    with widths that suit vector instructions, and two residual pairs, both at small sizes. Global
    average pooling lets it take pictures of any size.
    """
    first, second, third, fourth = COMPACT_WIDTHS[name]
    picture = keras.Input((size, size, channels))
    x = unit(picture, first, halve=True)
    x = unit(x, second, halve=True)
    x = residual(unit(x, third), third)
    x = residual(unit(x, fourth, halve=True), fourth)
    x = layers.Dropout(COMPACT_DROPOUT)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(picture, layers.Dense(classes, name="logits")(x))


def builder(name: str) -> Build:
    """What builds a network of the catalog, whatever the size of the pictures."""
    known = name in COMPACT_WIDTHS
    build: Build = partial(compact, name) if known else getattr(reference, name)
    return build


def build_model(name: str, classes: int, channels: int = 1, size: int = 48) -> keras.Model:
    """A network from pictures (B, size, size, channels) float32 to logits (B, classes).

    Raises:
        ValueError: The name is unknown, or the pictures are too small for the network.
    """
    check_size(name, size)
    return builder(name)(classes, channels, size)


def count_parameters(model: keras.Model) -> tuple[int, int]:
    """All parameters and the trainable ones."""
    trainable = sum(prod(weight.shape) for weight in model.trainable_weights)
    return int(model.count_params()), trainable


def describe(model: keras.Model) -> dict[str, Any]:
    """The layers in the order in which they work, ready for JSON.

    Returns:
        `layers` (name, type, output_shape without the batch, parameters), and the totals
        `parameters` and `trainable`.
    """
    rows = [
        {
            "name": layer.name,
            "type": type(layer).__name__,
            "output_shape": list(layer.output.shape[1:]),
            "parameters": int(layer.count_params()),
        }
        for layer in model.layers
        if not isinstance(layer, layers.InputLayer)
    ]
    parameters, trainable = count_parameters(model)
    return {"layers": rows, "parameters": parameters, "trainable": trainable}
