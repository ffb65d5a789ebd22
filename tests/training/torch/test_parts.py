"""What train.py of PyTorch is made of: batches, orders, weights, the running mean."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.training.networks.settings import Settings
from fercurate.training.shared.export import read_export
from fercurate.training.shared.running import RunRows


@pytest.fixture
def framework() -> str:
    return "torch"


def trainer(train: Any, rows: int = 140, **settings: Any) -> Any:
    """A trainer of the smallest model before its first epoch."""
    export = read_export(train.export)
    parts = RunRows(export.splits["train"].whole().first(rows), {})
    made = Settings(model="fpt_baseline", **settings)
    hardware = train.script.Hardware.chosen("cpu", "float32", 0)
    return train.script.Trainer(
        export, parts, train.script.build_network(made, export), made, hardware
    )


def test_class_weights_reach_the_loss(train: Any) -> None:
    expected = h5py.File(train.export / "train.h5").attrs["class_weights"]
    assert expected.max() > 2
    weights = trainer(train, class_weights=True).weights
    np.testing.assert_allclose(weights.numpy(), expected, rtol=1e-6)
    assert trainer(train, class_weights=False).weights is None


def test_where_several_classes_are_allowed_the_likeliest_counts(train: Any) -> None:
    """FER+'s own loss of multi_target and its gradient: only the likeliest allowed class counts."""
    torch = pytest.importorskip("torch")
    draw = torch.Generator().manual_seed(3)
    logits = torch.randn(40, 7, generator=draw, requires_grad=True)
    allowed = (torch.rand(40, 7, generator=draw) < 0.35).float()
    allowed[allowed.sum(dim=1) == 0, 2] = 1
    own = -torch.log((torch.softmax(logits, dim=1) * allowed).max(dim=1).values).mean()
    (expected,) = torch.autograd.grad(own, logits)
    chosen = train.of("loss").likeliest_allowed(logits, allowed)
    loss = torch.nn.functional.cross_entropy(logits, chosen)
    (gradient,) = torch.autograd.grad(loss, logits)
    torch.testing.assert_close(loss, own)
    torch.testing.assert_close(gradient, expected)
    assert ((chosen * allowed).sum(dim=1) == 1).all()


def test_batches_hold_the_rows_that_h5py_reads(train: Any) -> None:
    loading, picked = train.of("loading"), (5, 3, 70, 11)
    split = read_export(train.export).splits["train"]
    faces = loading.Faces(split.take(np.array(picked)))
    ((pictures, labels),) = loading.make_loader(faces, 8, 0)
    with h5py.File(train.export / "train.h5") as file:
        expected = np.stack([file["images"][row] for row in picked])
        np.testing.assert_array_equal(labels, [file["labels"][row] for row in picked])
    np.testing.assert_array_equal(pictures.numpy()[:, 0], expected)
    assert pictures.shape == (4, 1, 48, 48)
    one, label = faces[2]
    np.testing.assert_array_equal(one.numpy()[0], expected[2])
    assert label == labels[2]
    assert faces.__getstate__()["_pictures"] is None  # each worker maps the file for itself
    ((shared, _),) = loading.make_loader(faces, 8, 2)
    np.testing.assert_array_equal(shared, pictures)


def test_every_epoch_sees_all_rows_in_its_own_order(train: Any) -> None:
    order = train.of("loading").ShuffledRows(100, seed=3)
    first = list(order)
    order.epoch = 1
    second = list(order)
    assert sorted(first) == sorted(second) == list(range(100))
    assert first != second
    order.epoch = 0
    assert list(order) == first


def test_a_short_run_is_judged_by_its_last_weights_too(train: Any) -> None:
    """Its running mean remembers a tenth of the run, and leaves the first weights behind."""
    made = trainer(train, rows=64, epochs=12, lr=0.01)
    start = {name: value.clone() for name, value in made.predictor.state_dict().items()}
    list(made.epochs())
    judged, last = made.predictor.state_dict(), made.model.state_dict()
    moved = sum(float((last[name] - start[name]).square().sum()) for name in start)
    behind = sum(float((last[name] - judged[name]).square().sum()) for name in start)
    assert moved > 0
    assert behind < 0.5 * moved


