"""From the argument ``progress`` to a listener of pipeline events."""

import sys
import warnings
from collections.abc import Callable
from inspect import currentframe
from pathlib import Path
from typing import Any

from fercurate.errors import FercurateWarning, UsageError
from fercurate.pipeline.events import Advanced, Event, Finished, Notice, Started

_PACKAGE = Path(__file__).resolve().parents[1]

Progress = Callable[[Event], None]
"""What hears of progress: called with ``Started``, ``Advanced``, ``Finished`` and ``Notice``."""


def listener(progress: Progress | bool | None) -> Progress:
    """Return what listens: a callable itself, bars for True, else what only passes warnings on.

    Raises:
        UsageError: it is something else.
    """
    if callable(progress):
        return progress
    if progress is True:
        return _Bars()
    if progress is None or progress is False:
        return warn
    raise UsageError(f"{progress!r}", where="progress", expected="True, None, or a callable")


def warn(event: Event) -> None:
    """Pass notices that ask for attention on as Python warnings (``FercurateWarning``)."""
    if isinstance(event, Notice) and event.warning:
        warnings.warn(event.text, FercurateWarning, stacklevel=_frames_of_ours())


def _frames_of_ours() -> int:
    """How far the caller's own line lies above the function that warns."""
    frame, depth, ours = currentframe(), 0, 0
    while frame:  # a frame of contextlib may lie between two of ours
        depth += 1
        if _PACKAGE in Path(frame.f_code.co_filename).resolve().parents:
            ours = depth
        frame = frame.f_back
    return ours


class _Bars:
    """One tqdm bar a stage, of a notebook or a terminal, and notices as lines on stderr."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __call__(self, event: Event) -> None:
        match event:
            case Started(stage, total, unit):
                from tqdm.auto import tqdm  # noqa: PLC0415 (only who wants bars needs it)

                self._bar = tqdm(None, desc=stage, total=total, unit=f" {unit}", leave=False)
            case Advanced(count) if self._bar is not None:
                self._bar.update(count)
            case Finished() if self._bar is not None:
                self._bar.close()
                self._bar = None
            case Notice(_, True):
                warn(event)
            case Notice(text):
                sys.stderr.write(f"{text}\n")
