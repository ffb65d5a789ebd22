"""How a change of a store that reads no corpus stands in its lineage."""

from collections.abc import Mapping
from datetime import UTC, datetime

from fercurate import __version__
from fercurate.domain.lineage import LineageEntry


def care_entry(
    command: str, layout: str, variant: str, records: int, options: Mapping[str, str]
) -> LineageEntry:
    """The entry of a change: ``variant`` says in words what it did to ``records`` samples."""
    return LineageEntry(
        command=command,
        source="",
        layout=layout,
        variant=variant,
        version=__version__,
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        records=records,
        options=dict(options),
    )
