"""A bundle read without trust: members by name, bounded, as tables."""

import csv
import io
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.sample_table import SampleTable
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.errors import ExportError, InputError
from fercurate.export.datasheet.sheet import DECISIONS_FILE
from fercurate.export.lock import LOCK_FILE
from fercurate.export.samples_file import SAMPLES, parse_samples
from fercurate.files.regular import check_regular
from fercurate.pipeline.bundle.checks import row_fault, sample_fault, shares_are_sound
from fercurate.pipeline.bundle.fingerprint import Bits, from_hex
from fercurate.pipeline.bundle.layout import (
    ABOUT,
    BUNDLE_VERSION,
    FINGERPRINTS,
    MEMBERS,
    ROW_COLUMNS,
    ROWS,
    TARGETS,
    VOTES,
)
from fercurate.recipe.loader import LoadedRecipe, parse_recipe
from fercurate.recipe.needs import asks_decisions
from fercurate.store.decision_file import parse_decisions

_MOST_BYTES, _MOST_RATIO = 2 << 30, 200
_NO_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    RuntimeError,
)
"""What reading something else than a bundle comes to (``NotImplementedError`` among them)."""

_AGAIN = "Have it made again from the export: fercurate bundle EXPORT"
_LINE = re.compile(r"[0-9]{1,18}|")
Columns = dict[str, NDArray[np.object_]]


