"""Running a command as a child process and measuring its wall time and peak memory.

The peak is the ``ru_maxrss`` that ``os.wait4`` gives for the child. Linux lets a child start with
the peak of the process that launched it, so the process that measures must stay small: nothing
imported by ``benchmarks.speed.__main__`` may load numpy or h5py. All heavy work is in children.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The folder that holds the package ``benchmarks``."""


class ChildError(RuntimeError):
    """A measured command failed."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: wall time in seconds, peak memory in bytes, and the numbers it printed as JSON."""

    wall: float
    peak: int
    said: dict[str, float]


@dataclass(frozen=True, slots=True)
class Series:
    """Repetitions of one command."""

    runs: tuple[Run, ...]

    @property
    def wall(self) -> tuple[float, ...]:
        """Wall times in seconds."""
        return tuple(run.wall for run in self.runs)

    @property
    def peak(self) -> tuple[float, ...]:
        """Peak memory in megabytes (10^6 bytes)."""
        return tuple(run.peak / 1e6 for run in self.runs)

    def said(self, name: str) -> tuple[float, ...]:
        """A number that the command printed, of each run."""
        return tuple(run.said[name] for run in self.runs)


def fercurate(*arguments: str | Path) -> list[str]:
    """Return the command line of the installed ``fercurate``."""
    return [str(Path(sys.executable).with_name("fercurate")), *map(str, arguments)]


def module(name: str, *arguments: object) -> list[str]:
    """Return the command line of one of this package's own modules."""
    return [sys.executable, "-m", f"benchmarks.speed.{name}", *map(str, arguments)]


def run(command: Sequence[str]) -> Run:
    """Run a command and measure it; what was written before is flushed to disk first.

    Raises:
        ChildError: it exits with another code than 0.
    """
    os.sync()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=out, stderr=err, cwd=ROOT)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if child.returncode:
            raise ChildError(f"{' '.join(command[:4])} ...: {err.read().decode()[-2000:]}")
        return Run(wall, usage.ru_maxrss * 1024, _numbers(out.read()))


def _numbers(output: bytes) -> dict[str, float]:
    """Return the numbers of a last line such as ``{"seconds": 1.5}``; empty for anything else."""
    last = output.decode().rstrip().rpartition("\n")[2]
    return json.loads(last) if last.startswith('{"') else {}


def alternate(
    repeat: int, *commands: Sequence[str], before: Callable[[], object] = lambda: None
) -> tuple[Series, ...]:
    """Run every command ``repeat`` times in turn, so that all meet the same state of the machine.

    ``before`` runs ahead of each run, outside the measured time.
    """
    runs: list[list[Run]] = [[] for _ in commands]
    for _ in range(repeat):
        for command, found in zip(commands, runs, strict=True):
            before()
            found.append(run(command))
    return tuple(Series(tuple(found)) for found in runs)
