"""Dask distributed as an engine: it runs functions, again where a worker dies, and nothing more.

No result passes through it: workers seal theirs in the work folder and answer in a line of JSON.
"""

import json
import time
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from fercurate.errors import EngineError
from fercurate.pipeline.engine.shards import WorkFolder
from fercurate.pipeline.engine.unit import Outcome, Unit
from fercurate.pipeline.engine.worker import FAULT, REFUSED, UNSHARED, work

FAILURES = 3
"""A unit that failed so often ends the run."""

_AHEAD = 16
"""Units a worker that wait for it."""

_ANSWER = 10.0
"""Seconds that a scheduler has to answer the first call."""

_LOCAL: dict[str, Any] = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.nanny.pre-spawn-environ": dict.fromkeys(
        ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), 1
    ),
}
"""Settings of a cluster of this machine: no pages, and no MALLOC_TRIM_THRESHOLD_, by which Dask has
workers give memory back so often that a network takes a third longer."""

_LOOK, _PATIENCE = 5.0, 60.0
"""Seconds after which it is looked whether workers are there, and to wait until some are."""

_SLOW, _SLOW_AT_LEAST = 4.0, 30.0
"""A unit waited for so many times as long as units take, and so many seconds, gets a twin."""


@dataclass
class _Pace:
    """How long units take: ``count`` were done by all workers since ``begun``."""

    begun: float = field(default_factory=time.monotonic)
    count: int = 0

    def slow(self, workers: int) -> float:
        """Seconds after which a unit that is waited for takes too long."""
        each = (time.monotonic() - self.begun) * workers / self.count if self.count else 0.0
        return max(_SLOW_AT_LEAST, _SLOW * each) * (1 if self.count else _SLOW)


@dataclass
class DaskEngine:
    """Runs units on the workers of a Dask client."""

    client: Any
    folder: WorkFolder
    probe: str
    refused: dict[str, str] = field(default_factory=dict)
    pace: _Pace = field(default_factory=_Pace)

    @property
    def place(self) -> str:
        """How many workers there are, on how many machines."""
        workers = self.client.scheduler_info(n_workers=-1)["workers"]
        hosts = {facts["host"] for facts in workers.values()}
        return f"{len(workers)} workers on {len(hosts)} machine{'s' if len(hosts) > 1 else ''}"

    @property
    def told(self) -> str:
        """Who was refused, in words; "" if nobody was."""
        return "; ".join(sorted(set(self.refused.values())))

    def run(self, units: Iterable[Unit]) -> Iterator[Outcome]:
        """Yield the result of every unit, in their order; a few a worker are begun ahead.

        A unit that is sealed already is not sent.

        Raises:
            EngineError: a unit failed three times, no worker can do it, or none is there.
        """
        waiting: deque[tuple[Unit, Any]] = deque()
        ahead = _AHEAD * max(len(self._workers()), 1)
        try:
            for unit in units:
                sealed = self.folder.is_sealed(unit)
                waiting.append((unit, None if sealed else self._submit(unit, 0)))
                if len(waiting) >= ahead:
                    yield self._result(*waiting.popleft())
            while waiting:
                yield self._result(*waiting.popleft())
        finally:
            self.client.cancel([future for _, future in waiting if future is not None])

    def _submit(self, unit: Unit, turn: int, avoided: Collection[str] = ()) -> Any:
        """Send a unit to any worker, or to one that is neither refused nor avoided."""
        chosen: dict[str, Any] = {}
        if self.refused or avoided:
            taken = self._workers()
            others = [address for address in taken if address not in avoided]
            chosen = {"workers": others or taken, "allow_other_workers": False}
        return self.client.submit(
            work,
            unit.to_text(),
            str(self.folder.path),
            self.probe,
            key=f"fercurate-{unit.stage}-{unit.key[:24]}-{turn}-{time.monotonic_ns()}",
            pure=False,
            **chosen,
        )

    def _result(self, unit: Unit, future: Any) -> Outcome:
        failures: list[str] = []
        failed: set[str] = set()
        turn, again = 0, future is None
        while True:
            if future is not None:
                future, reason = self._done(unit, future)
            else:
                reason = ""
            if not reason:
                content = self.folder.read(unit)
                if content is not None:
                    self.pace.count += not again
                    return Outcome(content, again)
                self.folder.drop(unit)
                again, reason = False, "its result is not what its seal says"
            if reason != REFUSED:
                failures.append(reason)
                failed.update(self._who_did(future))
            if len(failures) >= FAILURES:
                raise EngineError(
                    f"a unit of {unit.rows:,} pictures failed {FAILURES} times: "
                    f"{'; '.join(dict.fromkeys(failures))}",
                    where=f"{unit.stage} {unit.key[:12]}",
                    fix="What is sealed stays: run the same again once the reason is gone",
                )
            turn += 1
            future = self._submit(unit, turn, failed)

    def _done(self, unit: Unit, future: Any) -> tuple[Any, str]:
        """Wait for a unit; whoever did it, the unit or its twin, and why there is no result yet.

        The reason is "" if there is one, ``REFUSED`` if another worker is to do it.
        """
        try:
            future, answer = self._first(unit, future)
            told = json.loads(answer)
        except EngineError:
            raise
        except Exception as error:  # noqa: BLE001  # whatever a scheduler says of a lost worker
            return future, f"{type(error).__name__}: {error}"[:300]
        return future, self._reason(future, told)

    def _reason(self, future: Any, answer: dict[str, Any]) -> str:
        if UNSHARED in answer:
            raise EngineError(
                f"the worker on {answer[UNSHARED]} does not see it",
                where=str(self.folder.path),
                expected="a folder that all machines share, by the same path",
                fix="Name one with --work-dir",
            )
        if REFUSED in answer:
            who = self._who_did(future)
            if not who:  # it is gone again, and whoever comes in its place is asked anew
                return str(answer[REFUSED])
            self._refuse(who, answer[REFUSED])
            return REFUSED
        return str(answer.get(FAULT, ""))

    def _first(self, unit: Unit, future: Any) -> tuple[Any, str]:
        """Wait for a unit, or its twin, and what it answers: one that is slow is begun elsewhere.

        Whichever is first counts; both seal the same bytes. Where a worker is lost, others take
        over.

        Raises:
            EngineError: there has been no worker for a while.
        """
        wait = import_module("distributed").wait
        sent, alone, since = [future], 0.0, time.monotonic()
        while True:
            try:
                wait(sent, timeout=_LOOK, return_when="FIRST_COMPLETED")
                ended = next((one for one in sent if one.status == "finished"), sent[0])
                if len(sent) > 1 and ended.status == "error":
                    sent.remove(ended)
                    continue
                answer = str(ended.result(timeout=_LOOK))
            except TimeoutError:
                workers = self._workers()
                alone = 0.0 if workers else alone + _LOOK
                if alone >= _PATIENCE:
                    raise EngineError(
                        f"all workers have been gone for {alone:.0f} seconds",
                        fix="What is sealed stays: run the same again once there are some",
                    ) from None
                slow = time.monotonic() - since > self.pace.slow(len(workers))
                if slow and len(sent) == 1 and (busy := self._who_does(future)):
                    sent += [self._submit(unit, 0, busy)] if busy != set(workers) else []
            else:
                self.client.cancel([one for one in sent if one is not ended])
                return ended, answer

    def _who_does(self, future: Any) -> set[str]:
        """The addresses of workers that a unit lies with."""
        return {who for who, keys in self.client.processing().items() if future.key in keys}

    def _who_did(self, future: Any) -> Collection[str]:
        """The addresses of workers that hold an answer; nobody of one that was lost."""
        if future is None or future.status != "finished":
            return ()
        return tuple(self.client.who_has([future]).get(future.key, ()))

    def _refuse(self, workers: Collection[str], reason: str) -> None:
        """Take no more work to workers."""
        self.refused |= dict.fromkeys(workers, reason)
        if not self._workers():
            raise EngineError(
                f"no worker computes the same bytes as this machine: {self.told}",
                fix="Install the same versions on workers of the same kind, or run without them",
            )

    def _workers(self) -> list[str]:
        """The addresses of workers that are not refused."""
        found = self.client.scheduler_info(n_workers=-1)["workers"]
        return [address for address in found if address not in self.refused]


