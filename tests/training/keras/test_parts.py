"""What train.py of Keras is made of: batches, augmentation, loss, schedule, its backend."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.training.keras import requirements
from fercurate.training.networks.augmentation import draw_changes
from fercurate.training.networks.progress import Progress
from fercurate.training.networks.settings import settings_for
from fercurate.training.shared.augmentation import KerasTerms
from fercurate.training.shared.export import read_export
from fercurate.training.shared.running import RunRows

# NumPy wants another argument of the arrays that Keras's variables turn into.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


Part = Callable[[str], ModuleType]


@pytest.fixture
def framework() -> str:
    return "keras"


@pytest.fixture
def part(load_kit: Callable[[str, str], ModuleType]) -> Part:
    """Return a module of the kit for Keras."""
    return partial(load_kit, "keras")


def trained(part: Part, data: Path, model: str, **given: Any) -> Any:
    """A trainer of an export before its first epoch."""
    opened = read_export(data)
    settings = settings_for(model, {"batch_size": 16, **given})
    parts = RunRows(opened.splits["train"].whole(), {})
    return part("loop").Trainer(opened, parts, settings)


def test_class_weights_reach_the_loss(part: Part, export: Path) -> None:
    expected = h5py.File(export / "train.h5").attrs["class_weights"]
    assert expected.max() > 2
    for wanted in (True, False):
        trainer = trained(part, export, "fpt_baseline", class_weights=wanted)
        loss = trainer.model.loss
        np.testing.assert_allclose(loss.weights, expected if wanted else np.ones(7))
        assert loss.certain


@pytest.mark.parametrize("certain", [True, False])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_loss_is_that_of_pytorch(part: Part, certain: bool, smoothing: float) -> None:
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
    make = part("loss").WeightedCrossEntropy
    loss = make(weights.tolist(), smoothing, certain=certain)
    given = np.eye(7, dtype=np.float32)[labels] if certain else chances
    assert float(loss(given, logits)) == pytest.approx(float(expected), rel=1e-5)
    same = type(loss).from_config(loss.get_config())
    assert float(same(given, logits)) == pytest.approx(float(expected), rel=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_where_several_classes_are_allowed_the_likeliest_counts(
    part: Part, smoothing: float
) -> None:
    """As in FER+'s own multi_target: minus the logarithm of the largest allowed probability."""
    rng = np.random.default_rng(2)
    logits = rng.normal(size=(40, 7)).astype(np.float32)
    allowed = np.zeros((40, 7), dtype=np.float32)
    for row in allowed:
        row[rng.choice(7, rng.integers(1, 4), replace=False)] = 1
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    own = -np.log((chances * allowed).max(axis=1))
    expected = ((1 - smoothing) * own - smoothing * np.log(chances).mean(axis=1)).mean()
    loss = part("loss").AllowedCrossEntropy([1.0] * 7, smoothing, certain=False)
    assert float(loss(allowed, logits)) == pytest.approx(float(expected), rel=1e-5)
    same = type(loss).from_config(loss.get_config())
    assert float(same(allowed, logits)) == pytest.approx(float(expected), rel=1e-5)
    right = np.asarray(part("loss").allowed_accuracy(allowed, logits))
    np.testing.assert_array_equal(right, allowed[np.arange(40), logits.argmax(axis=1)])


def batches_of(part: Part, export: Path, rows: Any, size: int, **given: Any) -> Any:
    split = read_export(export).splits["train"]
    return part("loading").FaceBatches(split.take(np.array(rows)), 7, size, **given)


def test_batches_hold_the_rows_that_h5py_reads(part: Part, export: Path) -> None:
    picked = [5, 3, 70, 11]
    batches = batches_of(part, export, picked, 8)
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
def test_no_batch_of_one(part: Part, export: Path, count: int, sizes: list[int]) -> None:
    batches = batches_of(part, export, range(count), 8, seed=0)
    assert [len(batch[0]) for batch in batches] == sizes
    assert len(batches) == len(sizes)


def test_every_epoch_sees_all_rows_in_its_own_order(part: Part, export: Path) -> None:
    batches = batches_of(part, export, range(100), 16, seed=3)
    plain = batches_of(part, export, range(100), 100)[0][0].sum(axis=(1, 2, 3))
    first = np.concatenate([batch[0].sum(axis=(1, 2, 3)) for batch in batches])
    batches.on_epoch_end()
    second = np.concatenate([batches[place][0].sum(axis=(1, 2, 3)) for place in range(7)])
    np.testing.assert_allclose(np.sort(first), np.sort(plain))
    np.testing.assert_allclose(np.sort(second), np.sort(plain))
    assert not np.array_equal(first, second)
    batches.epoch = 0
    np.testing.assert_array_equal(batches[0][0].sum(axis=(1, 2, 3)), first[:16])


