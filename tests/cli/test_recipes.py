"""``fercurate recipes``: the list, the text of one, the schema."""

import json
from typing import Any


def test_recipes_are_listed_shown_and_described(run: Any) -> None:
    listed = run("recipes").out
    assert "modified_fer" in listed
    assert "version: 1" in run("recipes", "modified_fer").out
    assert json.loads(run("recipes", "--schema").out)["title"] == "fercurate recipe"
    assert {r["name"] for r in json.loads(run("recipes", "--json").out)["recipes"]} >= {
        "fer2013_seven",
        "modified_fer",
    }
