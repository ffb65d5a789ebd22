"""Networks of published facial-expression systems, with their exact numbers of parameters.

Every function takes the number of classes, the channels and the side of the square pictures, and
gives a network from pictures (B, size, size, channels) float32 to logits (B, classes). Where a
source leaves something open, the docstring says what was chosen. The layers are Keras's own, so
the networks run on every backend.
"""

from typing import Any

import keras
from keras import layers

Layers = list[Any]


def sequence(parts: Layers, classes: int, channels: int, size: int) -> keras.Model:
    """The parts in their order, then the dense layer that gives the logits."""
    return keras.Sequential(
        [keras.Input((size, size, channels)), *parts, layers.Dense(classes, name="logits")]
    )


def dense(width: int, dropout: float) -> Layers:
    """A dense layer with batch norm, ReLU and dropout."""
    norm = layers.BatchNormalization()
    return [layers.Dense(width), norm, layers.ReLU(), layers.Dropout(dropout)]


def conv(width: int, kernel: int = 3) -> Layers:
    """A convolution that keeps the size, batch norm and ReLU."""
    same = layers.Conv2D(width, kernel, padding="same")
    return [same, layers.BatchNormalization(), layers.ReLU()]


def valid(*widths: int) -> Layers:
    """3x3 convolutions without padding, each with ReLU; each takes 2 off the size."""
    return [layers.Conv2D(width, 3, activation="relu") for width in widths]


def pool() -> Any:
    """2x2 max-pool without padding: H becomes H/2, rounded down."""
    return layers.MaxPooling2D(2)