def test_albumentations_draw_the_same_for_any_number_of_workers(train: Any) -> None:
    augmentation, loading = train.of("augmentation"), train.of("loading")
    split = read_export(train.export).splits["train"]
    steps = [{"transform": "Affine", "rotate": [-30, 30], "p": 1.0}]
    found = []
    for epoch, workers in ((0, 0), (0, 2), (1, 0)):
        change = augmentation.Albumentations(steps, seed=3)
        change.epoch = epoch
        order = loading.ShuffledRows(32, seed=0)
        batches = loading.make_loader(loading.Faces(split.whole(), change), 8, workers, order)
        found.append(np.concatenate([pictures.numpy() for pictures, _ in batches]))
    np.testing.assert_array_equal(found[0], found[1])
    assert (found[0] != found[2]).any()


@pytest.mark.parametrize("name", ["optimizer", "model"])
def test_a_state_without_a_part_is_not_resumed(train: Any, tmp_path: Path, name: str) -> None:
    import torch

    assert train.quick("--epochs", 1) == 0
    last = tmp_path / "run" / "last.pt"
    state = torch.load(last, weights_only=True)
    torch.save(state | {name: {}}, last)
    assert train.quick("--epochs", 1, "--resume") == 1
    err = train.capsys.readouterr().err
    assert "last.pt: damaged; begin anew with --overwrite" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("device", ["nowhere", "meta", "cuda:99"])
def test_a_device_that_cannot_compute_is_one_line(train: Any, device: str) -> None:
    assert f"--device {device}: " in train.fault("--device", device)


def test_a_balanced_epoch_has_every_class_as_often() -> None:
    from fercurate.training.torch.loading import SampledRows

    labels = np.repeat([0, 1, 2], [80, 15, 5])
    order = SampledRows(labels, 3, "balanced")
    first = list(order)
    assert len(first) == len(order) == 100
    assert np.bincount(labels[first]).tolist() in ([34, 33, 33], [33, 34, 33], [33, 33, 34])
    assert list(order) == first
    order.epoch = 1
    assert list(order) != first
    assert set(first) & set(range(95, 100)), "rare rows are drawn several times"


@pytest.mark.parametrize(
    ("known", "precision"),
    [
        ({"avx512_bf16": True, "cpu_name": "AMD EPYC"}, "bfloat16"),
        ({"avx512_bf16": True, "cpu_name": "Intel Xeon"}, "float32"),
        ({"avx512_bf16": True, "amx_bf16": True, "cpu_name": "Intel Xeon"}, "bfloat16"),
        ({"avx512_f": True, "cpu_name": "AMD EPYC"}, "float32"),
        ({}, "float32"),
    ],
)
def test_bfloat16_is_taken_where_it_is_faster(
    train: Any, monkeypatch: pytest.MonkeyPatch, known: dict[str, Any], precision: str
) -> None:
    loop = train.of("loop")
    monkeypatch.setattr(loop.torch.cpu, "get_capabilities", lambda: known, raising=False)
    assert loop.Hardware.chosen("cpu", "auto", 0).precision == precision
    assert loop.Hardware.chosen("cpu", "float32", 0).precision == "float32"


def test_pictures_grow_after_a_share_of_the_epochs(
    train: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, sides = train.of("loop"), []
    forward = loop.Trainer._step

    def noted(trainer: Any, batch: Any, draw: Any) -> Any:
        hook = trainer.model.register_forward_pre_hook(lambda _, x: sides.append(x[0].shape[-1]))
        try:
            return forward(trainer, batch, draw)
        finally:
            hook.remove()

    monkeypatch.setattr(loop.Trainer, "_step", noted)
    told = ("--model", "compact_small", "--batch-size", 70, "--epochs", 4, "--growing", 0.5)
    for augment in ("light", "none"):
        sides.clear()
        assert train(*told, "--augment", augment, output=augment) == 0
        assert sides == [32] * 4 + [48] * 4
        assert train.metrics(augment)["settings"]["growing"] == 0.5


def test_only_networks_for_any_size_take_growing_pictures(
    train: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for given in (("--model", "vgg5", "--growing", 0.5), ("--growing", 1.5)):
        with pytest.raises(SystemExit):
            train(*given)
    told = capsys.readouterr().err
    assert "--growing is for compact_small, compact, compact_wide" in told
    assert "1.5; expected 0 to 1" in told
