"""A unit of work: a pure function of what its key names, whose result is bytes."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from fercurate import __version__


@dataclass(frozen=True)
class Unit:
    """One piece of a stage.

    Attributes:
        stage: which function does it (``engine.stages``).
        run: what it is a part of, in 16 hex digits: results of one run lie and go together.
        arguments: everything that can change a byte of its result, as JSON has it.
        context: where things lie for a worker: paths, which change no byte.
        rows: how many pictures it is about.
        size: bytes of its result.
        tail: bytes that may follow them, at most.
    """

    stage: str
    run: str
    arguments: Mapping[str, Any]
    context: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0
    size: int = 0
    tail: int = 0

    @property
    def key(self) -> str:
        """SHA-256 (hex) of the stage, the arguments and this version: the name of its result."""
        told = [self.stage, self.run, self.arguments, self.size, self.tail, __version__]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def to_text(self) -> str:
        """What is sent to a worker."""
        told = (self.stage, self.run, dict(self.arguments), dict(self.context))
        return json.dumps((*told, self.rows, self.size, self.tail))

    @classmethod
    def from_text(cls, text: str) -> "Unit":
        """What ``to_text`` made."""
        return cls(*json.loads(text))

    def fits(self, size: int) -> bool:
        """Whether a result may have so many bytes."""
        return self.size <= size <= self.size + self.tail


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a unit; ``again`` if it lay in the work folder before."""

    content: bytes
    again: bool = False


class Engine(Protocol):
    """Runs units, each at least once, and has their results sealed in a work folder."""

    @property
    def place(self) -> str:
        """Where units run, in words: ``4 workers on 2 machines``."""
        ...

    @property
    def told(self) -> str:
        """What became of the units so far, in words."""
        ...

    def run(self, units: Iterable[Unit]) -> Iterator[Outcome]:
        """Yield the result of every unit, in their order.

        Raises:
            EngineError: a unit failed three times, or no worker can do it.
        """
        ...
