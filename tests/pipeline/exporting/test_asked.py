"""What is asked of a layout is checked before anything is written: by settings, in recipes."""

import json
from pathlib import Path

import pytest

from fercurate.errors import ConflictError, RecipeError, UsageError
from fercurate.pipeline.building.build import BuildRequest, build
from fercurate.pipeline.exporting.choice import chosen_layout
from fercurate.pipeline.exporting.export import export_layout
from fercurate.recipe.loader import parse_recipe
from tests.layouts.conftest import HEAD, NATIVE, exports
from tests.pipeline.exporting.asking import asked, tree

__all__ = ["exports"]


SETTINGS = {
    "unknown": ({"orders": "a"}, r"no setting 'orders' \(did you mean 'order'"),
    "kind": ({"kind": "npz"}, "no setting 'kind'"),
    "choice": ({"folders": "letters"}, "folders"),
    "count": ({"split_folders": "a,b"}, "split_folders"),
    "up": ({"split_folders": "..,b,c"}, "expected a plain name"),
    "slash": ({"split_folders": "a/b,b,c"}, "expected a plain name"),
    "absolute": ({"split_folders": "/a,b,c"}, "expected a plain name"),
    "twice": ({"folders": "numbers", "order": "sad,sad"}, "'sad' is named twice"),
    "number": ({"first": "-1"}, "first"),
    "taken": ({"split_folders": "README.md,b,c"}, "what fercurate writes itself"),
    "nowhere": ({"evaluated": "elsewhere"}, "evaluated: 'elsewhere'; expected one of train, val"),
    "long": ({"split_folders": f"{'x' * 5000},b,c"}, r"'x{60}\.\.\.'; expected a plain name"),
    "senseless": ({"order": "sad,happy"}, "numbered by the alphabet"),
}


@pytest.mark.parametrize("case", SETTINGS.values(), ids=SETTINGS)
def test_settings_are_checked(case: tuple[dict[str, str], str]) -> None:
    with pytest.raises(UsageError, match=case[1]):
        chosen_layout("imagefolder", "", case[0])


TABLES = {
    "taken": ("list", {"files": "layout.json,b.txt,c.txt"}, "what fercurate writes itself"),
    "in the way": ("list", {"files": "images,b.txt,c.txt"}, "in the way of the folder"),
    "a picture": ("list", {"files": "images/train_00000.png,b,c"}, "in the way of the folder"),
    "few": ("list", {"files": "a.txt,b.txt"}, "such as train.txt,val.txt,test.txt"),
    "evaluated": ("list", {"evaluated": "../x"}, "expected one of train.txt, val.txt, test.txt"),
    "line end": ("csv", {"header": "a\nb,c"}, "two different names"),
    "quote": ("csv", {"header": 'a"b,c'}, "two different names"),
    "formula": ("csv", {"header": "=cmd(),c"}, "two different names"),
    "same": ("csv", {"header": "x,x"}, "two different names"),
    "cub": ("cub", {"folder": "a/images.txt", "lists": "a"}, "in the way of the folder"),
}


@pytest.mark.parametrize("case", TABLES.values(), ids=TABLES)
def test_settings_of_tables_are_checked(case: tuple[str, dict[str, str], str]) -> None:
    with pytest.raises(UsageError, match=case[2]):
        chosen_layout(case[0], "", case[1])


RECIPE = f"{HEAD}sources: [fer2013]\nlabels: {{scheme: seven}}\n{NATIVE}"


def test_a_recipe_lays_out_its_export(shared_store: Path, tmp_path: Path) -> None:
    recipe = parse_recipe(f"{RECIPE}to: [poster++, {{kind: list, first: 1}}, npz]\n", "r.yaml")
    request = BuildRequest(recipe, shared_store, tmp_path / "mine", framework="none")
    report = build(request)
    assert [one.output.name for one in report.layouts] == ["mine.poster++", "mine.list", "mine.npz"]
    for one in report.layouts:
        facts = json.loads((one.output / "layout.json").read_text())
        assert facts == one.facts
    again = export_layout(asked(tmp_path / "mine", "list", tmp_path / "x", settings={"first": "1"}))
    assert tree(again.output) == tree(tmp_path / "mine.list")
    (tmp_path / "mine").rename(tmp_path / "elsewhere")
    with pytest.raises(ConflictError, match=r"mine\.poster\+\+: a layout is there already"):
        build(request)
    assert not (tmp_path / "mine").exists(), "refused before anything is built"


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("[imagefoldr]", "'imagefoldr' is no layout and no trainer (did you mean 'imagefolder'"),
        ("[npz, npz]", "npz is named more than once"),
        ("[{kind: nope}]", "to[0].kind: unknown kind 'nope'; known are imagefolder"),
        ("[{kind: list, first: x}]", "to[0].first: 'x'; expected a whole number"),
        ("[{kind: list, evaluated: x}]", "to[0]: evaluated: 'x'; expected one of train.txt"),
        ("[{kind: list, order: [sad, sad]}]", "'sad' is named twice"),
        ("[{kind: list, orders: [sad]}]", "unknown key 'orders'"),
        ("[{kind: imagefolder, split_folders: [../x, b, c]}]", "expected a plain name"),
    ],
)
def test_what_a_recipe_asks_for_is_checked(to: str, message: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(f"{RECIPE}to: {to}\n", "r.yaml")
    assert message in str(caught.value)
    assert "line " in str(caught.value)
