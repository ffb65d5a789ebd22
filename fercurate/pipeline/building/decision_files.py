"""The files of decisions that a recipe names, and the copy of them beside an export."""

from collections.abc import Sequence
from pathlib import Path

from fercurate.domain.decisions.history import DecisionHistory
from fercurate.errors import InputError, UsageError
from fercurate.export.datasheet.sheet import DECISIONS_FILE
from fercurate.files.containment import Boundary
from fercurate.files.regular import is_regular
from fercurate.pipeline.decisions.union import read_files
from fercurate.recipe.loader import LoadedRecipe
from fercurate.recipe.needs import asks_decisions
from fercurate.store.decision_file import DecisionFile, store_decisions


def recipe_decisions(
    loaded: LoadedRecipe, store: Path, files: Sequence[Path] = ()
) -> DecisionHistory:
    """Everything decided in the files of a recipe, or in ``files`` in their place.

    Without any they are the store's own, and there need not be any yet.

    Raises:
        UsageError: files are named, and the recipe asks for no decisions.
        InputError: a file is missing, lies elsewhere than beside the recipe, or holds else.
    """
    wanted = loaded.recipe.decisions
    if not asks_decisions(loaded.recipe):
        if files:
            raise UsageError(
                f"the recipe {loaded.recipe.name} asks for no decisions",
                where="--decisions",
                fix="Add to it: decisions: {}",
            )
        return DecisionHistory()
    named = () if wanted is None else wanted.files
    if not files and not named:
        return DecisionHistory.union([DecisionFile(store_decisions(store)).read()])
    return read_decisions(files or [_beside(loaded, name) for name in named])


def read_decisions(paths: Sequence[Path]) -> DecisionHistory:
    """The union of files of decisions, the same in any order.

    Raises:
        InputError: one is missing, or holds something else.
    """
    return DecisionHistory.union(read_files(paths))


def _beside(loaded: LoadedRecipe, name: str) -> Path:
    if loaded.folder is None:
        raise InputError(
            f"it names the file {name}, and is itself no file",
            where=f"{loaded.origin}: decisions.files",
            fix="Name the files with --decisions",
        )
    path = loaded.folder / name
    if not Boundary(loaded.folder).holds(path):
        raise InputError(
            f"{name} leads out of the recipe's folder",
            where=f"{loaded.origin}: decisions.files",
            fix="Copy the file beside the recipe, or name it with --decisions",
        )
    return path


def exported_decisions(root: Path) -> DecisionHistory:
    """The decisions that an export was built with; none where it has none.

    Raises:
        InputError: the file holds something else.
    """
    path = root / DECISIONS_FILE
    return DecisionFile(path).read() if is_regular(path) else DecisionHistory()


def write_decisions(folder: Path, history: DecisionHistory) -> list[str]:
    """Write the decisions that a build rests on; returns the names of the files."""
    (folder / DECISIONS_FILE).write_text(history.text, encoding="utf-8", newline="\n")
    return [DECISIONS_FILE]
