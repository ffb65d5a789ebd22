"""Keras: every model runs, runs repeat and resume, checkpoints are evaluated, faults are a line."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.pipeline.build import BuildRequest, build
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe

# NumPy wants another argument of the arrays that Keras's variables turn into.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Train = Callable[..., int]
QUICK = ("--model", "fpt_baseline", "--batch-size", "16")


def exported(store: Path, output: Path, text: str, **options: Any) -> Path:
    """Build a recipe with the scripts of Keras."""
    options = {"framework": "keras", **options}
    build(BuildRequest(parse_recipe(text, "own.yaml"), store, output, **options))
    return output


@pytest.fixture(scope="session")
def export(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three splits of drawn faces with weights and scripts; not to be changed."""
    text = load_recipe("fer2013_seven").text + "\nclass_weights: balanced\n"
    return exported(shared_store, tmp_path_factory.mktemp("keras") / "o", text)


@pytest.fixture(scope="session")
def script(load_template: Any) -> ModuleType:
    found: ModuleType = load_template("keras", "train")
    pytest.importorskip("torch").set_num_threads(1)
    return found


@pytest.fixture(scope="session")
def evaluation(load_template: Any) -> ModuleType:
    found: ModuleType = load_template("keras", "evaluate")
    return found


@pytest.fixture
def train(script: ModuleType, export: Path, tmp_path: Path) -> Train:
    """Run train.py on the export; results go to the folder ``run`` unless told otherwise."""

    def call(*given: object, data: Path = export, output: str = "run") -> int:
        options = ["--data", data, "--output", tmp_path / output, *given]
        return int(script.main([str(option) for option in options]))

    return call


def own(script: ModuleType) -> dict[str, Any]:
    """What the loop sees: ``Trainer``, ``FaceBatches``, ``settings_for`` and others by name."""
    loop = script.Trainer.__init__.__globals__
    return {
        **loop["change_for"].__globals__,
        **loop["FaceBatches"].__getitem__.__globals__,
        **script.chosen_settings.__globals__,
        **script.run.__globals__,
        **loop,
    }


def metrics(folder: Path) -> dict[str, Any]:
    """What a run has found, without the seconds it took."""
    found: dict[str, Any] = json.loads((folder / "metrics.json").read_text())
    for row in found["history"]:
        del row["seconds"]
    return found


MODELS = (
    *("compact", "csun_fer", "csun_ckplus", "fer_paper", "dbs_cnn", "vgg5", "ewu_allconv"),
    *("ewu_blocks", "fpt_baseline", "mini_xception"),
)


@pytest.mark.parametrize("model", MODELS)
def test_every_model_trains_and_reports(train: Train, tmp_path: Path, model: str) -> None:
    assert train("--smoke", "--model", model, "--batch-size", 4) == 0
    found = metrics(tmp_path / "run")
    assert set(found["splits"]) == {"val", "test"}
    assert len(found["history"]) == 1
    assert 0 < found["history"][0]["train_loss"] < 50
    assert found["splits"]["test"]["all"]["rows"] == 30
    assert found["settings"]["precision"] == "float32"
    names = {"metrics.json", "best.keras", "last.keras", "curves.png", "confusion.png"}
    assert {path.name for path in (tmp_path / "run").iterdir()} == names


def test_the_model_is_described(train: Train, capsys: pytest.CaptureFixture[str]) -> None:
    assert train("--describe", "--json", "--model", "csun_fer") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["model"], found["parameters"]) == ("csun_fer", 3_931_975)
    assert found["trainable"] == 3_929_031
    assert sum(layer["parameters"] for layer in found["layers"]) == found["parameters"]
    assert train("--describe", "--model", "mini_xception") == 0
    assert "58,423 parameters" in capsys.readouterr().out


def test_one_seed_gives_one_run_and_another_another(train: Train, tmp_path: Path) -> None:
    for output, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert train(*QUICK, "--epochs", 2, "--seed", seed, output=output) == 0
    first, second, third = (metrics(tmp_path / name) for name in "abc")
    assert first == second
    assert first["history"] != third["history"]


