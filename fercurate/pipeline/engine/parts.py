"""Units without a scheduler: each job of an array does one part of them, the last one collects.

Every job plans the same units, for a plan is a pure function of store and recipe; which part a unit
belongs to follows from its key.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fercurate.errors import EngineError
from fercurate.files.parallel import map_ordered
from fercurate.pipeline.engine.shards import WorkFolder
from fercurate.pipeline.engine.unit import Outcome, Unit
from fercurate.pipeline.engine.worker import AGAIN, SEALED, work

_AHEAD = 2


@dataclass
class PartEngine:
    """Does part ``number`` (from 1) of ``count`` with threads of this process."""

    folder: WorkFolder
    probe: str
    number: int
    count: int
    jobs: int = 0
    seen: int = 0
    done: int = 0
    again: int = 0

    @property
    def place(self) -> str:
        """Which part it is, in words."""
        return f"part {self.number} of {self.count}"

    @property
    def told(self) -> str:
        """How many units are sealed, in words."""
        before = f", {self.again:,} of them before" if self.again else ""
        return f"{self.done:,} of {self.seen:,} units are sealed{before}"

    def run(self, units: Iterable[Unit]) -> Iterator[Outcome]:
        """Do the units of this part; no result is given, for most are not there.

        Raises:
            EngineError: one of them failed.
        """
        for unit, answer in map_ordered(self._work, self._own(units), self.jobs, _AHEAD):
            told = json.loads(answer)
            if SEALED not in told and AGAIN not in told:
                reason = "; ".join(map(str, told.values()))
                where = f"{unit.stage} {unit.key[:12]}"
                raise EngineError(
                    f"a unit of {unit.rows:,} pictures failed: {reason}",
                    where=where,
                    fix="What is sealed stays: run this part again once the reason is gone",
                )
            self.done += 1
            self.again += AGAIN in told
        return iter(())

    def _own(self, units: Iterable[Unit]) -> Iterator[Unit]:
        for unit in units:
            self.seen += 1
            if int(unit.key[:16], 16) % self.count == self.number - 1:
                yield unit

    def _work(self, unit: Unit) -> tuple[Unit, str]:
        return unit, work(unit.to_text(), str(self.folder.path), self.probe)


@dataclass(frozen=True)
class SealEngine:
    """Takes what parts have sealed, and does nothing itself."""

    folder: WorkFolder

    told = "all units are sealed"

    @property
    def place(self) -> str:
        """Where results come from, in words."""
        return f"sealed parts in {self.folder.path.name}"

    def run(self, units: Iterable[Unit]) -> Iterator[Outcome]:
        """Yield the result of every unit, in their order.

        Raises:
            EngineError: some are not sealed.
        """
        told = list(units)
        missing = [unit for unit in told if not self.folder.is_sealed(unit)]
        if missing:
            raise self._missing(len(missing), len(told))
        for unit in told:
            content = self.folder.read(unit)
            if content is None:
                self.folder.drop(unit)
                raise self._missing(1, len(told))
            yield Outcome(content)

    def _missing(self, missing: int, count: int) -> EngineError:
        return EngineError(
            f"{missing:,} of {count:,} units are not sealed",
            where=str(self.folder.path),
            expected="all of them",
            fix="Run the parts with --shard that failed; what is sealed is not done again",
        )
