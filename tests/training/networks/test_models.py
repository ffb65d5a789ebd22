"""The networks: exact numbers of parameters, and one function in both frameworks."""

import ast
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from fercurate.training.networks.catalog import MODELS

FRAMEWORKS = ("torch", "keras")
NAMES = (
    "compact",
    "compact_small",
    "compact_wide",
    "csun_fer",
    "csun_ckplus",
    "fer_paper",
    "dbs_cnn",
    "vgg5",
    "ewu_allconv",
    "ewu_blocks",
    "fpt_baseline",
    "mini_xception",
)
STATED = [
    ("csun_fer", 7, 3_931_975, 3_929_031),
    ("csun_ckplus", 7, 4_062_535, 4_059_079),
    ("fer_paper", 7, 879_623, 879_623),
    ("dbs_cnn", 7, 2_345_607, 2_345_607),
    ("vgg5", 7, 13_111_367, 13_103_175),
    ("vgg5", 5, 13_110_341, 13_102_149),
    ("mini_xception", 7, 58_423, 56_951),
]
OURS = [
    ("compact", 7, 843_527, 841_799),
    ("compact", 5, 843_205, 841_477),
    ("compact_small", 7, 332_471, 331_383),
    ("compact_wide", 7, 2_058_167, 2_055_479),
    ("ewu_allconv", 7, 1_662_343, 1_662_343),
    ("ewu_blocks", 7, 2_346_823, 2_345_095),
    ("fpt_baseline", 7, 28_967, 28_967),
]


@pytest.fixture(params=FRAMEWORKS)
def models(request: pytest.FixtureRequest, load_kit: Any) -> ModuleType:
    return load_kit(request.param, "models")


@pytest.fixture
def both(load_kit: Any) -> tuple[ModuleType, ModuleType]:
    return load_kit("torch", "models"), load_kit("keras", "models")


def described(models: ModuleType, model: Any, channels: int, size: int) -> dict[str, Any]:
    """A Keras model knows its pictures, a PyTorch one is told."""
    if "keras" in vars(models):
        return models.describe(model)
    return models.describe(model, channels, size)


@pytest.mark.parametrize(("name", "classes", "parameters", "trainable"), STATED + OURS)
def test_parameters(
    models: ModuleType, name: str, classes: int, parameters: int, trainable: int
) -> None:
    model = models.build_model(name, classes)
    assert models.count_parameters(model) == (parameters, trainable)


def kinds_of_torch(model: Any) -> dict[str, list[list[np.ndarray]]]:
    """The weights of every layer, in Keras's layouts, by kind and in order of definition."""
    from torch import nn

    found: dict[str, list[list[np.ndarray]]] = {}
    skipped: set[Any] = set()
    for layer in model.modules():
        if layer in skipped:
            continue
        if type(layer).__name__ == "SeparableConv2d":
            skipped.update(layer.children())
            deep, point = (part.weight.detach().numpy() for part in layer)
            weights = [deep.transpose(2, 3, 0, 1), point.transpose(2, 3, 1, 0)]
            found.setdefault("SeparableConv2D", []).append(weights)
        elif isinstance(layer, nn.Conv2d):
            weights = [layer.weight.detach().numpy().transpose(2, 3, 1, 0), *bias(layer)]
            found.setdefault("Conv2D", []).append(weights)
        elif isinstance(layer, nn.Linear):
            weights = [layer.weight.detach().numpy().T, *bias(layer)]
            found.setdefault("Dense", []).append(weights)
        elif isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            parts = (layer.weight, layer.bias, layer.running_mean, layer.running_var)
            weights = [part.detach().numpy() for part in parts]
            found.setdefault("BatchNormalization", []).append(weights)
    return found


def bias(layer: Any) -> list[np.ndarray]:
    return [] if layer.bias is None else [layer.bias.detach().numpy()]


def rows_of_channels_last(shape: list[int]) -> np.ndarray:
    """Where each number of a flattened (H, W, C) picture stands in the flattened (C, H, W)."""
    return np.arange(np.prod(shape)).reshape(shape).transpose(1, 2, 0).ravel()


def convert(torch_model: Any, keras_model: Any, flattened: list[int]) -> None:
    """Copy the weights; the first dense layer reads a picture flattened the other way."""
    kinds = kinds_of_torch(torch_model)
    if "Dense" in kinds:
        kernel, *rest = kinds["Dense"][0]
        kinds["Dense"][0] = [kernel[rows_of_channels_last(flattened)], *rest]
    for layer in keras_model.layers:
        if layer.weights:
            layer.set_weights(kinds[type(layer).__name__].pop(0))
    assert not any(kinds.values())


def stir(model: Any) -> None:
    """Weights as after some training: all of them count, and no signal dies on its way."""
    import torch

    torch.manual_seed(5)
    for name, weight in [*model.named_parameters(), *model.named_buffers()]:
        if name.endswith("running_var"):
            torch.nn.init.uniform_(weight, 0.5, 1.5)
        elif weight.ndim == 1:
            torch.nn.init.normal_(weight, float(name.endswith("weight")), 0.1)
        elif weight.ndim > 1:
            weight.detach().mul_(1.4)


