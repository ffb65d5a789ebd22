"""Samples of two tables: who is gained, lost, moved, relabelled, or judged otherwise."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from fercurate.domain.sample_table import SampleTable

UNKNOWN = "not known there"
"""Why a sample is not on a side that does not know it."""

KINDS: dict[str, str] = {
    "gained": "stand in a split of B alone",
    "lost": "stand in a split of A alone",
    "moved": "stand in another split or fold",
    "relabelled": "have another class",
    "repictured": "have another picture",
    "enhanced": "have their light cured in one of them alone",
    "judged": "are left out of both, for other reasons",
}
"""What can differ of a sample, in the order of a report; B's words come after A's."""


@dataclass(frozen=True, slots=True)
class SampleChange:
    """One sample that differs: what it was in A, what it is in B.

    ``reason`` is why it is left out of one side, where it is gained or lost.
    """

    sample_id: str
    source: str
    class_name: str
    before: str
    after: str
    reason: str = ""

    def to_json(self) -> dict[str, str]:
        """JSON-ready values."""
        values = {"sample_id": self.sample_id, "source": self.source, "class": self.class_name}
        values |= {"before": self.before, "after": self.after}
        return values | ({"reason": self.reason} if self.reason else {})


@dataclass(frozen=True)
class SampleDiff:
    """All samples that differ, by kind; and how many stand on either side."""

    before: int
    after: int
    changes: dict[str, list[SampleChange]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(self.changes.values())

    def counts(self, kind: str) -> dict[str, dict[str, int]]:
        """How many of a kind, by class, by source, and by reason or what became of what."""
        some = self.changes[kind]
        tables = {
            "classes": Counter(one.class_name or "(no class)" for one in some),
            "sources": Counter(one.source for one in some),
            "reasons": Counter(one.reason or f"{one.before} -> {one.after}" for one in some),
        }
        return {name: dict(sorted(counted.items())) for name, counted in tables.items()}

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values: of each kind the number, the tables, and every sample."""
        kinds = {
            kind: {
                "samples": len(some),
                **self.counts(kind),
                "changes": [one.to_json() for one in some],
            }
            for kind, some in self.changes.items()
        }
        return {"before": self.before, "after": self.after, **kinds}

    @property
    def line(self) -> str:
        """All of it in a few words: ``12 gained, 3 lost``; "" if nothing differs."""
        said = [f"{len(some):,} {kind}" for kind, some in self.changes.items() if some]
        return ", ".join(said)


Row = dict[str, str]


def compare_samples(first: SampleTable, second: SampleTable) -> SampleDiff:
    """Compare two tables sample by sample, in the order of the first, then of the second."""
    changes: dict[str, list[SampleChange]] = {kind: [] for kind in KINDS}
    rest = [one for one in second["sample_id"].tolist() if one not in first.positions]
    for name in [*first["sample_id"].tolist(), *rest]:
        a, b = first.row(name), second.row(name)
        for kind, change in _changes(str(name), a, b):
            changes[kind].append(change)
    standing = [int((table["split"] != "").sum()) for table in (first, second)]
    return SampleDiff(standing[0], standing[1], changes)


def _changes(name: str, a: Row | None, b: Row | None) -> Iterator[tuple[str, SampleChange]]:
    """What differs of one sample."""
    if a == b:
        return
    known = b or a or {}
    facts = (name, known["source"], known["class"] or known["expression"])
    there = [bool(row and row["split"]) for row in (a, b)]
    texts = _place(a), _place(b)
    if there[0] != there[1]:
        gone = a if there[1] else b
        reason = UNKNOWN if gone is None else gone["reason"]
        yield ("gained" if there[1] else "lost"), SampleChange(*facts, *texts, reason)
    elif there[0] and texts[0] != texts[1]:
        yield "moved", SampleChange(*facts, *texts)
    elif a and b and not there[0] and a["reason"] != b["reason"]:
        yield "judged", SampleChange(*facts, a["reason"], b["reason"])
    if a and b:
        for kind, column in (("relabelled", "class"), ("repictured", "digest")):
            if a[column] != b[column] and (all(there) or kind == "repictured"):
                yield kind, SampleChange(*facts, *_short(a[column], b[column]))
        if all(there) and a["enhanced"] != b["enhanced"]:
            yield "enhanced", SampleChange(*facts, a["enhanced"], b["enhanced"])


def _place(row: Row | None) -> str:
    """Where a sample stands: its split and fold, or nowhere."""
    if row is None or not row["split"]:
        return "nowhere"
    return f"{row['split']} fold {row['fold']}" if row["fold"] else row["split"]


def _short(before: str, after: str) -> tuple[str, str]:
    return before[:12], after[:12]
