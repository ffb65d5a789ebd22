"""Running a piece of work in a forked child: it may crash, hang or fill memory, and is measured."""

import faulthandler
import os
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SECONDS = 10.0
PEAK = 1_000_000_000
"""What nothing may take longer than, or hold more of: seconds, and bytes of resident memory."""

_ADDRESS_SPACE = 6 << 30
_POLL = 0.002
_FAILED = 97


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a child ended: its exit code (negative: a signal), what it printed, time and memory."""

    code: int
    out: str
    err: str
    seconds: float
    peak: int

    @property
    def crash(self) -> str:
        """What no run may do, in words: never end, crash, show a traceback; or ""."""
        if self.code == -signal.SIGKILL:
            return f"no end after {self.seconds:.0f} s"
        if self.code < 0:
            return f"ended with signal {-self.code}"
        if "internal error" in self.err or "Traceback" in self.err or self.code == _FAILED:
            return self.err.strip()[-300:] or "failed"
        return ""

    @property
    def fault(self) -> str:
        """What no run with a small input may do: crash, or take too much time or memory; or ""."""
        if self.crash:
            return self.crash
        if self.peak > PEAK:
            return f"{self.peak / 1e6:,.0f} MB"
        return f"{self.seconds:.1f} s" if self.seconds > SECONDS else ""


def run(work: Callable[[], int], seconds: float = 2 * SECONDS) -> Outcome:
    """Do some work in a forked child, and end it after some seconds; ``work`` gives its code."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            _be_child(work, out.fileno(), err.fileno())
        status, usage = _waited(child, started + seconds)
        took = time.monotonic() - started
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read(1 << 20).decode("utf-8", "replace"))
    code = os.waitstatus_to_exitcode(status)
    return Outcome(code, texts[0], texts[1], took, usage.ru_maxrss * 1024)


def _be_child(work: Callable[[], int], out: int, err: int) -> None:
    code = _FAILED
    try:
        os.setpgid(0, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        faulthandler.disable()
        warnings.simplefilter("ignore", ResourceWarning)  # of files that an interrupt leaves open
        resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        code = work()
    except BaseException:  # noqa: BLE001  # a child must end here, whatever happened
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def _waited(child: int, end: float) -> tuple[int, resource.struct_rusage]:
    while True:
        ended, status, usage = os.wait4(child, os.WNOHANG)
        if ended:
            return status, usage
        if time.monotonic() > end:
            with suppress(ProcessLookupError):  # it has made no group of its own yet
                os.killpg(child, signal.SIGKILL)
            os.kill(child, signal.SIGKILL)
            _, status, usage = os.wait4(child, 0)
            return status, usage
        time.sleep(_POLL)


def fercurate(arguments: Sequence[str], folder: Path, seconds: float = 2 * SECONDS) -> Outcome:
    """Run the command line in a folder, in a forked child; modules are loaded once, here."""
    from fercurate.cli.boundary import guarded  # once, in the parent
    from fercurate.cli.main import main

    def work() -> int:
        os.chdir(folder)
        sys.argv = ["fercurate", *arguments]
        return guarded(main)

    return run(work, seconds)


def preload() -> None:
    """Import what commands import, so that no child has to."""
    import fercurate.cli.commands.audit
    import fercurate.cli.commands.build
    import fercurate.cli.commands.filter
    import fercurate.cli.commands.ingest
    import fercurate.cli.commands.inspect
    import fercurate.cli.commands.preview
    import fercurate.cli.commands.recipes
    import fercurate.cli.commands.stats
    import fercurate.pipeline.audit.audit
    import fercurate.pipeline.building.build
    import fercurate.pipeline.ingest.ingest
    import fercurate.pipeline.inspect.inspect
    import fercurate.pipeline.preview.preview
    import fercurate.pipeline.stats.stats  # noqa: F401
