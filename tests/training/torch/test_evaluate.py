"""evaluate.py: a checkpoint on its own export and on others, and what it refuses."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.shipped import load_recipe
from fercurate.training.shared.home import HomeExport

RECIPE = """
version: 1
name: other
description: for tests
sources: [fer2013]
labels: {labels}
normalize:
  - {{kind: resize, size: {size}}}
splits: {{kind: native, train: [Training], test: [PrivateTest]}}
seed: 0
"""
SEVEN = "angry, disgust, fear, happy, sad, surprise, neutral"


@dataclass(frozen=True)
class Done:
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def fault(self) -> str:
        """The one line of a run that failed."""
        assert self.code == 1, self
        assert self.err.startswith("error: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err


Evaluate = Callable[..., Done]


@pytest.fixture
def module(load_kit: Callable[[str, str], ModuleType]) -> ModuleType:
    return load_kit("torch", "evaluate")


@pytest.fixture
def evaluate(module: ModuleType, capsys: pytest.CaptureFixture[str]) -> Evaluate:
    def call(*given: object) -> Done:
        capsys.readouterr()
        code = module.main(HomeExport(Path()), [str(one) for one in given])
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return call


@pytest.fixture(scope="module")
def other(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Build an export with other classes or another size."""
    folder = tmp_path_factory.mktemp("other")

    def make(name: str, classes: str = SEVEN, size: int = 48) -> Path:
        recipe = folder / f"{name}.yaml"
        labels = "{scheme: {name: own, classes: [%s]}}" % classes  # noqa: UP031  # braces
        recipe.write_text(RECIPE.format(labels=labels, size=size))
        build(BuildRequest(load_recipe(str(recipe)), shared_store, folder / name))
        return folder / name

    return make


def figures(folder: Path, name: str = "metrics.json") -> dict[str, Any]:
    return dict(json.loads((folder / name).read_text()))


def test_figures_are_those_of_train_py(trained: Path, tmp_path: Path, evaluate: Evaluate) -> None:
    done = evaluate(trained / "run" / "best.pt", "--output", tmp_path)
    assert (done.code, done.err) == (0, "")
    (found,) = figures(tmp_path)["exports"]
    assert found["splits"] == figures(trained / "run")["splits"]
    assert set(found["splits"]) == {"val", "test"}
    assert found["trained_on_it"]
    twinless = found["splits"]["test"]["original rows without a twin in train"]
    assert 0 < twinless["rows"] < found["splits"]["test"]["all"]["rows"]
    assert f"{twinless['accuracy']:.2%} of {twinless['rows']}" in done.out
    assert "original rows: all of them" in done.out
    for split in ("val", "test"):
        own = tmp_path / f"fer-{split}"  # stays where another export is evaluated next
        assert figures(own)[split] == found["splits"][split]
        assert (own / "confusion.png").read_bytes().startswith(b"\x89PNG")


