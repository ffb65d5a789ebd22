"""Mutation fuzzing of every reader: no error outside the tree, no hang, no memory without bound."""

import signal
import time
from collections.abc import Iterator
from types import FrameType

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from benchmarks.torture.edits import Edit, edited, edits
from benchmarks.torture.readers import Reader
from benchmarks.torture.report import Part
from benchmarks.torture.sandbox import run

LONGEST = 5
"""Seconds that reading one input may take."""

_BATCH = 20_000


class TooSlowError(BaseException):
    """Reading an input took more than its time; no reader may catch it."""


def fuzz_reader(reader: Reader, tries: int, start: int = 0) -> Part:
    """Read so many mutated inputs, in children of some thousands each."""
    part = Part(f"fuzzed: {reader.name}")
    done = 0
    while done < tries:
        count = min(_BATCH, tries - done)
        began = time.monotonic()
        outcome = run(lambda: _batch(reader, count, start + done), seconds=3600)  # noqa: B023
        done += count
        tried, _, said = outcome.out.strip().partition("\n")
        part.count(int(tried or 0), outcome, said[-1200:])
        part.seconds = max(part.seconds, (time.monotonic() - began) / count)
    return part


def _batch(reader: Reader, count: int, start: int) -> int:
    """Read inputs, and print how many and what was found; the exit code of the child."""
    tried, found = 0, ""

    @seed(start)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=tuple(HealthCheck),
    )
    @given(st.sampled_from(range(len(reader.seeds))), edits)
    def reads(number: int, changes: list[Edit]) -> None:
        nonlocal tried
        tried += 1
        try_input(reader, edited(reader.seeds[number], changes))

    signal.signal(signal.SIGALRM, _late)
    try:
        reads()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what is looked for
        notes = " ".join(getattr(error, "__notes__", ()))
        found = f"{type(error).__name__}: {error} {notes}"
    print(f"{tried}\n{found}".encode("utf-8", "replace").decode())
    return 0


def try_input(reader: Reader, content: bytes) -> None:
    """Read an input; an error that is the reader's own is well."""
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        reader.read(content)
    except reader.errors:
        return
    except TooSlowError:
        raise RuntimeError(f"over {LONGEST} s: {content[:200]!r}") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _late(_number: int, _frame: FrameType | None) -> None:
    raise TooSlowError


def fuzz(readers: Iterator[Reader], tries: int) -> Iterator[Part]:
    """Fuzz all readers with so many inputs in all, each with its share."""
    known = list(readers)
    weights = sum(reader.weight for reader in known)
    for reader in known:
        yield fuzz_reader(reader, max(tries * reader.weight // weights, 1))