def asymmetric_blocks(widths: tuple[int, ...]) -> Layers:
    """Four blocks of a 3x1 and a 1x3 convolution, then dense layers of the widths."""
    parts: Layers = []
    for width in (64, 128, 256, 512):
        parts += [
            layers.Conv2D(width, (3, 1), padding="same"),
            layers.Conv2D(width, (1, 3), padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(),
            pool(),
            layers.Dropout(0.25),
        ]
    parts.append(layers.Flatten())
    for width in widths:
        parts += dense(width, 0.5)
    return parts


def csun_fer(classes: int, channels: int, size: int) -> keras.Model:
    """3,931,975 parameters, 3,929,031 trainable (7 classes, 48x48x1).

    Source: master's thesis, California State University, Northridge, 2023, the network for
    FER-2013. Chosen here: dropout 0.25 in the blocks and 0.5 after the dense layer.
    """
    return sequence(asymmetric_blocks((512,)), classes, channels, size)


def csun_ckplus(classes: int, channels: int, size: int) -> keras.Model:
    """`csun_fer` with one more dense layer: 4,062,535 parameters, 4,059,079 trainable.

    Source: the same thesis, the network for CK+.
    """
    return sequence(asymmetric_blocks((512, 256)), classes, channels, size)


def fer_paper(classes: int, channels: int, size: int) -> keras.Model:
    """Seven convolutions without padding: 879,623 parameters (7 classes, 48x48x1).

    Source: a paper on FER-2013 whose table gives the third convolution of its second block the
    shape 18x18; only 16x16 agrees with its counts. Its rescaling layer is left to the loader.
    Chosen here: dropouts of 0.25 and, after the dense layer, 0.5.
    """
    parts = [*valid(32, 64), pool(), layers.Dropout(0.25)]
    parts += [*valid(64, 64, 128), pool()]
    parts += [*valid(128, 256), pool(), pool(), layers.Dropout(0.25), layers.Flatten()]
    parts += [layers.Dense(1024, activation="relu"), layers.Dropout(0.5)]
    return sequence(parts, classes, channels, size)


def dbs_cnn(classes: int, channels: int, size: int) -> keras.Model:
    """Four convolutions without padding: 2,345,607 parameters (7 classes, 48x48x1).

    Source: master's dissertation, Dublin Business School, 2022.
    """
    parts = [*valid(32, 64), pool(), layers.Dropout(0.25)]
    parts += [*valid(128), pool()]
    parts += [*valid(128), pool(), layers.Dropout(0.25), layers.Flatten()]
    parts += [layers.Dense(1024, activation="relu"), layers.Dropout(0.5)]
    return sequence(parts, classes, channels, size)


def vgg5(classes: int, channels: int, size: int) -> keras.Model:
    """Five VGG blocks: 13,111,367 parameters for 7 classes, 13,110,341 for 5 (48x48x1).

    Source: report, FPT University, 2022, "5-block VGG-style". It states the widths; 2, 3, 2, 2
    and 5 convolutions are what gives its count. Chosen here: dropout 0.25 after every block.
    """
    parts: Layers = []
    for count, width in zip((2, 3, 2, 2, 5), (64, 128, 256, 256, 512), strict=True):
        for _ in range(count):
            parts += conv(width)
        parts += [pool(), layers.Dropout(0.25)]
    return sequence([*parts, layers.Flatten()], classes, channels, size)


def ewu_allconv(classes: int, channels: int, size: int) -> keras.Model:
    """Eight convolutions and no pool: 1,662,343 parameters (7 classes, 1 channel).

    Source: thesis, East West University, 2022, "Method 1". Chosen here, after the "all
    convolutional net" of Springenberg et al. (2015): the third and the sixth convolution step by
    two, and the dropouts that the source names (0.2 early, 0.5 late) close the three groups.
    """
    parts: Layers = []
    strides, dropouts = {3: 2, 6: 2}, {3: 0.2, 6: 0.5, 8: 0.5}
    for number, width in enumerate((96, 96, 96, 192, 192, 192, 192, 192), start=1):
        stride = strides.get(number, 1)
        parts += [layers.ZeroPadding2D(1), layers.Conv2D(width, 3, stride, activation="relu")]
        if number in dropouts:
            parts.append(layers.Dropout(dropouts[number]))
    return sequence([*parts, layers.GlobalAveragePooling2D()], classes, channels, size)


def ewu_blocks(classes: int, channels: int, size: int) -> keras.Model:
    """Four blocks with kernels of 3, 5, 5 and 7: 2,346,823 parameters, 2,345,095 trainable.

    Source: the same thesis, "Method 2". It does not state the numbers of filters; chosen here
    are 32, 64, 128 and 256, which give that count for 7 classes and 48x48x1.
    """
    parts: Layers = []
    for width, kernel, dropout in zip(
        (32, 64, 128, 256), (3, 5, 5, 7), (0.25, 0.25, 0.5, 0.5), strict=True
    ):
        parts += [*conv(width, kernel), pool(), layers.Dropout(dropout)]
    parts += [layers.Flatten(), *dense(192, 0.25), *dense(192, 0.25)]
    return sequence(parts, classes, channels, size)


def fpt_baseline(classes: int, channels: int, size: int) -> keras.Model:
    """Four small convolutions without padding: 28,967 parameters (7 classes, 48x48x1).

    Source: report, FPT University, 2022, the baseline. Chosen here: a pool after each of the
    first three convolutions, and the dropout before the dense layer.
    """
    parts: Layers = []
    for _ in range(3):
        parts += [*valid(32), pool()]
    parts += [*valid(32), layers.Dropout(0.2), layers.Flatten()]
    return sequence(parts, classes, channels, size)


def xception_module(x: Any, width: int) -> Any:
    """Two separable convolutions and a pool beside a 1x1 shortcut; halves height and width."""
    body = layers.SeparableConv2D(width, 3, padding="same", use_bias=False)(x)
    body = layers.ReLU()(layers.BatchNormalization()(body))
    body = layers.SeparableConv2D(width, 3, padding="same", use_bias=False)(body)
    body = layers.BatchNormalization()(body)
    body = layers.MaxPooling2D(3, strides=2, padding="same")(body)
    shortcut = layers.Conv2D(width, 1, strides=2, use_bias=False)(x)
    return layers.Add()([body, layers.BatchNormalization()(shortcut)])


def mini_xception(classes: int, channels: int, size: int) -> keras.Model:
    """Separable residual modules, no dense layer: 58,423 parameters (7 classes, 1 channel).

    Source: Arriaga, Valdenegro-Toro and Plöger, "Real-time Convolutional Neural Networks for
    Emotion and Gender Classification" (2017), `mini_XCEPTION` of the code beside it, which was
    trained on 64x64 pictures. It is fully convolutional: every size has the same count. Its L2
    penalty of 0.01 on the kernels is left to the optimizer.
    """
    picture = x = keras.Input((size, size, channels))
    for _ in range(2):
        x = layers.Conv2D(8, 3, use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    for width in (16, 32, 64, 128):
        x = xception_module(x, width)
    x = layers.Conv2D(classes, 3, padding="same")(x)
    return keras.Model(picture, layers.GlobalAveragePooling2D(name="logits")(x))
