"""Exports and training runs of the variants: built and trained once, gone on with after a break."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import h5py

from benchmarks.worth.variants import TESTS, VARIANTS, Keys, recipe_text

EPOCHS, ROWS = 6, 28_709
"""The base is gone through so often; others as often as gives the most equal number of rows."""


@dataclass(frozen=True)
class Run:
    """One training run: a variant with a seed."""

    variant: str
    seed: int


@dataclass(frozen=True)
class Workshop:
    """A folder with the store, exports and runs; ``budget`` is that of ``train.py``."""

    folder: Path
    budget: str = "quick"
    epochs: int = EPOCHS

    @property
    def store(self) -> Path:
        """The store with FER-2013 and its FER+ votes."""
        return self.folder / "store.h5"

    def ingest(self, sources: Sequence[Path]) -> None:
        """Make the store."""
        if not self.store.is_file():
            _call("-m", "fercurate", "ingest", *map(str, sources), "--store", str(self.store))

    def export(self, kind: str, name: str, keys: Keys) -> Path:
        """The export of a variant, or of test rows, built if it is not there."""
        place = self.folder / kind / name
        if not (place / "recipe.lock").is_file():
            recipe = self.folder / f"{kind}_{name}.yaml"
            recipe.write_text(recipe_text(f"{kind}_{name}", keys), encoding="utf-8")
            told = ("--recipe", str(recipe), "--store", str(self.store), "--output", str(place))
            _call("-m", "fercurate", "build", *told)
        return place

    def exports(self, variants: Sequence[str]) -> None:
        """Build everything that runs need."""
        for name, (_, keys) in TESTS.items():
            self.export("tests", name, keys)
        for name in variants:
            self.export("variants", name, VARIANTS[name][1])

    def folder_of(self, run: Run) -> Path:
        """Where a run lies."""
        usual = (self.budget, self.epochs) == ("quick", EPOCHS)
        effort = "" if usual else f"{self.budget}-{self.epochs}"
        return self.folder / "runs" / effort / run.variant / f"seed-{run.seed}"

    def is_done(self, run: Run) -> bool:
        """Whether a run is trained and tested."""
        return (self.folder_of(run) / "evaluation" / "metrics.json").is_file()

    def do(self, run: Run) -> float:
        """Train and test with one thread; return the seconds that it took."""
        start = time.perf_counter()
        export, place = self.folder / "variants" / run.variant, self.folder_of(run)
        epochs = max(1, round(self.epochs * ROWS / train_rows(export)))
        told = ["--budget", self.budget, "--epochs", str(epochs), "--seed", str(run.seed)]
        more = ["--resume"] if (place / "last.pt").is_file() else ["--overwrite"]
        _call(str(export / "train.py"), *told, "--output", str(place), *more)
        test = self.folder / "tests" / "as_is"
        output = place / "evaluation.new"
        _call(
            *(str(export / "evaluate.py"), str(place / "best.pt"), str(test), "--split", "test"),
            *("--output", str(output)),
        )
        shutil.rmtree(place / "evaluation", ignore_errors=True)
        output.replace(place / "evaluation")
        return time.perf_counter() - start

    def train(self, runs: Sequence[Run], minutes: float, at_once: int) -> Iterator[str]:
        """Do runs until the time is over, several at once; yield a line for each that is done."""
        end = time.monotonic() + 60 * minutes
        waiting = [run for run in runs if not self.is_done(run)]
        doing: dict[Future[float], Run] = {}
        with ThreadPoolExecutor(at_once) as pool:
            while waiting or doing:
                while waiting and len(doing) < at_once and time.monotonic() < end:
                    run = waiting.pop(0)
                    doing[pool.submit(self.do, run)] = run
                if not doing:
                    break
                for future in wait(doing, return_when=FIRST_COMPLETED).done:
                    run = doing.pop(future)
                    yield f"{run.variant}, seed {run.seed}: {future.result() / 60:.1f} minutes"


def train_rows(export: Path) -> int:
    """How many rows an export trains on."""
    with h5py.File(export / "train.h5") as file:
        return len(file["labels"])


def epochs_of(run: Path) -> int:
    """How many epochs a run has gone through."""
    return len(json.loads((run / "metrics.json").read_text(encoding="utf-8"))["history"])


def _call(*arguments: str) -> None:
    """Run Python with one thread; what it prints is shown only where it fails."""
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    environment = {**os.environ, **dict.fromkeys(names, "1")}
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr.strip()[-500:]}")
