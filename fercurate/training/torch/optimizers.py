"""What changes weights: Adam, AdamW, and Muon for the kernels of convolutions.

Muon (Jordan, 2024) takes steps of momentum whose matrices are made orthogonal. A kernel's gradient
is mostly of a few directions; made orthogonal, all of them count alike, and a network learns in
fewer epochs. PyTorch's own (from 2.9 on) takes matrices only, and computes in bfloat16, which most
processors do slowly.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

_MOMENTUM, _ROUNDS = 0.95, 5
_A, _B, _C = 3.4445, -4.7750, 2.0315
"""Of the polynomial of degree five that draws singular values near 1 (Jordan, 2024)."""

AS_ADAM = 0.2
"""A step of so much a weight is as long as Adam's usually are (Liu et al., 2025)."""

FASTER = 2.0
"""Kernels are trained at so many times the rate of all else."""


class Muon(torch.optim.Optimizer):
    """Trains kernels of convolutions (out, in, height, width), each as a matrix of ``out`` rows.

    ``lr`` is the learning rate of all else, above 0.
    """

    def __init__(self, kernels: Iterable[nn.Parameter], lr: float, weight_decay: float) -> None:
        super().__init__(kernels, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # takes no closure
        """Change all kernels that have a gradient."""
        for group in self.param_groups:
            for kernel in group["params"]:
                if kernel.grad is not None:
                    self._change(kernel, FASTER * group["lr"], group["weight_decay"])

    def _change(self, kernel: nn.Parameter, lr: float, weight_decay: float) -> None:
        gradient, state = kernel.grad, self.state[kernel]
        if gradient is None:
            return
        if not state:
            state["momentum"] = torch.zeros_like(kernel)
        state["momentum"].lerp_(gradient, 1 - _MOMENTUM)
        ahead = gradient.lerp(state["momentum"], _MOMENTUM).flatten(1)
        step = orthogonal(ahead).view_as(kernel)
        kernel.mul_(1 - lr * weight_decay)
        kernel.add_(step, alpha=-lr * AS_ADAM * max(ahead.shape) ** 0.5)


def orthogonal(matrix: Tensor) -> Tensor:
    """Return a matrix (rows, columns) whose singular values, but tiny ones, are 0.7 to 1.2 now."""
    tall = matrix.shape[0] > matrix.shape[1]
    found = (matrix.T if tall else matrix) / (matrix.norm() + 1e-7)
    for _ in range(_ROUNDS):
        square = found @ found.T
        factor = torch.addmm(square, square, square, beta=_B, alpha=_C)
        found = torch.addmm(found, factor, found, beta=_A)
    return found.T if tall else found


class Optimizers:
    """Several optimizers, each with parameters of its own, used as one."""

    def __init__(self, parts: Sequence[torch.optim.Optimizer]) -> None:
        self.parts = tuple(parts)

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """The groups of all."""
        return [group for part in self.parts for group in part.param_groups]

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for part in self.parts:
            part.zero_grad(set_to_none=True)

    def step(self) -> None:
        """Change all parameters."""
        for part in self.parts:
            part.step()

    def state_dict(self) -> list[dict[str, Any]]:
        """What all remember, in their order."""
        return [part.state_dict() for part in self.parts]

    def load_state_dict(self, states: Sequence[dict[str, Any]]) -> None:
        """Go back to what ``state_dict`` gave.

        Raises:
            ValueError: it is of other optimizers.
        """
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict(state)


def make_optimizers(model: nn.Module, kind: str, lr: float, weight_decay: float) -> Optimizers:
    """Return what trains a model: ``adam``, ``adamw``, or ``muon`` with AdamW for all but kernels.

    Muon takes the kernels of convolutions that see more channels than colors. Biases and norms are
    not decayed.
    """
    known = [one for one in model.parameters() if one.requires_grad]
    kernels = [one for one in known if kind == "muon" and one.ndim == 4 and one.shape[1] > 3]
    rest = [one for one in known if all(one is not kernel for kernel in kernels)]
    groups = [
        {"params": [one for one in rest if one.ndim > 1], "weight_decay": weight_decay},
        {"params": [one for one in rest if one.ndim <= 1], "weight_decay": 0.0},
    ]
    others = (torch.optim.Adam if kind == "adam" else torch.optim.AdamW)(groups, lr)
    return Optimizers([others, Muon(kernels, lr, weight_decay)] if kernels else [others])
