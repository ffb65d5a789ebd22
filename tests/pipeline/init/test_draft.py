"""A first recipe: what is answered, what a store suggests, and what is written."""

import itertools
import json
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from fercurate.errors import RecipeError, UsageError
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.init.choices import sensible_draft
from fercurate.pipeline.init.draft import BALANCING, CLASSES, SCREENING, SPLITTING, RecipeDraft
from fercurate.pipeline.stats.stats import measure_balance
from fercurate.recipe.shipped import load_recipe

ALL = list(itertools.product(CLASSES, SPLITTING, SCREENING, BALANCING, (True, False)))


def test_every_answer_makes_a_recipe_without_faults() -> None:
    for classes, splits, screen, balance, leaks in ALL:
        draft = RecipeDraft(
            classes=classes, splits=splits, screen=screen, balance=balance, leaks=leaks, size=96
        )
        recipe = draft.loaded().recipe
        assert recipe.scheme.name == classes
        assert (recipe.screen is not None) == (screen != "none")
        assert (recipe.class_weights == "balanced") == (balance == "weights")
        assert [step.kind for step in recipe.balance] == {
            "smote": ["smote"],
            "copies": ["offline"],
        }.get(balance, [])


def test_an_answer_that_does_not_fit_is_a_fault_of_the_recipe() -> None:
    with pytest.raises(RecipeError, match="name"):
        RecipeDraft(name="my set!").loaded()


def test_a_store_tells_its_sources_and_splits(
    shared_store: Path, merged_store: Path, tmp_path: Path
) -> None:
    own = sensible_draft(shared_store)
    assert (own.sources, own.splits) == (("fer2013",), "native")
    assert own.native == {
        "train": ["Training"],
        "val": ["PublicTest"],
        "test": ["PrivateTest"],
    }
    merged = sensible_draft(merged_store)
    assert merged.splits == "random"  # CK+ has no splits of its own
    assert set(merged.sources) == {"affectnet", "ckplus", "fer2013"}
    assert sensible_draft(merged_store, ("fer2013",)).splits == "native"
    assert sensible_draft(tmp_path / "no.h5").sources == ("fer2013",)
    with pytest.raises(UsageError, match=r"no source 'fer2014'.*did you mean 'fer2013'"):
        sensible_draft(shared_store, ("fer2014",))


def test_what_is_written_is_built(run: Any, shared_store: Path, tmp_path: Path) -> None:
    told = ("--store", str(shared_store), "--name", "mine", "--balance", "copies", "--yes")
    done = run("init", *told, "-o", "mine.yaml")
    assert (done.code, done.err) == (0, "")
    last = f"then build it: fercurate build --recipe mine.yaml --store {shared_store}"
    assert done.out.splitlines()[-1] == last
    recipe = load_recipe(str(tmp_path / "mine.yaml"))
    build(BuildRequest(recipe, shared_store, tmp_path / "out", framework="none"))
    train = measure_balance(tmp_path / "out").to_frame(wide=True).loc["train"]
    assert train.nunique() == 1, train  # what is called evened out is
    again = run("init", *told, "-o", "mine.yaml")
    assert again.code == 2
    assert "there is one already" in again.err
    done = run("init", *told, "-o", "mine.yaml", "--overwrite", "--json")
    assert json.loads(done.out)["text"] == recipe.text


def test_a_person_is_asked_for_what_was_not_said(
    run: Any, shared_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(question: str, **settings: Any) -> Any:
        asked.append(question)
        return {"Classes": "five", "Name of the set": "asked"}.get(question, settings["default"])

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "prompt", answer)
    assert run("init", "--store", str(shared_store), "--size", "64").code == 0
    assert "Side of the pictures in pixels" not in asked
    recipe = load_recipe(str(tmp_path / "asked.yaml")).recipe
    assert recipe.scheme.name == "five"


def test_alone_it_prints_a_guide(run: Any) -> None:
    done = run()
    assert (done.code, done.err) == (0, "")
    for verb in ("demo", "ingest", "build", "doctor"):
        assert f"fercurate {verb}" in done.out
    assert len(done.out.splitlines()) < 15
