"""Published protocols: what is compared, and what is said in one line."""

import json
from pathlib import Path
from typing import Any

import h5py
import pytest

from fercurate.domain.taxonomy import EvaluationProtocol, protocols
from fercurate.errors import RecipeError
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.events import Event, Notice
from fercurate.planning import protocol as comparing
from fercurate.planning.protocol import protocol_line
from fercurate.recipe.loader import parse_recipe
from tests.layouts.conftest import HEAD, NATIVE

RECIPE = f"{HEAD}sources: [fer2013]\nlabels: {{scheme: seven}}\n{NATIVE}"


def built(store: Path, output: Path, text: str) -> tuple[dict[str, Any], list[str]]:
    """The facts of the protocol, and what was warned of."""
    said: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, Notice) and event.warning:
            said.append(event.text)

    recipe = parse_recipe(text, "r.yaml")
    build(BuildRequest(recipe, store, output, framework="none"), listen)
    summary = json.loads((output / "summary.json").read_text())
    return summary["protocol"], [text for text in said if text.startswith("protocol")]


def test_what_differs_is_said_in_one_line(shared_store: Path, tmp_path: Path) -> None:
    facts, said = built(shared_store, tmp_path / "o", f"{RECIPE}protocol: fer2013-official\n")
    assert facts["rows"] == {"train": 140, "val": 30, "test": 30}
    line = (
        "protocol fer2013-official: differs: train has 140 samples, published are 28,709; val has "
        "30 samples, published are 3,589; test has 30 samples, published are 3,589"
    )
    twins = facts["identical_in_train"]
    told = f"; {twins:,} evaluated samples have an identical one in train" if twins else ""
    assert said == [line + told]
    assert line in (tmp_path / "o" / "datasheet.md").read_text()
    with h5py.File(tmp_path / "o" / "train.h5") as file:
        assert file.attrs["protocol"] == "fer2013-official"


def test_identical_samples_in_train_are_counted(shared_store: Path, tmp_path: Path) -> None:
    import numpy as np

    facts, _ = built(shared_store, tmp_path / "o", f"{RECIPE}protocol: fer2013-official\n")
    pictures = {}
    for split in ("train", "val", "test"):
        with h5py.File(tmp_path / "o" / f"{split}.h5") as file:
            pictures[split] = [one.tobytes() for one in np.asarray(file["images"])]
    train = set(pictures["train"])
    assert facts["identical_in_train"] == sum(
        one in train for split in ("val", "test") for one in pictures[split]
    )


def test_what_is_as_published_is_said_too(
    shared_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    official = protocols()["fer2013-official"]
    small = EvaluationProtocol(
        official.name, "small", official.classes, {"train": 140, "val": 30, "test": 30}, "accuracy"
    )
    monkeypatch.setattr(comparing, "protocols", lambda: {official.name: small})
    facts, said = built(shared_store, tmp_path / "o", f"{RECIPE}protocol: fer2013-official\n")
    assert (facts["differences"], said) == ([], [])
    assert "protocol fer2013-official: as published" in (tmp_path / "o/datasheet.md").read_text()


CASES = {
    "classes": ("ferplus-majority", "", "classes: no contempt"),
    "folds": ("ckplus-10fold", "", "no folds, published are 10"),
    "split": ("rafdb-basic", "", "a split val of 30 samples, which it does not have"),
    "noise": (
        "fer2013-official",
        "label_noise: {kind: symmetric, rate: 0.1}\n",
        "14 labels of train changed on purpose",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_difference_has_its_words(
    case: tuple[str, str, str], shared_store: Path, tmp_path: Path
) -> None:
    name, more, words = case
    facts, _ = built(shared_store, tmp_path / "o", f"{RECIPE}protocol: {name}\n{more}")
    assert any(words in one for one in facts["differences"])


def test_missing_files_are_named() -> None:
    facts = {"name": "x", "differences": [], "missing_files": 3, "identical_in_train": 0}
    assert protocol_line(facts) == "protocol x: as published; 3 listed files are missing"


def test_an_unknown_protocol_is_refused() -> None:
    with pytest.raises(RecipeError, match="did you mean 'rafdb-basic'"):
        parse_recipe(f"{RECIPE}protocol: rafdb-basics\n", "r.yaml")
