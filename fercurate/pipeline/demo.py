"""The demo: small synthetic corpora on which the whole job runs."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from fercurate.errors import ConflictError
from fercurate.pipeline.events import Listener, Notice, ignore
from fercurate.store.layout import parts_folder
from fercurate.synthetic.affectnet import write_affectnet
from fercurate.synthetic.ckplus import write_ckplus
from fercurate.synthetic.fer2013 import write_fer2013

RECIPES: tuple[str, ...] = ("modified_fer", "seven_class")
"""What the demo builds: FER-2013 with copies, and all three corpora merged."""

_MARK = Path("raw", "fer2013", "planted.json")
_CKPLUS_SIZE = (320, 245)
_AFFECTNET_SIZE = 96


@dataclass(frozen=True, slots=True)
class Demo:
    """Where a demo's corpora lie, and where its store and exports go."""

    raw: Path
    store: Path
    exports: tuple[tuple[str, Path], ...]


def prepare_demo(folder: Path, seed: int, overwrite: bool, listen: Listener = ignore) -> Demo:
    """Draw the corpora of a demo into a folder.

    Raises:
        ConflictError: the folder holds something else, or a demo and ``overwrite`` is off.
    """
    exports = tuple((recipe, folder / recipe) for recipe in RECIPES)
    demo = Demo(folder / "raw", folder / "store.h5", exports)
    _clear(folder, demo, overwrite)
    listen(Notice("drawing synthetic faces ..."))
    corpus = write_fer2013(demo.raw / "fer2013", seed=seed)
    faults = ", ".join(f"{len(groups)} {kind}" for kind, groups in corpus.planted.items())
    listen(Notice(f"fer2013: {len(corpus.portraits)} faces; planted: {faults}"))
    write_ckplus(demo.raw / "ckplus", subjects=16, sequences=2, seed=seed, size=_CKPLUS_SIZE)
    write_affectnet(demo.raw / "affectnet", per_class=20, seed=seed, size=_AFFECTNET_SIZE)
    return demo


def _clear(folder: Path, demo: Demo, overwrite: bool) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / _MARK).is_file():
        raise ConflictError(
            "the folder holds something that is no demo", where=str(folder), fix="Name another"
        )
    if not overwrite:
        raise ConflictError(
            "a demo is there already", where=str(folder), fix="Pass --overwrite to make it anew"
        )
    shutil.rmtree(demo.raw)
    shutil.rmtree(parts_folder(demo.store), ignore_errors=True)
    demo.store.unlink(missing_ok=True)
