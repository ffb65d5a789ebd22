"""Finding recipes: a path, the folder ``recipes/`` here, then those that ship with fercurate."""

from pathlib import Path

from fercurate.domain.text import did_you_mean
from fercurate.errors import InputError, UsageError
from fercurate.recipe.loader import LoadedRecipe, parse_recipe

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


def find_recipe(name: str) -> Path:
    """Return the file of a recipe given by path or by name, with or without suffix.

    Raises:
        UsageError: there is none; the message names the near ones.
    """
    folders = (Path(), Path("recipes"), shipped_folder())
    for candidate in (folder / (name + suffix) for folder in folders for suffix in _SUFFIXES):
        if candidate.is_file():
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
        return parse_recipe(path.read_text(encoding="utf-8-sig"), path.name)
    except UnicodeDecodeError:
        raise InputError("not UTF-8 text", where=str(path)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
