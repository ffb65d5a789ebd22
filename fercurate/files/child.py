"""Work in a process of its own, with limits: what may crash, hang or fill memory ends alone."""

import atexit
import json
import os
import resource
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Any

_MOST_OUTPUT = 256 << 20
_START_SECONDS = 120
"""Importing takes a second or two; on a busy machine many times as long."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a child may take to answer, in seconds of wall time, and how many bytes it may hold.

    Bytes are those of its address space.
    """

    seconds: float = 20
    memory: int = 2 << 30


class ChildError(Exception):
    """A child that gave no answer; the text says how it ended."""


def ask_child(module: str, arguments: Sequence[str], limits: Limits) -> Any:
    """Return what ``module`` answers, run as ``python -m`` with some arguments (``answer``).

    Raises:
        ChildError: it crashed, ran out of time or memory, or gave no JSON.
    """
    try:
        done = subprocess.run(  # noqa: S603  # our own module, no shell
            _command(module, limits, *arguments),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limits.seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _late(limits) from None
    if done.returncode < 0:
        raise _ended(done.returncode)
    try:
        return json.loads(done.stdout[:_MOST_OUTPUT])
    except (ValueError, RecursionError):
        raise _ended(done.returncode) from None


def answer(work: Callable[[Sequence[str]], object]) -> None:
    """Be a child: take the limit and the arguments, print what ``work`` makes of them as JSON."""
    _limit_memory()
    json.dump(work(sys.argv[2:]), sys.stdout)


class ChildService:
    """A child that stays, and answers one question after the other (``serve``).

    It is started at the first question, and again after one that it did not survive.
    """

    def __init__(self, module: str, limits: Limits) -> None:
        self._module = module
        self._limits = limits
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, question: object) -> Any:
        """Return the answer to a question, both plain JSON values; one thread at a time.

        Raises:
            ChildError: it crashed, or ran out of time or memory; the next question is another one.
        """
        with self._lock:
            process = self._process or self._start()
            try:
                self._tell(process, json.dumps(question).encode() + b"\n")
                return json.loads(self._line(process, self._limits.seconds))
            except (OSError, ValueError, ChildError) as error:
                self.close()
                if isinstance(error, ChildError):
                    raise
                raise _ended(process.returncode) from None
            except BaseException:
                self.close()
                raise

    @staticmethod
    def _tell(process: "subprocess.Popen[bytes]", line: bytes) -> None:
        if process.stdin is not None:
            process.stdin.write(line)
            process.stdin.flush()

    def close(self) -> None:
        """End the child."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            with process:  # closes its pipes, and waits
                pass

    def _start(self) -> "subprocess.Popen[bytes]":
        self._process = subprocess.Popen(  # noqa: S603  # our own module, no shell
            _command(self._module, self._limits),
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        atexit.register(self.close)
        self._line(self._process, _START_SECONDS)
        return self._process

    def _line(self, process: "subprocess.Popen[bytes]", seconds: float) -> bytes:
        """The next line that a child prints."""
        line, end = bytearray(), time.monotonic() + seconds
        descriptor = process.stdout.fileno() if process.stdout else -1
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([descriptor], [], [], max(end - time.monotonic(), 0))
            if not ready:
                raise _late(self._limits)
            block = os.read(descriptor, 1 << 16)
            if not block:
                raise _ended(process.wait())
            line += block
        return bytes(line)


def serve(work: Callable[[Any], object]) -> None:
    """Be a child that stays: answer each line of stdin with what ``work`` makes of it."""
    _limit_memory()
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no answer
    print("ready", file=output, flush=True)
    for line in sys.stdin:
        print(json.dumps(work(json.loads(line))), file=output, flush=True)


def _command(module: str, limits: Limits, *arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", module, str(limits.memory), *arguments]


def _environment() -> dict[str, str]:
    paths = os.pathsep.join(path for path in sys.path if path)
    one = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    return {**os.environ, "PYTHONPATH": paths, **one}


def _limit_memory() -> None:
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _late(limits: Limits) -> ChildError:
    return ChildError(f"no answer in {limits.seconds:.0f} seconds")


def _ended(code: int | None) -> ChildError:
    return ChildError(
        f"it ended with signal {-code}" if code and code < 0 else f"it ended with code {code}"
    )
