"""A hostile case: how its input is made, what is run, and how that must end."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.torture.sandbox import Outcome, fercurate

Make = Callable[[Path], object]
"""Makes the input below an empty folder, in which the command then runs."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One line of error that matches a pattern, and exit code 1 or 2."""

    pattern: str = ""

    def fault(self, outcome: Outcome) -> str:
        """Why an outcome is not so; "" if it is."""
        errors = [line for line in outcome.err.splitlines() if "fercurate: error: " in line]
        if outcome.code not in (1, 2):
            return f"exit code {outcome.code}, not refused: {outcome.out[-200:]}"
        if len(errors) != 1 and "Usage: " not in outcome.err:
            return f"{len(errors)} errors: {outcome.err[-300:]}"
        if not re.search(self.pattern, outcome.err):
            return f"says {outcome.err.strip()[-300:]!r}; expected {self.pattern!r}"
        return ""


@dataclass(frozen=True, slots=True)
class Stored:
    """An ingest that ends well, with so many rows stored and these rejects by code."""

    added: int
    rejects: Mapping[str, int] = field(default_factory=dict)

    def fault(self, outcome: Outcome) -> str:
        """Why an outcome is not so; "" if it is."""
        if outcome.code != 0:
            return f"exit code {outcome.code}: {outcome.err.strip()[-300:]}"
        corpora = json.loads(outcome.out)["inputs"]
        added = sum(one["added"] for one in corpora)
        rejects: dict[str, int] = {}
        for one in corpora:
            for code, count in one["rejects"].items():
                rejects[code] = rejects.get(code, 0) + count
        if (added, rejects) != (self.added, dict(self.rejects)):
            return f"{added} stored, {rejects}; expected {self.added}, {dict(self.rejects)}"
        return ""


@dataclass(frozen=True, slots=True)
class Done:
    """Ends well, and what it prints on stdout matches a pattern."""

    pattern: str = ""

    def fault(self, outcome: Outcome) -> str:
        """Why an outcome is not so; "" if it is."""
        if outcome.code != 0:
            return f"exit code {outcome.code}: {outcome.err.strip()[-300:]}"
        said = re.search(self.pattern, outcome.out + outcome.err)
        return "" if said else f"says {outcome.out[-300:]!r}; expected {self.pattern!r}"


Expected = Refused | Stored | Done


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile case by ``kind`` and ``name``; ``{}`` in a command is nothing but text."""

    kind: str
    name: str
    make: Make
    command: tuple[str, ...]
    expected: Expected

    def run(self, folder: Path) -> tuple[Outcome, str]:
        """Make the input in an empty folder, run the command, and say what is wrong, or ""."""
        self.make(folder)
        outcome = fercurate(self.command, folder)
        fault = outcome.fault
        if not fault:
            try:
                fault = self.expected.fault(outcome)
            except (ValueError, KeyError) as error:
                fault = f"no answer in JSON ({error}): {outcome.out[-200:]}"
        return outcome, fault


def ingest(kind: str, name: str, make: Make, expected: Expected, *options: str) -> Case:
    """A case of ``fercurate ingest in``, where ``make`` makes ``in`` (a folder or a file)."""
    command = ("ingest", "in", "--store", "s.h5", "--json", *options)
    return Case(kind, name, make, command, expected)


Cases = Iterable[Case]