def test_the_script_runs_without_fercurate_from_another_folder(
    trained: Path, tmp_path: Path
) -> None:
    code = (
        "import runpy, sys; sys.modules['fercurate'] = None; "
        "sys.argv = sys.argv[1:]; sys.path.insert(0, sys.argv[0].rpartition('/')[0]); "
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    shutil.copy(trained / "run" / "best.pt", tmp_path / "elsewhere.pt")
    given = ["elsewhere.pt", "--split", "test", "--json", "found.json"]
    done = subprocess.run(
        [sys.executable, "-c", code, str(trained / "evaluate.py"), *given],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    (found,) = figures(tmp_path, "found.json")["exports"]
    assert list(found["splits"]) == ["test"]
    assert Path(found["folder"]) == trained
    assert not (tmp_path / "evaluation" / "metrics.json").exists()


def test_another_export_tells_original_rows_apart_and_says_that_twins_are_not_known(
    trained: Path, shared_store: Path, tmp_path: Path, evaluate: Evaluate
) -> None:
    build(BuildRequest(load_recipe("modified_fer"), shared_store, tmp_path / "modified"))
    given = (trained, "--output", tmp_path / "o", tmp_path / "modified")
    done = evaluate(trained / "run" / "best.pt", *given)
    assert done.code == 0, done.err
    own, modified = figures(tmp_path / "o")["exports"]
    assert not modified["trained_on_it"]
    assert modified["splits"]["test"]["all"]["rows"] == 4 * 60
    parts = [np.array(own["splits"][name]["all"]["confusion"]) for name in ("val", "test")]
    original = modified["splits"]["test"]["original rows"]
    np.testing.assert_array_equal(original["confusion"], parts[0] + parts[1])
    assert "original rows without a twin in train" not in modified["splits"]["test"]
    assert "not known, the model was trained on another export" in done.out
    assert (tmp_path / "o" / "modified-test" / "confusion.png").is_file()


def test_another_recipe_is_another_export_even_with_the_same_pixels(
    trained: Path, other: Callable[..., Path], tmp_path: Path, evaluate: Evaluate
) -> None:
    same = other("same")
    assert evaluate(trained / "run" / "best.pt", same, "--output", tmp_path).code == 0
    (found,) = figures(tmp_path)["exports"]
    assert not found["trained_on_it"]
    assert found["splits"]["test"]["all"] == figures(trained / "run")["splits"]["test"]["all"]


def test_train_rows_are_called_what_they_are(
    trained: Path, tmp_path: Path, evaluate: Evaluate
) -> None:
    done = evaluate(trained / "run" / "best.pt", "--split", "train", "--output", tmp_path)
    assert "not known, the model was trained on these rows" in done.out


def test_classes_in_another_order_and_other_classes_are_refused(
    trained: Path, other: Callable[..., Path], evaluate: Evaluate
) -> None:
    turned = other("turned", "disgust, angry, fear, happy, sad, surprise, neutral")
    fault = evaluate(trained / "run" / "best.pt", turned).fault
    assert "differently ordered classes: disgust, angry, fear" in fault
    fewer = other("fewer", "angry, happy, neutral, sad, surprise")
    assert "other classes: angry, happy" in evaluate(trained / "run" / "best.pt", fewer).fault


def test_other_pictures_are_refused_before_anything_is_written(
    trained: Path, other: Callable[..., Path], tmp_path: Path, evaluate: Evaluate
) -> None:
    large = other("large", size=64)
    done = evaluate(trained / "run" / "best.pt", trained, large, "--output", tmp_path / "o")
    assert "64x64 gray pictures; the checkpoint takes 48x48 gray" in done.fault
    assert not (tmp_path / "o").exists()


def test_a_tampered_file_is_refused_unless_told(
    trained: Path, tmp_path: Path, evaluate: Evaluate
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(trained, copy)
    with (copy / "test.h5").open("r+b") as file:
        file.seek(-100, 2)
        file.write(b"\0" * 50)
    assert "changed since it was built" in evaluate(copy / "run" / "best.pt").fault
    assert evaluate(copy / "run" / "best.pt", "--no-verify").code == 0


def foreign(name: str, checkpoint: Path, folder: Path) -> Path:
    """A file that is no checkpoint of train.py, each in its way."""
    import torch

    path, content = folder / name, checkpoint.read_bytes()
    state = torch.load(checkpoint, weights_only=True)
    if name == "text":
        path.write_text("no checkpoint at all")
    elif name == "empty":
        path.touch()
    elif name == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif name == "flipped":
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif name == "weights":
        torch.save(state["model"], path)
    elif name == "code":
        torch.save(torch.nn.Linear(2, 3), path)
    elif name == "model":
        torch.save(state | {"settings": {"model": "unheard-of"}}, path)
    elif name == "unfit":
        torch.save(state | {"settings": {"model": "vgg5"}}, path)
    elif name == "nan":
        weights = {key: one * float("nan") for key, one in state["model"].items()}
        torch.save(state | {"model": weights}, path)
    elif name in SENSELESS:
        torch.save(state | SENSELESS[name], path)
    return path


SENSELESS: dict[str, dict[str, Any]] = {
    "huge": {"size": 4000},
    "colors": {"channels": 2},
    "words": {"mean": ["much"]},
    "means": {"mean": [0.5, 0.5]},
    "infinite": {"std": [float("inf")]},
    "many": {"classes": ["x"] * 5000},
    "keys": {"model": {3: None}},
}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("missing", "no such file"),
        ("text", "no checkpoint of train.py"),
        ("empty", "no checkpoint of train.py"),
        ("truncated", "damaged"),
        ("flipped", "damaged"),
        ("weights", "without model, settings, progress, classes"),
        ("code", "no checkpoint of train.py"),
        ("model", "unknown model 'unheard-of'; known are compact"),
        ("unfit", "its weights do not fit the model vgg5 for 48x48 gray pictures"),
        ("nan", "its network gives no chances of the classes"),
        ("huge", "without size and channels in bounds"),
        ("colors", "without size and channels in bounds"),
        ("words", "without mean of numbers"),
        ("means", "without mean of numbers"),
        ("infinite", "without std of numbers"),
        ("many", "without classes in bounds"),
        ("keys", "its weights do not fit"),
    ],
)
def test_foreign_checkpoints_are_one_line(
    name: str, expected: str, trained: Path, tmp_path: Path, evaluate: Evaluate
) -> None:
    path = foreign(name, trained / "run" / "best.pt", tmp_path)
    fault = evaluate(path, trained).fault
    assert str(path) in fault
    assert expected in fault


def test_faults_of_the_command_line_are_one_line(
    trained: Path, tmp_path: Path, evaluate: Evaluate
) -> None:
    checkpoint = trained / "run" / "best.pt"
    shutil.copy(checkpoint, tmp_path / "best.pt")
    assert "lies in no export" in evaluate(tmp_path / "best.pt").fault
    assert (
        "no split test_screened; it has" in evaluate(checkpoint, "--split", "test_screened").fault
    )
    assert "it has no folds" in evaluate(checkpoint, "--fold", 0).fault
    assert "--device nowhere" in evaluate(checkpoint, "--device", "nowhere").fault
    assert "no train.h5" in evaluate(checkpoint, tmp_path).fault
    for target in (trained / "train.h5", checkpoint):
        before = target.read_bytes()
        fault = evaluate(checkpoint, "--json", target).fault
        assert f"{target}: expected the name of a file that ends in .json" in fault
        assert target.read_bytes() == before


def test_probabilities_are_those_and_other_pictures_are_refused(
    trained: Path, load_kit: Any
) -> None:
    classifier = load_kit("torch", "checkpoint").load_classifier(trained / "run" / "best.pt", "cpu")
    pictures = np.random.default_rng(0).integers(0, 256, (600, 48, 48), dtype=np.uint8)
    found = classifier.probabilities(pictures)
    assert found.shape == (600, 7)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    np.testing.assert_allclose(found[[599]], classifier.probabilities(pictures[599:]), atol=1e-5)
    assert classifier.probabilities(pictures[:0]).shape == (0, 7)
    for wrong in (pictures[:, :40], np.zeros((1, 48, 48, 3), np.uint8)):
        with pytest.raises(ValueError, match="expected"):
            classifier.probabilities(wrong)
