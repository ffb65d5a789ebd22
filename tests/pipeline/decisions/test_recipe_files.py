"""Files of decisions that a recipe names: beside it or below, and nowhere else."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from fercurate.domain.decisions.decision import Decision
from fercurate.errors import InputError, RecipeError
from fercurate.pipeline.building.decision_files import recipe_decisions
from fercurate.pipeline.decisions.union import read_files
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import load_recipe
from fercurate.store.decision_file import store_decisions
from tests.pipeline.decisions.people import (
    AUTHORS,
    built,
    contents,
    own_file,
    recipe,
    three_people,
    written,
)


@pytest.fixture
def people(shared_store: Path) -> dict[str, list[Decision]]:
    return three_people(shared_store)


def saved(folder: Path, *files: str, name: str = "own") -> Path:
    """A recipe as a file that names files of decisions."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    path.write_text(recipe({"files": list(files)} if files else {}).text)
    return path


def read(path: Path, store: Path) -> set[Decision]:
    """The decisions that the recipe of a file asks for."""
    return set(recipe_decisions(load_recipe(str(path)), store))


def test_files_beside_the_recipe_and_below_it_are_read(
    people: dict[str, list[Decision]], shared_store: Path, tmp_path: Path
) -> None:
    (tmp_path / "recipes" / "by").mkdir(parents=True)
    names = ("anna.jsonl", "by/Bén.jsonl", "./by/carl.jsonl")
    for author, name in zip(AUTHORS, names, strict=True):
        written(tmp_path / "recipes" / name, people[author])
    path = saved(tmp_path / "recipes", *names)
    everything = {one for said in people.values() for one in said}
    assert read(path, shared_store) == everything
    assert read(saved(tmp_path / "recipes", names[1], name="one"), shared_store) == set(
        people[AUTHORS[1]]
    )


def test_named_files_stand_in_place_of_the_store_s_own(
    people: dict[str, list[Decision]], store: Path, tmp_path: Path
) -> None:
    own_file(store, people["anna"])
    written(tmp_path / "carl.jsonl", people["carl"])
    named, unnamed = saved(tmp_path, "carl.jsonl"), saved(tmp_path, name="unnamed")
    assert read(named, store) == set(people["carl"])
    assert read(unnamed, store) == set(people["anna"])
    store_decisions(store).unlink()
    assert read(unnamed, store) == set()


def test_it_does_not_matter_where_one_stands(
    people: dict[str, list[Decision]],
    shared_store: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = saved(tmp_path / "a", "anna.jsonl")
    written(tmp_path / "a" / "anna.jsonl", people["anna"])
    for folder, name in (("a", "own.yaml"), (".", "a/own.yaml"), ("a", str(path))):
        monkeypatch.chdir(tmp_path / folder)
        assert read(Path(name), shared_store) == set(people["anna"])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../anna.jsonl", "leads out of the recipe's folder; copy the file there"),
        ("by/../../anna.jsonl", "leads out of the recipe's folder; copy the file there"),
        ("..", "leads out of the recipe's folder; copy the file there"),
        ("..\\anna.jsonl", "leads out of the recipe's folder; copy the file there"),
        ("/tmp/anna.jsonl", "expected the name of a file in the recipe's folder"),
        ("~/anna.jsonl", "expected the name of a file in the recipe's folder"),
        ("", "expected the name of a file in the recipe's folder"),
        ("  ", "expected the name of a file in the recipe's folder"),
        ("an\nna.jsonl", "expected the name of a file in the recipe's folder"),
    ],
)
def test_a_name_that_leads_out_is_a_fault_of_the_recipe(name: str, says: str) -> None:
    with pytest.raises(RecipeError) as caught:
        recipe({"files": ["anna.jsonl", name]})
    (fault,) = caught.value.faults
    assert fault.path == "decisions.files"
    assert says in fault.message
    assert repr(name) in fault.message


def test_the_line_of_a_faulty_name_is_told() -> None:
    text = "version: 1\nname: own\ndescription: own\nsources: [fer2013]\nlabels: {scheme: seven}\n"
    text += "splits: {kind: stratified_kfold}\ndecisions:\n  drop: any\n  files: [../x]\n"
    with pytest.raises(RecipeError, match=r"line 9: decisions\.files: '\.\./x': leads out"):
        parse_recipe(text, "own")


def test_a_file_named_twice_is_a_fault() -> None:
    with pytest.raises(RecipeError, match="a file is named more than once"):
        recipe({"files": ["a.jsonl", "b.jsonl", "a.jsonl"]})


@pytest.mark.parametrize("kind", ["file", "folder", "way"])
def test_a_link_that_leads_out_is_refused(
    kind: str, people: dict[str, list[Decision]], shared_store: Path, tmp_path: Path
) -> None:
    outside = written(tmp_path / "secret.jsonl", people["anna"])
    path = saved(tmp_path / "recipes", "by/anna.jsonl")
    if kind == "folder":
        (tmp_path / "elsewhere").mkdir()
        written(tmp_path / "elsewhere" / "anna.jsonl", people["anna"])
        (path.parent / "by").symlink_to(tmp_path / "elsewhere")
    else:
        (path.parent / "by").mkdir()
        target = outside if kind == "file" else Path("../../secret.jsonl")
        (path.parent / "by" / "anna.jsonl").symlink_to(target)
    with pytest.raises(InputError) as caught:
        built(shared_store, tmp_path / "o", load_recipe(str(path)))
    assert caught.value.found == "by/anna.jsonl leads out of the recipe's folder"
    assert caught.value.where == "own.yaml: decisions.files"
    assert "Copy the file beside the recipe" in caught.value.fix
    assert not (tmp_path / "o").exists()