def blots(channels: int, size: int) -> Any:
    """Three pictures of coarse random patches, (3, channels, size, size) float32."""
    import torch

    coarse = torch.randn(3, channels, 6, 6, generator=torch.Generator().manual_seed(1))
    return torch.nn.functional.interpolate(coarse, (size, size))


@pytest.mark.parametrize(("channels", "size"), [(1, 48), (3, 64)])
@pytest.mark.parametrize("name", NAMES)
def test_both_frameworks_compute_the_same(
    both: tuple[ModuleType, ModuleType], name: str, channels: int, size: int
) -> None:
    import torch

    ours, theirs = both
    first, second = (side.build_model(name, 7, channels, size) for side in both)
    stir(first)
    rows = ours.describe(first, channels, size)["layers"]
    at = [row["type"] for row in rows].index("Flatten")
    convert(first, second, rows[at - 1]["output_shape"])
    assert ours.count_parameters(first) == theirs.count_parameters(second)

    pictures = blots(channels, size)
    with torch.no_grad():
        expected = first.eval()(pictures).numpy()
        made = np.asarray(second(pictures.permute(0, 2, 3, 1), training=False))
    assert expected.shape == (3, 7)
    assert np.ptp(expected, axis=0).max() > 0.01
    assert np.abs(expected - made).max() < 1e-4


def test_the_catalog_is_what_is_tested_here() -> None:
    assert tuple(MODELS) == NAMES
    assert all(one.description and one.source for one in MODELS.values())


def test_unknown_name(models: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"unknown model 'resnet'; known are compact, compact_"):
        models.build_model("resnet", 7)


@pytest.mark.parametrize("name", NAMES)
def test_smallest_pictures(models: ModuleType, name: str) -> None:
    size = MODELS[name].smallest
    rows = described(models, models.build_model(name, 7, 1, size), 1, size)["layers"]
    assert rows[-1]["output_shape"] == [7]
    too_small = f"{name} takes pictures of {size}x{size} or more, not {size - 1}x{size - 1}"
    with pytest.raises(ValueError, match=too_small):
        models.build_model(name, 7, 1, size - 1)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "ewu_allconv"])
def test_the_smallest_is_the_smallest(models: ModuleType, name: str) -> None:
    size = MODELS[name].smallest - 1
    with pytest.raises((ValueError, RuntimeError)):
        described(models, models.builder(name)(7, 1, size), 1, size)


@pytest.mark.parametrize(("name", "width"), [("compact", 32), ("csun_fer", 64), ("vgg5", 64)])
def test_description(models: ModuleType, name: str, width: int) -> None:
    model = models.build_model(name, 5, 3, 48)
    page = described(models, model, 3, 48)
    assert json.loads(json.dumps(page)) == page
    counts = (page["parameters"], page["trainable"])
    assert counts == models.count_parameters(model)
    assert sum(row["parameters"] for row in page["layers"]) == counts[0]
    first, last = page["layers"][0], page["layers"][-1]
    assert first["type"].lower() == "conv2d"
    assert sorted(first["output_shape"]) == sorted([48, 48, width])
    assert (last["type"], last["output_shape"]) in [("Linear", [5]), ("Dense", [5])]


def test_describing_leaves_the_model_as_it_was(load_kit: Any) -> None:
    models = load_kit("torch", "models")
    model = models.build_model("csun_fer", 7)
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    models.describe(model)
    assert model.training
    assert all((weight == before[name]).all() for name, weight in model.state_dict().items())
    assert not any(layer._forward_hooks for layer in model.modules())


@pytest.mark.parametrize("size", [40, 100, 224])
def test_compact_takes_any_size(load_kit: Any, size: int) -> None:
    torch = pytest.importorskip("torch")

    models = load_kit("torch", "models")
    model = models.build_model("compact", 8, 3, size).eval()
    with torch.no_grad():
        assert model(torch.zeros(2, 3, size, size)).shape == (2, 8)
    assert models.count_parameters(model) == models.count_parameters(
        models.build_model("compact", 8, 3)
    )


def test_first_weights_are_keras_own(load_kit: Any) -> None:
    """Glorot uniform: +-sqrt(6 / (inputs + outputs)) of a unit; biases are zero."""
    model = load_kit("torch", "models").build_model("fer_paper", 7)
    for weight, limit in [(model[2].weight, (6 / (288 + 576)) ** 0.5), (model[2].bias, 0.0)]:
        most = weight.abs().max().item()
        assert 0.95 * limit <= most <= limit


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", ["models", "reference_models"])
def test_only_the_framework_is_needed(framework: str, name: str) -> None:
    kit = Path(__file__).resolve().parents[3] / "fercurate" / "training"
    tree = ast.parse((kit / framework / f"{name}.py").read_text(encoding="utf-8"))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported = {node.module for node in froms if not node.level and node.module}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
    tops = {module.split(".")[0] for module in imported}
    assert tops <= {framework} | sys.stdlib_module_names
