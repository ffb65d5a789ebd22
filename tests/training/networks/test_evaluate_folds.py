"""evaluate.py on exports for cross-validation: a model is never tested on what it learned from."""

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fercurate.recipe.shipped import load_recipe
from fercurate.training.shared.export import read_export
from fercurate.training.shared.folds import open_fold
from fercurate.training.shared.home import HomeExport

# NumPy wants another argument of the arrays that Keras's variables turn into.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

ENDING = {"torch": "pt", "keras": "keras"}
FOLDS = load_recipe("ckplus_10fold").text.replace("folds: 10", "folds: 3")
OTHER = FOLDS.replace("name: ckplus_10fold", "name: another")


@pytest.fixture
def evaluation(framework: str, load_kit: Any) -> ModuleType:
    found: ModuleType = load_kit(framework, "evaluate")
    return found


def evaluated(module: ModuleType, *given: object) -> dict[str, Any]:
    """The figures of a run, by split."""
    assert module.main(HomeExport(Path()), [str(one) for one in given]) == 0
    output = Path(str(given[0])).parent / "evaluation"
    (found,) = json.loads((output / "metrics.json").read_text())["exports"]
    return dict(found)


def fault(train: Any, module: ModuleType, *given: object) -> str:
    train.capsys.readouterr()
    assert module.main(HomeExport(Path()), [str(one) for one in given]) == 1
    (line,) = train.capsys.readouterr().err.splitlines()
    return str(line)


@pytest.mark.parametrize("files", [False, True])
def test_a_checkpoint_is_tested_on_the_fold_that_it_left_out(
    train: Any, evaluation: ModuleType, merged_store: Path, files: bool
) -> None:
    text = FOLDS.replace("folds: 3", "folds: 3\n  fold_files: true") if files else FOLDS
    data = train.built(merged_store, text)
    assert train.quick("--epochs", 1, "--fold", 1, data=data) == 0
    checkpoint = train.folder / "run" / "fold-01" / f"best.{ENDING[train.framework]}"
    expected = train.metrics("run/fold-01")["splits"]["test"]
    for given in ((), ("--fold", 1)):
        found = evaluated(evaluation, checkpoint, data, *given)
        assert found["splits"] == {"fold-01": expected}
        (told,) = checkpoint.parent.glob("evaluation/*/predictions_fold-01.csv")
        assert told.read_bytes() == checkpoint.with_name("predictions_test.csv").read_bytes()
        assert found["trained_on_it"]
        assert found["twins"] == {"fold-01": "looked for"}
    learned = fault(train, evaluation, checkpoint, data, "--fold", 2)
    assert "the model was trained on the rows of fold 2; it left out fold 1" in learned
    if files:
        found = evaluated(evaluation, checkpoint, data / "fold-01")
        assert found["splits"] == {"fold-01": expected}
        assert "rows of fold 2" in fault(train, evaluation, checkpoint, data / "fold-02")
        assert train.quick("--epochs", 1, data=data / "fold-01", output="direct") == 0
        assert train.metrics("direct/fold-01") == train.metrics("run/fold-01")
    assert "no fold 3; expected 0 to 2" in fault(train, evaluation, checkpoint, data, "--fold", 3)


def test_the_tested_fold_has_no_part_in_mean_and_deviation(train: Any, merged_store: Path) -> None:
    """Fold files, whose statistics fercurate computes, and one file for all give the same."""
    fold_files = FOLDS.replace("folds: 3", "folds: 3\n  fold_files: true")
    one = read_export(train.built(merged_store, FOLDS, "one"))
    many = read_export(train.built(merged_store, fold_files, "many"))
    for fold in range(3):
        within, own = (open_fold(export, fold, verify=True) for export in (one, many))
        assert within.export.mean.tolist() == pytest.approx(own.export.mean.tolist(), rel=1e-12)
        assert within.export.std.tolist() == pytest.approx(own.export.std.tolist(), rel=1e-12)
        assert within.export.mean != one.mean
        assert within.tested.labels.tolist() == own.tested.labels.tolist()


def test_of_another_export_the_fold_must_be_said(
    train: Any, evaluation: ModuleType, merged_store: Path
) -> None:
    data, other = train.built(merged_store, FOLDS), train.built(merged_store, OTHER, "other")
    assert train.quick("--smoke", "--fold", 0, data=data) == 0
    checkpoint = train.folder / "run" / "fold-00" / f"best.{ENDING[train.framework]}"
    line = fault(train, evaluation, checkpoint, other)
    assert "only the split train; say --fold 0 to 2" in line
    found = evaluated(evaluation, checkpoint, other, "--fold", 1)
    assert not found["trained_on_it"]
    assert found["twins"] == {"fold-01": "the model was trained on another export"}
    assert found["splits"]["fold-01"]["all"]["rows"] > 0
