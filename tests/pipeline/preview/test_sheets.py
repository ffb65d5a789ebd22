"""What the sheets of a preview show: every step, copies, mixtures and draws, of which samples."""

from pathlib import Path

import h5py
import numpy as np
import pytest

from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.events import Event, Notice
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.pipeline.preview import preview as module
from fercurate.pipeline.preview.preview import PreviewRequest, preview
from fercurate.recipe.loader import parse_recipe
from fercurate.report.contact_sheet import Cell, ContactSheet, Strip, write_sheet
from fercurate.store.store import Store
from fercurate.synthetic.affectnet import write_affectnet
from fercurate.transforms.face.crop import Crop
from fercurate.transforms.illumination import HistogramEqualization
from tests.pipeline.preview_recipes import COPIED, LIGHT, ONLINE, PLAIN, SMOTE


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, ContactSheet]:
    """The sheets of the last preview, by file, as they were before they became pixels."""
    sheets: dict[str, ContactSheet] = {}

    def write(sheet: ContactSheet, path: Path) -> None:
        sheets[path.name] = sheet
        write_sheet(sheet, path)

    monkeypatch.setattr(module, "write_sheet", write)
    return sheets


def look(text: str, store: Path, output: Path, **options: object) -> dict[str, str]:
    """Draw a preview; return its samples with their classes."""
    request = PreviewRequest(parse_recipe(text, "own.yaml"), store, output, **options)  # type: ignore[arg-type]
    return preview(request).samples


def strips(sheet: ContactSheet) -> list[Strip]:
    return [strip for row in sheet.rows for strip in row]


def pixels(cell: Cell) -> np.ndarray:
    assert cell.picture is not None
    return cell.picture


def test_normalize_shows_each_step_after_those_before_it(
    shared_store: Path, tmp_path: Path, drawn: dict[str, ContactSheet]
) -> None:
    samples = look(LIGHT, shared_store, tmp_path / "o")
    sheet = drawn["normalize.png"]
    assert sheet.columns == (
        *("as stored", "resize(size=32)", "gamma(exponent=2.0)"),
        *("clahe(clip_limit=4.0, tiles=4)", "rgb"),
    )
    assert [strip.detail for strip in strips(sheet)] == list(samples)
    assert [strip.caption for strip in strips(sheet)] == list(samples.values())
    steps = parse_recipe(LIGHT, "own.yaml").recipe.normalize
    with Store.open(shared_store) as store:
        ids = list(store.manifest.text("id"))
        for strip in strips(sheet):
            picture = store.images([ids.index(strip.detail)])[0]
            np.testing.assert_array_equal(pixels(strip.cells[0]), picture)
            for step, cell in zip(steps, strip.cells[1:], strict=True):
                picture = step.apply(picture[None])[0]
                np.testing.assert_array_equal(pixels(cell), picture)
            notes = [cell.note for cell in strip.cells]
            assert (notes[0], notes[1], notes[4]) == ("48x48", "32x32", "32x32 RGB")


def test_steps_that_need_the_place_of_a_face_get_it(
    tmp_path: Path, drawn: dict[str, ContactSheet]
) -> None:
    write_affectnet(tmp_path / "affectnet", per_class=3, seed=1, size=64)
    ingest(IngestRequest((tmp_path / "affectnet",), tmp_path / "s.h5"))
    text = """
version: 1
name: cut
description: faces cut out
sources: [affectnet]
labels: {scheme: seven}
splits: {kind: grouped_stratified, train: 0.8, val: 0.1, test: 0.1}
normalize: [{kind: crop}, {kind: resize, size: 40}]
"""
    look(text, tmp_path / "s.h5", tmp_path / "o", per_class=1)
    with Store.open(tmp_path / "s.h5") as store:
        ids, boxes = list(store.manifest.text("id")), store.array("box")
        for strip in strips(drawn["normalize.png"]):
            row = next(k for k, name in enumerate(ids) if name.endswith(strip.detail[1:]))
            stored = store.images([row])[0]
            np.testing.assert_array_equal(pixels(strip.cells[0]), stored)
            np.testing.assert_array_equal(pixels(strip.cells[1]), Crop().cut(stored, boxes[row]))
            assert pixels(strip.cells[1]).shape != stored.shape
            assert pixels(strip.cells[2]).shape[:2] == (40, 40)


def test_a_step_that_changes_nothing_says_so(
    shared_store: Path, tmp_path: Path, drawn: dict[str, ContactSheet]
) -> None:
    look(PLAIN, shared_store, tmp_path / "o")
    notes = {tuple(cell.note for cell in s.cells) for s in strips(drawn["normalize.png"])}
    assert notes == {("48x48", "unchanged", "unchanged")}


def test_cured_light_is_shown_where_it_is_cured(
    store: Path, tmp_path: Path, drawn: dict[str, ContactSheet]
) -> None:
    text = PLAIN + ("screen: {preset: none, criteria: {low_contrast: enhance}, splits: [train]}\n")
    samples = look(text, store, tmp_path / "o", per_class=1)
    sheet = drawn["normalize.png"]
    assert sheet.columns[-1] == "enhanced"
    cured = [strip for strip in strips(sheet) if strip.cells[-1].picture is not None]
    assert cured
    assert len(strips(sheet)) > len(samples)
    for strip in cured:
        before, after = pixels(strip.cells[-2]), pixels(strip.cells[-1])
        np.testing.assert_array_equal(after, HistogramEqualization().apply(before[None])[0])
    captions = [strip.caption for strip in strips(sheet)]
    assert captions == sorted(captions, key=list(samples.values()).index)
    assert all(len({strip.caption for strip in row}) == 1 for row in sheet.rows)


