"""What a run is told: features, scaling, and the grid of classifiers to choose from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

KERNELS = ("linear", "poly", "rbf")
SCALINGS = ("zscore", "minmax")
CLASS_WEIGHTS = ("export", "balanced", "none")


@dataclass(frozen=True)
class GridPoint:
    """One classifier of the grid.

    ``cost`` is the C of an SVM. ``gamma`` is a multiple of 1 / (sum of the variances of all
    columns), scikit-learn's "scale", so that the same numbers suit features of any kind and
    length; it scales the products of the linear kernel, too, which makes costs comparable.
    ``degree`` counts for ``poly`` alone.
    """

    kernel: str
    cost: float
    gamma: float = 1.0
    degree: int = 3

    def to_dict(self) -> dict[str, Any]:
        """Plain values, those that count."""
        found: dict[str, Any] = {"kernel": self.kernel, "C": self.cost}
        if self.kernel != "linear":
            found["gamma"] = self.gamma
        if self.kernel == "poly":
            found["degree"] = self.degree
        return found

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.to_dict().items())


@dataclass(frozen=True)
class GridRanges:
    """The values that a grid combines."""

    costs: tuple[float, ...]
    gammas: tuple[float, ...] = (1.0,)
    degrees: tuple[int, ...] = (3,)


GRIDS: dict[str, dict[str, GridRanges]] = {
    "small": {
        "linear": GridRanges((0.03, 0.1, 0.3, 1.0)),
        "poly": GridRanges((0.1, 1.0), (0.5, 1.0)),
        "rbf": GridRanges((1.0, 3.0, 10.0), (0.5, 1.0, 2.0)),
    },
    "full": {
        "linear": GridRanges((0.01, 0.03, 0.1, 0.3, 1.0, 3.0)),
        "poly": GridRanges((0.03, 0.1, 0.3, 1.0, 3.0), (0.25, 0.5, 1.0), (2, 3)),
        "rbf": GridRanges((0.3, 1.0, 3.0, 10.0, 30.0), (0.25, 0.5, 1.0, 2.0, 4.0)),
    },
}


def grid(
    size: str, kernels: Sequence[str], costs: Sequence[float], gammas: Sequence[float]
) -> tuple[GridPoint, ...]:
    """Return the points of a grid; ``costs`` and ``gammas``, where given, replace its own."""
    points = []
    for kernel in kernels:
        ranges = GRIDS[size][kernel]
        scales = tuple(gammas) or ranges.gammas
        if kernel == "linear":
            scales = ranges.gammas
        for degree, scale, cost in product(ranges.degrees, scales, costs or ranges.costs):
            points.append(GridPoint(kernel, cost, scale, degree))
    return tuple(points)


@dataclass(frozen=True)
class SvmSettings:
    """One run.

    The grid is searched on ``search_rows`` rows of train at most, with ``folds`` inner folds, and
    the chosen classifier is fitted to ``fit_rows`` (0: all; None: as many as memory allows).
    """

    features: str = "hog"
    points: tuple[GridPoint, ...] = grid("small", ("rbf",), (), ())
    scaling: str = "zscore"
    components: int = 100
    class_weights: str = "export"
    folds: int = 3
    search_rows: int = 6_000
    fit_rows: int | None = None
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a file."""
        return asdict(self) | {"points": [point.to_dict() for point in self.points]}
