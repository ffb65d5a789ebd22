"""What the benchmarks share: where they work, how often they run, and the usual bar."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.speed.result import Bar


@dataclass(frozen=True, slots=True)
class Bench:
    """The CSV, an own folder, repetitions, originals of the loop, and the peers' Pythons."""

    csv: Path
    work: Path
    repeat: int
    sample: int
    imagededup: Path | None = None
    cleanvision: Path | None = None
    augmentor: Path | None = None

    def path(self, name: str) -> Path:
        """A path in the working folder."""
        return self.work / name

    def fresh(self, name: str) -> Path:
        """An empty folder, whatever was there."""
        shutil.rmtree(self.path(name), ignore_errors=True)
        self.path(name).mkdir()
        return self.path(name)


def at_most(runs: tuple[float, ...], limit: float, unit: str) -> Bar:
    """Return the bar that the median stays within a limit."""
    return Bar(f"at most {limit:g} {unit}", median(runs) <= limit)


def faster(ours: tuple[float, ...], peer: tuple[float, ...], times: float) -> Bar:
    """Return the bar that the peer's median time (or memory) is so many times ours."""
    return Bar(f"at least {times:g}x", median(peer) / median(ours) >= times)


def quicker(ours: tuple[float, ...], peer: tuple[float, ...], times: float) -> Bar:
    """Return the bar that our median rate is so many times the peer's."""
    return faster(peer, ours, times)