@pytest.mark.parametrize(
    ("model", "schedule"), [("compact", "cosine"), ("fpt_baseline", "plateau")]
)
def test_a_resumed_run_is_the_run(
    train: Train,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: ModuleType,
    model: str,
    schedule: str,
) -> None:
    options = ("--model", model, "--batch-size", 16, "--epochs", 2, "--schedule", schedule)
    assert train(*options, output="whole") == 0
    shown = script.epoch_line

    def stop(row: dict[str, Any], epochs: int) -> str:
        if row["epoch"] == 2:
            raise KeyboardInterrupt
        return str(shown(row, epochs))

    monkeypatch.setattr(script, "epoch_line", stop)
    assert train(*options, output="broken") == 130
    monkeypatch.setattr(script, "epoch_line", shown)
    assert script.read_state(tmp_path / "broken" / "last.keras")["progress"]["epoch"] == 1
    assert train(*options, "--resume", output="broken") == 0
    assert metrics(tmp_path / "broken") == metrics(tmp_path / "whole")
    for name in ("last.keras", "best.keras"):
        ours, theirs = (weights(tmp_path / run / name) for run in ("broken", "whole"))
        assert list(ours) == list(theirs)
        assert all(np.array_equal(ours[key], theirs[key]) for key in ours)


def weights(path: Path) -> dict[str, Any]:
    """All numbers that a .keras file holds, the optimizer's included."""
    found: dict[str, Any] = {}

    def note(_: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            found[str(len(found))] = item[...]

    with zipfile.ZipFile(path) as archive:
        inner = io.BytesIO(archive.read("model.weights.h5"))
    with h5py.File(inner, "r") as file:
        file.visititems(note)
    assert found
    return found


def test_other_settings_are_not_resumed(train: Train, capsys: pytest.CaptureFixture[str]) -> None:
    assert train(*QUICK, "--smoke") == 0
    assert train(*QUICK, "--smoke", "--lr", 0.5, "--resume") == 1
    assert "was trained with another lr; leave --resume out" in capsys.readouterr().err


def test_patience_ends_a_run(train: Train, tmp_path: Path) -> None:
    """A learning rate of nothing gains nothing: the first epoch stays the best."""
    assert train(*QUICK, "--epochs", 9, "--lr", 1e-30, "--patience", 2) == 0
    found = metrics(tmp_path / "run")
    assert len(found["history"]) == 3
    assert found["chosen_epoch"] == 1


def fault(train: Train, capsys: pytest.CaptureFixture[str], data: Path, *given: object) -> str:
    """The one line of a run that fails."""
    capsys.readouterr()
    assert train("--smoke", *QUICK, *given, data=data) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    return line


def test_a_changed_file_is_noticed(
    train: Train, export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = shutil.copytree(export, tmp_path / "x")
    with h5py.File(data / "test.h5", "r+") as file:
        file["labels"][0] = (file["labels"][0] + 1) % 7
    assert "test.h5: changed since it was built" in fault(train, capsys, data)
    assert "the export has no folds" in fault(train, capsys, export, "--fold", 1)


def test_damaged_and_foreign_checkpoints_are_one_line(
    train: Train, export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    last = tmp_path / "run" / "last.keras"
    last.parent.mkdir()
    for content in (b"nothing", b"PK\x05\x06" + bytes(18)):
        last.write_bytes(content)
        assert "damaged, or no checkpoint" in fault(train, capsys, export, "--resume")


def test_pictures_too_small_for_a_model(
    train: Train, shared_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = load_recipe("fer2013_seven").text.replace("size: 48", "size: 16")
    data = exported(shared_store, tmp_path / "o", text)
    assert "pictures of 38x38 or more, not 16x16" in fault(train, capsys, data)


def test_folds_are_trained_one_by_one(train: Train, merged_store: Path, tmp_path: Path) -> None:
    text = load_recipe("ckplus_10fold").text.replace("folds: 10", "folds: 3")
    data = exported(merged_store, tmp_path / "o", text)
    assert train("--smoke", *QUICK, "--fold", "all", data=data) == 0
    summary = json.loads((tmp_path / "run" / "metrics.json").read_text())
    accuracies = [one["accuracy"] for one in summary["folds"]]
    assert summary["mean"] == pytest.approx(np.mean(accuracies))
    assert len(accuracies) == 3


ONLINE = """
online:
  - {kind: albumentations, transform: HorizontalFlip, p: 0.5}
  - {kind: albumentations, transform: Affine, rotate: [-9, 9]}
"""


def test_soft_targets_and_albumentations(
    train: Train, script: ModuleType, shared_store: Path, tmp_path: Path
) -> None:
    labels = "scheme: seven\n  ferplus: {mode: probability}"
    text = load_recipe("fer2013_seven").text.replace("scheme: seven", labels) + ONLINE
    data = exported(shared_store, tmp_path / "o", text)
    assert train("--smoke", *QUICK, data=data) == 0
    trainer = trained(script, data, "fpt_baseline")
    assert not trainer.model.loss.certain
    with h5py.File(data / "train.h5") as file:
        expected, pictures = file["targets"][:], file["images"][:]
    np.testing.assert_array_equal(trainer.batches.answers, expected)
    first, again = (trainer.batches[0][0] for _ in range(2))
    np.testing.assert_array_equal(first, again)
    trainer.batches.change = None
    plain, _ = trainer.batches[0]
    assert plain[0, :, :, 0].astype(np.uint8).tobytes() in {one.tobytes() for one in pictures}
    assert np.abs(first - plain).max() > 10
    trainer.batches.on_epoch_end()
    assert np.abs(trainer.batches[0][0] - plain).max() > 10


def trained(script: ModuleType, data: Path, model: str, **given: Any) -> Any:
    """A trainer of an export before its first epoch."""
    names = own(script)
    opened = names["read_export"](data)
    split = opened.splits["train"]
    settings = names["settings_for"](model, {"batch_size": 16, **given})
    return script.Trainer(opened, settings, split.take(np.arange(len(split))))


def test_class_weights_reach_the_loss(script: ModuleType, export: Path) -> None:
    expected = h5py.File(export / "train.h5").attrs["class_weights"]
    assert expected.max() > 2
    for wanted in (True, False):
        trainer = trained(script, export, "fpt_baseline", class_weights=wanted)
        loss = trainer.model.loss
        np.testing.assert_allclose(loss.weights, expected if wanted else np.ones(7))
        assert loss.certain


@pytest.mark.parametrize("certain", [True, False])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_is_that_of_pytorch(script: ModuleType, certain: bool, smoothing: float) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(9, 7)).astype(np.float32)
    labels = rng.integers(7, size=9)
    weights = rng.uniform(0.3, 9, 7).astype(np.float32)
    chances = rng.dirichlet(np.ones(7), 9).astype(np.float32)
    answers = torch.tensor(labels) if certain else torch.tensor(chances)
    expected = torch.nn.functional.cross_entropy(
        torch.tensor(logits), answers, torch.tensor(weights), label_smoothing=smoothing
    )
    make = own(script)["WeightedCrossEntropy"]
    loss = make(weights.tolist(), smoothing, certain=certain)
    given = np.eye(7, dtype=np.float32)[labels] if certain else chances
    assert float(loss(given, logits)) == pytest.approx(float(expected), rel=1e-5)
    same = type(loss).from_config(loss.get_config())
    assert float(same(given, logits)) == pytest.approx(float(expected), rel=1e-5)


def batches_of(script: ModuleType, export: Path, rows: Any, size: int, **given: Any) -> Any:
    names = own(script)
    split = names["read_export"](export).splits["train"]
    return names["FaceBatches"](split.take(np.array(rows)), 7, size, **given)


def test_batches_hold_the_rows_that_h5py_reads(script: ModuleType, export: Path) -> None:
    picked = [5, 3, 70, 11]
    batches = batches_of(script, export, picked, 8)
    ((pictures, answers),) = list(batches)
    with h5py.File(export / "train.h5") as file:
        expected = np.stack([file["images"][row] for row in picked])
        np.testing.assert_array_equal(answers, np.eye(7)[[file["labels"][row] for row in picked]])
    np.testing.assert_array_equal(pictures[..., 0], expected)
    assert pictures.shape == (4, 48, 48, 1)
    assert pictures.dtype == answers.dtype == np.float32


@pytest.mark.parametrize(
    ("count", "sizes"), [(1, [1]), (16, [8, 8]), (17, [8, 9]), (18, [8, 8, 2]), (9, [9])]
)
def test_no_batch_of_one(script: ModuleType, export: Path, count: int, sizes: list[int]) -> None:
    batches = batches_of(script, export, range(count), 8, seed=0)
    assert [len(batch[0]) for batch in batches] == sizes
    assert len(batches) == len(sizes)


def test_every_epoch_sees_all_rows_in_its_own_order(script: ModuleType, export: Path) -> None:
    batches = batches_of(script, export, range(100), 16, seed=3)
    plain = batches_of(script, export, range(100), 100)[0][0].sum(axis=(1, 2, 3))
    first = np.concatenate([batch[0].sum(axis=(1, 2, 3)) for batch in batches])
    batches.on_epoch_end()
    second = np.concatenate([batches[place][0].sum(axis=(1, 2, 3)) for place in range(7)])
    np.testing.assert_allclose(np.sort(first), np.sort(plain))
    np.testing.assert_allclose(np.sort(second), np.sort(plain))
    assert not np.array_equal(first, second)
    batches.epoch = 0
    np.testing.assert_array_equal(batches[0][0].sum(axis=(1, 2, 3)), first[:16])


def test_pictures_are_changed_as_pytorch_changes_them(script: ModuleType) -> None:
    torch = pytest.importorskip("torch")
    names = own(script)
    rng = np.random.default_rng(4)
    pictures = rng.integers(256, size=(5, 11, 8, 3)).astype(np.uint8)
    terms = names["Terms"](rotation=40, shear=20, zoom=0.4, shift=0.3, horizontal_flip=True)
    matrices = names["BatchAugmentation"](terms).matrices(5, rng)
    grid = torch.nn.functional.affine_grid(
        torch.tensor(matrices), [5, 3, 11, 8], align_corners=False
    )
    expected = torch.nn.functional.grid_sample(
        torch.tensor(pictures).permute(0, 3, 1, 2).float(),
        grid,
        padding_mode="border",
        align_corners=False,
    )
    made = names["sample"](pictures, matrices)
    assert made.dtype == np.float32
    np.testing.assert_allclose(made, expected.permute(0, 2, 3, 1), atol=0.02)


def test_terms_do_what_they_say(script: ModuleType) -> None:
    names = own(script)
    pictures = np.random.default_rng(4).integers(256, size=(64, 8, 8, 1)).astype(np.uint8)

    def change(**terms: Any) -> Any:
        return names["BatchAugmentation"](names["Terms"](**terms))(
            pictures, np.random.default_rng(1)
        )

    np.testing.assert_allclose(change(), pictures, atol=1e-3)
    mirrored = change(horizontal_flip=True)
    asis = np.isclose(mirrored, pictures, atol=0.01).all(axis=(1, 2, 3))
    turned = np.isclose(mirrored, pictures[:, :, ::-1], atol=0.01).all(axis=(1, 2, 3))
    assert (asis ^ turned).all()
    assert 16 < turned.sum() < 48
    bright = change(brightness=(0.5, 3.0))
    assert bright.max() == 255
    ratio = bright[bright < 255] / np.maximum(pictures, 1)[bright < 255]
    assert 0.5 <= ratio[ratio > 0].min() < 0.6
    assert not np.allclose(change(rotation=30), pictures, atol=1)


def test_the_running_mean_is_what_is_judged(script: ModuleType, export: Path) -> None:
    trainer = trained(script, export, "compact", epochs=1, batch_size=8)
    start = [np.array(one) for one in trainer.model.get_weights()]
    rows: list[dict[str, Any]] = []
    trainer.train(None, rows.append)
    optimizer = trainer.model.optimizer
    assert optimizer.ema_momentum == pytest.approx(1 - 10 / len(trainer.batches), abs=1e-9)
    means = [one for one in optimizer.variables if "average" in one.path]
    judged = trainer.judged.trainable_variables
    assert len(means) == len(judged)
    for ours, mean in zip(judged, means, strict=True):
        np.testing.assert_array_equal(ours, mean)
    assert any(
        not np.allclose(one, then)
        for one, then in zip(trainer.judged.get_weights(), start, strict=True)
    )
    assert rows[0]["epoch"] == 1


def test_the_learning_rate_follows_the_shared_schedule(script: ModuleType) -> None:
    names = own(script)
    settings = names["settings_for"]("compact", {"epochs": 5})
    steps = 40
    schedule = names["_cosine"](settings, steps)
    progress = names["Progress"]()
    made = [float(schedule(step)) for step in range(settings.epochs * steps)]
    expected = [progress.rate(settings, step / steps) for step in range(settings.epochs * steps)]
    np.testing.assert_allclose(made, expected, atol=settings.lr * 2e-4)
    assert max(made) == pytest.approx(settings.lr)


@pytest.fixture(scope="session")
def checkpoint(script: ModuleType, export: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("run")
    options = ["--data", export, "--output", output, *QUICK, "--epochs", 1]
    assert script.main([str(option) for option in options]) == 0
    return output / "best.keras"


def test_a_checkpoint_gives_the_figures_of_its_run(
    evaluation: ModuleType, export: Path, checkpoint: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluation.main([str(checkpoint), str(export)]) == 0
    found = json.loads((checkpoint.parent / "evaluation" / "metrics.json").read_text())
    (only,) = found["exports"]
    assert only["splits"] == metrics(checkpoint.parent)["splits"]
    assert only["trained_on_it"]
    assert "accuracy" in capsys.readouterr().out


def test_keras_alone_reads_a_checkpoint(script: ModuleType, checkpoint: Path, export: Path) -> None:
    model = script.keras.saving.load_model(checkpoint)
    assert not model.compiled
    batches = batches_of(script, export, range(8), 8)
    pictures, _ = batches[0]
    trainer = trained(script, export, "fpt_baseline")
    trainer.judged.load_weights(checkpoint)
    made, expected = (one.predict(pictures, verbose=0) for one in (model, trainer.judged))
    np.testing.assert_allclose(made, expected, rtol=1e-5)
    normal = script.keras.ops.convert_to_numpy(model.layers[1](pictures))
    with h5py.File(export / "train.h5") as file:
        plain = (file["images"][:8] / 255 - file.attrs["mean"]) / file.attrs["std"]
    np.testing.assert_allclose(normal[..., 0], plain, atol=1e-4)


def test_other_classes_are_refused(
    evaluation: ModuleType,
    checkpoint: Path,
    merged_store: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = load_recipe("fer2013_seven").text.replace("scheme: seven", "scheme: five")
    five = exported(merged_store, tmp_path / "five", text, framework="none")
    assert evaluation.main([str(checkpoint), str(five)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "other classes: angry, happy, neutral, sad, surprise" in line
    assert evaluation.main([str(tmp_path / "none.keras")]) == 1
    assert "no such file" in capsys.readouterr().err


BACKENDS = [
    ({"tensorflow", "torch"}, None, None, None),
    ({"torch", "jax"}, None, None, "torch"),
    ({"jax"}, None, "tensorflow", "jax"),
    ({"torch", "jax"}, None, "jax", None),
    ({"torch"}, "torch", None, "torch"),
]


@pytest.mark.parametrize(("installed", "said", "stated", "taken"), BACKENDS)
def test_the_backend_is_kerass_choice_or_what_is_there(
    load_template: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    installed: set[str],
    said: str | None,
    stated: str | None,
    taken: str | None,
) -> None:
    package = load_template("keras", "training")
    monkeypatch.setattr(package, "find_spec", lambda name: name if name in installed else None)
    environment = {"KERAS_HOME": str(tmp_path)} | ({"KERAS_BACKEND": said} if said else {})
    monkeypatch.setattr(package.os, "environ", environment)
    if stated:
        (tmp_path / "keras.json").write_text(json.dumps({"backend": stated}))
    package._take_backend()
    assert environment.get("KERAS_BACKEND") == taken


def test_a_backend_that_is_missing_is_one_line(
    load_template: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = load_template("keras", "training")
    monkeypatch.setattr(package, "find_spec", lambda _: None)
    for said in ("jax", ""):
        environment = {"KERAS_HOME": str(tmp_path), "KERAS_BACKEND": said}
        monkeypatch.setattr(package.os, "environ", environment)
        with pytest.raises(SystemExit, match=f"backend {said or 'tensorflow'} missing; get it"):
            package._take_backend()
