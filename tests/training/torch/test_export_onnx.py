"""export_onnx.py: every network as OpenCV runs it, against PyTorch."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest

from fercurate.training.networks.catalog import MODELS

onnx = pytest.importorskip("onnx")

Load = Callable[[str, str], ModuleType]
FRESH = ("compact", "csun_fer", "ewu_blocks")
"""To be tried before training too, when biases of several layers are equal."""


@pytest.fixture(scope="module")
def module(load_kit: Load) -> ModuleType:
    return load_kit("torch", "export_onnx")


@pytest.fixture(scope="module")
def build_model(load_kit: Load) -> Callable[..., Any]:
    models = load_kit("torch", "models")
    build: Callable[..., Any] = models.build_model
    return build


def checkpoint(
    trained: Path, path: Path, model: Any, name: str, channels: int = 1, size: int = 48
) -> Path:
    """A checkpoint as train.py writes it, with the weights of a model."""
    import torch

    state = torch.load(trained / "run" / "best.pt", weights_only=True)
    state |= {"model": model.state_dict(), "channels": channels, "size": size}
    state |= {"mean": [0.5, 0.4, 0.3][:channels], "std": [0.2, 0.3, 0.25][:channels]}
    state["settings"] |= {"model": name, "views": "one"}
    torch.save(state, path)
    return path


def shake(model: Any) -> None:
    """Give biases and the statistics of norms values that matter."""
    import torch

    torch.manual_seed(1)
    for name, values in model.state_dict().items():
        if name.endswith(("bias", "running_mean")):
            values.normal_(0, 0.3)
        elif name.endswith("running_var"):
            values.uniform_(0.5, 2)


@pytest.mark.parametrize(
    ("name", "shaken"), [*((name, True) for name in MODELS), *((name, False) for name in FRESH)]
)
def test_opencv_gives_the_chances_of_pytorch(
    name: str,
    shaken: bool,
    trained: Path,
    tmp_path: Path,
    module: ModuleType,
    build_model: Callable[..., Any],
) -> None:
    model = build_model(name, 7)
    if shaken:
        shake(model)
    path = checkpoint(trained, tmp_path / "a.pt", model, name)
    classifier = module.load_classifier(path, "cpu")
    content = module.onnx_bytes(classifier)
    assert "agrees to" in module.check_in_opencv(content, classifier)
    network = cv2.dnn.readNetFromONNX(np.frombuffer(content, dtype=np.uint8))
    pictures = np.random.default_rng(0).integers(0, 256, (4, 48, 48), dtype=np.uint8)
    network.setInput(cv2.dnn.blobFromImages(list(pictures)))
    np.testing.assert_allclose(network.forward(), classifier.probabilities(pictures), atol=1e-4)


def test_color_pictures_go_in_as_the_file_says(
    trained: Path, tmp_path: Path, module: ModuleType, build_model: Callable[..., Any]
) -> None:
    model = build_model("compact", 7, 3, 64)
    shake(model)
    path = checkpoint(trained, tmp_path / "a.pt", model, "compact", channels=3, size=64)
    assert module.main([str(path)]) == 0
    network = cv2.dnn.readNetFromONNX(str(tmp_path / "a.onnx"))
    rgb = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), dtype=np.uint8)
    blue_first = [np.ascontiguousarray(picture[..., ::-1]) for picture in rgb]
    network.setInput(cv2.dnn.blobFromImages(blue_first, swapRB=True))
    found = network.forward()
    expected = module.load_classifier(path, "cpu").probabilities(rgb)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert (
        np.abs(expected - module.load_classifier(path, "cpu").probabilities(rgb[..., ::-1])).max()
        > 1e-3
    )


def test_the_file_says_what_it_is(
    trained: Path, tmp_path: Path, module: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "face.onnx"
    assert module.main([str(trained / "run" / "best.pt"), "--output", str(output)]) == 0
    assert f"OpenCV {cv2.__version__} agrees to" in capsys.readouterr().out
    made = onnx.load(output)
    kept = {entry.key: entry.value for entry in made.metadata_props}
    assert json.loads(kept["classes"])[:3] == ["angry", "disgust", "fear"]
    assert (kept["size"], kept["channels"], kept["input"]) == ("48", "1", "gray, 0..255")
    (taken,), (given,) = made.graph.input, made.graph.output
    shape = [side.dim_param or side.dim_value for side in taken.type.tensor_type.shape.dim]
    assert (taken.name, given.name, shape) == ("pictures", "chances", ["batch", 1, 48, 48])
    assert "Identity" not in {node.op_type for node in made.graph.node}


def test_a_file_that_computes_something_else_is_not_written(
    trained: Path,
    tmp_path: Path,
    module: ModuleType,
    build_model: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = build_model("fpt_baseline", 7)
    shake(model)
    path = checkpoint(trained, tmp_path / "a.pt", model, "fpt_baseline")
    foreign = module.onnx_bytes(module.load_classifier(trained / "run" / "best.pt", "cpu"))
    for content, expected in ((foreign, "differ by"), (foreign[:5000], "cannot run it")):
        monkeypatch.setattr(module, "onnx_bytes", lambda _, content=content: content)
        assert module.main([str(path)]) == 1
        err = capsys.readouterr().err
        assert expected in err
        assert err.count("\n") == 1
    assert not (tmp_path / "a.onnx").exists()


def test_missing_packages_and_files_are_one_line(
    trained: Path,
    tmp_path: Path,
    module: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source, output = str(trained / "run" / "best.pt"), str(tmp_path / "a.onnx")
    found = module._module
    monkeypatch.setattr(module, "_module", lambda name: None if name == "cv2" else found(name))
    assert module.main([source, "--output", output]) == 0
    assert "not checked in OpenCV" in capsys.readouterr().out
    assert module.main([source, "--output", source]) == 1
    assert "expected the name of a file that ends in .onnx" in capsys.readouterr().err
    monkeypatch.setattr(module, "_module", lambda _: None)
    assert module.main([source, "--output", output]) == 1
    assert "pip install onnx" in capsys.readouterr().err
    assert module.main([str(tmp_path / "nowhere.pt")]) == 1
    assert "no such file" in capsys.readouterr().err
