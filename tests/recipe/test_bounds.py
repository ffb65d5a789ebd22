"""Recipes of all sizes end at once; what hides or breaks others is said."""

import os
from pathlib import Path
from typing import Any

import pytest

from fercurate.errors import FercurateError, InputError, RecipeError
from fercurate.recipe.loader import parse_recipe
from fercurate.recipe.shipped import find_recipe, load_recipe, recipe_list
from fercurate.transforms.augment import check, check_step

TEXT = find_recipe("fer2013_seven").read_text()


def faults(text: str) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        parse_recipe(text, "toy")
    return [fault.message for fault in caught.value.faults]


def test_many_faults_are_told_in_part() -> None:
    told = faults(TEXT + "".join(f"k{number}: 1\n" for number in range(500)))
    assert len(told) == 51
    assert "there are more than 50 faults; mend these first" in told


@pytest.mark.parametrize(
    ("added", "says"),
    [
        ("".join(f"k{number}: 1\n" for number in range(20_000)), "over 2,000 keys and values"),
        ("list: [" + "1, " * 5000 + "]\n", "over 2,000 keys and values"),
        ("#" * 300_000, "over 256,000 bytes"),
        ('x: "\\ud800"\n', "no text that can be written"),
        ('"\\udc00": 1\n', "no text that can be written"),
        ("online: [" + "{kind: albumentations, transform: HorizontalFlip}, " * 20 + "]\n", "16"),
        ("online: {brightness: [0, 1.0e+300]}\n", "high <= 100"),
    ],
)
def test_what_no_recipe_needs_is_one_fault(added: str, says: str) -> None:
    assert any(says in message for message in faults(TEXT + added))


@pytest.mark.parametrize("line", ["two\\nlines", "a\\ttab", "\\e[31m"])
def test_a_description_is_one_line(line: str) -> None:
    head, _, rest = TEXT.partition("description:")
    text = f'{head}description: "{line}"\n' + rest.partition("\n")[2]
    assert any("expected one line" in message for message in faults(text))


@pytest.mark.parametrize(
    "scheme",
    [
        "{name: f, classes: [{negative: [angry, disgust]}, happy]}",
        "{name: {a: b}, classes: [happy, sad]}",
        "[{negative: [angry, disgust]}, happy]",
    ],
)
def test_a_refused_recipe_has_a_fault(scheme: str) -> None:
    text = TEXT.replace("scheme: seven", f"scheme: {scheme}")
    assert text != TEXT
    assert len(faults(text)) == 1


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "recipes").mkdir()
    return tmp_path


def test_a_broken_recipe_leaves_the_list_whole(run: Any, here: Path) -> None:
    (here / "recipes" / "bad.yaml").write_text("{a")
    (here / "recipes" / "odd.yaml").mkdir()
    os.mkfifo(here / "recipes" / "pipe.yaml")
    (here / "recipes" / "loop.yaml").symlink_to("loop.yaml")
    found = run("recipes")
    assert found.code == 0
    assert "modified_fer" in found.out
    listed = recipe_list()
    for name in ("bad", "odd", "pipe", "loop"):
        assert isinstance(listed[name], FercurateError), name
        assert f"\n{name} " in f"\n{found.out}"


def test_a_recipe_that_hides_a_shipped_one_is_said(here: Path) -> None:
    assert load_recipe("fer2013_seven").remark == ""
    (here / "fer2013_seven.yaml").write_text(TEXT)
    assert load_recipe("fer2013_seven").remark == ""  # the same text, as in a clone
    (here / "fer2013_seven.yaml").write_text(f"{TEXT}# mine\n")
    assert "is read from fer2013_seven.yaml, not from" in load_recipe("fer2013_seven").remark
    assert load_recipe(str(here / "fer2013_seven.yaml")).remark == ""


@pytest.mark.parametrize("kind", ["pipe", "device", "sparse"])
def test_a_recipe_is_a_small_regular_file(here: Path, kind: str) -> None:
    path = here / "x.yaml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        with path.open("wb") as file:
            file.truncate(1 << 33)
    with pytest.raises(InputError, match=r"x\.yaml: cannot be read"):
        load_recipe("x.yaml")


def test_a_transform_that_takes_too_much_is_given_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    ask = check._SERVICE.ask
    monkeypatch.setattr(check._SERVICE, "ask", lambda one: asked.append(one) or ask(one))
    for size in (48, 64, 112):
        with pytest.raises(ValueError, match="ZoomBlur takes more than 5 seconds"):
            check_step("ZoomBlur", {"max_factor": 1000}, 3, size)
    assert len(asked) == 1
    check_step("HorizontalFlip", {}, 1)
