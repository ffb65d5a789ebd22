"""The networks to choose from, by name: what they are, where from, and the least size they take.

The default is small and modern; all others are of published systems.
"""

from dataclasses import dataclass

DEFAULT_MODEL = "compact"
COMPACT_WIDTHS: dict[str, tuple[int, int, int, int]] = {
    "compact_small": (16, 48, 64, 96),
    DEFAULT_MODEL: (32, 64, 96, 160),
    "compact_wide": (48, 96, 144, 256),
}
"""The channels of the default's four stages, and of a smaller and a larger network like it."""

COMPACT_DROPOUT = 0.2


@dataclass(frozen=True)
class Architecture:
    """What a network is, where it comes from, and the least side of a picture that it takes."""

    description: str
    source: str
    smallest: int


_PAGE = "own, after Page's ResNet-9"
_CSUN = "California State University, Northridge, thesis, 2023"
_EWU = "East West University, thesis, 2022, Method"
_FPT = "FPT University, report, 2022"

MODELS: dict[str, Architecture] = {
    "compact": Architecture("small residual network for few CPU cores", _PAGE, 8),
    "compact_small": Architecture("compact with about two thirds of its channels", _PAGE, 8),
    "compact_wide": Architecture("compact with one and a half times its channels", _PAGE, 8),
    "csun_fer": Architecture("four blocks of 3x1 and 1x3 convolutions, one dense layer", _CSUN, 16),
    "csun_ckplus": Architecture("csun_fer with a second dense layer", _CSUN, 16),
    "fer_paper": Architecture("seven convolutions without padding", "FER-2013 CNN paper", 48),
    "dbs_cnn": Architecture(
        "four convolutions without padding", "Dublin Business School, dissertation, 2022", 24
    ),
    "vgg5": Architecture("five VGG blocks with batch norm", _FPT, 32),
    "ewu_allconv": Architecture("eight convolutions, no pool but the global one", f"{_EWU} 1", 1),
    "ewu_blocks": Architecture("four blocks with kernels of 3, 5, 5 and 7", f"{_EWU} 2", 16),
    "fpt_baseline": Architecture("four small convolutions without padding", _FPT, 38),
    "mini_xception": Architecture(
        "depthwise separable residual modules", "Arriaga, Valdenegro-Toro and Plöger, 2017", 5
    ),
}

BACKBONES: tuple[str, ...] = (
    *("resnet18", "resnet34", "resnet50", "densenet121", "efficientnet_b0", "convnext_tiny"),
)
"""Networks of torchvision and timm, by the names that both have for them (PyTorch only)."""


def check_size(name: str, size: int) -> None:
    """Refuse what cannot be built.

    Raises:
        ValueError: the name is unknown, or the pictures are too small for the network.
    """
    if name not in MODELS:
        raise ValueError(f"unknown model '{name}'; known are {', '.join(MODELS)}")
    least = MODELS[name].smallest
    if size < least:
        raise ValueError(f"{name} takes pictures of {least}x{least} or more, not {size}x{size}")
