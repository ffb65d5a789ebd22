"""The experts' network says what the file says that it comes from, until it learns."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch", reason="the screener's training needs PyTorch")
onnx = pytest.importorskip("onnx", reason="the screener's training needs ONNX")


def small_residual(path: Path) -> None:
    """Write a graph of the kind that is read: two stages, one shortcut, batch norm folded in."""
    rng = np.random.default_rng(0)
    weights: list[Any] = []
    nodes = [onnx.helper.make_node("Transpose", ["in"], ["x0"], perm=[0, 3, 1, 2])]

    def conv(name: str, before: str, after: str, shape: tuple[int, ...], stride: int) -> None:
        scale = rng.uniform(1e-4, 1e-1, (shape[0], 1, 1, 1))  # as a folded batch norm leaves them
        kernel = (rng.normal(0, 1, shape) * scale).astype(np.float32)
        bias = rng.normal(0, 1, shape[0]).astype(np.float32)
        weights.extend(
            onnx.numpy_helper.from_array(value, f"{name}.{part}")
            for part, value in (("w", kernel), ("b", bias))
        )
        pad = shape[2] // 2
        nodes.append(
            onnx.helper.make_node(
                "Conv", [before, f"{name}.w", f"{name}.b"], [after],
                strides=[stride, stride], pads=[pad, pad, pad, pad],
            )
        )  # fmt: skip

    def step(kind: str, before: list[str], after: str) -> None:
        nodes.append(onnx.helper.make_node(kind, before, [after]))

    conv("a", "x0", "x1", (8, 3, 7, 7), 2)
    step("Relu", ["x1"], "x2")
    step("MaxPool", ["x2"], "x3")
    conv("b", "x3", "x4", (16, 8, 1, 1), 1)
    conv("c", "x3", "x5", (16, 8, 3, 3), 1)
    step("Add", ["x4", "x5"], "x6")
    step("Relu", ["x6"], "x7")
    conv("d", "x7", "x8", (32, 16, 3, 3), 2)
    step("Relu", ["x8"], "x9")
    step("AveragePool", ["x9"], "out")
    graph = onnx.helper.make_graph(nodes, "small", [], [], weights)
    onnx.save(onnx.helper.make_model(graph), path)


@pytest.fixture
def network(tmp_path: Path) -> Path:
    small_residual(tmp_path / "small.onnx")
    return tmp_path / "small.onnx"


def pictures(count: int, seed: int) -> Any:
    values = np.random.default_rng(seed).normal(0, 1, (count, 1, 48, 48))
    return torch.from_numpy(values.astype(np.float32))


def test_taking_out_the_batch_norm_changes_no_answer(
    network: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks.screener import expert_network

    told = []
    for frozen in (99, 1):
        monkeypatch.setattr(expert_network, "FROZEN", frozen)
        net = expert_network.ExpertNet(network, pictures(16, 1)).eval()
        with torch.no_grad():
            told.append(net.features(pictures(4, 2)))
        learning = sum(one.requires_grad for one in net.layers.parameters())
        assert (learning == 0) == (frozen == 99)
    assert told[0].shape == (4, 2 * (8 + 16 + 32))
    assert told[0].std() > 0
    assert torch.allclose(told[0], told[1], atol=1e-4)


def test_a_step_of_another_network_is_refused(tmp_path: Path) -> None:
    from benchmarks.screener.expert_network import ExpertNet

    nodes = [
        onnx.helper.make_node("Transpose", ["in"], ["x0"], perm=[0, 3, 1, 2]),
        onnx.helper.make_node("Sigmoid", ["x0"], ["out"]),
    ]
    onnx.save(
        onnx.helper.make_model(onnx.helper.make_graph(nodes, "other", [], [])), tmp_path / "o.onnx"
    )
    with pytest.raises(ValueError, match="Sigmoid is no step"):
        ExpertNet(tmp_path / "o.onnx", pictures(2, 0))
