"""What a trace tells, as a value."""

from dataclasses import dataclass, field
from typing import Any

from fercurate.pipeline.trace.rows import TracedRow
from fercurate.pipeline.trace.target import Target
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable

SCHEMA_VERSION = 1
INGEST, REMOVED = "ingest", "removed"
"""Stages before any build at which a picture is not there."""


@dataclass(frozen=True, repr=False)
class TraceReport(HasOverview):
    """Where a picture or a row comes from, and what became of it.

    Attributes:
        what: what was asked.
        target: what it turned out to be.
        row: the row that was asked for, if it was one.
        sample: what the store knows of the sample: raw file, label, votes.
        measurements: what was measured of its picture, by kind.
        criteria: scores with thresholds and verdicts, by criterion.
        policy: by whose thresholds: the recipe's name, or a preset.
        decision: what a build decided on it, and why; or the stage at which it is not there.
        rows: the rows of the export that were made from it.
        decided: what people decided on it: those of the export, else the store's own.
        remarks: what could not be told, and why.
    """

    what: str
    target: Target
    row: TracedRow | None = None
    sample: dict[str, Any] = field(default_factory=dict)
    measurements: dict[str, dict[str, Any]] = field(default_factory=dict)
    criteria: dict[str, dict[str, Any]] = field(default_factory=dict)
    policy: str = ""
    decision: dict[str, Any] = field(default_factory=dict)
    rows: tuple[TracedRow, ...] = ()
    remarks: tuple[str, ...] = ()
    decided: tuple[dict[str, str], ...] = ()

    @property
    def stage(self) -> str:
        """The stage at which it is not there; "" where it stands in a split, or no build is asked.

        ``ingest`` for a raw row that was rejected, ``removed``, or a stage of a build.
        """
        if self.target.kind == "reject":
            return INGEST
        return REMOVED if self.target.kind == "removed" else str(self.decision.get("stage", ""))

    @property
    def reason(self) -> str:
        """Why it is not there."""
        if self.target.kind == "reject":
            code, _, message = self.target.reject
            return f"{code}: {message}"
        if self.target.kind == "removed":
            return "removed from the store, and not to come back"
        return str(self.decision.get("reason", ""))

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "trace",
            "what": self.what,
            "is": self.target.kind,
            "found_by": self.target.found_by,
            "sample_id": self.target.sample_id,
            "others": list(self.target.others),
            "row": None if self.row is None else self.row.to_json(),
            "sample": self.sample,
            "measurements": self.measurements,
            "policy": self.policy,
            "criteria": self.criteria,
            "decision": self.decision,
            "stage": self.stage,
            "reason": self.reason,
            "rows": [one.to_json() for one in self.rows],
            "decided": list(self.decided),
            "remarks": list(self.remarks),
        }

    def overview(self) -> Overview:
        """What it is, and the rows made from it."""
        place = self.decision.get("split") or (f"not there: {self.reason}" if self.stage else "")
        name = self.target.sample_id or self.what
        rows = tuple((f"{r.file}:{r.row}", r.split, r.label, r.op) for r in self.rows)
        return Overview(
            f"{name}: {place or self.target.kind}",
            (OverviewTable("rows", ("row", "split", "class", "op"), rows),),
        )
