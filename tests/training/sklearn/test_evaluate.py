"""evaluate.py for scikit-learn: a model on its own export and on others, and what it refuses."""

import json
import pickle
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.training.shared.home import HomeExport
from fercurate.training.sklearn import evaluate as evaluate_script
from fercurate.training.sklearn import train as train_script

OTHER = """
version: 1
name: other
description: for tests
sources: [fer2013]
labels: {scheme: {name: own, classes: [%s]}}
normalize:
  - {kind: resize, size: %d}
splits: {kind: native, train: [Training], test: [PrivateTest]}
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
        assert (self.code, self.err.count("\n")) == (1, 1), self
        return self.err


Evaluate = Callable[..., Done]


@pytest.fixture(scope="module")
def fitted(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export with a run in the folder ``run``; not to be changed."""
    folder = tmp_path_factory.mktemp("sklearn_fitted") / "o"
    build(BuildRequest(load_recipe("fer2013_seven"), shared_store, folder, framework="none"))
    given = ["--data", str(folder), "--output", str(folder / "run"), "--C", "1", "--gamma", "1"]
    assert train_script.main(HomeExport(folder), given) == 0
    return folder


@pytest.fixture
def evaluate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Evaluate:
    def call(*given: object) -> Done:
        capsys.readouterr()
        places = ("--json", tmp_path / "found.json", "--output", tmp_path / "evaluation")
        code = evaluate_script.main(HomeExport(tmp_path), [str(one) for one in (*given, *places)])
        captured = capsys.readouterr()
        return Done(code, captured.out, captured.err)

    return call


def other(store: Path, folder: Path, classes: str = SEVEN, size: int = 48) -> Path:
    recipe = parse_recipe(OTHER % (classes, size), "other.yaml")
    build(BuildRequest(recipe, store, folder, framework="none"))
    return folder


def found(folder: Path) -> list[dict[str, Any]]:
    exports: list[dict[str, Any]] = json.loads((folder / "found.json").read_text())["exports"]
    return exports


def test_figures_are_those_of_train_py(fitted: Path, evaluate: Evaluate, tmp_path: Path) -> None:
    done = evaluate(fitted / "run" / "model.npz", fitted)
    assert (done.code, done.err) == (0, "")
    (one,) = found(tmp_path)
    assert one["splits"] == json.loads((fitted / "run" / "metrics.json").read_text())["splits"]
    assert one["trained_on_it"]
    assert "original rows without a twin in train: accuracy" in done.out


def test_train_itself_and_another_recipe(
    fitted: Path, shared_store: Path, evaluate: Evaluate, tmp_path: Path
) -> None:
    another = other(shared_store, tmp_path / "another")
    done = evaluate(fitted / "run" / "model.npz", fitted, another, "--split", "train")
    assert done.code == 0
    own, foreign = found(tmp_path)
    assert set(own["splits"]) == set(foreign["splits"]) == {"train"}
    assert own["splits"]["train"]["all"]["accuracy"] > 0.8
    assert (own["trained_on_it"], foreign["trained_on_it"]) == (True, False)
    assert "not known, the model was trained on these rows" in done.out
    assert "not known, the model was trained on another export" in done.out


def test_what_does_not_match_is_refused(
    fitted: Path, shared_store: Path, evaluate: Evaluate, tmp_path: Path
) -> None:
    model = fitted / "run" / "model.npz"
    turned = ", ".join(reversed(SEVEN.split(", ")))
    assert (
        "differently ordered classes"
        in evaluate(model, other(shared_store, tmp_path / "turned", turned)).fault
    )
    few = other(shared_store, tmp_path / "few", "happy, sad")
    assert "other classes: happy, sad; the checkpoint has angry" in evaluate(model, few).fault
    small = other(shared_store, tmp_path / "small", size=32)
    assert "32x32 gray pictures; the checkpoint takes 48x48 gray" in evaluate(model, small).fault
    assert "no fold 1; it has no folds" in evaluate(model, fitted, "--fold", 1).fault
    assert (
        "no split test_screened; it has train, val, test"
        in evaluate(model, fitted, "--split", "test_screened").fault
    )


class Trap:
    """An object whose pickle writes a file where it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.path,))


def test_no_pickle_is_loaded(fitted: Path, evaluate: Evaluate, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    (tmp_path / "model.joblib").write_bytes(pickle.dumps(Trap(sprung)))
    np.savez(tmp_path / "model.npz", facts=np.array([Trap(sprung)], dtype=object))
    for name in ("model.joblib", "model.npz"):
        assert "no model of train.py" in evaluate(tmp_path / name, fitted).fault
    assert not sprung.exists()
    pickle.loads((tmp_path / "model.joblib").read_bytes())
    assert sprung.exists()


CHANGES = ("cut", "text", "missing", "uneven", "classes", "features", "kernel", "nan", "words")


@pytest.mark.parametrize("change", CHANGES)
def test_broken_models_are_one_line(
    fitted: Path, evaluate: Evaluate, tmp_path: Path, change: str
) -> None:
    path = Path(shutil.copy(fitted / "run" / "model.npz", tmp_path / "model.npz"))
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    facts = json.loads(str(arrays["facts"]))
    if change == "cut":
        path.write_bytes(path.read_bytes()[:5000])
    elif change == "text":
        path.write_text("no model\n")
    else:
        if change == "missing":
            del arrays["machines_bias"]
        elif change == "uneven":
            arrays["machines_vectors"] = arrays["machines_vectors"][:-1]
        elif change == "classes":
            facts["classes"] = facts["classes"][:2]
        elif change == "kernel":
            facts["point"]["kernel"] = "nope"
        elif change == "nan":
            arrays["machines_bias"] = arrays["machines_bias"] * np.nan
        elif change == "words":
            arrays["prepare_shift"] = arrays["prepare_shift"].astype(str)
        else:
            facts["features"] = "deep"
        np.savez(path, **(arrays | {"facts": np.array(json.dumps(facts))}))
    assert evaluate(path, fitted).fault.endswith("damaged, or no model of train.py\n")


def test_no_file(fitted: Path, evaluate: Evaluate, tmp_path: Path) -> None:
    assert "no such file; train.py writes model.npz" in evaluate(tmp_path / "m.npz", fitted).fault
