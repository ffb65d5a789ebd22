"""Signals that end a run: cleanly, whenever they come."""

import os
import signal
import sys
from threading import Timer

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SOON = 0.02
_received: list[int] = []
"""The signals that have come, in their order."""


def end_cleanly_on_signals() -> None:
    """Have SIGTERM and SIGHUP end a run as Ctrl-C does: nothing half-made stays behind.

    What is told to be ignored (``nohup``) is.
    """
    for number in _SIGNALS:
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(number, _interrupt)
    sys.unraisablehook = _send_again


def ignore_signals() -> None:
    """Let signals come too late: all is done, and Python only takes itself apart."""
    for number in _SIGNALS:
        try:
            signal.signal(number, signal.SIG_IGN)
        except KeyboardInterrupt:  # one came just now, and all is done
            signal.signal(number, signal.SIG_IGN)


def exit_code_of_signal() -> int:
    """The exit code of a run that a signal has ended: 130 of Ctrl-C, 143 of SIGTERM."""
    return 128 + (_received[-1] if _received else signal.SIGINT)


def _interrupt(number: int, _frame: object) -> None:
    _received.append(number)
    raise KeyboardInterrupt


def _send_again(lost: "sys.UnraisableHookArgs") -> None:
    """Send a signal once more that came while Python could not stop: in a destructor."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        number = _received[-1] if _received else signal.SIGINT
        Timer(_SOON, os.kill, (os.getpid(), number)).start()
    else:
        sys.__unraisablehook__(lost)
