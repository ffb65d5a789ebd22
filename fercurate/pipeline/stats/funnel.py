"""The funnel of an export: how many samples stood after each stage of its build."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fercurate.errors import ExportError, InputError
from fercurate.export.exported_files import ExportCondition, is_export
from fercurate.export.folder import SUMMARY_FILE
from fercurate.files.regular import read_regular
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable, rows_frame

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
_MOST_BYTES = 256 << 20


@dataclass(frozen=True, repr=False)
class Funnel(HasOverview):
    """How many samples of each class and source stood after each stage (``planning.funnel``)."""

    export: Path
    recipe: str
    facts: dict[str, Any]

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of the scheme, and those without one last."""
        return tuple(self.facts["classes"])

    @property
    def stages(self) -> list[dict[str, Any]]:
        """The stages in order, each with ``left``, ``samples``, ``classes``, ``reasons``."""
        stages: list[dict[str, Any]] = self.facts["stages"]
        return stages

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        head = {"schema_version": SCHEMA_VERSION, "kind": "funnel", "recipe": self.recipe}
        return head | self.facts

    def overview(self) -> Overview:
        """A line a stage."""
        rows = tuple((one["left"], *one["classes"].values(), one["samples"]) for one in self.stages)
        table = OverviewTable("samples left", ("stage", *self.classes, "all"), rows)
        return Overview(f"funnel of {self.export.name}", (table,))

    def to_frame(self) -> "pd.DataFrame":
        """Return a row a stage and class: ``stage``, ``left``, ``class``, ``samples``."""
        rows = [
            (one["stage"], one["left"], name, count)
            for one in self.stages
            for name, count in one["classes"].items()
        ]
        return rows_frame(("stage", "left", "class", "samples"), rows)


def read_funnel(path: Path) -> Funnel:
    """Read the funnel that a build left in an export; the file is compared with the lock first.

    Raises:
        InputError: no export folder.
        ExportError: it is damaged, or an earlier version built it.
    """
    if not path.is_dir() or not is_export(path):
        raise InputError("no folder of an export", where=str(path), expected="train.h5 in it")
    if SUMMARY_FILE in ExportCondition.of(path).changed:
        raise ExportError("changed since it was built", where=str(path / SUMMARY_FILE))
    try:
        summary = json.loads(read_regular(path / SUMMARY_FILE, _MOST_BYTES))
        funnel, name = summary.get("funnel"), str(summary["name"])
    except (OSError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise ExportError(f"no summary ({error})", where=str(path / SUMMARY_FILE)) from None
    if not funnel:
        raise ExportError(
            "no funnel in it: an earlier version built it",
            where=str(path / SUMMARY_FILE),
            fix="Build it again",
        )
    return Funnel(path, name, funnel)
