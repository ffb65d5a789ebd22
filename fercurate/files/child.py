"""Work in a process of its own, with limits: what may crash, hang or fill memory ends alone."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

_MOST_OUTPUT = 256 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a child may run, in seconds of wall time, and how many bytes it may ask for."""

    seconds: float = 20
    memory: int = 2 << 30


class ChildError(Exception):
    """A child that gave no answer; the text says how it ended."""


def ask_child(module: str, arguments: Sequence[str], limits: Limits) -> Any:
    """Return what ``module`` answers, run as ``python -m`` with some arguments (``answer``).

    Raises:
        ChildError: it crashed, ran out of time or memory, or gave no JSON.
    """
    command = [sys.executable, "-P", "-m", module, str(limits.memory), *arguments]
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(  # noqa: S603  # our own module, no shell
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ChildError(f"no answer in {limits.seconds:.0f} seconds") from None
    if done.returncode < 0:
        raise ChildError(f"it ended with signal {-done.returncode}")
    try:
        return json.loads(done.stdout[:_MOST_OUTPUT])
    except (ValueError, RecursionError):
        raise ChildError(f"it ended with code {done.returncode}") from None


def answer(work: Callable[[Sequence[str]], object]) -> None:
    """Be a child: take the limit and the arguments, print what ``work`` makes of them as JSON."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    json.dump(work(sys.argv[2:]), sys.stdout)
