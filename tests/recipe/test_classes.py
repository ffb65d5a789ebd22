"""Classes made of several expressions, as recipes write them."""

import jsonschema
import pytest
import yaml

from fercurate.errors import RecipeError
from fercurate.recipe.loader import json_schema, parse_recipe
from fercurate.recipe.model import Recipe

TEXT = """\
version: 1
name: own
description: own
sources: [toy]
splits: {{kind: native, train: [Training]}}
labels:
  contempt: {contempt}
  scheme:
    name: own
    classes:
{classes}
"""
NEGATIVE = ("negative: [angry, disgust, fear]", "happy: [happy]")


def text(*classes: str, contempt: str = "drop") -> str:
    return TEXT.format(contempt=contempt, classes="\n".join(f"      {one}" for one in classes))


def read(*classes: str, contempt: str = "drop") -> Recipe:
    return parse_recipe(text(*classes, contempt=contempt), "own.yaml").recipe


@pytest.mark.parametrize(
    ("classes", "names", "codes"),
    [
        (NEGATIVE, ("negative", "happy"), {"angry": 0, "disgust": 0, "fear": 0, "happy": 1}),
        (NEGATIVE[::-1], ("happy", "negative"), {"happy": 0, "angry": 1, "disgust": 1, "fear": 1}),
        (("A-1: [sad]", "neutral: [neutral, contempt]"), ("A-1", "neutral"),
         {"sad": 0, "neutral": 1, "contempt": 1}),
        (("[happy, sad]",), ("happy", "sad"), {"happy": 0, "sad": 1}),
        (("[sadly_angry, sadly_fearful]",), ("sadly_angry", "sadly_fearful"),
         {"sadly_angry": 0, "sadly_fearful": 1}),
        (("low: [sadly_angry, sadly_fearful]", "high: [happily_surprised]"), ("low", "high"),
         {"sadly_angry": 0, "sadly_fearful": 0, "happily_surprised": 1}),
    ],
)  # fmt: skip
def test_classes_stand_in_the_order_in_which_they_are_written(
    classes: tuple[str, ...], names: tuple[str, ...], codes: dict[str, int]
) -> None:
    recipe = read(*classes)
    assert recipe.scheme.classes == names
    assert recipe.scheme.codes == codes
    jsonschema.validate(yaml.safe_load(text(*classes)), json_schema())


def test_contempt_is_counted_to_a_merged_class() -> None:
    labels = read(*NEGATIVE, contempt="negative").labels
    assert labels.resolve().codes["contempt"] == 0
    assert labels.renamed() == {}
    plain = read("[happy, sad]", contempt="sad").labels
    assert plain.renamed() == {"contempt": "sad"}
    assert "contempt" not in plain.resolve().codes


@pytest.mark.parametrize(
    ("classes", "line", "path", "says"),
    [
        (("negative: [angry, feer]", "happy: [happy]"), 11, "negative[1]",
         "unknown expression 'feer' (did you mean 'fear'"),
        (("negative: [angry, fear]", "happy: [happy, fear]"), 12, "happy[1]",
         "fear is in the class 'negative' already"),
        (("negative: [angry, angry]", "happy: [happy]"), 11, "negative[1]", "already"),
        (("negative: []", "happy: [happy]"), 11, "negative", "no expression"),
        (("negative: angry", "happy: [happy]"), 11, "negative", "expected a list"),
        (("sad: [angry]", "happy: [happy]"), 11, "sad", "does not hold the expression"),
        (("negative: [3]", "happy: [happy]"), 11, "negative[0]", "a valid string"),
        (("negative: [angry]",), 10, "", "at least two classes"),
        (("[angry, sadly_angry]",), 10, "", "angry is a simple expression and sadly_angry"),
        (("low: [sadly_angry]", "high: [happy]"), 10, "", "a scheme has classes of one kind only"),
        (("angry: [sadly_angry]", "high: [happily_surprised]"), 11, "angry", "does not hold the"),
        (("[sadly_angri, sadly_fearful]",), 10, "", "did you mean 'sadly_angry'"),
        (("'a.b': [angry]", "happy: [happy]"), 10, "", "a letter, then letters"),
        (("'': [angry]", "happy: [happy]"), 10, "", "a letter, then letters"),
    ],
)  # fmt: skip
def test_a_fault_stands_at_its_line(
    classes: tuple[str, ...], line: int, path: str, says: str
) -> None:
    with pytest.raises(RecipeError) as caught:
        read(*classes)
    (fault,) = caught.value.faults
    assert (fault.line, fault.path) == (line, ".".join(["labels.scheme.classes", *path.split()]))
    assert says in fault.message


@pytest.mark.parametrize(
    ("classes", "contempt", "says"),
    [
        (NEGATIVE, "sad", "expected drop or one of negative, happy"),
        (("other: [contempt, sad]", "happy: [happy]"), "happy", "cannot be counted to another"),
        (("[sadly_angry, sadly_fearful]",), "sadly_angry", "the scheme has compound ones"),
    ],
)
def test_contempt_has_one_place(classes: tuple[str, ...], contempt: str, says: str) -> None:
    with pytest.raises(RecipeError, match=says):
        read(*classes, contempt=contempt)


def test_steps_name_the_classes_and_not_their_expressions() -> None:
    named = text(*NEGATIVE) + "balance: [{kind: random_over, strategy: {negative: 9}}]\n"
    assert parse_recipe(named, "own").recipe.balance[0].wanted == {"negative": 9}
    with pytest.raises(RecipeError, match="'angry' is no class of the scheme"):
        parse_recipe(named.replace("{negative: 9}", "{angry: 9}"), "own")


@pytest.mark.parametrize(
    "votes", ["ferplus: {mode: majority}", "votes: {set: lab, mode: majority}"]
)
def test_votes_are_for_simple_expressions(votes: str) -> None:
    named = text("[sadly_angry, sadly_fearful]").replace("labels:\n", f"labels:\n  {votes}\n")
    with pytest.raises(RecipeError, match="votes are for simple expressions") as caught:
        parse_recipe(named, "own")
    assert caught.value.faults[0].path == f"labels.{votes.partition(':')[0]}"
