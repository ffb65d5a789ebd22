"""Typed progress events; the library itself never prints."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Started:
    """A stage begins; ``total`` is the number of units to come, or None if unknown."""

    stage: str
    total: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class Advanced:
    """Units of the current stage are done."""

    count: int


@dataclass(frozen=True, slots=True)
class Finished:
    """The current stage is done."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something worth saying that is no error; ``warning`` if it asks for attention."""

    text: str
    warning: bool = False


Event = Started | Advanced | Finished | Notice
Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """A listener for callers that want no progress."""


def warn_by(listen: Listener) -> Callable[[str], None]:
    """Return what makes a warning of each text that it is told."""
    return lambda text: listen(Notice(text, warning=True))
