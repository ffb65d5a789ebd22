"""Kills, terminations and interruptions at random moments of every command that writes.

After a kill the same command is run again: what it leaves must equal, byte for byte, what one that
was never interrupted leaves, and nothing half-made may stay behind.
"""

import os
import random
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.torture.material import Material
from benchmarks.torture.report import Part
from benchmarks.torture.sandbox import Outcome, fercurate, run
from fercurate.store.store import Store

CLEAN_EXITS: Mapping[int, int] = {signal.SIGTERM: 143, signal.SIGINT: 130}
_CONFLICT = 2
_CLEAN_SHARE = 5
"""For so many kills one SIGTERM and one SIGINT."""

State = dict[str, object]


@dataclass(frozen=True, slots=True)
class Verb:
    """A command that writes, by name, and what it leaves in the material's folder.

    Of several outputs those that ``whole`` names may be there though a later one failed.
    """

    name: str
    command: tuple[str, ...]
    state: Callable[[Path], State]
    whole: tuple[str, ...] = ()


def store_state(folder: Path, name: str = "store.h5") -> State:
    """What a store says: its samples by digest, its measurements, its rejects."""
    if not (folder / name).exists():
        return {}
    with Store.open(folder / name) as store:
        store.verify()
        kept = {part.name for part in store.head.parts} | {"lock", "committed"}
        there = {path.name for path in (folder / f"{name}.parts").iterdir()}
        measured = store.measured("exposure", "exposure-1")
        known = 0 if measured is None else int(measured.known.sum())
        rejects = sorted(map(str, store.rejects()))
        return {"samples": store.digest(), "known": known, "rejects": rejects, "left": there - kept}


def _new_state(folder: Path) -> State:
    return store_state(folder, "new.h5")


def files(folder: Path, name: str) -> State:
    """The bytes of every file of a folder, or of a file."""
    place = folder / name
    found = [place] if place.is_file() else sorted(p for p in place.rglob("*") if p.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def _hidden(folder: Path) -> State:
    return {"hidden": sorted(path.name for path in folder.glob(".*"))}


_STORE = ("--store", "store.h5")
VERBS: list[Verb] = [
    Verb("ingest anew", ("ingest", "first", "--store", "new.h5"), _new_state),
    Verb("ingest more", ("ingest", "second", *_STORE), store_state),
    Verb("filter", ("filter", "store.h5", "--no-ease", "--jobs", "1"), store_state),
    Verb(
        "filter --scores --report",
        ("filter", "store.h5", "--no-ease", "--scores", "s.csv", "--report", "page"),
        lambda f: files(f, "s.csv") | {"page": sorted(files(f, "page"))} | _hidden(f),
        whole=("s.csv",),
    ),
    Verb(
        "build",
        ("build", "--recipe", "fer2013_seven", *_STORE, "-o", "made", "--jobs", "1"),
        lambda f: files(f, "made") | _hidden(f),
    ),
    Verb(
        "build --overwrite",
        ("build", "--recipe", "modified_fer", *_STORE, "-o", "out", "--overwrite", "--jobs", "1"),
        lambda f: files(f, "out") | _hidden(f),
    ),
    Verb(
        "preview",
        ("preview", "--recipe", "modified_fer", *_STORE, "-o", "look", "--jobs", "1"),
        lambda f: files(f, "look") | _hidden(f),
    ),
    Verb("stats --plot", ("stats", "store.h5", "--plot", "b.png"), lambda f: files(f, "b.png")),
    Verb("demo", ("demo", "shown", "--overwrite"), lambda f: {"there": (f / "shown").is_dir()}),
]


def keep(names: Sequence[str]) -> None:
    """Leave out all commands but these."""
    known = {verb.name: verb for verb in VERBS}
    VERBS[:] = [known[name] for name in names]


def kill_verbs(material: Material, work: Path, tries: int) -> Iterator[Part]:
    """Kill every command so many times, and end it cleanly now and then."""
    for verb in VERBS:
        yield kill_verb(verb, material, work, tries)
        yield end_verb(verb, material, work, max(tries // _CLEAN_SHARE, 4))


def _whole(verb: Verb, material: Material, work: Path) -> tuple[State, float]:
    """The state after a run that nothing interrupts, and how long it takes."""
    folder = material.copy(work).folder
    outcome = fercurate(verb.command, folder, seconds=120)
    if outcome.code:
        raise RuntimeError(f"{verb.name} fails by itself: {outcome.err}")
    return verb.state(folder), outcome.seconds


def kill_verb(verb: Verb, material: Material, work: Path, tries: int) -> Part:
    """Kill a command at random moments; run it again, and compare what it leaves."""
    part = Part(f"killed: {verb.name}")
    rng = random.Random(verb.name)
    right, seconds = _whole(verb, material, work)
    for _ in range(tries):
        folder = material.copy(work).folder
        outcome = _interrupted(verb, folder, signal.SIGKILL, rng.uniform(0, seconds))
        again = fercurate(verb.command, folder, seconds=120)
        fault = "" if again.code == 0 else f"the next run: {again.code} {again.err[-200:]}"
        if again.code == _CONFLICT and "there already" in again.err:
            fault = ""  # it was killed when all was done
        if not fault and verb.state(folder) != right:
            fault = "another state than without the kill"
        part.count(1, Outcome(0, "", "", outcome.seconds, outcome.peak), fault)
    return part


def end_verb(verb: Verb, material: Material, work: Path, tries: int) -> Part:
    """SIGTERM and SIGINT end with their exit codes, a line, and nothing half-made."""
    part = Part(f"ended: {verb.name}")
    rng = random.Random(f"{verb.name} ended")
    _, seconds = _whole(verb, material, work)
    for number in range(tries):
        folder = material.copy(work).folder
        sent = (signal.SIGTERM, signal.SIGINT)[number % 2]
        outcome = _interrupted(verb, folder, sent, rng.uniform(0, seconds))
        fault = "" if outcome.code in (0, CLEAN_EXITS[sent]) else f"exit code {outcome.code}"
        if outcome.code and "interrupted; nothing stored is lost" not in outcome.err:
            fault = fault or f"says {outcome.err[-200:]!r}"
        left = [path.name for path in folder.glob(".*")]
        if left and not fault:
            fault = f"left behind {left}"
        part.count(1, outcome, fault)
    return part


def _interrupted(verb: Verb, folder: Path, sent: signal.Signals, after: float) -> Outcome:
    """Run a command and send it a signal after some seconds of its run."""
    from fercurate.cli.boundary import guarded
    from fercurate.cli.main import main
    from fercurate.cli.signals import end_cleanly_on_signals, ignore_signals

    def work() -> int:
        os.chdir(folder)
        sys.argv = ["fercurate", *verb.command]
        signal.signal(signal.SIGINT, signal.default_int_handler)
        end_cleanly_on_signals()
        if os.fork() == 0:
            _send(os.getppid(), sent, after)
        code = guarded(main)
        ignore_signals()
        return code

    return run(work, seconds=120)


def _send(target: int, sent: signal.Signals, after: float) -> None:
    """Be the child that sends a signal to its parent."""
    import time

    os.setpgid(0, 0)
    time.sleep(after)
    if os.getppid() == target:
        os.kill(target, sent)
    os._exit(0)