@dataclass(frozen=True)
class BundleContents:
    """The members of a bundle by name."""

    path: Path
    members: Mapping[str, bytes]

    @classmethod
    def read(cls, path: Path) -> "BundleContents":
        """Read a bundle.

        Raises:
            InputError: it is none, or of a later version; or a member is too large.
        """
        try:
            check_regular(path)
            with zipfile.ZipFile(path) as file:
                members = {
                    info.filename: _member(file, info, path)
                    for info in file.infolist()
                    if info.filename in MEMBERS
                }
            about = json.loads(members[ABOUT])
            version = about["bundle_version"] if about["kind"] == "fercurate-bundle" else None
        except OSError as error:
            raise InputError(str(error.strerror or error), where=str(path)) from None
        except _NO_ZIP as error:
            raise _no_bundle(path, str(error)) from None
        if type(version) is not int or not 1 <= version <= BUNDLE_VERSION:
            found = f"a bundle of version {str(version)[:20]}"
            raise InputError(found, where=str(path), fix="Update fercurate to read it")
        return cls(path, members)

    def fault(self, found: str, member: str = "", expected: str = "") -> InputError:
        """What is wrong with a member, and what to do: no bundle is to be mended by hand."""
        where = f"{self.path}: {member}" if member else str(self.path)
        return InputError(found, where=where, expected=expected, fix=_AGAIN)

    def _table(self, name: str, header: tuple[str, ...] | None = None) -> Columns:
        content = self.members.get(name)
        if content is None:
            raise self.fault(f"no {name} in it")
        text = io.StringIO(content.decode("utf-8", "surrogateescape"), newline="")
        try:
            names, *rows = csv.reader(text, strict=True)
        except (csv.Error, ValueError) as error:
            raise self.fault(f"no table ({error})", name) from None
        if (header and tuple(names) != header) or any(len(row) != len(names) for row in rows):
            listed = ", ".join(header or names)
            raise self.fault("other columns, or a row of another length", name, listed)
        columns = zip(*rows, strict=True) if rows else [()] * len(names)
        return {n: np.array(v, dtype=object) for n, v in zip(names, columns, strict=True)}

    def decisions(self) -> DecisionHistory:
        """What people decided when the export was built; nothing where it asked for no decisions.

        Raises:
            InputError: a line is no decision, or they are not those of the bundle's lock.
        """
        if not asks_decisions(self.recipe.recipe):
            return DecisionHistory()
        content = self.members.get(DECISIONS_FILE, b"")
        history = parse_decisions(content, f"{self.path}: {DECISIONS_FILE}")
        try:
            known = json.loads(self.members[LOCK_FILE])["decisions"]
        except (LookupError, ValueError, TypeError, RecursionError):
            known = None
        if history.digest != known:
            raise self.fault("not the decisions that its lock names", DECISIONS_FILE)
        return history

    @cached_property
    def samples(self) -> SampleTable:
        """What was decided on each sample."""
        if SAMPLES not in self.members:
            raise self.fault(f"no {SAMPLES} in it")
        try:
            return parse_samples(self.members[SAMPLES], f"{self.path}: {SAMPLES}")
        except ExportError as error:
            raise self.fault(error.found, SAMPLES, error.expected) from None

    @cached_property
    def rows(self) -> Columns:
        """The rows of the export's files, in their order (``ROW_COLUMNS``)."""
        return self._table(ROWS, ROW_COLUMNS)

    @cached_property
    def mix(self) -> NDArray[np.float64]:
        """How far each row lies between its parents (M,).

        Raises:
            InputError: something that is no number.
        """
        try:
            texts = self.rows["mix"]
            mix = np.array([float.fromhex(t) if t else 0.0 for t in texts], dtype=np.float64)
        except (ValueError, OverflowError):
            mix = np.array([np.nan])
        if not shares_are_sound(mix):
            raise self.fault("a mix that is none", ROWS, "0..1")
        return mix

    def fingerprints(self) -> tuple[dict[str, int], Bits]:
        """Fingerprints (F, 63), and the place of each sample's among them."""
        if FINGERPRINTS not in self.members:
            return {}, np.empty((0, 63), dtype=bool)
        table = self._table(FINGERPRINTS, ("sample_id", "fingerprint"))
        try:
            bits = from_hex(table["fingerprint"].tolist())
        except ValueError as error:
            raise self.fault(str(error), FINGERPRINTS) from None
        return {str(name): place for place, name in enumerate(table["sample_id"])}, bits

    def votes(self) -> dict[str, list[int]]:
        """FER+ votes by sample."""
        if VOTES not in self.members:
            return {}
        table = self._table(VOTES, ("sample_id", *VOTE_COLUMNS))
        counts = zip(*(table[name] for name in VOTE_COLUMNS), strict=True)
        try:
            return {
                str(name): [min(max(int(one), 0), 255) for one in votes]
                for name, votes in zip(table["sample_id"], counts, strict=True)
            }
        except ValueError:
            raise self.fault("votes that are no numbers", VOTES) from None

    def targets(self, classes: tuple[str, ...]) -> dict[str, list[float]]:
        """Shares of each class by sample; empty where labels are not soft."""
        if TARGETS not in self.members:
            return {}
        table = self._table(TARGETS, ("sample_id", *classes))
        shares = zip(*(table[name] for name in classes), strict=True)
        try:
            found = {
                str(name): [float(one) for one in some]
                for name, some in zip(table["sample_id"], shares, strict=True)
            }
        except ValueError:
            found = {"": [np.nan]}
        if not shares_are_sound(np.array(list(found.values()), dtype=np.float64)):
            raise self.fault("shares that are none", TARGETS, "0..1")
        return found

    def check(self) -> None:
        """Look at what it says of rows and samples, before anything is made from it.

        Raises:
            InputError: it is nothing that a build gives.
        """
        recipe = self.recipe.recipe
        faults = {ROWS: row_fault(self.rows, recipe), SAMPLES: sample_fault(self.samples, recipe)}
        for name, fault in faults.items():
            if fault:
                raise self.fault(fault, name)
        if not all(_LINE.fullmatch(str(line)) for line in self.samples["line"]):
            raise self.fault("a line that is none", SAMPLES)

    @cached_property
    def lock(self) -> dict[str, Any]:
        """What the lock of the export says; empty without one."""
        try:
            found = json.loads(self.members.get("recipe.lock", b"{}"))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    @cached_property
    def recipe(self) -> LoadedRecipe:
        """The recipe of the export.

        Raises:
            InputError: there is none: the bundle is of a store.
            RecipeError: this version does not know such a recipe.
        """
        content = self.members.get("recipe.yaml")
        if content is None:
            raise InputError(
                "no recipe in it: it is the bundle of a store",
                where=str(self.path),
                expected="the bundle of an export",
            )
        return parse_recipe(content.decode("utf-8", "replace"), "recipe.yaml")


def _member(file: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> bytes:
    if info.file_size > _MOST_BYTES or info.file_size > _MOST_RATIO * max(info.compress_size, 1024):
        found = f"{info.filename} unpacks to {info.file_size:,} bytes"
        raise InputError(found, where=str(path), fix=_AGAIN)
    with file.open(info) as member:
        content = member.read(info.file_size + 1)
    if len(content) != info.file_size:
        found = f"{info.filename} is not as long as it says"
        raise InputError(found, where=str(path), fix=_AGAIN)
    return content


def _no_bundle(path: Path, why: str) -> InputError:
    return InputError(
        f"no bundle ({why[:80]})", where=str(path), expected="a file that fercurate bundle wrote"
    )