def test_a_link_that_stays_inside_is_followed(
    people: dict[str, list[Decision]], shared_store: Path, tmp_path: Path
) -> None:
    path = saved(tmp_path, "now.jsonl")
    written(tmp_path / "monday.jsonl", people["anna"])
    (tmp_path / "now.jsonl").symlink_to("monday.jsonl")
    assert read(path, shared_store) == set(people["anna"])


def test_what_is_no_file_of_decisions_is_named(shared_store: Path, tmp_path: Path) -> None:
    path = saved(tmp_path, "d.jsonl")
    with pytest.raises(InputError, match=r"d\.jsonl: no such file of decisions"):
        read(path, shared_store)
    (tmp_path / "d.jsonl").mkdir()
    with pytest.raises(InputError, match=r"d\.jsonl: a folder; expected a regular file"):
        read(path, shared_store)
    (tmp_path / "d.jsonl").rmdir()
    os.mkfifo(tmp_path / "d.jsonl")
    with pytest.raises(InputError, match=r"d\.jsonl: a named pipe; expected a regular file"):
        read(path, shared_store)
    (tmp_path / "d.jsonl").unlink()
    (tmp_path / "d.jsonl").write_text("id,label\nx,sad\n")
    with pytest.raises(InputError, match=r"d\.jsonl:1: no JSON object; expected a line as"):
        read(path, shared_store)


def test_a_recipe_that_is_no_file_has_no_files_beside_it(
    shared_store: Path, people: dict[str, list[Decision]], tmp_path: Path
) -> None:
    loaded = recipe({"files": ["d.jsonl"]})
    with pytest.raises(InputError) as caught:
        recipe_decisions(loaded, shared_store)
    assert caught.value.found == "it names the file d.jsonl, and is itself no file"
    file = written(tmp_path / "other.jsonl", people["anna"])
    assert set(recipe_decisions(loaded, shared_store, [file])) == set(people["anna"])


def test_files_that_are_asked_for_must_be_there(
    people: dict[str, list[Decision]], tmp_path: Path
) -> None:
    one = written(tmp_path / "a.jsonl", people["anna"])
    with pytest.raises(InputError, match=r"b\.jsonl: no such file of decisions"):
        read_files([one, tmp_path / "b.jsonl"])


def named_recipe(folder: Path, people: dict[str, list[Decision]]) -> None:
    """``recipes/mine.yaml`` below a folder, with two files beside it."""
    for author, name in zip(AUTHORS, ("a.jsonl", "b.jsonl"), strict=False):
        (folder / "recipes").mkdir(exist_ok=True)
        written(folder / "recipes" / name, people[author])
    text = load_recipe("fer2013_seven").text.replace("name: fer2013_seven", "name: mine")
    (folder / "recipes" / "mine.yaml").write_text(
        f"{text}decisions: {{files: [a.jsonl, b.jsonl], drop: any}}\n"
    )


def test_a_recipe_by_name_finds_its_files(
    run: Any, people: dict[str, list[Decision]], shared_store: Path, tmp_path: Path
) -> None:
    named_recipe(tmp_path, people)
    options = ("--store", shared_store, "--framework", "none", "--output", "o")
    done = run("build", "--recipe", "mine", *options)
    assert done.code == 0, done.err
    carried = (tmp_path / "o" / "decisions.jsonl").read_text()
    assert len(carried.splitlines()) == sum(len(people[author]) for author in AUTHORS[:2])
    (tmp_path / "recipes" / "b.jsonl").unlink()
    lost = run("build", "--recipe", "mine", *options, "--overwrite")
    assert (lost.code, lost.out) == (1, "")
    assert "recipes/b.jsonl: no such file of decisions. Check the path" in lost.err
    assert (tmp_path / "o" / "decisions.jsonl").read_text() == carried


def test_the_command_in_the_papers_makes_the_same_again(
    run: Any, people: dict[str, list[Decision]], shared_store: Path, tmp_path: Path
) -> None:
    named_recipe(tmp_path, people)
    options = ("--store", shared_store, "--output", "o", "--framework", "none")
    assert run("build", "--recipe", "mine", *options).code == 0
    before = contents(tmp_path / "o")
    command = json.loads(before["recipe.lock"])["command"]
    assert json.loads(before["summary.json"])["commands"][-1] == command
    (tmp_path / "recipes" / "mine.yaml").rename(tmp_path / "mine.yaml")
    (tmp_path / "o" / "decisions.jsonl").rename(tmp_path / "decisions.jsonl")
    done = run(*command.split()[1:], "--store", shared_store, "--output", "again")
    assert done.code == 0, done.err
    assert contents(tmp_path / "again") == before
