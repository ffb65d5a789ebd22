"""Where units run: what ``--cluster`` and ``--work-dir`` say, started when it is first needed."""

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from fercurate.errors import EngineError, UsageError
from fercurate.files.regular import real_path
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


def _port(text: str) -> int | None:
    with suppress(ValueError):
        parts = urlsplit(text)
        return parts.port if parts.hostname else None
    return None


@dataclass(frozen=True, slots=True)
class ClusterChoice:
    """Which cluster was asked for, and the work folder (None: one beside the store).

    Raises:
        UsageError: the address is none.
    """

    address: str
    work_dir: Path | None = None

    def __post_init__(self) -> None:
        cluster_address(self.address)

    @classmethod
    def of(cls, address: str, work_dir: Path | None = None) -> "ClusterChoice | None":
        """The choice, or None for no address.

        Raises:
            UsageError: the address is none, or there is a work folder without one.
        """
        if address:
            return cls(address, work_dir)
        if work_dir is not None:
            raise UsageError("a work folder and no cluster", where="--work-dir", fix=_EXPECTED)
        return None


@contextmanager
def engine_of(
    choice: ClusterChoice | None, store: Path, listen: Listener
) -> Iterator["ClusterEngine | None"]:
    """The engine that was chosen for work on a store; None for threads of this process."""
    if choice is None:
        yield None
        return
    place = real_path(store)
    folder = choice.work_dir or place.with_name(f"{place.name}.work")
    with ClusterEngine(choice.address, WorkFolder(folder.absolute()), listen) as engine:
        yield engine


@dataclass
class ClusterEngine(AbstractContextManager["ClusterEngine"]):
    """A cluster that is asked for, connected to with the first unit.

    ``folder`` is the work folder: it must be seen by all workers by the same path.
    """

    address: str
    folder: WorkFolder
    listen: Listener
    _stack: ExitStack = field(default_factory=ExitStack)
    _engine: Engine | None = None
    _runs: set[tuple[str, str]] = field(default_factory=set)

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self.folder.drop_if_empty()

    @property
    def place(self) -> str:
        """Where units run, in words."""
        return self.address if self._engine is None else self._engine.place

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

    def forget(self) -> None:
        """Take the results of all runs away, and what dead workers left: they are used now."""
        for stage, run in self._runs:
            self.folder.drop_run(stage, run)
        self._runs.clear()

    def _connected(self) -> Engine:
        if self._engine is None:
            from fercurate.pipeline.engine.dask_engine import open_dask  # noqa: PLC0415

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
            self._engine = open_dask(self.address, self.folder, probe, self._stack)
            self.listen(Notice(f"units run on {self._engine.place}"))
        return self._engine

    def _warn_of_open_port(self) -> None:
        if self.address.startswith("tcp://") and urlsplit(self.address).hostname not in _LOOPBACK:
            warn_by(self.listen)(
                f"{self.address}: whoever reaches this port can run code on its machines; use tls://"
            )