def test_pictures_are_changed_as_pytorch_changes_them(part: Part) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(4)
    pictures = rng.integers(256, size=(5, 11, 8, 3)).astype(np.uint8)
    terms = KerasTerms(rotation=40, shear=20, zoom=0.4, shift=0.3, horizontal_flip=True)
    matrices = draw_changes(terms, 5, rng).matrices
    grid = torch.nn.functional.affine_grid(
        torch.tensor(matrices), [5, 3, 11, 8], align_corners=False
    )
    expected = torch.nn.functional.grid_sample(
        torch.tensor(pictures).permute(0, 3, 1, 2).float(),
        grid,
        padding_mode="border",
        align_corners=False,
    )
    made = part("augmentation").sample(pictures, matrices)
    assert made.dtype == np.float32
    np.testing.assert_allclose(made, expected.permute(0, 2, 3, 1), atol=0.02)


def test_terms_do_what_they_say(part: Part) -> None:
    pictures = np.random.default_rng(4).integers(256, size=(64, 8, 8, 1)).astype(np.uint8)

    def change(**terms: Any) -> Any:
        return part("augmentation").BatchAugmentation(KerasTerms(**terms))(
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


def test_the_running_mean_is_what_predicts(part: Part, export: Path) -> None:
    trainer = trained(part, export, "compact", epochs=1, batch_size=8)
    start = [np.array(one) for one in trainer.model.get_weights()]
    rows: list[dict[str, Any]] = []
    trainer.train(rows.append)
    optimizer = trainer.model.optimizer
    assert optimizer.ema_momentum == pytest.approx(1 - 10 / len(trainer.batches), abs=1e-9)
    means = [one for one in optimizer.variables if "average" in one.path]
    predictor = trainer.predictor.trainable_variables
    assert len(means) == len(predictor)
    for ours, mean in zip(predictor, means, strict=True):
        np.testing.assert_array_equal(ours, mean)
    assert any(
        not np.allclose(one, then)
        for one, then in zip(trainer.predictor.get_weights(), start, strict=True)
    )
    assert rows[0]["epoch"] == 1


def test_the_learning_rate_follows_the_shared_schedule(part: Part) -> None:
    settings = settings_for("compact", {"epochs": 5})
    steps = 40
    schedule = part("loop")._cosine(settings, steps)
    progress = Progress()
    made = [float(schedule(step)) for step in range(settings.epochs * steps)]
    expected = [progress.rate(settings, step / steps) for step in range(settings.epochs * steps)]
    np.testing.assert_allclose(made, expected, atol=settings.lr * 2e-4)
    assert max(made) == pytest.approx(settings.lr)


def test_each_color_is_normalized_by_its_own(part: Part) -> None:
    mean, std = np.array([0.2, 0.5, 0.7]), np.array([0.1, 0.2, 0.3])
    export = SimpleNamespace(mean=mean, std=std, size=8, channels=3)
    model = part("loop").with_scale(part("models").build_model("compact", 7, 3, 8), export)
    pictures = np.random.default_rng(0).integers(256, size=(2, 8, 8, 3)).astype(np.float32)
    made = part("loop").keras.ops.convert_to_numpy(model.layers[1](pictures))
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
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    installed: set[str],
    said: str | None,
    stated: str | None,
    taken: str | None,
) -> None:
    monkeypatch.setattr(requirements, "find_spec", lambda name: name if name in installed else None)
    environment = {"KERAS_HOME": str(tmp_path)} | ({"KERAS_BACKEND": said} if said else {})
    monkeypatch.setattr(os, "environ", environment)
    if stated:
        (tmp_path / "keras.json").write_text(json.dumps({"backend": stated}))
    requirements.choose_backend()
    assert environment.get("KERAS_BACKEND") == taken


def test_a_backend_that_is_missing_is_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(requirements, "find_spec", lambda _: None)
    for said in ("jax", ""):
        environment = {"KERAS_HOME": str(tmp_path), "KERAS_BACKEND": said}
        monkeypatch.setattr(os, "environ", environment)
        with pytest.raises(SystemExit, match=f"backend {said or 'tensorflow'} missing; get it"):
            requirements.choose_backend()
