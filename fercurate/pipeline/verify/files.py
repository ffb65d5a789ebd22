"""The files of an export, verified: the lock, every digest, foreign files, papers that agree."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fercurate.domain.sample_table import SampleTable
from fercurate.errors import FercurateError, RecipeError
from fercurate.export.exported_files import hdf5_outputs
from fercurate.export.folder import RECIPE_FILE, SUMMARY_FILE, foreign_files
from fercurate.export.hdf5 import LEGACY_FILE
from fercurate.export.lock import LOCK_FILE, read_provenance
from fercurate.export.samples_file import SAMPLES, read_samples
from fercurate.files.digest import sha256_of
from fercurate.files.regular import is_regular, read_regular
from fercurate.pipeline.verify.findings import Findings
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.training.shared import errors as kit
from fercurate.training.shared.lock import read_outputs

_MOST_BYTES = 256 << 20


@dataclass
class ExportFiles:
    """The files of an export, as far as they can be read.

    ``outputs`` are those that the lock lists, by path in the export; ``summary`` is empty, and
    ``recipe`` and ``samples`` None, where they cannot be read.
    """

    root: Path
    findings: Findings
    checked: dict[str, int]
    outputs: dict[str, str] = field(default_factory=dict)
    lock: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    recipe: LoadedRecipe | None = None
    samples: SampleTable | None = None

    @classmethod
    def checked_in(cls, root: Path, findings: Findings, checked: dict[str, int]) -> "ExportFiles":
        """Check everything about the files of an export."""
        files = cls(root, findings, checked)
        files._read_lock()
        files._check_digests()
        files._check_foreign()
        files._read_papers()
        return files

    @property
    def data_files(self) -> list[str]:
        """The HDF5 files of the export by their path in it, also those of folds."""
        return hdf5_outputs(self.root, self.outputs)

    def _read_lock(self) -> None:
        place = self.root / LOCK_FILE
        try:
            self.outputs = read_outputs(place)
            self.lock = read_provenance(place)
        except (kit.ExportError, FercurateError) as error:
            self.findings.add(LOCK_FILE, str(error).removeprefix(f"{place}: "))
        self.checked["lock"] = 1
        for name in (RECIPE_FILE, SUMMARY_FILE):
            if self.outputs and name not in self.outputs:
                self.findings.add(name, "every export has one, and the lock does not list it")

    def _check_digests(self) -> None:
        for name, expected in sorted(self.outputs.items()):
            path = self.root / name
            if not is_regular(path):
                self.findings.add(name, "missing, or no regular file")
                continue
            try:
                found = sha256_of(path)
            except OSError as error:
                self.findings.add(name, f"cannot be read: {error.strerror}")
                continue
            if found != expected:
                text = f"changed since it was built (SHA-256 {found[:12]}..., the lock has "
                self.findings.add(name, f"{text}{expected[:12]}...)")
        self.checked["files by SHA-256"] = len(self.outputs)

    def _check_foreign(self) -> None:
        for name in foreign_files(self.root, self.outputs) if self.outputs else ():
            self.findings.add(name, "a file that the lock does not list")

    def _read_papers(self) -> None:
        self._read_summary()
        if is_regular(self.root / SAMPLES):
            try:
                self.samples = read_samples(self.root / SAMPLES)
            except FercurateError as error:
                self.findings.add(SAMPLES, error.found)
        self._read_recipe()

    def _read_summary(self) -> None:
        if not is_regular(self.root / SUMMARY_FILE):
            return  # that it is missing is said already
        try:
            found = json.loads(read_regular(self.root / SUMMARY_FILE, _MOST_BYTES))
            splits = {str(name): dict(split["classes"]) for name, split in found["splits"].items()}
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            self.findings.add(SUMMARY_FILE, "no summary")
            return
        self.summary = found
        for name in splits:
            if not {f"{name}.h5", LEGACY_FILE} & set(self.data_files):
                self.findings.add(f"{name}.h5", f"no such file, but {SUMMARY_FILE} has the split")

    def _read_recipe(self) -> None:
        if not is_regular(self.root / RECIPE_FILE):
            return  # that it is missing is said already
        try:
            text = read_regular(self.root / RECIPE_FILE, _MOST_BYTES).decode()
            self.recipe = parse_recipe(text, RECIPE_FILE)
        except (OSError, ValueError):
            self.findings.add(RECIPE_FILE, "no text that can be read")
            return
        except RecipeError as error:
            self.findings.add(RECIPE_FILE, f"no recipe of this version: {error.faults[0].message}")
            return
        facts = (
            ("recipe_sha256", self.recipe.digest),
            ("recipe", self.recipe.recipe.name),
            ("seed", self.recipe.recipe.seed),
        )
        for key, value in facts:
            if self.lock and self.lock.get(key) != value:
                text = f"its {key} is {value}, the lock has {str(self.lock.get(key))[:70]}"
                self.findings.add(RECIPE_FILE, text)
        self.checked["recipe"] = 1
