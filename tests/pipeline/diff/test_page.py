"""The page of a comparison, its values, and the line of a build into the same folder."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from fercurate.pipeline.building.build import BuildReport, BuildRequest, build
from fercurate.pipeline.diff.diff import diff
from fercurate.pipeline.diff.page import write_page
from fercurate.report.legible import legible
from tests.pipeline.trace.test_world import MARKUP, World, built, recipe, world_of

OWN = {
    "sources": ["own"],
    "splits": {"kind": "native", "train": ["Training"], "test": ["Test"]},
    "normalize": [{"kind": "grayscale"}, {"kind": "resize", "size": 8, "fit": "stretch"}],
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(tmp_path_factory)


class Cells(HTMLParser):
    """The texts of table cells, and the names of all elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.tags: list[str] = []
        self.feed(text)
        self.cells = [cell.strip("\n") for cell in self.cells]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in {"td", "th"}:
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data


def test_every_sample_stands_on_the_page_and_markup_is_text(
    run: Any, world: World, tmp_path: Path
) -> None:
    built(world.store, tmp_path / "a", **OWN)
    where = {"sources": [{"name": "own", "where": "expression = 'happy'"}]}
    built(world.store, tmp_path / "b", **(OWN | where))
    done = run("diff", "a", "b", "--html", "page.html")
    assert done.code == 0, done.err
    lost = [one.sample_id for one in diff(tmp_path / "a", tmp_path / "b").samples.changes["lost"]]
    assert f"own:train/sad/{MARKUP}" in lost
    text = (tmp_path / "page.html").read_text("utf-8")
    page = Cells(text)
    assert {legible(name) for name in lost} <= set(page.cells)
    assert page.cells.count("not chosen by where") == len(lost)
    assert "<b>" not in text
    assert "b" not in page.tags
    assert "script" not in page.tags
    assert "What differs from A to B" in text


def test_every_kind_of_change_has_its_table(world: World, tmp_path: Path) -> None:
    low = sorted(world.score("low_contrast").values())[60]
    built(world.store, tmp_path / "a", screen={"preset": "none", "criteria": {"low_contrast": low}})
    report = diff(world.export("plain"), tmp_path / "a")
    write_page(report, tmp_path / "page.html")
    page = Cells((tmp_path / "page.html").read_text("utf-8"))
    assert {one.sample_id for one in report.samples.changes["lost"]} <= set(page.cells)
    assert {fact.name for fact in report.facts} <= set(page.cells)
    assert "screening: low_contrast" in page.cells


def test_a_page_of_equal_sides_says_so(world: World, tmp_path: Path) -> None:
    write_page(diff(world.store, world.store), tmp_path / "page.html")
    assert "Nothing differs." in (tmp_path / "page.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["x.txt", "x", "folder.html"])
def test_another_place_is_refused_before_anything_is_read(
    run: Any, world: World, tmp_path: Path, name: str
) -> None:
    (tmp_path / "folder.html").mkdir()
    done = run("diff", "gone", "gone", "--html", name)
    assert (done.code, done.out) == (2, "")


def test_the_values_are_all_there(world: World, tmp_path: Path) -> None:
    built(world.store, tmp_path / "b", sources=[{"name": "fer2013", "where": "line > 9"}])
    report = diff(world.export("plain"), tmp_path / "b")
    told = json.loads(json.dumps(report.to_json()))
    lost = [one for one in report.to_frame().to_dict("records") if one["what"] == "lost"]
    assert [one["sample_id"] for one in lost] == [
        one["sample_id"] for one in told["samples"]["lost"]["changes"]
    ]
    assert len(lost) == told["samples"]["lost"]["samples"] == 8
    assert told["samples"]["before"] - told["samples"]["after"] == 8
    assert "they differ" in repr(report)
    assert "nothing differs" in repr(diff(world.store, world.store))


def again(world: World, output: Path, **sections: Any) -> BuildReport:
    request = BuildRequest(
        recipe(**sections), world.store, output, overwrite=True, framework="none"
    )
    return build(request)


def test_a_build_into_the_same_folder_says_what_changed(world: World, tmp_path: Path) -> None:
    output = tmp_path / "out"
    assert again(world, output).since == ""
    same = again(world, output).since
    assert same == "since the last build: the same samples, by the same recipe"
    fewer = again(world, output, sources=[{"name": "fer2013", "where": "line > 9"}]).since
    assert fewer.startswith("since the last build: 8 lost; recipe: ")
    more = again(world, output, seed=3).since
    assert more.startswith("since the last build: 8 gained; recipe: ")
    assert "seed" in more


def test_the_command_prints_the_line(run: Any, world: World, tmp_path: Path) -> None:
    told = json.dumps(json.loads(recipe().text))
    (tmp_path / "own.yaml").write_text(told)
    build_it = ("build", "--recipe", "own.yaml", "--store", world.store, "-o", "o",
                "--framework", "none", "--overwrite")  # fmt: skip
    first, second = run(*build_it), run(*build_it)
    assert (first.code, second.code) == (0, 0)
    assert "since the last build" not in first.out
    assert "since the last build: the same samples, by the same recipe" in second.out
    (tmp_path / "o" / "samples.csv").write_text("damaged")
    third = run(*build_it, "--json")
    assert third.code == 0
    assert "since_last_build" not in json.loads(third.out)
