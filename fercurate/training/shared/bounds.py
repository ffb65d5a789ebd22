"""Numbers on a command line, within their bounds, and the defaults that its help tells."""

import argparse
from collections.abc import Callable


class DefaultsShown(argparse.ArgumentDefaultsHelpFormatter):
    """Help that tells defaults, but for flags, and where there is none or it is told already."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        unset = action.default is None or action.default is False
        if unset or "default" in (action.help or ""):
            return action.help
        return super()._get_help_string(action)


def at_least(least: int) -> Callable[[str], int]:
    """Return what reads a whole number of ``least`` or more, below 2**63."""

    def number(text: str) -> int:
        value = int(text)
        if not least <= value < 2**63:
            raise argparse.ArgumentTypeError(f"{value}; expected {least} or more")
        return value

    return number


def share(text: str) -> float:
    """Read a share, 0 to 1."""
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text}; expected 0 to 1")
    return value


def above_zero(text: str) -> float:
    """Read a number above 0, up to a million: larger ones only hang or overflow."""
    value = float(text)
    if not 0 < value <= 1e6:
        raise argparse.ArgumentTypeError(f"{text}; expected a number above 0, up to 1e6")
    return value
