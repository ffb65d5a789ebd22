"""Recipes: strict, all faults at once, each with its path and line."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from fercurate.errors import InputError, RecipeError, UsageError
from fercurate.recipe.loader import json_schema, parse_recipe
from fercurate.recipe.shipped import find_recipe, load_recipe, recipe_files

GOOD = """\
version: 1
name: toy
description: A toy
sources: [fer2013]
labels:
  scheme: seven
splits:
  kind: native
  train: [Training]
normalize:
  - {kind: resize, size: 48}
balance:
  - kind: offline
    copies:
      - {kind: zoom, factor: 1.5}
"""


def faults(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text, "toy.yaml")
    return [(fault.line, fault.path, fault.message) for fault in caught.value.faults]


def test_a_good_recipe_is_read() -> None:
    recipe = parse_recipe(GOOD, "toy.yaml").recipe
    assert recipe.balance[0].operations == ("zoom(factor=1.5)",)
    assert recipe.labels.resolve().classes[6] == "neutral"
    assert recipe.seed == 0


def test_numbers_follow_yaml_1_2() -> None:
    recipe = parse_recipe(GOOD + "online: {zoom: 1e-3, rotation: 1.5e1}\n", "toy.yaml").recipe
    assert recipe.online is not None
    assert (recipe.online.zoom, recipe.online.rotation) == (0.001, 15.0)


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "says"),
    [
        ("version: 1", "version: 2", 1, "version", "2; expected 1"),
        ("name: toy", "name: My Set", 2, "name", "lower-case letters"),
        ("name: toy", "name: no", 2, "name", ""),
        ("sources: [fer2013]", "sources: fer2013", 4, "sources", "expected a list"),
        ("sources: [fer2013]", "sources: []", 4, "sources", "at least 1"),
        ("sources: [fer2013]", "sorces: [fer2013]", 4, "sorces", "did you mean 'sources'"),
        ("scheme: seven", "scheme: sevn", 6, "labels.scheme", "did you mean 'seven'"),
        ("scheme: seven", "scheme: {name: a, classes: [angry, joyful]}", 6,
         "labels.scheme.classes", "unknown expression 'joyful'"),
        ("scheme: seven", "scheme: {name: a, classes: [sad, sad]}", 6,
         "labels.scheme.classes", "each named once"),
        ("train: [Training]", "train: [Training]\n  test: [Training]", 7, "splits",
         "more than once"),
        ("train: [Training]", "train: [Training]\n  val: 1", 10, "splits.val", "such as 0.1"),
        ("train: [Training]", "train: [Training]\n  val: Training", 10, "splits.val",
         "{from: Training, share: 0.1}"),
        ("train: [Training]", "train: [Training]\n  val: {from: Training, shar: 0.1}", 10,
         "splits.val", "{from: Training, share: 0.1}"),
        ("train: [Training]", "train: [Training]\n  val: {from: Train, share: 0.1}", 7, "splits",
         "which train does not have"),
        ("kind: native", "kind: nativ", 8, "splits.kind", "did you mean 'native'"),
        ("size: 48", "size: '48'", 11, "normalize[0].size", "whole number"),
        ("size: 48", "size: 4", 11, "normalize[0]", "8..1024"),
        ("kind: resize", "kind: resise", 11, "normalize[0].kind", "did you mean 'resize'"),
        ("- {kind: resize, size: 48}", "- {size: 48}", 11, "normalize[0]", "'kind' is missing"),
        ("- {kind: resize, size: 48}", "- {kind: resize, size: 48, sise: 2}", 11,
         "normalize[0].sise", "did you mean 'size'"),
        ("factor: 1.5", "factor: -1", 15, "balance[0].copies[0]", "0.1..10"),
        ("factor: 1.5", "faktor: 1.5", 15, "balance[0].copies[0].faktor", "did you mean 'factor'"),
        ("kind: zoom, factor: 1.5", "kind: rotate, degrees: 360", 15, "balance[0].copies[0]",
         "-360..360"),
        ("  - kind: offline", "  - kind: offline\n    splits: [train, test]", 13, "balance[0]",
         "allow_derived_in_evaluation"),
        ("  - kind: offline", "  - kind: offline\n    splits: [trian]", 14,
         "balance[0].splits[0]", "did you mean 'train'"),
        ("  - kind: offline", "  - kind: offline\n    allow_derived_in_evaluation: yes", 14,
         "balance[0].allow_derived_in_evaluation", "expected true or false"),
        ("name: toy", "name: toy\nscreen: {preset: balancd}", 3, "screen.preset",
         "did you mean 'balanced'"),
        ("name: toy", "name: toy\nscreen: {criteria: {ocluded: drop}}", 3, "screen.criteria",
         "did you mean 'occluded'"),
        ("name: toy", "name: toy\nscreen: {criteria: {occluded: enhance}}", 3, "screen.criteria",
         "only low_contrast, too_dark, too_bright can be cured"),
        ("name: toy", "name: toy\nscreen: {criteria: {blurred: drop}}", 3, "screen.criteria",
         "no preset has a threshold for it"),
        ("name: toy", "name: toy\nscreen: {criteria: {occluded: 1.5}}", 3,
         "screen.criteria.occluded", ""),
        ("name: toy", "name: toy\nscreen: {test_screened: true}", 1, "(recipe)",
         "screen.splits without test"),
        ("name: toy", "name: toy\nselect: {per_class: {hapy: 3}}", 1, "(recipe)",
         "did you mean 'happy'"),
        ("name: toy", "name: toy\nselect: {per_class: {happy: 0}}", 3,
         "select.per_class.happy", "greater than or equal to 1"),
        ("- {kind: resize, size: 48}",
         "- {kind: resize, size: 48}\n  - {kind: clahe}\n  - {kind: equalize_histogram}", 1,
         "(recipe)", "allow_equalizing_twice: true"),
        ("- {kind: resize, size: 48}",
         "- {kind: resize, size: 48}\n  - {kind: clahe}\n"
         "screen: {criteria: {low_contrast: enhance}}", 1, "(recipe)", "screen enhances pictures"),
        ("- {kind: resize, size: 48}",
         "- {kind: resize, size: 48}\n  - {kind: dct}\n  - {kind: homomorphic}", 1,
         "(recipe)", "dct and homomorphic"),
        ("name: toy", "name: toy\nname: toy2", 3, "name", "second time"),
        ("name: toy", "name: &a toy\nseed: *a", 3, "(recipe)", "aliases"),
        ("name: toy", "name: !!python/object:os.system toy", 2, "name", "tag"),
        ("name: toy", "name: !!binary aGk=", 2, "name", "tag"),
        ("name: toy", "name: toy\n<<: {seed: 1}", 3, "<<", "unknown key"),
        ("name: toy", "name: toy\nseed: -1", 3, "seed", "greater than or equal to 0"),
        ("name: toy", "name: toy\nseed: 1.5", 3, "seed", "whole number"),
        ("labels:", "labels: {", 7, "(recipe)", "not YAML"),
        ("name: toy", "name: toy\nx: " + "[" * 30 + "]" * 30, 3, "(recipe)", "nested deeper"),
    ],
)  # fmt: skip
def test_every_fault_has_path_line_and_advice(
    old: str, new: str, line: int, path: str, says: str
) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new)
    if path == "name" and not says:
        assert parse_recipe(text, "toy.yaml").recipe.name == "no"
        return
    found = faults(text)
    assert any(f[0] == line and f[1] == path and says in f[2] for f in found), found


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n- b\n", "just text", "x" * 300_000])
def test_what_is_no_recipe_is_one_fault(text: str) -> None:
    assert len(faults(text)) == 1


def test_all_faults_come_at_once_in_line_order() -> None:
    text = GOOD.replace("seven", "sevn").replace("size: 48", "size: a").replace("name: toy\n", "")
    found = faults(text + "color: red\n")
    assert [f[1] for f in found] == ["name", "labels.scheme", "normalize[0].size", "color"]


def test_the_json_schema_agrees_with_the_loader() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for path in recipe_files().values():
        jsonschema.validate(yaml.safe_load(path.read_text()), schema)
    for old, new in (("seven", "sevn"), ("size: 48", "size: a"), ("name:", "nam:")):
        broken = yaml.safe_load(GOOD.replace(old, new))
        if old == "seven":
            continue  # names of schemes are checked by the loader only
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema)
    json.dumps(schema)


def test_lookup_goes_path_then_here_then_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_recipe("modified_fer").name == "modified_fer.yaml"
    assert find_recipe("modified_fer.yaml").is_absolute()
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "modified_fer.yaml").write_text(GOOD)
    assert load_recipe("modified_fer").recipe.name == "toy"
    (tmp_path / "own.yaml").write_text(GOOD.replace("toy", "own"))
    assert load_recipe("own.yaml").recipe.name == "own"
    with pytest.raises(UsageError, match="did you mean 'modified_fer'"):
        load_recipe("modified_fr")


def test_text_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"name: \xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        load_recipe(str(tmp_path / "a.yaml"))
