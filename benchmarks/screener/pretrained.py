"""The teachers' network: a residual one that has seen many photographs, read from its ONNX file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.screener.material import CRITERIA, EMOTIONS
from benchmarks.screener.network import FACE, VOTED

SIDE = 96
"""Pictures are enlarged to this side: the network halves them five times."""

_MEANS = (104.0, 117.0, 123.0)
"""Mean blue, green and red of the pictures it was trained on, in gray values."""

_FEATURES = 1024


@dataclass(frozen=True, slots=True)
class _Step:
    kind: str
    inputs: tuple[str, ...]
    output: str
    layer: int = -1


class PretrainedNet(nn.Module):
    """48x48 pictures (B, 1, 48, 48) to logits, by the trunk of an ONNX file of open_nsfw.

    Source: Yahoo's open_nsfw, a ResNet-50 of half the width, trained on ImageNet first.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        graph = onnx.load(path).graph
        self._entry = graph.node[0].output[0]
        weights = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        self.layers = nn.ModuleList()
        self._steps = self._read(graph, weights)
        self.drop = nn.Dropout(0.3)
        self.faults = nn.Linear(2 * _FEATURES, len(CRITERIA))
        self.others = nn.Linear(2 * _FEATURES, len(EMOTIONS) + VOTED + FACE)

    def _read(self, graph: Any, weights: dict[str, Any]) -> list[_Step]:
        """The steps from the first convolution to the last map; pooling and classes are left."""
        steps: list[_Step] = []
        for node in graph.node[1:]:
            inputs = tuple(node.input)
            match node.op_type:
                case "Conv":
                    self.layers.append(_convolution(node, weights))
                    step = _Step("Conv", inputs[:1], node.output[0], len(self.layers) - 1)
                case "Relu" | "Add" | "MaxPool":
                    step = _Step(node.op_type, inputs, node.output[0])
                case "AveragePool":
                    return steps
                case other:
                    message = f"{other} is no step of the network that is read here"
                    raise ValueError(message)
            steps.append(step)
        return steps

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the faults (B, 4), and of all that is learned beside them (B, 26)."""
        gray = functional.interpolate(x, (SIDE, SIDE), mode="bilinear") * 64 + 128
        maps = {self._entry: torch.cat([gray - mean for mean in _MEANS], 1)}
        last = maps[self._entry]
        for step in self._steps:
            last = self._walk(step, [maps[name] for name in step.inputs])
            maps[step.output] = last
        places = last.flatten(2)
        features = self.drop(torch.cat([places.mean(2), places.amax(2)], 1))
        return self.faults(features), self.others(features)

    def _walk(self, step: _Step, maps: list[Tensor]) -> Tensor:
        if step.kind == "Conv":
            found: Tensor = self.layers[step.layer](maps[0])
            return found
        if step.kind == "Relu":
            return functional.relu(maps[0])
        if step.kind == "Add":
            return maps[0] + maps[1]
        return functional.max_pool2d(functional.pad(maps[0], (0, 1, 0, 1)), 3, 2)


def _convolution(node: Any, weights: dict[str, Any]) -> nn.Module:
    kernel, bias = (torch.from_numpy(np.array(weights[name])) for name in node.input[1:])
    told = {one.name: helper.get_attribute_value(one) for one in node.attribute}
    top, left, bottom, right = told.get("pads", (0, 0, 0, 0))
    layer = nn.Conv2d(kernel.shape[1], kernel.shape[0], kernel.shape[2], told["strides"][0])
    layer.weight.data, layer.bias = kernel, nn.Parameter(bias)
    if not any((top, left, bottom, right)):
        return layer
    return nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), layer)