def open_dask(address: str, folder: WorkFolder, probe: str, stack: ExitStack) -> DaskEngine:
    """Connect to a scheduler, or start a cluster of this machine (``local:4``).

    Raises:
        EngineError: Dask is not installed, there is no scheduler, or it has no worker.
    """
    try:
        distributed: Any = import_module("distributed")  # takes seconds, and is an extra
    except ImportError as error:
        raise EngineError(
            f"Dask distributed is needed ({error})", fix="pip install 'fercurate[cluster]'"
        ) from None
    try:
        client = stack.enter_context(
            distributed.Client(**_connection(distributed, address, stack), timeout=_ANSWER)
        )
        client.wait_for_workers(1, timeout=_PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise EngineError(
            f"no cluster answers ({type(error).__name__}: {error})"[:400],
            where=f"--cluster {address}",
            expected="local:WORKERS, or the address of a Dask scheduler that has workers",
        ) from None
    return DaskEngine(client, folder, probe)


def _connection(distributed: Any, address: str, stack: ExitStack) -> dict[str, Any]:
    """What a client is told of an address."""
    kind, _, rest = address.partition(":")
    if kind == "file":
        return {"scheduler_file": rest}
    if kind != "local":
        return {"address": address}
    # Other users of this machine reach its ports, too: what is said is encrypted, nothing is shown.
    security = distributed.Security.temporary()
    stack.enter_context(import_module("dask").config.set(_LOCAL))
    cluster = distributed.LocalCluster(
        n_workers=int(rest),
        threads_per_worker=1,
        processes=True,
        security=security,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        preload="fercurate.pipeline.engine.preload",
        silence_logs=50,
    )
    stack.callback(cluster.close)
    return {"address": cluster, "security": security}
