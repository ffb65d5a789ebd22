"""The demo: the whole job on small synthetic corpora, step by step."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fercurate.errors import ConflictError
from fercurate.pipeline.audit.audit import audit
from fercurate.pipeline.audit.report import AuditReport
from fercurate.pipeline.building.build import BuildReport, BuildRequest, build
from fercurate.pipeline.events import Listener, Notice, ignore
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.report import IngestReport
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.stats.class_balance import ClassBalance
from fercurate.pipeline.stats.stats import measure_balance
from fercurate.recipe.shipped import load_recipe
from fercurate.store.layout import parts_folder
from fercurate.synthetic.affectnet import write_affectnet
from fercurate.synthetic.ckplus import write_ckplus
from fercurate.synthetic.fer2013 import write_fer2013

RECIPES: tuple[str, ...] = ("modified_fer", "seven_class")
"""What the demo builds: FER-2013 with copies, and all three corpora merged."""

_MARK = "demo.txt"
"""The file that tells a demo from other folders; it comes first, and says what the folder is."""

_EARLIER_MARK = Path("raw", "fer2013", "planted.json")
_CKPLUS_SIZE = (320, 245)
_AFFECTNET_SIZE = 96


@dataclass(frozen=True, slots=True)
class DemoRequest:
    """In which folder the demo runs, the seed of its faces, and whether it replaces another."""

    folder: Path
    seed: int = 0
    overwrite: bool = False

    @property
    def raw(self) -> Path:
        """Where the drawn corpora lie."""
        return self.folder / "raw"

    @property
    def store(self) -> Path:
        """Where the store goes."""
        return self.folder / "store.h5"


@dataclass(frozen=True, slots=True)
class DemoStep:
    """A step begins; ``title`` is the command that does the same."""

    title: str


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What a step gave, and the store or export that it is about."""

    path: Path
    result: IngestReport | ClassBalance | AuditReport | BuildReport


def run_demo(request: DemoRequest, listen: Listener = ignore) -> Iterator[DemoStep | DemoResult]:
    """Draw small corpora, then ingest, stats, audit, and build and stats for two recipes.

    Each step is done when it is asked for: its ``DemoStep`` comes before, its ``DemoResult`` after.

    Raises:
        ConflictError: the folder holds something else, or a demo and ``overwrite`` is off.
    """
    _clear(request)
    _draw(request, listen)
    store = request.store
    yield DemoStep("fercurate ingest")
    yield DemoResult(store, ingest(IngestRequest((request.raw,), store), listen))
    yield DemoStep("fercurate stats (store)")
    yield DemoResult(store, measure_balance(store))
    yield DemoStep("fercurate audit (store)")
    yield DemoResult(store, audit(store))
    for recipe in RECIPES:
        yield from _build_steps(request, recipe, listen)


def _build_steps(
    request: DemoRequest, recipe: str, listen: Listener
) -> Iterator[DemoStep | DemoResult]:
    export = request.folder / recipe
    yield DemoStep(f"fercurate build --recipe {recipe}")
    order = BuildRequest(load_recipe(recipe), request.store, export, overwrite=request.overwrite)
    yield DemoResult(export, build(order, listen))
    yield DemoStep(f"fercurate stats {recipe}")
    yield DemoResult(export, measure_balance(export))


def _draw(request: DemoRequest, listen: Listener) -> None:
    """Write the corpora in their real layouts."""
    request.folder.mkdir(parents=True, exist_ok=True)
    (request.folder / _MARK).write_text("Drawn faces and what is made of them: fercurate demo\n")
    listen(Notice("drawing synthetic faces ..."))
    corpus = write_fer2013(request.raw / "fer2013", seed=request.seed)
    faults = ", ".join(f"{len(groups)} {kind}" for kind, groups in corpus.planted.items())
    listen(Notice(f"fer2013: {len(corpus.portraits)} faces; planted: {faults}"))
    seed = request.seed
    write_ckplus(request.raw / "ckplus", subjects=16, sequences=2, seed=seed, size=_CKPLUS_SIZE)
    write_affectnet(request.raw / "affectnet", per_class=20, seed=seed, size=_AFFECTNET_SIZE)


def _clear(request: DemoRequest) -> None:
    folder = request.folder
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not any((folder / mark).is_file() for mark in (_MARK, _EARLIER_MARK)):
        raise ConflictError(
            "the folder holds something that is no demo", where=str(folder), fix="Name another"
        )
    if not request.overwrite:
        raise ConflictError(
            "a demo is there already", where=str(folder), fix="Pass --overwrite to make it anew"
        )
    shutil.rmtree(request.raw, ignore_errors=True)
    shutil.rmtree(parts_folder(request.store), ignore_errors=True)
    request.store.unlink(missing_ok=True)
