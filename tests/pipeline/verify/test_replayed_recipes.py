"""Rows made again from the store are all equal, whatever made them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fercurate.recipe.loader import LoadedRecipe
from fercurate.recipe.shipped import load_recipe
from tests.pipeline.verify.tampering import AFFINE, SMALL, built, copies, lines, own, replayed

pytestmark = pytest.mark.usefixtures("probed_here")

MIRROR = {"kind": "albumentations", "transform": "HorizontalFlip", "p": 0.5}
NOISE = {"kind": "albumentations", "transform": "GaussNoise", "std_range": [0.05, 0.1]}
FRAMED = ["ckplus", "affectnet"]
SHARES = {"kind": "grouped_stratified", "train": 0.8, "val": 0.1, "test": 0.1}


@dataclass(frozen=True)
class Case:
    """A shipped recipe, or sections of one's own; the kinds of rows that it must give; the store.

    Recipes are read when they are tried: a drawn copy is tried when it is read.
    """

    recipe: str | dict[str, Any]
    kinds: frozenset[str]
    store: str = "shared_store"
    layout: str = "standard"

    def read(self) -> LoadedRecipe:
        return load_recipe(self.recipe) if isinstance(self.recipe, str) else own(**self.recipe)


def case(recipe: str | dict[str, Any], *kinds: str, **options: str) -> Case:
    return Case(recipe, frozenset({"real", *kinds}), **options)


def framed(*steps: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {"sources": FRAMED, "splits": SHARES, "normalize": list(steps)} | sections


ALIGN: dict[str, Any] = {"kind": "align", "size": 48}
EVERYTHING = [
    {"kind": "random_under", "strategy": {"happy": 20}},
    {"kind": "smote", "strategy": "minority"},
    *copies({"kind": "rotate", "degrees": 15}, AFFINE, times=2),
    {"kind": "random_over", "strategy": "auto"},
]
FOLDS = {"kind": "stratified_kfold", "folds": 2, "fold_files": True}
LIT = [*SMALL, {"kind": "clahe"}]
SEQUENCE = {"kind": "sequence", "steps": [MIRROR, NOISE]}
CASES: dict[str, Case] = {
    "exact copies": case("modified_fer", "rotated", "scaled"),
    "exact copies, legacy": case("modified_fer", "rotated", "scaled", layout="legacy"),
    "smote": case("smote_seven", "synthetic"),
    "drawn copies": case({"balance": copies(AFFINE, times=2)}, "augmented"),
    "sequences and sets": case(
        {"balance": copies(SEQUENCE, {"kind": "named", "set": "ewu_online"})}, "augmented"
    ),
    "everything": case({"balance": EVERYTHING}, "synthetic", "rotated", "augmented", "repeated"),
    "light": case({"normalize": LIT, "balance": copies({"kind": "flip"})}, "flipped"),
    "screened": case("clean_seven", store="shared_filtered"),
    "cut by a detector": case(
        {"normalize": [{"kind": "crop", "by": "detector"}, *SMALL]}, store="shared_filtered"
    ),
    "cut by boxes, in color": case(
        framed({"kind": "crop", "margin": 0.1}, {"kind": "rgb"}, SMALL[1], balance=copies(AFFINE)),
        "augmented",
        store="merged_store",
    ),
    "aligned, mixtures": case(
        framed(ALIGN, SMALL[0], balance=[{"kind": "smote", "strategy": {"happy": 40}}]),
        "synthetic",
        store="merged_store",
    ),
    "frontal": case(framed({**ALIGN, "kind": "frontalize"}, SMALL[0]), store="merged_store"),
    "folds": case(
        {"splits": FOLDS, "balance": [{"kind": "smote", "strategy": "minority"}]}, "synthetic"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_every_row_comes_out_the_same_again(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    one = CASES[name]
    store = request.getfixturevalue(one.store)
    export = built(store, tmp_path / "o", one.read(), layout=one.layout)
    report = replayed(export, store)
    assert (lines(report), report.remarks) == ([], ())
    assert report.replay.rows == report.replay.equal
    assert set(report.replay.rows) == one.kinds
    assert sum(report.replay.rows.values()) == report.checked["rows"]
    assert replayed(export, store, jobs=1).replay == report.replay
