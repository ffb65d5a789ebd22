"""Networks of published facial-expression systems, with their exact numbers of parameters.

Every function takes the number of classes, the channels and the side of the square pictures, and
gives a network from pictures (B, channels, size, size) float32 to logits (B, classes). Where a
source leaves something open, the docstring says what was chosen. Details that sources leave to
Keras are Keras's: batch norm with eps 0.001 and momentum 0.99 (PyTorch calls it 0.01), pools
without padding, first weights after Glorot and Bengio (2010).
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

Layers = list[nn.Module]

EPSILON = 1e-3
MOMENTUM = 0.01


def start_like_keras(network: nn.Module) -> nn.Module:
    """Give convolutions and dense layers Keras's first weights: Glorot uniform, biases zero.

    PyTorch's own are smaller; deep networks without batch norm hardly learn from them.
    """
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            nn.init.xavier_uniform_(layer.weight)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return network


def flat_width(layers: Layers, channels: int, size: int) -> int:
    """How many numbers the layers make of one picture (channels, size, size)."""
    features = nn.Sequential(*layers).eval()
    with torch.no_grad():
        made = features(torch.zeros(1, channels, size, size))
    features.train()
    return int(made[0].numel())


def batch_norm(width: int) -> nn.BatchNorm2d:
    """Batch norm over (B, width, H, W) with Keras's defaults."""
    return nn.BatchNorm2d(width, eps=EPSILON, momentum=MOMENTUM)


def dense(before: int, after: int, dropout: float) -> Layers:
    """A dense layer with batch norm, ReLU and dropout."""
    norm = nn.BatchNorm1d(after, eps=EPSILON, momentum=MOMENTUM)
    return [nn.Linear(before, after), norm, nn.ReLU(), nn.Dropout(dropout)]


def conv(before: int, after: int, kernel: int = 3) -> Layers:
    """A convolution that keeps the size, batch norm and ReLU."""
    same = nn.Conv2d(before, after, kernel, padding=kernel // 2)
    return [same, batch_norm(after), nn.ReLU()]


def valid(before: int, *widths: int) -> Layers:
    """3x3 convolutions without padding, each with ReLU; each takes 2 off the size."""
    layers: Layers = []
    for width in widths:
        layers += [nn.Conv2d(before, width, 3), nn.ReLU()]
        before = width
    return layers


def asymmetric_blocks(channels: int, size: int, widths: tuple[int, ...]) -> Layers:
    """Four blocks of a 3x1 and a 1x3 convolution, then dense layers of the widths."""
    layers: Layers = []
    for before, after in pairwise((channels, 64, 128, 256, 512)):
        layers += [
            nn.Conv2d(before, after, (3, 1), padding=(1, 0)),
            nn.Conv2d(after, after, (1, 3), padding=(0, 1)),
            batch_norm(after),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout(0.25),
        ]
    layers.append(nn.Flatten())
    for before, after in pairwise((flat_width(layers, channels, size), *widths)):
        layers += dense(before, after, 0.5)
    return layers


def csun_fer(classes: int, channels: int, size: int) -> nn.Module:
    """3,931,975 parameters, 3,929,031 trainable (7 classes, 48x48x1).

    Source: master's thesis, California State University, Northridge, 2023, the network for
    FER-2013. Chosen here: dropout 0.25 in the blocks and 0.5 after the dense layer.
    """
    layers = asymmetric_blocks(channels, size, (512,))
    return nn.Sequential(*layers, nn.Linear(512, classes))


def csun_ckplus(classes: int, channels: int, size: int) -> nn.Module:
    """`csun_fer` with one more dense layer: 4,062,535 parameters, 4,059,079 trainable.

    Source: the same thesis, the network for CK+.
    """
    layers = asymmetric_blocks(channels, size, (512, 256))
    return nn.Sequential(*layers, nn.Linear(256, classes))


def fer_paper(classes: int, channels: int, size: int) -> nn.Module:
    """Seven convolutions without padding: 879,623 parameters (7 classes, 48x48x1).

    Source: a paper on FER-2013 whose table gives the third convolution of its second block the
    shape 18x18; only 16x16 agrees with its counts. Its rescaling layer is left to the loader.
    Chosen here: dropouts of 0.25 and, after the dense layer, 0.5.
    """
    layers = [*valid(channels, 32, 64), nn.MaxPool2d(2), nn.Dropout(0.25)]
    layers += [*valid(64, 64, 64, 128), nn.MaxPool2d(2)]
    layers += [*valid(128, 128, 256), nn.MaxPool2d(2), nn.MaxPool2d(2), nn.Dropout(0.25)]
    layers.append(nn.Flatten())
    width = flat_width(layers, channels, size)
    layers += [nn.Linear(width, 1024), nn.ReLU(), nn.Dropout(0.5)]
    return nn.Sequential(*layers, nn.Linear(1024, classes))


def dbs_cnn(classes: int, channels: int, size: int) -> nn.Module:
    """Four convolutions without padding: 2,345,607 parameters (7 classes, 48x48x1).

    Source: master's dissertation, Dublin Business School, 2022.
    """
    layers = [*valid(channels, 32, 64), nn.MaxPool2d(2), nn.Dropout(0.25)]
    layers += [*valid(64, 128), nn.MaxPool2d(2)]
    layers += [*valid(128, 128), nn.MaxPool2d(2), nn.Dropout(0.25), nn.Flatten()]
    width = flat_width(layers, channels, size)
    layers += [nn.Linear(width, 1024), nn.ReLU(), nn.Dropout(0.5)]
    return nn.Sequential(*layers, nn.Linear(1024, classes))


def vgg5(classes: int, channels: int, size: int) -> nn.Module:
    """Five VGG blocks: 13,111,367 parameters for 7 classes, 13,110,341 for 5 (48x48x1).

    Source: report, FPT University, 2022, "5-block VGG-style". It states the widths; 2, 3, 2, 2
    and 5 convolutions are what gives its count. Chosen here: dropout 0.25 after every block.
    """
    layers: Layers = []
    before = channels
    for count, width in zip((2, 3, 2, 2, 5), (64, 128, 256, 256, 512), strict=True):
        for _ in range(count):
            layers += conv(before, width)
            before = width
        layers += [nn.MaxPool2d(2), nn.Dropout(0.25)]
    layers.append(nn.Flatten())
    return nn.Sequential(*layers, nn.Linear(flat_width(layers, channels, size), classes))


def ewu_allconv(classes: int, channels: int, _size: int) -> nn.Module:
    """Eight convolutions and no pool: 1,662,343 parameters (7 classes, 1 channel).

    Source: thesis, East West University, 2022, "Method 1". Chosen here, after the "all
    convolutional net" of Springenberg et al. (2015): the third and the sixth convolution step by
    two, and the dropouts that the source names (0.2 early, 0.5 late) close the three groups.
    """
    layers: Layers = []
    widths = (channels, 96, 96, 96, 192, 192, 192, 192, 192)
    strides, dropouts = {3: 2, 6: 2}, {3: 0.2, 6: 0.5, 8: 0.5}
    for number, (before, after) in enumerate(pairwise(widths), start=1):
        stride = strides.get(number, 1)
        layers += [nn.Conv2d(before, after, 3, stride, padding=1), nn.ReLU()]
        if number in dropouts:
            layers.append(nn.Dropout(dropouts[number]))
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(widths[-1], classes)
    )


