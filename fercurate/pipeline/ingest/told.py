"""What a corpus tells of its samples beside their pictures: attributes, and shares of votes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.annotations.attribute import KIND_PREFIX
from fercurate.domain.annotations.vote_set import SET_NAME, millionths
from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.measurement import Measurements
from fercurate.domain.sample import Sample
from fercurate.domain.text import plural, text_rows
from fercurate.pipeline.annotations.attributes import (
    attribute_names,
    changed_attributes,
    read_attribute,
)
from fercurate.pipeline.annotations.vote_sets import (
    added_method,
    content_method,
    measured_kind,
    vote_methods,
)
from fercurate.store.staging import Say
from fercurate.store.store import Store
from fercurate.store.writer import StoreWriter

Rows = NDArray[np.int64]


@dataclass
class ToldOfSamples:
    """Collects it sample by sample while a corpus is read, and stores it at the end.

    Stored before or not, a sample gets what is told of it now.
    """

    attributes: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    shares: dict[str, tuple[float, ...]] = field(default_factory=dict)

    def add(self, sample: Sample) -> None:
        """Note what is told of a sample."""
        if sample.attributes:
            self.attributes[sample.id] = sample.attributes
        if sample.shares is not None:
            self.shares[sample.id] = sample.shares

    def store(self, writer: StoreWriter, source: str, say: Say) -> None:
        """Stage what the store does not have; shares become the vote set of the source's name.

        ``say`` is told what it replaces, and of votes of a table, which it never does.
        """
        if not self.attributes and not self.shares:
            return
        writer.settle()
        with writer.staged() as store:
            found = self._attributes(store)
            for replaced in _replaced(store, found):
                say(f"{source}: {replaced}")
            if self.shares and _is_of_a_table(store, shares_set(source)):
                say(
                    f"the votes {shares_set(source)} of the store came from a table, and stay as "
                    "they are: the shares of votes that were read are not stored"
                )
            else:
                found += self._shares(store, source)
        if found:
            writer.add_measurements(found)

    def remark(self, source: str) -> str:
        """What was found, to be said."""
        said = ""
        if self.attributes:
            names = sorted({name for told in self.attributes.values() for name, _ in told})
            said += f"; {', '.join(names)} of {len(self.attributes):,} samples"
        if self.shares:
            name = shares_set(source)
            said += f"; shares of votes on {len(self.shares):,} samples, as the votes {name}"
        return said

    def _attributes(self, store: Store) -> list[Measurements]:
        rows, ids = _stored(store, list(self.attributes))
        told = [dict(self.attributes[name]) for name in ids]
        names = {name for one in told for name in one}
        return changed_attributes(store, rows, {n: [one.get(n, "") for one in told] for n in names})

    def _shares(self, store: Store, source: str) -> list[Measurements]:
        rows, ids = _stored(store, list(self.shares))
        if not len(rows):
            return []
        kind = measured_kind(shares_set(source), "shares")
        values = np.full((len(store), len(EXPRESSIONS)), np.nan, dtype=np.float32)
        _, method = vote_methods(store).get(shares_set(source), ("shares", ""))
        before = store.measured(kind, method) if method else None
        if before is not None and before.columns == EXPRESSIONS:
            values[before.known] = before.values[before.known]
        values[rows] = millionths(np.array([self.shares[name] for name in ids]))
        known = np.flatnonzero(~np.isnan(values).any(axis=1))
        stored_ids = store.manifest.encoded("id")[known]
        new = content_method(kind, stored_ids, EXPRESSIONS, values[known])
        if new == method:
            return []
        return [Measurements(kind, new, EXPRESSIONS, known, values[known])]


def shares_set(source: str) -> str:
    """The name of the vote set of a source's shares: its own, in characters that a set may have."""
    plain = "".join(c if c.isascii() and c.isalnum() else "_" for c in source.lower())
    return plain if SET_NAME.fullmatch(plain) else f"set_{plain}"[:64]


def _is_of_a_table(store: Store, name: str) -> bool:
    """Whether the votes of this name were added, and are none that an ingest read."""
    kind, method = vote_methods(store).get(name, ("shares", ""))
    return kind != "shares" or method in {added_method(one) for one in store.lineage if method}


def _replaced(store: Store, found: Sequence[Measurements]) -> Iterator[str]:
    """How many values that a store has are about to be replaced by others, by attribute."""
    known = attribute_names(store)
    for one in found:
        name = one.kind.removeprefix(KIND_PREFIX)
        count = int(read_attribute(store, name).known[one.rows].sum()) if name in known else 0
        if count:
            yield f"replaces {plural(count, 'value')} of {name} that the store had otherwise"


def _stored(store: Store, ids: Sequence[str]) -> tuple[Rows, list[str]]:
    """The rows (M,) of those samples that a store has, and their ids."""
    rows = text_rows(store.manifest.encoded("id"), ids)
    there = [name for name, row in zip(ids, rows.tolist(), strict=True) if row >= 0]
    return rows[rows >= 0], there
