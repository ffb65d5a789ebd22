"""Interrupts an action at every fourth step in turn (a full disk: every eighth), then checks.

usage: python -m tests.faults.crash_driver ACTION {kill|full} CORPUS WORK
ACTION: ingest, filter, build, rebuild, preview, export, remove, compact, merge or update

A step is any call that changes a file system: opening for writing, writing, forcing to disk,
renaming, removing. Each n runs in a child process of its own, which is killed (or told that the
disk is full) there; then the state is checked, the action is run again without interruption, and
the final state is checked. Prints the number of steps that were tried.
"""

import contextlib
import errno
import gc
import itertools
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import h5py

from fercurate.errors import FercurateError
from fercurate.files import folder as staging
from fercurate.files import hdf5
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import LayoutRequest, export_layout
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.measure import measure as measuring
from fercurate.pipeline.preview.preview import PreviewRequest, preview
from fercurate.recipe.shipped import load_recipe
from fercurate.screening.exposure import Exposure
from fercurate.store import writer
from fercurate.store.store import Store
from tests.faults.care_actions import Places, care_actions, seen

MODE, ACTION = sys.argv[2], sys.argv[1]
CORPUS, WORK = Path(sys.argv[3]), Path(sys.argv[4])
RUN = WORK / "run"
CARE = care_actions(Places(CORPUS, WORK / "base", RUN)).get(ACTION)
FINER = int(os.environ.get("FERCURATE_SWEEP", "1"))
STRIDES = {"kill": max(4 // FINER, 1), "full": max(8 // FINER, 1)}
"""Steps in a row are much alike, and a full disk is met by one piece of code at all of them;
``FERCURATE_SWEEP=4`` strikes at four times as many."""
CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate")


class Steps:
    """Counts steps and strikes at one of them."""

    def __init__(self, strike_at: int) -> None:
        self.count = 0
        self.strike_at = strike_at

    def step(self, can_be_full: bool) -> None:
        if MODE == "full" and not can_be_full:
            return
        self.count += 1
        if self.count == self.strike_at:
            if MODE == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if not str(arguments[:1]).count(str(RUN)):
            return
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_ACCMODE
        if writes or event in CHANGES:
            self.step(can_be_full=bool(writes))

    def wrap(self, owner: object, name: str, every: int = 1) -> None:
        original, calls = getattr(owner, name), itertools.count()

        def stepped(*args: object, **kwargs: object) -> object:
            if next(calls) % every == 0:
                self.step(can_be_full=True)
            return original(*args, **kwargs)

        setattr(owner, name, stepped)


def install(strike_at: int) -> None:
    steps = Steps(strike_at)
    sys.addaudithook(steps.audit)
    for name in ("fsync", "pwrite", "posix_fallocate"):
        steps.wrap(os, name)
    steps.wrap(hdf5.GuardedFile, "_write_all", every=5)  # into one unlisted file: much alike
    steps.wrap(staging, "_exchange")
    writer.CHUNK_ROWS = 50  # several parts even for a small corpus


def do_ingest() -> None:
    ingest(IngestRequest((CORPUS / "second",), RUN / "store.h5"))


def do_build() -> None:
    request = BuildRequest(
        load_recipe("modified_fer"),
        RUN / "store.h5",
        RUN / "out",
        overwrite=True,
        jobs=1,
        framework="none",  # so many equal steps more, each of which costs a run
    )
    build(request)


def do_preview() -> None:
    """Two sheets in the place of one."""
    request = PreviewRequest(
        load_recipe("modified_fer"), RUN / "store.h5", RUN / "looks", overwrite=True, jobs=1
    )
    preview(request)


def do_export() -> None:
    """Shards in the place of arrays."""
    layout, _ = chosen_layout("webdataset", "", {"shard_rows": 10})
    export_layout(LayoutRequest(RUN / "out", layout, RUN / "laid", overwrite=True, jobs=1))


def do_filter() -> None:
    measuring.CHUNK_ROWS = 16
    request = measuring.MeasureRequest((Exposure(),), jobs=1)
    with Store.open(RUN / "store.h5") as store:
        measuring.measure(store, request).close()
    with writer.open_writer(RUN / "store.h5", "sweep"):
        pass  # with nothing left to measure a filter only reads; the next writer sweeps up


def measured_state() -> tuple[object, float]:
    with Store.open(RUN / "store.h5") as store:
        found = store.measured("exposure", "exposure-1")
    check(found is None or bool(found.known.all()), "some samples are not measured")
    return store_state(), 0.0 if found is None else float(found.values.sum())


def contents(path: Path) -> dict[str, bytes]:
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return {str(file.relative_to(path)): file.read_bytes() for file in files}


def store_state() -> object:
    return seen(RUN / "store.h5")


def child(action: Callable[[], None], strike_at: int) -> int:
    """Run the action in a child; returns 0 done, 1 failed cleanly, -9 killed."""
    pid = os.fork()
    if pid == 0:
        code = 0
        try:
            if strike_at:
                install(strike_at)
            action()
        except (OSError, FercurateError) as error:
            code = 1 if MODE == "full" and "space" in str(error) else 3
        except BaseException:  # noqa: BLE001 (a child must end here, whatever happened)
            sys.excepthook(*sys.exc_info())
            code = 4
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def check(condition: bool, message: str) -> None:
    if not condition:
        sys.exit(message)


def prepare(strike_at: int) -> None:
    shutil.rmtree(RUN, ignore_errors=True)
    shutil.copytree(WORK / "base", RUN)
    if ACTION == "build":
        shutil.rmtree(RUN / "out")


def main() -> None:
    actions: dict[str, tuple[Callable[[], None], Callable[[], object]]] = {
        "ingest": (do_ingest, store_state),
        "filter": (do_filter, measured_state),
        "preview": (do_preview, lambda: contents(RUN / "looks")),
        "export": (do_export, lambda: contents(RUN / "laid")),
    }
    action, state = actions.get(ACTION, (do_build, out_state))
    if action in (do_build, do_preview):
        import albumentations  # noqa: F401  # a second, which every child would spend again
    if CARE is not None:
        action, state = CARE.act, CARE.state
        CARE.set_up()
    prepare(0)
    before = state()
    gc.freeze()  # a child that collects would copy every page
    check(child(action, 0) == 0, "the action fails by itself")
    after = state()
    check(ACTION == "rebuild" or before != after, "the action changes nothing")
    for strike_at in itertools.count(1, STRIDES[MODE]):
        prepare(strike_at)
        code = child(action, strike_at)
        if code == 0:
            check(state() == after, f"step {strike_at}: finished with a wrong state")
            break
        check(code == (-9 if MODE == "kill" else 1), f"step {strike_at}: exit {code}")
        check(state() in (before, after), f"step {strike_at}: neither old nor new state")
        check(child(action, 0) == 0, f"step {strike_at}: the next run fails")
        check(state() == after, f"step {strike_at}: the next run gives another state")
        check(clean(), f"step {strike_at}: left behind {sorted(RUN.iterdir())}")
    sys.stdout.write(f"{strike_at - 1}\n")


def out_state() -> dict[str, bytes]:
    state = contents(RUN / "out")
    for name in ("train.h5", "test.h5") if state else ():
        with h5py.File(RUN / "out" / name) as file:
            check(len(file["images"]) == len(file["labels"]), f"{name} is not whole")
    return state


def clean() -> bool:
    changed = RUN / "store.h5" if CARE is None else CARE.result
    parts = {path.name for path in changed.with_name(f"{changed.name}.parts").iterdir()}
    with contextlib.closing(Store.open(changed)) as store:
        listed = {part.name for part in store.head.parts}
    return parts - {"committed"} == listed | {"lock"} and not list(RUN.glob(".*"))


main()
