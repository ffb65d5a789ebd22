"""What the contact sheets of an export show."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

from fercurate.domain.plan import BuildPlan, Labeling, SplitPlan
from fercurate.domain.segments.base import FAMILIES, ORIGINAL
from fercurate.domain.segments.kinds import ExactCopies
from fercurate.domain.verdict import Verdicts
from fercurate.pipeline.building.basis import MeasureOptions
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.building.papers.sheets import (
    ExportSheets,
    plan_with_family,
    segments_of_family,
)
from fercurate.pipeline.building.prepare import PlannedBuild, planned_build
from fercurate.pipeline.events import ignore
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.report.contact_sheet import (
    Cell,
    ContactSheet,
    Strip,
)
from fercurate.store.store import Store

CLASSES = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]

HEAD = """
version: 1
name: everything
description: every kind of row
sources: [fer2013]
labels: {scheme: seven}
splits: {kind: native, train: [Training], test: [PublicTest, PrivateTest]}
normalize: [{kind: grayscale}, {kind: resize, size: 48}]
seed: 5
"""

EVERYTHING = (
    HEAD
    + """
balance:
  - {kind: smote, strategy: {angry: 22, fear: 30}, k_neighbors: 3}
  - {kind: random_over, strategy: {disgust: 6}}
  - kind: offline
    times: 2
    copies:
      - {kind: rotate, degrees: 90}
      - {kind: rotate, degrees: -90}
      - {kind: zoom, factor: 1.7}
      - {kind: flip}
      - {kind: albumentations, transform: Affine, rotate: [-20, 20]}
