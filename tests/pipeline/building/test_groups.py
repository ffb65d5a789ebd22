"""What an export says of the people in it: counts, a table, its lock, and how each group is met."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fercurate.errors import ExportError
from fercurate.layouts.registry import find_layout
from fercurate.pipeline.attributes.add import AddAttributesRequest, add_attributes
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.exporting.export import LayoutRequest, export_layout
from fercurate.pipeline.rebuild.rebuild import RebuildRequest, rebuild
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.store.store import Store
from fercurate.training.shared import errors as kit
from fercurate.training.shared.evaluation.groups import (
    FEWEST,
    group_lines,
    group_metrics,
    read_attributes_of,
)
from fercurate.training.shared.export import read_export

VALUES = ("female", "male", "")


@pytest.fixture
def told(store: Path) -> dict[str, str]:
    """Genders by sample id, added to the store: two of three samples have one."""
    with Store.open(store) as opened:
        ids = opened.manifest.text("id").tolist()
    values = {name: VALUES[n % 3] for n, name in enumerate(ids)}
    file = store.with_name("people.csv")
    file.write_text("id,gender\n" + "".join(f"{n},{v}\n" for n, v in values.items()))
    add_attributes(AddAttributesRequest(store, file))
    return values


@pytest.fixture
def export(store: Path, told: dict[str, str]) -> Path:
    folder = store.with_name("out")
    build(BuildRequest(load_recipe("fer2013_seven"), store, folder, framework="none"))
    return folder


def test_groups_are_counted_by_split_value_and_class(export: Path, told: dict[str, str]) -> None:
    groups = json.loads((export / "summary.json").read_text())["groups"]
    assert list(groups) == ["gender"]
    for split in read_export(export).splits.values():
        counts = groups["gender"][split.name]
        assert list(counts) == ["female", "male", ""]
        assert sum(sum(one.values()) for one in counts.values()) == len(split)
    with (export / "samples.csv").open(newline="") as lines:
        kept = [row for row in csv.DictReader(lines) if row["split"] == "test"]
    female = [row for row in kept if told[row["sample_id"]] == "female"]
    happy = sum(row["class"] == "happy" for row in female)
    assert groups["gender"]["test"]["female"]["happy"] == happy > 0
    datasheet = (export / "datasheet.md").read_text()
    assert "## People" in datasheet
    assert "| test | not given |" in datasheet


def test_the_table_has_every_sample_that_has_a_value(export: Path, told: dict[str, str]) -> None:
    with (export / "samples.csv").open(newline="") as lines:
        inside = {row["sample_id"] for row in csv.DictReader(lines) if row["split"]}
    found = read_attributes_of(export)
    assert found == {"gender": {name: v for name, v in told.items() if v and name in inside}}


def test_a_layout_says_it_too(export: Path) -> None:
    output = export.with_name("folders")
    export_layout(LayoutRequest(export, find_layout("imagefolder")(), output))
    facts = json.loads((output / "layout.json").read_text())
    assert facts["groups"] == json.loads((export / "summary.json").read_text())["groups"]
    assert "| train | female |" in (output / "README.md").read_text()
    request = LayoutRequest(export, find_layout("imagefolder")(), output, splits=("train",))
    export_layout(replace(request, overwrite=True))
    assert list(json.loads((output / "layout.json").read_text())["groups"]["gender"]) == ["train"]


def test_the_lock_names_them_by_their_content(export: Path, store: Path) -> None:
    lock = json.loads((export / "recipe.lock").read_text())
    (named,) = [one for one in lock["measured_by"] if one.startswith("attribute.gender-")]
    assert rebuild(RebuildRequest(export, store, store.with_name("again"))).same
    file = store.with_name("more.csv")
    file.write_text(f"id,gender\n{first_untold(store)},female\n")
    add_attributes(AddAttributesRequest(store, file))
    with pytest.raises(ExportError, match=named):
        rebuild(RebuildRequest(export, store, store.with_name("third")))


def first_untold(store: Path) -> str:
    with Store.open(store) as opened:
        return str(opened.manifest.text("id")[2])


def test_a_store_without_attributes_gives_none(store: Path) -> None:
    folder = store.with_name("plain")
    build(BuildRequest(load_recipe("fer2013_seven"), store, folder, framework="none"))
    assert not (folder / "attributes.csv").exists()
    assert "groups" not in json.loads((folder / "summary.json").read_text())
    assert read_attributes_of(folder) == {}


def test_groups_are_met_as_counted_by_hand(export: Path, told: dict[str, str]) -> None:
    rows = read_export(export).splits["train"].whole()
    predicted = np.where(np.arange(len(rows)) % 4 == 0, rows.labels, (rows.labels + 1) % 7)
    found = group_metrics(rows, predicted, read_attributes_of(export), read_export(export).classes)
    ids = [name for name in told if name.startswith("fer2013:")]
    with (export / "samples.csv").open(newline="") as lines:
        ids = [row["sample_id"] for row in csv.DictReader(lines) if row["split"] == "train"]
    for value in ("female", "male"):
        mask = np.array([told[name] == value for name in ids])
        group = found["gender"]["groups"][value]
        right = (predicted == rows.labels)[mask]
        assert group["rows"] == mask.sum() >= FEWEST
        assert group["accuracy"] == pytest.approx(right.mean(), abs=1e-6)
    (line,) = group_lines(found)
    assert line.startswith("by gender: female ")
    assert "points apart (groups of 30 rows or more)" in line


FLIPPED = """\
version: 1
name: flipped
description: a flipped copy of each picture
sources: [fer2013]
labels: {scheme: seven}
splits: {kind: native, train: [Training], test: [PrivateTest]}
balance: [{kind: offline, copies: [{kind: flip}]}]
"""


def test_a_derived_row_counts_to_the_group_of_its_sample(store: Path, told: dict[str, str]) -> None:
    folder = store.with_name("flipped")
    recipe = parse_recipe(FLIPPED, "r.yaml")
    build(BuildRequest(recipe, store, folder, framework="none"))
    export = read_export(folder)
    rows = export.splits["train"].whole()
    assert len(rows) == 2 * rows.original.sum()
    found = group_metrics(rows, rows.labels, read_attributes_of(folder), export.classes)
    with (folder / "samples.csv").open(newline="") as lines:
        ids = [row["sample_id"] for row in csv.DictReader(lines) if row["split"] == "train"]
    counts = {value: one["rows"] for value, one in found["gender"]["groups"].items()}
    assert counts == {v: 2 * sum(told[name] == v for name in ids) for v in ("female", "male")}
    summary = json.loads((folder / "summary.json").read_text())["groups"]["gender"]["train"]
    assert {v: sum(summary[v].values()) * 2 for v in counts} == counts


def test_few_rows_make_no_difference(export: Path) -> None:
    rows = read_export(export).splits["test"].whole()
    found = group_metrics(
        rows, rows.labels, read_attributes_of(export), read_export(export).classes
    )
    assert found["gender"]["difference"] is None
    assert "apart" not in group_lines(found)[0]


@pytest.mark.parametrize("content", ["", "id,gender\na,b\n", 'sample_id,gender\n"a\n', None])
def test_a_table_that_is_not_as_built_is_refused(export: Path, content: str | None) -> None:
    table = export / "attributes.csv"
    if content is None:
        table.unlink()
    else:
        table.write_text(content)
    with pytest.raises(kit.ExportError, match=r"attributes\.csv"):
        read_attributes_of(export)
    if content is not None:
        with pytest.raises(kit.ExportError, match="no table of attributes"):
            read_attributes_of(export, verify=False)
    else:
        assert read_attributes_of(export, verify=False) == {}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("sample_id,g,g\na,x,y\n", "two columns of one name"),
        ("sample_id,g\na,x\na,y\n", "a sample stands there twice"),
        ("sample_id,g\na,\x1b[31mx\n", r"cannot be printed \('.x1b"),
        ("sample_id,g\na,\udcff\n", "cannot be printed"),
        ('sample_id,g\na,"x\ny"\n', "cannot be printed"),
    ],
)
def test_an_unchecked_table_tells_nothing_twice(export: Path, content: str, says: str) -> None:
    (export / "attributes.csv").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(kit.ExportError, match=says):
        read_attributes_of(export, verify=False)


def test_what_was_built_before_is_built_again_without_later_attributes(
    export: Path, store: Path
) -> None:
    file = store.with_name("more.csv")
    file.write_text(f"id,age\n{first_untold(store)},20-39\n")
    add_attributes(AddAttributesRequest(store, file))
    assert rebuild(RebuildRequest(export, store, store.with_name("again"))).same
