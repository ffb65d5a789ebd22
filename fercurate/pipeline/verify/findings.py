"""What a verification checked, and what it found wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fercurate.report.overview.base import HasOverview, Overview, OverviewTable, rows_frame

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
MOST_FINDINGS = 1000
"""So many findings of one check are kept; more are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong: the file (and dataset, or row from 0), and what of it."""

    where: str
    what: str
    row: int = -1

    @property
    def place(self) -> str:
        """``train.h5:12``, or the file."""
        return f"{self.where}:{self.row}" if self.row >= 0 else self.where

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        row = {"row": self.row} if self.row >= 0 else {}
        return {"where": self.where, **row, "what": self.what}


@dataclass
class Findings:
    """Collects findings: of each kind of check the first, and how many there are."""

    kept: list[Finding] = field(default_factory=list)
    more: int = 0

    def add(self, where: str, what: str, row: int = -1) -> None:
        """Note that something is wrong."""
        if len(self.kept) < MOST_FINDINGS:
            self.kept.append(Finding(where, what, int(row)))
        else:
            self.more += 1

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.kept)


@dataclass(frozen=True, slots=True)
class ReplayCounts:
    """Rows that were made again, by kind, and how many of them came out the same."""

    rows: dict[str, int]
    equal: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values."""
        total, same = sum(self.rows.values()), sum(self.equal.values())
        return {"rows": total, "equal": same, "by_kind": self.rows, "equal_by_kind": self.equal}


@dataclass(frozen=True, repr=False)
class VerifyReport(HasOverview):
    """What was checked of a store or an export (``checked``: a name and a count), and found.

    ``remarks`` are worth knowing and no fault. ``more`` counts findings beyond the first ones.
    """

    path: Path
    kind: str
    checked: dict[str, int]
    findings: tuple[Finding, ...]
    more: int = 0
    remarks: tuple[str, ...] = ()
    replay: ReplayCounts | None = None

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "verification",
            "path": str(self.path),
            "of": self.kind,
            "passed": self.passed,
            "checked": self.checked,
            "replay": None if self.replay is None else self.replay.to_json(),
            "findings": [one.to_json() for one in self.findings],
            "more_findings": self.more,
            "remarks": list(self.remarks),
        }

    def overview(self) -> Overview:
        """What was checked, and what is wrong."""
        count = len(self.findings) + self.more
        verdict = "all as it was written" if self.passed else f"{count:,} findings"
        checked = OverviewTable("checked", ("what", "number"), tuple(self.checked.items()))
        rows = tuple((one.place, one.what) for one in self.findings)
        found = OverviewTable("findings", ("where", "what"), rows)
        return Overview(f"{self.kind} {self.path.name}: {verdict}", (checked, found))

    def to_frame(self) -> "pd.DataFrame":
        """Return the findings as a pandas table: ``where``, ``row`` (-1: none), ``what``."""
        rows = [(one.where, one.row, one.what) for one in self.findings]
        return rows_frame(("where", "row", "what"), rows)
