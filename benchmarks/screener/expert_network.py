"""The experts' network: a residual one that has seen many photographs, read from its ONNX file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.screener.material import CRITERIA

SIDE = 96
"""Pictures are enlarged to this side: the network halves them five times."""

FROZEN = 24
"""So many first convolutions stay as they are: they see edges and textures."""

_MEANS = (104.0, 117.0, 123.0)
"""Mean blue, green and red of the pictures it was trained on, in gray values."""

_KINDS = 3
"""Of so many last kinds of maps, by shape, means and maxima are looked at."""


@dataclass(frozen=True, slots=True)
class _Step:
    kind: str
    inputs: tuple[str, ...]
    output: str
    layer: int = -1


class ExpertNet(nn.Module):
    """48x48 pictures (B, 1, 48, 48), as (gray - 128) / 64, to logits of the four faults (B, 4).

    The trunk comes from an ONNX file of Yahoo's open_nsfw: a ResNet-50 of half the width that was
    trained on ImageNet first. Its batch norm is folded into the convolutions; where it is to
    learn, it is taken out again by what some ``pictures`` (M, 1, 48, 48) give, for convolutions
    whose weights are of very different sizes cannot be trained by one rate.
    """

    def __init__(self, path: Path, pictures: Tensor) -> None:
        super().__init__()
        graph = onnx.load(path).graph
        self._entry = graph.node[0].output[0]
        self.layers = nn.ModuleList()
        self._steps = list(self._read(graph))
        with torch.no_grad():
            width = self.features(pictures).shape[1]
        self.norm = nn.BatchNorm1d(width, affine=False)
        self.faults = nn.Linear(width, len(CRITERIA))

    def _read(self, graph: Any) -> Iterator[_Step]:
        """The steps from the first convolution to the last map; pooling and classes are left."""
        weights = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        for node in graph.node[1:]:
            inputs = tuple(node.input)
            match node.op_type:
                case "Conv":
                    layer = _convolution(node, weights)
                    learns = len(self.layers) >= FROZEN
                    self.layers.append(_Unfolded(layer) if learns else layer.requires_grad_(False))
                    yield _Step("Conv", inputs[:1], node.output[0], len(self.layers) - 1)
                case "Relu" | "Add" | "MaxPool":
                    yield _Step(node.op_type, inputs, node.output[0])
                case "AveragePool":
                    return
                case other:
                    message = f"{other} is no step of the network that is read here"
                    raise ValueError(message)

    def features(self, x: Tensor) -> Tensor:
        """Means and maxima over places of the last map of each kind, as logarithms (B, K)."""
        gray = functional.interpolate(x, (SIDE, SIDE), mode="bilinear") * 64 + 128
        entry = torch.cat([gray - mean for mean in _MEANS], 1)
        maps = {self._entry: entry.contiguous(memory_format=torch.channels_last)}
        ends: dict[torch.Size, Tensor] = {}
        for step in self._steps:
            found = self._walk(step, [maps[name] for name in step.inputs])
            maps[step.output] = found
            if step.kind == "Relu":
                ends[found.shape[1:]] = found
        last = list(ends.values())[-_KINDS:]
        pooled = [torch.cat([one.mean((2, 3)), one.amax((2, 3))], 1) for one in last]
        return torch.log1p(torch.cat(pooled, 1))

    def _walk(self, step: _Step, maps: list[Tensor]) -> Tensor:
        if step.kind == "Conv":
            found: Tensor = self.layers[step.layer](maps[0])
            return found
        if step.kind == "Relu":
            return functional.relu(maps[0])
        if step.kind == "Add":
            return maps[0] + maps[1]
        return functional.max_pool2d(functional.pad(maps[0], (0, 1, 0, 1)), 3, 2)

    def logits(self, x: Tensor) -> Tensor:
        """Logits of the faults (B, 4)."""
        seen = functional.dropout(self.norm(self.features(x)), 0.2, self.training)
        given: Tensor = self.faults(seen)
        return given


class _Unfolded(nn.Module):
    """A convolution and, measured on its first batch, a batch norm: the same function."""

    def __init__(self, conv: nn.Sequential) -> None:
        super().__init__()
        self.conv = conv
        self.norm = nn.BatchNorm2d(_kernel(conv).out_channels, eps=1e-10)
        self.measured = False

    def forward(self, x: Tensor) -> Tensor:
        """Maps (B, C, H, W) to maps."""
        if not self.measured:
            self._measure(x)
        found: Tensor = self.norm(self.conv(x))
        return found

    @torch.no_grad()
    def _measure(self, x: Tensor) -> None:
        """Give every filter the length of the square root of two, and undo that in the norm."""
        found, kernel = self.conv(x), _kernel(self.conv)
        mean, spread = found.mean((0, 2, 3)), found.var((0, 2, 3)) + 1e-8
        scale = 2**0.5 / (kernel.weight.flatten(1).norm(dim=1) + 1e-12)
        bias = kernel.bias if kernel.bias is not None else torch.zeros_like(mean)
        self.norm.running_mean = (mean - bias) * scale
        self.norm.running_var = spread * scale**2
        self.norm.weight.copy_(spread.sqrt())
        self.norm.bias.copy_(mean)
        kernel.weight.mul_(scale[:, None, None, None])
        kernel.bias = None
        self.measured = True
        self.norm.eval()


def _kernel(conv: nn.Sequential) -> nn.Conv2d:
    kernel = conv[-1]
    assert isinstance(kernel, nn.Conv2d)
    return kernel


def _convolution(node: Any, weights: dict[str, Any]) -> nn.Sequential:
    kernel, bias = (torch.from_numpy(np.array(weights[name])) for name in node.input[1:])
    told = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    top, left, bottom, right = told.get("pads", (0, 0, 0, 0))
    even = top == bottom == left == right
    layer = nn.Conv2d(
        kernel.shape[1], kernel.shape[0], kernel.shape[2], told["strides"][0], top if even else 0
    )
    layer.weight.data, layer.bias = kernel, nn.Parameter(bias)
    pad = nn.Identity() if even else nn.ZeroPad2d((left, right, top, bottom))
    return nn.Sequential(pad, layer)
