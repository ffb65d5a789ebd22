"""The small world of traces, comparisons and bundles: corpora with planted faults; it is as said.

Rows of ``fer2013.csv`` are counted from 0: 123 and 124 repeat row 0, of whom 124 has another label;
80 to 82 are broken; nobody voted on row 5, on row 6 half and half.
"""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from fercurate.domain.sample_table import SampleTable
from fercurate.export.samples_file import read_samples
from fercurate.pipeline.building.build import BuildReport, BuildRequest, build
from fercurate.pipeline.filter.filter import filter_store
from fercurate.pipeline.filter.request import FilterRequest
from fercurate.pipeline.filter.verdicts import FilterReport
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.store.store import Store
from fercurate.synthetic.fer2013 import read_planted, write_fer2013
from tests.corpora import CkTree, encode, plant

CLASSES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
COPY, OTHER_LABEL, UNVOTED, UNDECIDED = 123, 124, 5, 6
BROKEN_LINE = 82
OLD = Path(__file__).parents[2] / "end_to_end" / "last_version"
BLANK = "blank:test/0000000"
MARKUP = "<b>&'x.png"
OWN = (
    "train/happy/a.png",
    "train/happy/a.png#rotate(degrees=90).png",
    "train/happy/a.png#b#1.png",
    "train/sad/c/2.png",
    f"train/sad/{MARKUP}",
    'train/sad/q"uo, te.png',
    "train/sad/new\nline.png",
    "test/happy/t.png",
    "test/sad/u.jpg",
)
"""Pictures of a source of class folders, by path; their names are as bad as names can be."""

BASE: dict[str, Any] = {
    "version": 1,
    "name": "own",
    "description": "own",
    "sources": ["fer2013"],
    "labels": {"scheme": "seven"},
    "splits": {
        "kind": "native",
        "train": ["Training"],
        "val": ["PublicTest"],
        "test": ["PrivateTest"],
    },
}
AFFINE = {"kind": "albumentations", "transform": "Affine", "rotate": [-20, 20]}
TURN = {"kind": "rotate", "degrees": 90}
SMALL = [{"kind": "grayscale"}, {"kind": "resize", "size": 48, "fit": "stretch"}]
NATIVE = {"kind": "native", "train": ["Training"], "test": ["Test", "PrivateTest"]}


def fer(row: int) -> str:
    """The id of a data row of ``fer2013.csv``."""
    return f"fer2013:{row:07d}"


def recipe(**sections: Any) -> LoadedRecipe:
    """The base recipe with some sections of its own; None takes one away."""
    told = {key: value for key, value in (BASE | sections).items() if value is not None}
    return parse_recipe(json.dumps(told, indent=1), "own.yaml")


def built(store: Path, output: Path, *, layout: str = "standard", **sections: Any) -> BuildReport:
    """Build by ``recipe`` what is not there yet."""
    request = BuildRequest(recipe(**sections), store, output, layout, framework="none")
    return build(request)


def columns(path: Path) -> dict[str, np.ndarray]:
    """The datasets of a file of an export, text decoded."""
    with h5py.File(path) as file:
        return {
            name: one.asstr()[:] if one.dtype.kind == "S" else one[:] for name, one in file.items()
        }


@dataclass(frozen=True)
class World:
    """Raw files in ``root``, a filtered store of them, and exports of it, each made when asked."""

    root: Path

    @property
    def store(self) -> Path:
        return self.root / "s.h5"

    def part(self, *names: str) -> Path:
        """A store of some of the raw folders alone: ``fer``, ``ck``, ``own``."""
        place = self.root / f"{'-'.join(names)}.h5"
        for name in names if not place.exists() else ():
            source = {"source": "folder", "name": name} if name == "own" else {}
            ingest(IngestRequest((self.root / name,), place, **source))
        return place

    @property
    def planted(self) -> dict[str, list[list[int]]]:
        return read_planted(self.root / "fer")

    @cached_property
    def lines(self) -> list[tuple[str, np.ndarray, str]]:
        """Label, picture and usage of every data row."""
        rows = [
            line.split(",") for line in (self.root / "fer/fer2013.csv").read_text().split("\n")[1:]
        ]
        return [
            (CLASSES[int(row[0]) % 7], np.array(row[1].split(), np.uint16), row[2])
            for row in rows
            if len(row) == 3
        ]

    def picture(self, row: int) -> np.ndarray:
        return self.lines[row][1].astype(np.uint8).reshape(48, 48)

    @cached_property
    def rows(self) -> dict[str, int]:
        """The stored row of each sample by its id."""
        with Store.open(self.store) as store:
            return {str(name): row for row, name in enumerate(store.manifest.text("id"))}

    @cached_property
    def report(self) -> FilterReport:
        return filter_store(FilterRequest(self.store, ease=False))

    def score(self, name: str) -> dict[str, float]:
        """A score of each sample of FER-2013."""
        pairs = zip(self.report.ids, self.report.scores[name], strict=True)
        return {str(one): float(x) for one, x in pairs if str(one).startswith("fer2013:")}

    def export(self, name: str) -> Path:
        return _exported(self, name)

    def samples(self, name: str) -> SampleTable:
        return read_samples(self.export(name) / "samples.csv")


EXPORTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "copies": {
        "sources": ["fer2013", "own"],
        "splits": NATIVE,
        "normalize": SMALL,
        "leaks": "drop_train",
        "balance": [{"kind": "offline", "copies": [TURN]}],
    },
    "made": {
        "balance": [
            {"kind": "random_under", "strategy": {"happy": 6}},
            {"kind": "smote", "strategy": {"disgust": 6}, "k_neighbors": 1},
            {"kind": "offline", "copies": [AFFINE], "times": 2},
        ]
    },
    "folds": {"splits": {"kind": "stratified_kfold", "folds": 3, "fold_files": True}},
    "legacy": {"layout": "legacy", "normalize": SMALL},
}


@cache
def _exported(world: World, name: str) -> Path:
    output = world.root / "exports" / name
    built(world.store, output, **EXPORTS[name])
    return output


def world_of(factory: pytest.TempPathFactory) -> World:
    """The world of this session."""
    return _made(factory.getbasetemp())


@cache
def _made(base: Path) -> World:
    world = World(base / "world")
    _plant(world.root)
    ingest(IngestRequest((world.root / "fer", world.root / "ck"), world.store))
    blank = IngestRequest((world.root / "blank.csv",), world.store, source="fer2013", name="blank")
    ingest(blank)
    ingest(IngestRequest((world.root / "own",), world.store, source="folder", name="own"))
    assert len(world.report.ids) == len(world.rows)
    return world


def _plant(root: Path) -> None:
    write_fer2013(root / "fer", sizes=(80, 20, 20), seed=3)
    pictures, votes = (root / "fer" / name for name in ("fer2013.csv", "fer2013new.csv"))
    lines, voted = (path.read_text().splitlines() for path in (pictures, votes))
    label, pixels, usage = lines[1].split(",")
    assert int(label) == CLASSES.index("sad")
    lines += [lines[1], f"{CLASSES.index('fear')},{pixels},{usage}"]
    voted[1 + UNVOTED] = "Training,fer0000005.png,0,0,0,0,0,0,0,0,0,0"
    voted[1 + UNDECIDED] = "Training,fer0000006.png,5,5,0,0,0,0,0,0,0,0"
    voted += [voted[1], voted[1]]
    pictures.write_text("\n".join(lines) + "\n")
    votes.write_text("\n".join(voted) + "\n")
    (root / "blank.csv").write_text(f"pixels\n{' '.join(['7', '9'] * 1152)}\n")
    tree = CkTree(root / "ck")
    for key, code in (("S005/001", "3"), ("S010/001", "6")):
        tree.sequence(key, range(1, 7), code)
    noise = np.random.default_rng(7).integers(0, 256, (len(OWN), 8, 10, 3), dtype=np.uint8)
    plant(root / "own", {n: encode(p, n[-3:]) for n, p in zip(OWN, noise, strict=True)})


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


def test_the_store_holds_what_was_planted(world: World) -> None:
    with Store.open(world.store) as store:
        ids, votes = list(store.manifest.text("id")), store.votes
        labels = dict(zip(ids, store.manifest.text("expression"), strict=True))
        rejected = [(code, line) for source, _, line, code, _ in store.rejects() if source]
    assert {name.removeprefix("own:") for name in ids if name.startswith("own:")} == set(OWN)
    assert (labels[fer(0)], labels[fer(COPY)], labels[fer(OTHER_LABEL)]) == ("sad", "sad", "fear")
    assert labels[BLANK] == ""
    assert not votes[ids.index(fer(UNVOTED))].any()
    assert sorted(votes[ids.index(fer(UNDECIDED))])[-2:] == [5, 5]
    assert ("E_PIXCOUNT", BROKEN_LINE) in rejected
    assert len(world.planted["duplicate_across_usages"]) == 3
