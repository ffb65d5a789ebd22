"""The networks to choose from, by name: a small modern one and those of published systems."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import keras
from keras import layers

from training import reference_models as reference

DEFAULT_MODEL = "compact"
COMPACT_WIDTHS = (32, 64, 96, 160)
COMPACT_DROPOUT = 0.2


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


def compact(classes: int, channels: int, size: int) -> keras.Model:
    """A residual network for few CPU cores: 843,527 parameters, 841,799 trainable (7 classes).

    After the ResNet-9 that Page (2018) trained for the DAWNBench contest: dense 3x3 convolutions
    with widths that suit vector instructions, and two residual pairs, both at small sizes. Global
    average pooling lets it take pictures of any size.
    """
    first, second, third, fourth = COMPACT_WIDTHS
    picture = keras.Input((size, size, channels))
    x = unit(picture, first, halve=True)
    x = unit(x, second, halve=True)
    x = residual(unit(x, third), third)
    x = residual(unit(x, fourth, halve=True), fourth)
    x = layers.Dropout(COMPACT_DROPOUT)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(picture, layers.Dense(classes, name="logits")(x))


@dataclass(frozen=True)
class Architecture:
    """How a network is built, what it is, where it comes from, and the least size it takes."""

    build: Callable[[int, int, int], keras.Model]
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


def build_model(name: str, classes: int, channels: int = 1, size: int = 48) -> keras.Model:
    """A network from pictures (B, size, size, channels) float32 to logits (B, classes).

    Raises:
        ValueError: The name is unknown, or the pictures are too small for the network.
    """
    if name not in MODELS:
        raise ValueError(f"unknown model '{name}'; known are {', '.join(MODELS)}")
    chosen = MODELS[name]
    if size < chosen.smallest:
        least = chosen.smallest
        raise ValueError(f"{name} takes pictures of {least}x{least} or more, not {size}x{size}")
    return chosen.build(classes, channels, size)


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
