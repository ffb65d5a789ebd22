"""What rows are taught where several classes are allowed."""

import torch


def likeliest_allowed(logits: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """Return 1 for the likeliest of the classes that each row allows, (B, classes) float32.

    ``allowed`` (B, classes) is above 0 for them. Cross-entropy with it is FER+'s own loss of
    ``multi_target``: minus the logarithm of the largest probability among these classes.
    """
    scores = logits.detach().float().masked_fill(allowed <= 0, -torch.inf)
    chosen = torch.nn.functional.one_hot(scores.argmax(dim=1), logits.shape[1])
    return chosen.to(torch.float32)