def test_copies_are_those_of_the_export(
    shared_store: Path, tmp_path: Path, drawn: dict[str, ContactSheet]
) -> None:
    look(COPIED, shared_store, tmp_path / "o", per_class=2)
    sheet = drawn["copies.png"]
    label = "Affine(rotate=[-20, 20])"
    names = ["rotate(degrees=90)", "flip", f"{label}/1", f"{label}/2", f"{label}/3"]
    assert sheet.columns == ("normalized", *names)
    build(BuildRequest(parse_recipe(COPIED, "own.yaml"), shared_store, tmp_path / "export"))
    with h5py.File(tmp_path / "export" / "train.h5") as file:
        images = dict(zip(file["sample_id"].asstr()[:], file["images"][:], strict=True))
    for strip in strips(sheet):
        np.testing.assert_array_equal(pixels(strip.cells[0]), images[strip.detail])
        for name, cell in zip(names[:4], strip.cells[1:5], strict=True):
            np.testing.assert_array_equal(pixels(cell), images[f"{strip.detail}#{name}"])
        assert not np.array_equal(pixels(strip.cells[4]), pixels(strip.cells[5]))


def test_what_training_would_draw_depends_on_the_sample_alone(
    shared_store: Path, tmp_path: Path, drawn: dict[str, ContactSheet]
) -> None:
    samples = list(look(ONLINE, shared_store, tmp_path / "a"))
    sheet = drawn["online.png"]
    assert sheet.columns == ("normalized", *(f"draw {k}" for k in range(1, 7)))
    assert "HorizontalFlip" in sheet.title
    whole = {strip.detail: strip for strip in strips(sheet)}
    assert len({pixels(cell).tobytes() for cell in whole[samples[0]].cells}) > 3
    look(ONLINE, shared_store, tmp_path / "b", ids=(samples[7], samples[2]))
    few = strips(drawn["online.png"])
    assert [strip.detail for strip in few] == [samples[7], samples[2]]
    for strip in few:
        for one, other in zip(strip.cells, whole[strip.detail].cells, strict=True):
            np.testing.assert_array_equal(pixels(one), pixels(other))


def test_every_sample_draws_for_itself(
    shared_store: Path, tmp_path: Path, drawn: dict[str, ContactSheet]
) -> None:
    look(PLAIN + "online: {horizontal_flip: true}\n", shared_store, tmp_path / "o")
    patterns = set()
    for strip in strips(drawn["online.png"]):
        plain, *draws = (pixels(cell) for cell in strip.cells)
        flipped = [np.array_equal(draw, plain[:, ::-1]) for draw in draws]
        assert all(f or np.array_equal(d, plain) for f, d in zip(flipped, draws, strict=True))
        patterns.add(tuple(flipped))
    assert len(patterns) > 5


def test_synthetic_rows_are_spread_over_the_classes(
    shared_store: Path, tmp_path: Path, drawn: dict[str, ContactSheet]
) -> None:
    look(SMOTE, shared_store, tmp_path / "o", per_class=2)
    sheet = drawn["synthetic.png"]
    assert sheet.columns == ("parent a", "synthetic", "parent b")
    assert sheet.title == "own: smote, 14 rows of train"
    assert [strip.caption for strip in strips(sheet)] == ["angry", "angry", "fear", "fear"]


def test_of_samples_asked_for_their_own_synthetic_rows_are_shown(
    shared_store: Path, tmp_path: Path, drawn: dict[str, ContactSheet]
) -> None:
    look(SMOTE, shared_store, tmp_path / "a", per_class=9)
    parent = strips(drawn["synthetic.png"])[0].cells[2].note
    look(SMOTE, shared_store, tmp_path / "b", ids=(parent,))
    for strip in strips(drawn["synthetic.png"]):
        assert parent in (strip.cells[0].note, strip.cells[2].note)
    drawn.clear()
    with Store.open(shared_store) as store:
        happy = store.manifest.text("id")[store.manifest.text("expression") == "happy"][0]
    said: list[Event] = []
    recipe = parse_recipe(SMOTE, "own.yaml")
    preview(PreviewRequest(recipe, shared_store, tmp_path / "c", ids=(happy,)), said.append)
    assert list(drawn) == ["normalize.png"]
    assert Notice("no synthetic row has one of these samples as a parent") in said


def test_samples_may_be_named_together_and_need_no_class(
    shared_store: Path, tmp_path: Path, drawn: dict[str, ContactSheet]
) -> None:
    with Store.open(shared_store) as store:
        ids, own = store.manifest.text("id"), store.manifest.text("expression")
    names = list(ids[:5])
    own_scheme = PLAIN.replace("seven", "{name: pair, classes: [sad, happy]}")
    asked = (f"{names[3]}, {names[1]}", names[0], names[3])
    samples = look(own_scheme, shared_store, tmp_path / "o", ids=asked)
    assert list(samples) == [names[3], names[1], names[0]]
    for name, one in samples.items():
        expression = own[names.index(name)]
        assert one == (expression if expression in ("sad", "happy") else f"({expression})")
    assert [len(row) for row in drawn["normalize.png"].rows] == [3]
