"""The network: a small residual one with heads for faults, emotions, votes and landmarks."""

from pathlib import Path

import torch
from torch import Tensor, nn

from benchmarks.screener.material import CRITERIA, EMOTIONS

WIDTHS = (32, 64, 128)
VOTED = 8
FACE = 11


def _unit(before: int, after: int, stride: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(before, after, 3, stride, 1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(after), nn.ReLU())


class Residual(nn.Module):
    """Two 3x3 convolutions beside a shortcut."""

    def __init__(self, before: int, after: int, stride: int = 1) -> None:
        super().__init__()
        self.body = nn.Sequential(
            _unit(before, after, stride),
            nn.Conv2d(after, after, 3, 1, 1, bias=False),
            nn.BatchNorm2d(after),
        )
        self.short: nn.Module = nn.Identity()
        if before != after or stride != 1:
            conv = nn.Conv2d(before, after, 1, stride, bias=False)
            self.short = nn.Sequential(conv, nn.BatchNorm2d(after))

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (B, C, H, W) to pictures."""
        return torch.relu(self.body(x) + self.short(x))


class ScreenerNet(nn.Module):
    """48x48 pictures (B, 1, 48, 48) to logits: four faults; seven emotions; votes; a face."""

    def __init__(self) -> None:
        super().__init__()
        low, middle, high = WIDTHS
        self.trunk = nn.Sequential(
            _unit(1, 16),
            _unit(16, low, 2),
            Residual(low, low),
            Residual(low, middle, 2),
            Residual(middle, middle),
            Residual(middle, high, 2),
            Residual(high, high),
        )
        self.drop = nn.Dropout(0.2)
        self.faults = nn.Linear(2 * high, len(CRITERIA))
        self.others = nn.Linear(2 * high, len(EMOTIONS) + VOTED + FACE)

    def features(self, x: Tensor) -> Tensor:
        """Mean and maximum over places (B, 256)."""
        places = self.trunk(x).flatten(2)
        return torch.cat([places.mean(2), places.amax(2)], 1)

    def logits(self, x: Tensor) -> Tensor:
        """Logits of the faults alone (B, 4)."""
        return self(x)[0]

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of the faults (B, 4), and of all that is learned beside them (B, 26)."""
        features = self.drop(self.features(x))
        return self.faults(features), self.others(features)


class FaultsOnly(nn.Module):
    """What ships: pictures (B, 1, 48, 48), as (gray - 128) / 64, to calibrated logits."""

    def __init__(self, net: ScreenerNet, slope: Tensor, shift: Tensor) -> None:
        super().__init__()
        self.trunk = net.trunk
        self.mean = nn.AdaptiveAvgPool2d(1)
        self.most = nn.AdaptiveMaxPool2d(1)
        self.faults = nn.Linear(net.faults.in_features, net.faults.out_features)
        with torch.no_grad():
            self.faults.weight.copy_(net.faults.weight * slope[:, None])
            self.faults.bias.copy_(net.faults.bias * slope + shift)

    def forward(self, x: Tensor) -> Tensor:
        """Calibrated logits of the faults (B, 4)."""
        places = self.trunk(x)
        both = torch.cat([self.mean(places), self.most(places)], 1)
        logits: Tensor = self.faults(both.flatten(1))
        return logits


def write_onnx(net: nn.Module, path: Path) -> None:
    """Write a network as ONNX that ``cv2.dnn`` reads, for batches of any size."""
    net.eval()
    torch.onnx.export(
        net,
        (torch.zeros(2, 1, 48, 48),),
        str(path),
        dynamo=False,
        input_names=["images"],
        output_names=["logits"],
        dynamic_axes={"images": {0: "batch"}, "logits": {0: "batch"}},
    )
