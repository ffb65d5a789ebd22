"""Muon: what it does to a matrix, to a kernel, and which parameters it takes."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from fercurate.training.torch.models import build_model  # noqa: E402
from fercurate.training.torch.optimizers import (  # noqa: E402
    AS_ADAM,
    FASTER,
    Muon,
    make_optimizers,
    orthogonal,
)


@pytest.mark.parametrize("shape", [(8, 90), (90, 8), (16, 16)])
def test_all_directions_count_alike(shape: tuple[int, int]) -> None:
    torch.manual_seed(0)
    left, _ = torch.linalg.qr(torch.randn(shape[0], 8))
    right, _ = torch.linalg.qr(torch.randn(shape[1], 8))
    sizes = torch.logspace(-1.5, 2, 8)
    made = orthogonal(left @ torch.diag(sizes) @ right.T)
    values = torch.linalg.svdvals(made)[:8]
    assert made.shape == shape
    assert values.max() < 1.25
    assert values[:5].min() > 0.6
    directions = left.T @ made @ right  # the same ones: only their lengths have changed
    assert torch.allclose(directions, torch.diag(torch.diag(directions)), atol=1e-3)


def test_a_step_is_as_long_as_those_of_adam_whatever_the_gradient() -> None:
    for size in (1e-4, 1e3):
        torch.manual_seed(1)
        kernel = torch.nn.Parameter(torch.zeros(16, 8, 3, 3))
        kernel.grad = size * torch.randn(16, 8, 3, 3)
        Muon([kernel], lr=0.01, weight_decay=0.5).step()
        moved = kernel.detach()
        assert float(moved.square().mean().sqrt()) == pytest.approx(
            0.01 * FASTER * AS_ADAM, rel=0.25
        )
        assert float((moved * kernel.grad).sum()) < 0


def test_kernels_shrink_by_the_rate_times_the_decay() -> None:
    kernel = torch.nn.Parameter(torch.ones(4, 4, 3, 3))
    kernel.grad = torch.zeros_like(kernel)
    still = torch.nn.Parameter(torch.ones(4, 4, 3, 3))
    Muon([kernel, still], lr=0.1, weight_decay=0.5).step()
    assert torch.allclose(kernel, torch.full_like(kernel, 1 - FASTER * 0.05))
    assert torch.equal(still, torch.ones_like(still))  # it has no gradient


@pytest.mark.parametrize("memory_format", [torch.contiguous_format, torch.channels_last])
def test_the_layout_in_memory_does_not_count(memory_format: Any) -> None:
    torch.manual_seed(2)
    start, gradient = torch.randn(2, 6, 5, 3, 3)
    kernel = torch.nn.Parameter(start.clone(memory_format=memory_format))
    kernel.grad = gradient.clone(memory_format=memory_format)
    Muon([kernel], lr=0.1, weight_decay=0.0).step()
    plain = start - 0.1 * FASTER * AS_ADAM * 45**0.5 * orthogonal(gradient.flatten(1)).view_as(
        start
    )
    assert torch.allclose(kernel, plain, atol=1e-5)


def test_every_parameter_has_one_optimizer() -> None:
    model = build_model("compact_small", 7)
    found = make_optimizers(model, "muon", 1e-3, 0.05)
    taken = [one for group in found.param_groups for one in group["params"]]
    assert sorted(map(id, taken)) == sorted(map(id, model.parameters()))
    kernels = found.parts[1].param_groups[0]["params"]
    assert {one.ndim for one in kernels} == {4}
    assert all(one is not next(model.parameters()) for one in kernels)  # it sees gray, not channels
    plain = make_optimizers(model, "adamw", 1e-3, 0.05)
    assert [type(part) for part in plain.parts] == [torch.optim.AdamW]
    with pytest.raises(ValueError, match="size of optimizer"):
        plain.load_state_dict(found.state_dict())
