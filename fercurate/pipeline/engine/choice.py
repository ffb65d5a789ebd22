"""Where units run: what ``--cluster`` and ``--work-dir`` say, started when it is first needed."""

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from fercurate.errors import EngineError, PartDone, UsageError
from fercurate.files.regular import real_path
from fercurate.pipeline.engine.parts import PartEngine, SealEngine
from fercurate.pipeline.engine.shards import WorkFolder
from fercurate.pipeline.engine.unit import Engine, Unit
from fercurate.pipeline.events import Listener, Notice, warn_by

MOST_LOCAL = 64
_LOCAL = re.compile(r"local:(\d{1,3})")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_EXPECTED = "local:WORKERS, tcp://HOST:PORT, tls://HOST:PORT or file:SCHEDULER.json"


def cluster_address(text: str) -> str:
    """Return an address of a cluster as it was given.

    Raises:
        UsageError: it is none.
    """
    local = _LOCAL.fullmatch(text)
    if local is not None and 1 <= int(local[1]) <= MOST_LOCAL:
        return text
    known = text.startswith(("tcp://", "tls://")) and bool(_port(text))
    if known or (text.startswith("file:") and len(text) > len("file:")):
        return text
    more = f", at most {MOST_LOCAL} of them" if local is not None else ""
    raise UsageError(f"{text!r}", where="--cluster", expected=_EXPECTED + more)


def _part(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text, re.ASCII)
    number, count = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= count:
        raise UsageError(f"{text!r}", where="--shard", expected="I/N, such as 3/16: 1/16 to 16/16")
    return number, count


def _port(text: str) -> int | None:
    with suppress(ValueError):
        parts = urlsplit(text)
        return parts.port if parts.hostname else None
    return None


@dataclass(frozen=True, slots=True)
class ClusterChoice:
    """Who does units, and the work folder (None: one beside the store).

    That is the cluster at an ``address``, or in this process ``part`` (number, count) of them, or
    with ``seals`` nobody: all are sealed already.

    Raises:
        UsageError: the address is none, or several of these are told, or there is no such part.
    """

    address: str = ""
    work_dir: Path | None = None
    part: tuple[int, int] | None = None
    seals: bool = False

    def __post_init__(self) -> None:
        if bool(self.address) + (self.part is not None) + self.seals != 1:
            raise UsageError("--cluster, --shard and --seal", expected="one of them")
        if self.address:
            cluster_address(self.address)

    @classmethod
    def of(
        cls, address: str, work_dir: Path | None = None, shard: str = "", *, seals: bool = False
    ) -> "ClusterChoice | None":
        """The choice, or None where none is told; ``shard`` is a part as text, ``3/16``.

        Raises:
            UsageError: as of a choice, or there is a work folder and nothing else.
        """
        if address or shard or seals:
            return cls(address, work_dir, _part(shard) if shard else None, seals)
        if work_dir is not None:
            fix = "Say who works in it: --cluster, --shard or --seal"
            raise UsageError("a work folder and no cluster", where="--work-dir", fix=fix)
        return None


@contextmanager
def engine_of(
    choice: ClusterChoice | None, store: Path, listen: Listener, jobs: int = 0
) -> Iterator["ClusterEngine | None"]:
    """The engine that was chosen for work on a store; None for threads of this process.

    ``jobs`` are the threads of a process that does one part (0: one a core).
    """
    if choice is None:
        yield None
        return
    place = real_path(store)
    folder = choice.work_dir or place.with_name(f"{place.name}.work")
    with ClusterEngine(choice, WorkFolder(folder.absolute()), listen, jobs) as engine:
        yield engine


@dataclass
class ClusterEngine(AbstractContextManager["ClusterEngine"]):
    """Who was chosen to do units, connected to with the first one.

    ``folder`` is the work folder: it must be seen by all workers by the same path.
    """

    choice: ClusterChoice
    folder: WorkFolder
    listen: Listener
    jobs: int = 0
    _stack: ExitStack = field(default_factory=ExitStack)
    _engine: Engine | None = None
    _runs: set[tuple[str, str]] = field(default_factory=set)

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self.folder.drop_if_empty()

    @property
    def place(self) -> str:
        """Where units run, in words."""
        return self.choice.address if self._engine is None else self._engine.place

    @property
    def is_part(self) -> bool:
        """Whether only a part of all units is done, and nothing can go on from there."""
        return self.choice.part is not None

    def run(self, units: Iterable[Unit]) -> Iterator[bytes]:
        """Yield the result of every unit, in their order; those that were sealed are not sent.

        Raises:
            EngineError: the cluster does not answer, or cannot do a unit.
        """
        again = count = 0
        for outcome in self._connected().run(self._noted(units)):
            again, count = again + outcome.again, count + 1
            yield outcome.content
        if again:
            self.listen(Notice(f"{again:,} of {count:,} units were there from before"))

    def _noted(self, units: Iterable[Unit]) -> Iterator[Unit]:
        for unit in units:
            self._runs.add((unit.stage, unit.run))
            yield unit

    def end_part(self) -> NoReturn:
        """End the run of a part.

        Raises:
            PartDone: its units are sealed.
        """
        raise PartDone(
            f"{self.place}: {self._connected().told}",
            fix="When all parts are sealed, run the same with --seal in place of --shard",
        )

    def forget(self) -> None:
        """Take the results of all runs away, and what dead workers left: they are used now."""
        for stage, run in self._runs:
            self.folder.drop_run(stage, run)
        self._runs.clear()

    def _connected(self) -> Engine:
        if self._engine is None and self.choice.seals:
            self._engine = SealEngine(self.folder)
        if self._engine is None:
            self._warn_of_open_port()
            try:
                probe = self.folder.write_probe()
            except OSError as error:
                raise EngineError(
                    f"cannot be written ({error.strerror})",
                    where=str(self.folder.path),
                    fix="Name another folder that all machines share with --work-dir",
                ) from None
            self._stack.callback(self.folder.drop_probe, probe)
            self._engine = self._started(probe)
        return self._engine

    def _started(self, probe: str) -> Engine:
        if self.choice.part is not None:
            return PartEngine(self.folder, probe, *self.choice.part, self.jobs)
        from fercurate.pipeline.engine.dask_engine import open_dask  # noqa: PLC0415

        engine = open_dask(self.choice.address, self.folder, probe, self._stack)
        self.listen(Notice(f"units run on {engine.place}"))
        return engine

    def _warn_of_open_port(self) -> None:
        address = self.choice.address
        if address.startswith("tcp://") and urlsplit(address).hostname not in _LOOPBACK:
            warn_by(self.listen)(
                f"{address}: whoever reaches this port can run code on its machines; use tls://"
            )
