"""What train.py of Keras is made of: batches, augmentation, loss, schedule, its backend."""

import json
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import h5py
import numpy as np
import pytest

# NumPy wants another argument of the arrays that Keras's variables turn into.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def framework() -> str:
    return "keras"


def own(script: ModuleType) -> dict[str, Any]:
    """What the scripts define, by name: ``Trainer``, ``FaceBatches``, ``settings_for``, ..."""
    found: dict[str, Any] = {}
    for name, module in script.siblings.items():  # type: ignore[attr-defined]
        if name.startswith("training."):
            found |= vars(module)
    return found


def trained(script: ModuleType, data: Path, model: str, **given: Any) -> Any:
    """A trainer of an export before its first epoch."""
    names = own(script)
    opened = names["read_export"](data)
    settings = names["settings_for"](model, {"batch_size": 16, **given})
    parts = names["Parts"](opened.splits["train"].whole(), {})
    return names["Trainer"](opened, parts, settings)


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
    matrices = names["drawn"](terms, 5, rng).matrices
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
    trainer.train(rows.append)
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


def test_each_color_is_normalized_by_its_own(script: ModuleType) -> None:
    names = own(script)
    mean, std = np.array([0.2, 0.5, 0.7]), np.array([0.1, 0.2, 0.3])
    export = SimpleNamespace(mean=mean, std=std, size=8, channels=3)
    model = names["with_scale"](names["build_model"]("compact", 7, 3, 8), export)
    pictures = np.random.default_rng(0).integers(256, size=(2, 8, 8, 3)).astype(np.float32)
    made = script.keras.ops.convert_to_numpy(model.layers[1](pictures))
    np.testing.assert_allclose(made, (pictures / 255 - mean) / std, atol=1e-4)


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
