"""Networks of other libraries, with weights of the user's own: built, begun with, known again."""

import hashlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")


@pytest.fixture
def framework() -> str:
    return "torch"


@pytest.fixture
def backbones(load_kit: Any) -> Any:
    return load_kit("torch", "backbones")


def small(name: str, classes: int) -> Any:
    """A network that stands for a library's; names of layers tell libraries apart."""
    nn, layer = torch.nn, {"resnet18": 4, "resnet34": 6}[name]
    body = nn.Sequential(nn.Conv2d(3, layer, 3, stride=4), nn.BatchNorm2d(layer), nn.ReLU())
    return nn.Sequential(body, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(layer, classes))


@pytest.fixture
def timm(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timm with two small networks, and no torchvision."""
    fake: Any = ModuleType("timm")
    fake.create_model = lambda name, pretrained, num_classes: small(name, num_classes)
    monkeypatch.setitem(sys.modules, "timm", fake)
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.setitem(sys.modules, "torchvision.models", None)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Weights of ``resnet18`` for a thousand classes, as trained with DataParallel."""
    torch.manual_seed(5)
    state = {f"module.{name}": one for name, one in small("resnet18", 1000).state_dict().items()}
    torch.save({"state_dict": state, "epoch": 3}, tmp_path / "own.pth")
    return tmp_path / "own.pth"


def test_a_backbone_begins_with_weights_and_is_known_again(
    train: Any, timm: None, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = ("--model", "resnet18", "--weights", weights, "--epochs", 1, "--batch-size", 16)
    begun: list[Any] = []
    take = train.script.take_weights

    def noted(backbone: Any, state: Any) -> None:
        take(backbone, state)
        begun.append({name: one.clone() for name, one in backbone.network.state_dict().items()})

    monkeypatch.setattr(train.script, "take_weights", noted)
    assert train(*told) == 0
    given = torch.load(weights, weights_only=True)["state_dict"]
    for name, one in begun[0].items():
        if not name.startswith("3."):  # the last layer is new
            assert torch.equal(one, given[f"module.{name}"])
    settings = train.metrics()["settings"]
    assert (settings["library"], settings["side"], settings["lr"]) == ("timm", 112, 3e-4)
    assert settings["weights"] == hashlib.sha256(weights.read_bytes()).hexdigest()
    script, output = train.of("evaluate"), tmp_path / "again"
    checkpoint = str(train.folder / "run" / "best.pt")
    given_again = [checkpoint, str(train.export), "--split", "test", "--output", str(output)]
    assert script.main(train.home, given_again) == 0
    (found,) = json.loads((output / "metrics.json").read_text())["exports"]
    assert found["splits"]["test"] == train.metrics()["splits"]["test"]


def test_without_weights_it_says_so(
    train: Any, timm: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train("--describe", "--model", "resnet34", "--side", 224) == 0
    assert "resnet34: random weights; --weights FILE begins with others" in capsys.readouterr().err


def test_gray_pictures_are_enlarged_and_shown_in_three_channels(timm: None, backbones: Any) -> None:
    seen: list[Any] = []
    backbone = backbones.build_backbone("resnet18", 7, "timm", 112)
    backbone.network.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    assert backbone(torch.rand(2, 1, 48, 48)).shape == (2, 7)
    assert seen[0].shape == (2, 3, 112, 112)
    assert torch.equal(seen[0][:, 0], seen[0][:, 2])
    backbone(torch.rand(2, 3, 112, 112))
    assert seen[1].shape == (2, 3, 112, 112)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("none.pth", None, "no such file"),
        ("text.pth", b"no weights", "no weights of a network"),
        ("list.pth", [1, 2], "no weights of a network"),
        ("other.pth", "resnet34", "not the weights of resnet18: by timm 6 have another shape"),
        ("part.pth", "part", "not the weights of resnet18: by timm 1 of 6 are missing"),
        ("code.pth", "code", "no weights of a network"),
    ],
)
def test_what_is_no_file_of_these_weights_is_one_line(
    train: Any, timm: None, tmp_path: Path, name: str, content: Any, says: str
) -> None:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content == "resnet34":
        torch.save(small("resnet34", 10).state_dict(), path)
    elif content == "part":
        state = small("resnet18", 10).state_dict()
        state.pop("0.1.running_var")
        torch.save(state, path)
    elif content == "code":
        torch.save(Path("code that a pickle would run"), path)
    elif content is not None:
        torch.save(content, path)
    train.capsys.readouterr()
    assert train("--smoke", "--model", "resnet18", "--weights", path) == 1
    (line,) = train.capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: {path}: ")
    assert says in line


def test_weights_are_for_backbones(train: Any, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        train("--weights", "a.pth")
    assert "--weights and --side are for resnet18, resnet34" in capsys.readouterr().err


def test_without_a_library_it_says_what_to_install(
    train: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("timm", "torchvision", "torchvision.models"):
        monkeypatch.setitem(sys.modules, name, None)
    train.capsys.readouterr()
    assert train("--smoke", "--model", "resnet18") == 1
    assert "needs torchvision or timm" in train.capsys.readouterr().err


@pytest.mark.parametrize("library", ["torchvision", "timm"])
def test_the_libraries_build_what_we_name(backbones: Any, library: str) -> None:
    """Random weights go in, and the same come out."""
    if backbones._maker(library) is None:
        pytest.skip(f"{library} is not installed, or not for this PyTorch")
    for name in backbones.BACKBONES:
        backbone = backbones.build_backbone(name, 7, library, 112).eval()
        other = backbones.build_backbone(name, 5, library, 112).network.state_dict()
        assert backbones._unfitting(backbone.network, other) == ""
        backbones.take_weights(backbone, other)
        with torch.no_grad():
            found = backbone(torch.rand(1, 1, 48, 48)).numpy()
        assert found.shape == (1, 7)
        assert np.isfinite(found).all()


def test_weights_of_other_years_fit(backbones: Any, timm: None, tmp_path: Path) -> None:
    names = ("features.denseblock1.denselayer12.norm.1.weight", "a.denselayer1.conv.2.bias")
    assert [backbones._plain(name) for name in names] == [
        "features.denseblock1.denselayer12.norm1.weight",
        "a.denselayer1.conv2.bias",
    ]
    assert backbones._plain("module.layer1.conv1.weight") == "layer1.conv1.weight"
    old = {
        name: one
        for name, one in small("resnet18", 10).state_dict().items()
        if "num_batches_tracked" not in name
    }
    torch.save(old, tmp_path / "old.pth")
    start = backbones.chosen_start("resnet18", tmp_path / "old.pth")
    backbones.take_weights(backbones.build_backbone("resnet18", 7, "timm", 112), start.state)
