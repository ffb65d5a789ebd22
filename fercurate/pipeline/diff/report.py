"""What differs between two sides, as a value."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fercurate.pipeline.diff.facts import FactChange
from fercurate.pipeline.diff.rows import RowDiff
from fercurate.pipeline.diff.samples import SampleDiff
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable, rows_frame

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1


@dataclass(frozen=True, repr=False)
class DiffReport(HasOverview):
    """What differs between A (``first``) and B (``second``).

    ``samples`` is None of locks alone, ``rows`` of what has none. ``facts`` are recipe keys,
    versions, inputs and files.
    """

    first: Path
    second: Path
    kind: str
    samples: SampleDiff | None
    rows: RowDiff | None
    facts: tuple[FactChange, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        changed = self.rows is not None and any(self.rows.to_json()[k] for k in _DIFFERENT)
        return not (self.samples or self.facts or changed)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "diff",
            "of": self.kind,
            "first": str(self.first),
            "second": str(self.second),
            "equal": self.equal,
            "samples": None if self.samples is None else self.samples.to_json(),
            "rows": None if self.rows is None else self.rows.to_json(),
            "facts": [one.to_json() for one in self.facts],
        }

    def overview(self) -> Overview:
        """What differs, in tables."""
        said = "nothing differs" if self.equal else "they differ"
        tables = [
            OverviewTable(
                "facts",
                ("what", "name", "before", "after"),
                tuple((f.group, f.name, f.before, f.after) for f in self.facts),
            )
        ]
        if self.samples is not None:
            rows = tuple((kind, len(some)) for kind, some in self.samples.changes.items())
            tables.insert(0, OverviewTable("samples", ("what", "samples"), rows))
        return Overview(f"{self.first.name} and {self.second.name}: {said}", tuple(tables))

    def to_frame(self) -> "pd.DataFrame":
        """Return a row a sample that differs: ``what``, ``sample_id``, ``source``, and so on."""
        names = ("what", "sample_id", "source", "class", "before", "after", "reason")
        changes = {} if self.samples is None else self.samples.changes
        rows = [
            (kind, c.sample_id, c.source, c.class_name, c.before, c.after, c.reason)
            for kind, some in changes.items()
            for c in some
        ]
        return rows_frame(names, rows)


_DIFFERENT = ("changed", "only_before", "only_after")
