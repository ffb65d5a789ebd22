"""What a benchmark has found, and how it is printed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median

HEADINGS = ("benchmark", "measure", "fercurate", "peer", "ratio", "bar")


@dataclass(frozen=True, slots=True)
class Bar:
    """What was to be reached, in words, and whether it was."""

    text: str
    met: bool


@dataclass(frozen=True, slots=True)
class Peer:
    """The named other way and the value of each of its runs, in the same unit."""

    name: str
    runs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """A value measured in every run.

    ``unit`` is s, MB, B/image, B/row, images/s, x, pairs or pictures.
    """

    benchmark: str
    measure: str
    runs: tuple[float, ...]
    unit: str
    peer: Peer | None = None
    bar: Bar | None = None

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer, by medians: faster, smaller, or more a second.

        There is none for counts (pairs), of which neither more nor fewer is better.
        """
        if self.peer is None or self.unit == "pairs":
            return None
        ours, other = median(self.runs), median(self.peer.runs)
        return ours / other if self.unit.endswith("/s") else other / ours

    def cells(self) -> tuple[str, ...]:
        """The table cells under ``HEADINGS``."""
        peer = f"{self._shown(self.peer.runs)} {self.peer.name}" if self.peer else ""
        ratio = f"{self.ratio:.1f}x" if self.ratio is not None else ""
        bar = f"{self.bar.text}: {'met' if self.bar.met else 'missed'}" if self.bar else ""
        return (self.benchmark, self.measure, self._shown(self.runs), peer, ratio, bar)

    def to_json(self) -> dict[str, object]:
        """Everything as JSON values."""
        return asdict(self) | {"ratio": self.ratio}

    def _shown(self, runs: tuple[float, ...]) -> str:
        """The median, and the lowest and highest run if there are several."""
        decimals = {"s": 2, "x": 2}.get(self.unit, 0)
        low, middle, high = (f"{f(runs):,.{decimals}f}" for f in (min, median, max))
        spread = f" ({low} to {high})" if low != high else ""
        return f"{middle} {self.unit}{spread}"


def table(results: Sequence[Result]) -> str:
    """Lay results out as a Markdown table with aligned columns."""
    rows = [HEADINGS, *(result.cells() for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
    return f"| {' | '.join(cells)} |"
