"""The demo: small synthetic corpora on which the whole job runs."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from fercurate.errors import ConflictError
from fercurate.pipeline.events import Listener, Notice, ignore
from fercurate.store.layout import parts_folder
from fercurate.synthetic.fer2013 import write_fer2013

DEMO_RECIPE = "modified_fer"
_MARK = Path("raw", "fer2013", "planted.json")


@dataclass(frozen=True, slots=True)
class Demo:
    """Where a demo's corpora lie, and where its store and export go."""

    corpora: tuple[Path, ...]
    store: Path
    export: Path


def prepare_demo(folder: Path, seed: int, overwrite: bool, listen: Listener = ignore) -> Demo:
    """Draw the corpora of a demo into a folder.

    Raises:
        ConflictError: the folder holds something else, or a demo and ``overwrite`` is off.
    """
    demo = Demo((folder / "raw" / "fer2013",), folder / "store.h5", folder / DEMO_RECIPE)
    _clear(folder, demo, overwrite)
    listen(Notice("drawing synthetic faces ..."))
    corpus = write_fer2013(demo.corpora[0], seed=seed)
    faults = ", ".join(f"{len(groups)} {kind}" for kind, groups in corpus.planted.items())
    listen(Notice(f"{demo.corpora[0]}: {len(corpus.portraits)} faces; planted: {faults}"))
    return demo


def _clear(folder: Path, demo: Demo, overwrite: bool) -> None:
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / _MARK).is_file():
        raise ConflictError(
            "the folder holds something that is no demo", where=str(folder), fix="Name another"
        )
    if not overwrite:
        raise ConflictError(
            "a demo is there already", where=str(folder), fix="Pass --overwrite to make it anew"
        )
    shutil.rmtree(folder / "raw")
    shutil.rmtree(parts_folder(demo.store), ignore_errors=True)
    demo.store.unlink(missing_ok=True)
