"""``attributes list``: the attributes of a store, by value, class and source."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fercurate.domain.annotations.attribute import Attribute, ordered_values
from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.manifest import Manifest
from fercurate.domain.text import text_counts, text_pair_counts
from fercurate.pipeline.annotations.attributes import read_attributes
from fercurate.report.overview.base import HasOverview, Overview, OverviewTable, rows_frame
from fercurate.store.store import Store

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
_COLUMNS = ("attribute", "value", "expression", "samples")


@dataclass(frozen=True)
class AttributeFacts:
    """An attribute of a store: samples by value and, within it, by expression ("": no label)."""

    name: str
    counts: dict[str, dict[str, int]]
    sources: dict[str, int]

    @classmethod
    def of(cls, manifest: Manifest, attribute: Attribute) -> "AttributeFacts":
        """Count the values of samples."""
        known = attribute.known
        expressions, sources = (manifest.encoded(c)[known] for c in ("expression", "source"))
        counts = text_pair_counts(attribute.values[known], expressions)
        ordered = {value: counts[value] for value in ordered_values(counts)}
        return cls(attribute.name, ordered, text_counts(sources))

    @property
    def samples(self) -> int:
        """Samples that have a value."""
        return sum(self.sources.values())

    @property
    def expressions(self) -> tuple[str, ...]:
        """The expressions that occur, in their usual order; "" last."""
        there = {name for counts in self.counts.values() for name in counts}
        known = [name for name in EXPRESSIONS if name in there]
        others = sorted(there - {*known, ""})
        return (*known, *others, *([""] if "" in there else []))

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {"samples": self.samples, "sources": self.sources, "values": self.counts}


@dataclass(frozen=True, repr=False)
class AttributeList(HasOverview):
    """The attributes of a store with ``stored`` samples."""

    store: Path
    stored: int
    attributes: tuple[AttributeFacts, ...]

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "attributes",
            "store": str(self.store),
            "stored": self.stored,
            "attributes": {one.name: one.to_json() for one in self.attributes},
        }

    def overview(self) -> Overview:
        """How many samples have each value."""
        rows = tuple(
            (one.name, value, sum(counts.values()))
            for one in self.attributes
            for value, counts in one.counts.items()
        )
        table = OverviewTable("", ("attribute", "value", "samples"), rows)
        return Overview(f"store {self.store.name}: {len(self.attributes)} attributes", (table,))

    def to_frame(self) -> "pd.DataFrame":
        """Return a row an attribute, value and expression as a pandas table."""
        rows = [
            (one.name, value, expression, count)
            for one in self.attributes
            for value, counts in one.counts.items()
            for expression, count in counts.items()
        ]
        return rows_frame(_COLUMNS, rows)


def list_attributes(path: Path) -> AttributeList:
    """List the attributes of a store.

    Raises:
        StoreError: it is missing or damaged.
    """
    with Store.open(path) as store:
        found = [AttributeFacts.of(store.manifest, one) for one in read_attributes(store)]
        return AttributeList(path, len(store), tuple(found))
