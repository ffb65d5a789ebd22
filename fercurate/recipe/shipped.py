"""Finding recipes: a path, the folder ``recipes/`` here, then those that ship with fercurate."""

import os
from dataclasses import replace
from pathlib import Path

from fercurate.domain.text import did_you_mean
from fercurate.errors import FercurateError, InputError, UsageError
from fercurate.files.regular import read_regular
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.recipe.tree import MAX_BYTES

_PACKAGE = Path(__file__).resolve().parent
_SUFFIXES = ("", ".yaml", ".yml")


def shipped_folder() -> Path:
    """The recipes of this installation: in the wheel, or in the checkout it runs from."""
    in_wheel = _PACKAGE / "shipped_recipes"
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent.parent / "recipes"


def recipe_files() -> dict[str, Path]:
    """All recipes that can be named, by name; one in ``./recipes`` hides a shipped one."""
    folders = (shipped_folder(), Path("recipes"))
    return {p.stem: p for folder in folders for p in sorted(folder.glob("*.y*ml"))}


def recipe_list() -> dict[str, LoadedRecipe | FercurateError]:
    """Every recipe that can be named, by name; in place of one that cannot be read, why."""
    listed: dict[str, LoadedRecipe | FercurateError] = {}
    for name, path in recipe_files().items():
        try:
            listed[name] = load_recipe(str(path))
        except FercurateError as error:
            listed[name] = error
    return listed


def find_recipe(name: str) -> Path:
    """Return the file of a recipe given by path or by name, with or without suffix.

    Raises:
        UsageError: there is none; the message names the near ones.
    """
    folders = (Path(), Path("recipes"), shipped_folder())
    for candidate in (folder / (name + suffix) for folder in folders for suffix in _SUFFIXES):
        if os.path.lexists(candidate) and not candidate.is_dir():
            return candidate
    known = recipe_files()
    near = did_you_mean(Path(name).stem, known)
    raise UsageError(
        f"no recipe {name!r}{near}",
        expected=f"a path, or one of {', '.join(sorted(known))}",
        fix="See them with: fercurate recipes",
    )


def load_recipe(name: str) -> LoadedRecipe:
    """Find and check a recipe.

    Raises:
        UsageError: it cannot be found.
        InputError: it cannot be read.
        RecipeError: it has faults.
    """
    path = find_recipe(name)
    try:
        content = read_regular(path, MAX_BYTES)
        loaded = parse_recipe(content.decode("utf-8-sig"), path.name)
    except UnicodeDecodeError:
        raise InputError("not UTF-8 text", where=str(path)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
    return replace(loaded, remark=_hidden(name, path), folder=path.parent)


def _hidden(name: str, path: Path) -> str:
    """What is to be said where a file here has the name of a recipe that ships with fercurate."""
    shipped = next((p for s in _SUFFIXES if (p := shipped_folder() / (name + s)).is_file()), None)
    if Path(name).name != name or shipped is None or shipped.read_bytes() == path.read_bytes():
        return ""
    return f"{name} is read from {Path() / path}, not from the recipe of that name in fercurate"