def ewu_blocks(classes: int, channels: int, size: int) -> nn.Module:
    """Four blocks with kernels of 3, 5, 5 and 7: 2,346,823 parameters, 2,345,095 trainable.

    Source: the same thesis, "Method 2". It does not state the numbers of filters; chosen here
    are 32, 64, 128 and 256, which give that count for 7 classes and 48x48x1.
    """
    layers: Layers = []
    widths, kernels = (channels, 32, 64, 128, 256), (3, 5, 5, 7)
    for (before, after), kernel, dropout in zip(
        pairwise(widths), kernels, (0.25, 0.25, 0.5, 0.5), strict=True
    ):
        layers += [*conv(before, after, kernel), nn.MaxPool2d(2), nn.Dropout(dropout)]
    layers.append(nn.Flatten())
    layers += dense(flat_width(layers, channels, size), 192, 0.25)
    layers += dense(192, 192, 0.25)
    return nn.Sequential(*layers, nn.Linear(192, classes))


def fpt_baseline(classes: int, channels: int, size: int) -> nn.Module:
    """Four small convolutions without padding: 28,967 parameters (7 classes, 48x48x1).

    Source: report, FPT University, 2022, the baseline. Chosen here: a pool after each of the
    first three convolutions, and the dropout before the dense layer.
    """
    layers: Layers = []
    for before in (channels, 32, 32):
        layers += [*valid(before, 32), nn.MaxPool2d(2)]
    layers += [*valid(32, 32), nn.Dropout(0.2), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(flat_width(layers, channels, size), classes))


class SeparableConv2d(nn.Sequential):
    """A 3x3 convolution per channel, then a 1x1 convolution across channels, without biases."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__(
            nn.Conv2d(before, before, 3, padding=1, groups=before, bias=False),
            nn.Conv2d(before, after, 1, bias=False),
        )


class XceptionModule(nn.Module):
    """Two separable convolutions and a pool beside a 1x1 shortcut; halves height and width.

    `odd` says whether height and width are: the 3x3 pool then needs another padding to come out
    as TensorFlow's 'same', which rounds up.
    """

    def __init__(self, before: int, after: int, *, odd: bool) -> None:
        super().__init__()
        self.body = nn.Sequential(
            SeparableConv2d(before, after),
            batch_norm(after),
            nn.ReLU(),
            SeparableConv2d(after, after),
            batch_norm(after),
            nn.MaxPool2d(3, 2, padding=int(odd), ceil_mode=True),
        )
        step = nn.Conv2d(before, after, 1, stride=2, bias=False)
        self.shortcut = nn.Sequential(step, batch_norm(after))

    def forward(self, x: Tensor) -> Tensor:
        """(B, before, H, W) to (B, after, H/2, W/2)."""
        total: Tensor = self.body(x) + self.shortcut(x)
        return total


def mini_xception(classes: int, channels: int, size: int) -> nn.Module:
    """Separable residual modules, no dense layer: 58,423 parameters (7 classes, 1 channel).

    Source: Arriaga, Valdenegro-Toro and Plöger, "Real-time Convolutional Neural Networks for
    Emotion and Gender Classification" (2017), `mini_XCEPTION` of the code beside it, which was
    trained on 64x64 pictures. It is fully convolutional: every size has the same count. Its L2
    penalty of 0.01 on the kernels is left to the optimizer.
    """
    layers: Layers = []
    for before in (channels, 8):
        layers += [nn.Conv2d(before, 8, 3, bias=False), batch_norm(8), nn.ReLU()]
    side = size - 4
    for before, after in pairwise((8, 16, 32, 64, 128)):
        layers.append(XceptionModule(before, after, odd=side % 2 == 1))
        side = (side + 1) // 2
    last = nn.Conv2d(128, classes, 3, padding=1)
    return nn.Sequential(*layers, last, nn.AdaptiveAvgPool2d(1), nn.Flatten())
