"""What must be the same before an export is built again: recipe, store, versions, methods."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fercurate.domain.annotations.attribute import KIND_PREFIX
from fercurate.errors import ExportError, InputError
from fercurate.export.datasheet.sheet import DECISIONS_FILE
from fercurate.export.folder import RECIPE_FILE, SUMMARY_FILE
from fercurate.export.lock import LOCK_FILE, read_provenance, tool_versions
from fercurate.export.scripts import FRAMEWORKS, NO_SCRIPTS
from fercurate.files.regular import is_regular, read_regular
from fercurate.pipeline.building.basis import (
    MeasureOptions,
    attribute_contents,
    instruments_for,
    method_names,
    recipe_attributes,
    recipe_votes,
)
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.recipe.needs import asks_decisions
from fercurate.store.store import Store
from fercurate.training.shared import errors as kit
from fercurate.training.shared.lock import read_outputs

_MOST_BYTES = 64 << 20


@dataclass(frozen=True)
class LockTerms:
    """What a lock says that an export was made from, and with what.

    ``outputs`` are the SHA-256 of its files by path in it.
    """

    root: Path
    recipe: LoadedRecipe
    lock: Mapping[str, Any]
    outputs: Mapping[str, str]

    @classmethod
    def of(cls, root: Path) -> "LockTerms":
        """Read the lock and the recipe of an export.

        Raises:
            ExportError: one of them is missing or damaged, or they do not belong together.
            RecipeError: this version does not know such a recipe.
        """
        place = root / LOCK_FILE
        if not is_regular(place):
            raise ExportError(
                f"no {LOCK_FILE}", where=str(root), expected="the folder of an export"
            )
        try:
            outputs = read_outputs(place)
        except kit.ExportError as error:
            raise ExportError(str(error)) from None
        lock = read_provenance(place)
        try:
            text = read_regular(root / RECIPE_FILE, _MOST_BYTES).decode()
        except (OSError, ValueError) as error:
            raise ExportError(f"cannot be read ({error})", where=str(root / RECIPE_FILE)) from None
        recipe = parse_recipe(text, _origin(lock, root))
        if recipe.digest != lock.get("recipe_sha256"):
            raise ExportError(
                "not the recipe of the lock: its SHA-256 is another one",
                where=str(root / RECIPE_FILE),
                fix="Put back the one that was built with",
            )
        return cls(root, recipe, lock, outputs)

    @property
    def layout(self) -> str:
        """The layout of the data files."""
        return str(self.lock.get("layout", ""))

    @property
    def framework(self) -> str:
        """What its scripts are for; of an earlier version's lock, as its files tell."""
        told = self.lock.get("framework")
        if told in FRAMEWORKS:
            return str(told)
        there = (name for name in FRAMEWORKS if f"training/{name}/__init__.py" in self.outputs)
        return next(there, NO_SCRIPTS)

    @property
    def _measured_by(self) -> tuple[str, ...]:
        told = self.lock.get("measured_by") or []
        return tuple(map(str, told)) if isinstance(told, list) else (str(told),)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes of people that it was built with: others have come later."""
        told = (one for one in self._measured_by if one.startswith(KIND_PREFIX))
        return tuple(one.removeprefix(KIND_PREFIX).rpartition("-")[0] for one in told)

    @property
    def decision_files(self) -> tuple[Path, ...]:
        """The decisions that it was built with, as they lie beside it."""
        return (self.root / DECISIONS_FILE,) if asks_decisions(self.recipe.recipe) else ()

    def differences(self, store: Store, options: MeasureOptions) -> list[str]:
        """What is not as it was, in words; nothing if the same bytes can be expected."""
        return [
            *self._of_recipe(),
            *self._of_store(store),
            *self._of_versions(),
            *self._of_methods(store, options),
            *self._of_decisions(options),
        ]

    def _of_recipe(self) -> Iterator[str]:
        if self.lock.get("bundle"):
            yield f"plan: it comes from the bundle {self.lock['bundle']}, not from the recipe"
        seed = self.recipe.recipe.seed
        if seed != self.lock.get("seed"):
            yield f"seed: {seed} in the recipe, {self.lock.get('seed')} in the lock"

    def _of_store(self, store: Store) -> Iterator[str]:
        known = str(self.lock.get("store_sha256"))
        if not store.has_digest(known):
            yield (
                f"store: {store.path.name} has the digest {store.digest()[:12]}..., the lock "
                f"{known[:12]}...: other samples, labels or votes"
            )

    def _of_versions(self) -> Iterator[str]:
        versions = self.lock.get("versions")
        known = versions if isinstance(versions, Mapping) else {}
        for name, version in tool_versions().items():
            if known.get(name) != version:
                yield f"{name}: {version} here, {known.get(name)} in the lock"

    def _of_methods(self, store: Store, options: MeasureOptions) -> Iterator[str]:
        known, recipe = self._measured_by, self.recipe.recipe
        try:
            votes = recipe_votes(store, recipe)
        except InputError as error:
            yield f"votes: {error.found}"
            return
        people = recipe_attributes(store, recipe, self.attributes)
        here = (
            *method_names(store, instruments_for(recipe, options), votes),
            *attribute_contents(store, people),
        )
        if here != known:
            yield (
                f"measured by {', '.join(here) or 'nothing'} here, by "
                f"{', '.join(known) or 'nothing'} in the lock"
            )

    def _of_decisions(self, options: MeasureOptions) -> Iterator[str]:
        known = self.lock.get("decisions")
        if asks_decisions(self.recipe.recipe) and options.decisions.digest != known:
            yield f"decisions: {DECISIONS_FILE} is not as the lock says"


def _origin(lock: Mapping[str, Any], root: Path) -> str:
    """The name of the recipe as the build was told, which its papers repeat."""
    command = _command(lock, root)
    try:
        words = shlex.split(command)
    except ValueError:  # of an earlier version, which quoted nothing
        words = command.split()
    place = words.index("--recipe") + 1 if "--recipe" in words else len(words)
    return words[place] if place < len(words) else RECIPE_FILE


def _command(lock: Mapping[str, Any], root: Path) -> str:
    """The command of the build: in the lock, or, of an earlier version, in the summary."""
    told = lock.get("command")
    if isinstance(told, str):
        return told
    import json  # noqa: PLC0415  # only for exports of an earlier version

    try:
        return str(json.loads(read_regular(root / SUMMARY_FILE, _MOST_BYTES))["commands"][-1])
    except (OSError, ValueError, LookupError, TypeError):
        return ""
