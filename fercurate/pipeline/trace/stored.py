"""What a store knows of one sample: raw file, label, votes, attributes, measurements, scores."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from fercurate.domain.annotations.attribute import KIND_PREFIX, METHOD, stored_attribute
from fercurate.domain.lineage import LineageEntry
from fercurate.domain.measurement import Measured
from fercurate.domain.votes import VOTE_COLUMNS
from fercurate.errors import StoreError
from fercurate.pipeline.measure.latest import VOTES
from fercurate.pipeline.measure.whole_measures import WHOLE_MEASURES
from fercurate.screening.base import Values
from fercurate.screening.judge import Policy, flagged
from fercurate.screening.registry import CRITERIA
from fercurate.store.store import Store

_FACTS = ("source", "native_label", "native_split", "expression", "subject", "sequence")


@dataclass(frozen=True)
class StoredSample:
    """One sample of a store."""

    store: Store
    row: int

    def _text(self, column: str) -> str:
        return str(self.store.manifest.take(np.array([self.row])).text(column)[0])

    def _number(self, column: str) -> int:
        return int(self.store.manifest.numbers(column)[self.row])

    def to_json(self) -> dict[str, Any]:
        """What the corpus says of it, and where it was read."""
        facts: dict[str, Any] = {"id": self._text("id")}
        facts |= {name: self._text(name) for name in _FACTS}
        units = self._text("action_units")
        return {
            **facts,
            **({"action_units": units} if units else {}),
            "size": [self._number("height"), self._number("width")],
            "digest": self._text("digest"),
            "raw": self._raw(),
            "votes": self.votes(),
            **({"attributes": people} if (people := self.attributes()) else {}),
        }

    @property
    def digest(self) -> str:
        """The digest of its pixels."""
        return self._text("digest")

    def _raw(self) -> dict[str, Any]:
        """The raw file with line, and the ingest that read it."""
        raw: dict[str, Any] = {"file": self._text("origin")}
        for name in ("line", "row"):
            number = self._number(name)
            if number >= 0:
                raw[name] = number
        entry = self.ingested_by()
        if entry is None:
            return raw
        reader = entry.options.get("reader", entry.source)
        inputs = [{"name": file.name, "sha256": file.sha256} for file in entry.inputs]
        by = {"command": entry.command, "time": entry.time, "variant": entry.variant}
        return raw | {"reader": reader, "layout": entry.layout, "ingest": by | {"inputs": inputs}}

    def ingested_by(self) -> LineageEntry | None:
        """The change that added it; None where that is not known."""
        change = int(self.store.changes[self.row])
        return self.store.lineage[change] if 0 <= change < len(self.store.lineage) else None

    def votes(self) -> dict[str, int]:
        """FER+ votes by name; empty if nobody has voted."""
        votes = self.store.votes[self.row]
        return dict(zip(VOTE_COLUMNS, votes.tolist(), strict=True)) if votes.any() else {}

    def attributes(self) -> dict[str, str]:
        """What is told of the person in it, by name.

        Raises:
            StoreError: it is damaged.
        """
        told: dict[str, str] = {}
        for (kind, method), one in self._all_measured.items():
            if kind.startswith(KIND_PREFIX) and method == METHOD:
                name = kind.removeprefix(KIND_PREFIX)
                try:
                    value = str(stored_attribute(name, one.values).text[0])
                except ValueError as error:
                    where = str(self.store.path)
                    raise StoreError(f"the attribute {name}: {error}", where=where) from None
                told |= {name: value} if value else {}
        return dict(sorted(told.items()))

    def measurements(self) -> dict[str, dict[str, Any]]:
        """What was measured, by kind: the method, and the quantities that are known."""
        found: dict[str, dict[str, Any]] = {}
        for kind, (method, columns, values) in self._measured.items():
            known = zip(columns, values[0], strict=True)
            numbers = {name: _rounded(value) for name, value in known if np.isfinite(value)}
            found[kind] = {"method": method, **numbers}
        return found

    @cached_property
    def _all_measured(self) -> dict[tuple[str, str], Measured]:
        return self.store.measured_row(self.row)

    @cached_property
    def _measured(self) -> dict[str, tuple[str, tuple[str, ...], Values]]:
        """Method, columns and values (1, K) by kind, of the criteria's kinds."""
        wanted = {one.kind for one in CRITERIA}
        whole = {m.kind: m.method(self.store) for m in WHOLE_MEASURES}
        return {
            kind: (method, one.columns, one.values)
            for (kind, method), one in self._all_measured.items()
            if kind in wanted and whole.get(kind, method) == method
        }

    def criteria(self, policy: Policy) -> dict[str, dict[str, Any]]:
        """Every criterion whose measurement is known: score, threshold, action, verdict."""
        values = {kind: found[2] for kind, found in self._measured.items()}
        values[VOTES] = self.store.votes[self.row : self.row + 1].astype(np.float32)
        found = {}
        for criterion in CRITERIA:
            if criterion.kind not in values:
                continue
            score = criterion.score(values[criterion.kind])
            threshold = policy.threshold(criterion.name)
            found[criterion.name] = {
                "score": _rounded(score[0]) if np.isfinite(score[0]) else None,
                "threshold": threshold,
                "action": policy.action(criterion.name),
                "fails": threshold is not None and bool(flagged(score, threshold)[0]),
                "meaning": criterion.meaning,
            }
        return found


def _rounded(value: float) -> float:
    return float(f"{float(value):.6g}")