"""
)


def recipe(text: str = EVERYTHING) -> LoadedRecipe:
    return parse_recipe(text, "own.yaml")


@contextmanager
def planned(store: Path, wanted: LoadedRecipe) -> Iterator[PlannedBuild]:
    """A build that is planned, and not written."""
    options = MeasureOptions(jobs=1)
    with Store.open(store) as opened, planned_build(opened, wanted.recipe, options, ignore) as one:
        yield one


@pytest.fixture(scope="module")
def everything(shared_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("exhibits") / "one"
    build(BuildRequest(recipe(), shared_store, output, jobs=1))
    return output


def test_an_export_has_a_sheet_for_every_family_of_its_rows(everything: Path) -> None:
    names = {f"sheet_{name}.png" for name in FAMILIES}
    assert {path.name for path in everything.glob("*.png")} == names
    lock = json.loads((everything / "recipe.lock").read_text())
    assert names <= set(lock["outputs"])
    datasheet = (everything / "datasheet.md").read_text()
    for name in FAMILIES:
        assert f"![{name} rows](sheet_{name}.png)" in datasheet
        assert f"- `sheet_{name}.png`" in datasheet
        with Image.open(everything / f"sheet_{name}.png") as image:
            assert image.mode == "L"
            assert image.size[0] < 1700


def test_sheets_are_the_same_for_any_number_of_jobs(
    everything: Path, shared_store: Path, tmp_path: Path
) -> None:
    build(BuildRequest(recipe(), shared_store, tmp_path / "two", jobs=3))
    for path in sorted(everything.glob("*.png")):
        assert (tmp_path / "two" / path.name).read_bytes() == path.read_bytes()


def test_only_families_that_an_export_has_get_a_sheet(shared_store: Path, tmp_path: Path) -> None:
    build(BuildRequest(load_recipe("fer2013_seven"), shared_store, tmp_path / "o"))
    assert [path.name for path in (tmp_path / "o").glob("*.png")] == ["sheet_real.png"]


@pytest.fixture(scope="module")
def sheets(shared_store: Path) -> dict[str, ContactSheet]:
    with (
        Store.open(shared_store) as store,
        planned_build(store, recipe().recipe, MeasureOptions(jobs=1), ignore) as ready,
    ):
        shown = ExportSheets.of(ready)
        ranks = shown.ranks(ready.plan.train.rows)
        return {
            name: shown.sheet(name, segments_of_family(ready.plan.train, name), ranks)
            for name in FAMILIES
        }


@pytest.fixture(scope="module")
def rows(everything: Path) -> dict[str, tuple[bytes, str, str]]:
    """Pixels, class and operation of every row of the export, by its id."""
    with h5py.File(everything / "train.h5") as file:
        names, classes = file["sample_id"].asstr()[:], file.attrs["class_names"]
        ops = file["op"].asstr()[:]
        pairs = zip(names, file["images"][:], file["labels"][:], ops, strict=True)
        return {
            name: (image.tobytes(), str(classes[label]), op) for name, image, label, op in pairs
        }


def pixels(cell: Cell) -> bytes:
    assert cell.picture is not None
    return cell.picture.tobytes()


def strips(sheet: ContactSheet) -> list[Strip]:
    return [strip for row in sheet.rows for strip in row]


def test_originals_are_shown_with_their_class_and_id(sheets, rows) -> None:
    shown = strips(sheets["real"])
    assert [strip.caption for strip in shown] == CLASSES
    assert [len(strip.cells) for strip in shown] == [9, 2, 9, 9, 9, 9, 9]
    for strip in shown:
        for cell in strip.cells:
            assert rows[cell.note.strip()] == (pixels(cell), strip.caption, ORIGINAL)


@pytest.mark.parametrize("name", ["rotated", "scaled", "flipped", "augmented"])
def test_copies_stand_beside_their_originals(sheets, rows, name: str) -> None:
    sheet = sheets[name]
    expected = {
        "rotated": ["rotate(degrees=90)", "rotate(degrees=-90)"],
        "scaled": ["zoom(factor=1.7)"],
        "flipped": ["flip"],
        "augmented": ["Affine(rotate=[-20, 20])/1", "Affine(rotate=[-20, 20])/2"],
    }[name]
    assert sheet.columns == ("original", *expected)
    assert {strip.caption for strip in strips(sheet)} == set(CLASSES)
    for strip in strips(sheet):
        assert rows[strip.detail][:2] == (pixels(strip.cells[0]), strip.caption)
        for label, cell in zip(expected, strip.cells[1:], strict=True):
            assert rows[f"{strip.detail}#{label}"][0] == pixels(cell)


def test_synthetic_rows_stand_between_their_parents(sheets, everything: Path) -> None:
    shown = strips(sheets["synthetic"])
    assert [strip.caption for strip in shown] == ["angry"] * 3 + ["fear"] * 3
    with h5py.File(everything / "train.h5") as file:
        names = list(file["sample_id"].asstr()[:])
        images, mix = file["images"][:], file["mix"][:]
        sides = [file[name].asstr()[:] for name in ("parent_a", "parent_b")]
    for strip in shown:
        row = next(k for k, name in enumerate(names) if name.endswith(f"#{strip.detail}"))
        first, made, second = strip.cells
        assert pixels(made) == images[row].tobytes()
        assert made.note == f"mix {mix[row]:.2f}"
        for cell, parents in zip((first, second), sides, strict=True):
            assert cell.note == parents[row]
            assert pixels(cell) == images[names.index(parents[row])].tobytes()
    assert len({strip.cells[0].note for strip in shown}) == 6


def test_repeated_rows_tell_how_often(sheets) -> None:
    (strip,) = strips(sheets["repeated"])
    assert strip.caption == "disgust"
    assert sorted(cell.note.split(" ", 1)[1] for cell in strip.cells) == ["2 more", "2 more"]


def test_just_enough_copies_are_told_one_by_one(shared_store: Path) -> None:
    text = HEAD + (
        "balance: [{kind: offline, strategy: {disgust: 4, angry: 16}, "
        "copies: [{kind: rotate, degrees: 90}, {kind: rotate, degrees: -90}]}]"
    )
    with (
        Store.open(shared_store) as store,
        planned_build(store, recipe(text).recipe, MeasureOptions(jobs=1), ignore) as ready,
    ):
        shown = ExportSheets.of(ready)
        train = ready.plan.train
        sheet = shown.sheet("t", segments_of_family(train, "rotated"), shown.ranks(train.rows))
    notes = [(strip.caption, strip.cells[1].note) for strip in strips(sheet)]
    assert sorted(notes) == [
        ("angry", "rotate(degrees=90)"),
        ("disgust", "rotate(degrees=-90)"),
        ("disgust", "rotate(degrees=90)"),
    ]


def test_which_rows_are_shown_does_not_depend_on_their_order(shared_store: Path) -> None:
    with (
        Store.open(shared_store) as store,
        planned_build(store, recipe(HEAD).recipe, MeasureOptions(jobs=1), ignore) as ready,
    ):
        shown = ExportSheets.of(ready)
        train = ready.plan.train.rows
        np.testing.assert_array_equal(shown.ranks(train), shown.ranks(train[::-1]))
        assert sorted(shown.ranks(train)[train]) == list(range(len(train)))


def test_a_family_that_only_folds_have_is_shown_from_the_first() -> None:
    rows = np.arange(2)
    flipped, nothing = (ExactCopies(some, "flip", "flipped") for some in (rows, rows[:0]))
    plans = (
        SplitPlan.of("train", rows),
        SplitPlan.of("test", rows, "fold-00").adding(flipped),
        SplitPlan.of("train", rows, "fold-00").adding(nothing),
        SplitPlan.of("train", rows, "fold-01").adding(flipped),
        SplitPlan.of("train", rows, "fold-02").adding(flipped),
    )
    plan = BuildPlan(Labeling(np.zeros(2, np.int64)), plans, {}, Verdicts.keep_all(2))
    assert plan_with_family("real", plan) is plans[0]
    assert plan_with_family("flipped", plan) is plans[3]
    assert plan_with_family("rotated", plan) is None
