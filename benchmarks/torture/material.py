"""Small stores and exports that the campaign damages: made once, copied for each try."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.torture.sandbox import run
from fercurate.domain.sample import Sample
from fercurate.files import digest
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.measure.measure import MeasureRequest, measure
from fercurate.recipe.shipped import load_recipe
from fercurate.screening.exposure import Exposure
from fercurate.store import writer
from fercurate.store.heads import head
from fercurate.store.store import Store
from fercurate.store.writer import open_writer
from fercurate.synthetic.fer2013 import write_fer2013

SESSION = "torture"
RECIPE = "fer2013_seven"


@dataclass(frozen=True, slots=True)
class Material:
    """A folder with a corpus, another one to add, a store of the first, and an export of it."""

    folder: Path

    @property
    def corpus(self) -> Path:
        """The corpus that is stored: a FER-2013 CSV with votes."""
        return self.folder / "first"

    @property
    def second(self) -> Path:
        """Class folders that are not stored yet."""
        return self.folder / "second"

    @property
    def store(self) -> Path:
        """The store: samples, votes, files as they were, measurements."""
        return self.folder / "store.h5"

    @property
    def parts(self) -> Path:
        """The folder of its parts."""
        return self.folder / "store.h5.parts"

    @property
    def export(self) -> Path:
        """An export with scripts."""
        return self.folder / "out"

    def copy(self, target: Path) -> "Material":
        """The same in another folder, which is made anew."""
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.folder, target)
        return Material(target)


def make_material(folder: Path) -> Material:
    """Draw corpora, store and measure one, and build from it.

    A child does it: who has used OpenCV must not fork, for its threads are missing in the copy.
    """
    made = Material(folder)
    outcome = run(lambda: _make(made), seconds=300)
    if outcome.code:
        raise RuntimeError(f"the material cannot be made: {outcome.err}")
    return made


def _make(made: Material) -> int:
    write_fer2013(made.corpus, sizes=(40, 10, 10), seed=1, broken=False)
    write_pictures(made.second, 24)
    ingest(IngestRequest((made.corpus,), made.store))
    pictures = made.folder / "third"
    write_pictures(pictures, 6, seed=7)
    ingest(IngestRequest((pictures,), made.store))
    with Store.open(made.store) as store:
        measure(store, MeasureRequest((Exposure(),), jobs=1)).close()
    build(BuildRequest(load_recipe(RECIPE), made.store, made.export, framework="sklearn", jobs=1))
    return 0


def write_pictures(root: Path, count: int, seed: int = 3) -> None:
    """Draw class folders of small smooth pictures."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        name = ("happy", "sad", "angry", "neutral")[number % 4]
        target = root / name / f"{seed}_{number}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        small = rng.integers(0, 256, (6, 6), dtype=np.uint8)
        cv2.imwrite(str(target), cv2.resize(small, (48, 48), interpolation=cv2.INTER_CUBIC))


def leave_pending(material: Material) -> Path:
    """Begin a change of the store and leave it: the place of its head."""
    before = writer.CHUNK_ROWS
    writer.CHUNK_ROWS = 4
    try:
        with open_writer(material.store, SESSION) as open_store:
            for number in range(10):
                image = np.full((8, 8), number, dtype=np.uint8)
                facts = ("3", "happy", "Training")
                open_store.append(Sample(f"toy:{number}", "toy", image, *facts, origin="toy.csv"))
    finally:
        writer.CHUNK_ROWS = before
    return material.parts / "pending.h5"


def forget() -> None:
    """Have the next look read all files again: here they change within a tick of the clock."""
    digest._sha256.cache_clear()
    head._read.cache_clear()
