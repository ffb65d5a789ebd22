"""The overview of each result, made from its JSON values: pure functions, one a result."""

from collections.abc import Mapping, Sequence
from typing import Any

from fercurate.report.overview.base import Cell, Overview, OverviewTable

Facts = Mapping[str, Any]
"""JSON-ready values with stable keys, as a result's ``to_json`` gives them."""

_ACTIONS = {"drop": "drop", "enhance": "curable", "report": "-"}
_MOST_ROWS = 10


def class_balance_overview(facts: Facts) -> Overview:
    """Counts by split and class of a store or an export (``ClassBalance.to_json``)."""
    derived, ratios = facts.get("derived", {}), facts["imbalance_ratio"]
    rows = [
        [split, *counts.values(), sum(counts.values()), *_derived(split, derived), ratio]
        for split, counts in facts["splits"].items()
        for ratio in [f"{ratios[split]:.2f}" if ratios[split] else "a class is empty"]
    ]
    names = ("split", *facts["classes"], "all", *(["derived"] if derived else []))
    sources = ", ".join(f"{name} {count:,}" for name, count in facts["sources"].items())
    return Overview(
        f"class balance: {facts['kind']} of {facts['total']:,} ({sources or 'empty'})",
        (_table("", (*names, "imbalance ratio"), rows),),
    )


def _derived(split: str, derived: Mapping[str, int]) -> list[int]:
    return [derived[split]] if derived else []


def filter_overview(facts: Facts) -> Overview:
    """What each criterion flags, and who loses how much (``FilterReport.to_json``)."""
    share = facts["dropped"] / max(facts["samples"], 1)
    return Overview(
        f"filter: {facts['samples']:,} samples; the preset {facts['preset']} drops "
        f"{facts['dropped']:,} ({share:.1%})",
        (
            _table(
                "By criterion (a sample may fail several; the first one is its reason)",
                ("criterion", "from", "flagged", "then", "reason of", "meaning"),
                [
                    _criterion(name, one, facts["reasons"])
                    for name, one in facts["criteria"].items()
                ],
            ),
            _losses("class", facts["classes"]),
            *([_losses("source", facts["sources"])] if len(facts["sources"]) > 1 else []),
        ),
    )


def _criterion(name: str, one: Facts, reasons: Mapping[str, int]) -> list[Cell]:
    threshold = one["threshold"]
    meaning = one["meaning"] if one["known"] else f"{one['meaning']} (not known here)"
    return [
        name,
        "-" if threshold is None else f"{threshold:.2f}",
        one["flagged"],
        _ACTIONS[one["action"]],
        reasons.get(name, 0),
        meaning,
    ]


def _losses(what: str, losses: Mapping[str, Mapping[str, int]]) -> OverviewTable:
    rows: list[list[Cell]] = [
        [name or "(no label)", loss["samples"], loss["dropped"], f"{share:.1%}"]
        for name, loss in losses.items()
        for share in [loss["dropped"] / max(loss["samples"], 1)]
    ]
    return _table(f"By {what}", (what, "samples", "dropped", "share"), rows)


def audit_overview(facts: Facts) -> Overview:
    """What leaks between which splits, and the first pairs (``AuditReport.to_json``)."""
    same = facts["identical"]
    splits = [[n, facts["splits"][n], leaked] for n, leaked in facts["leaked_by_split"].items()]
    leaks = [
        [kind, first, second, count]
        for kind, matrix in facts["matrices"].items()
        for first, row in matrix.items()
        for second, count in row.items()
        if count
    ]
    pairs = [
        [p["kind"], p["sample"], p["split"], p["other"], p["other_split"]] for p in facts["pairs"]
    ]
    doubts = same["contradictory_groups"]
    order = f"; {facts['class_order']}" if facts["class_order"] else ""
    return Overview(
        f"audit: {facts['leaked']:,} of {facts['evaluation_rows']:,} evaluation rows of this "
        f"{facts['of']} leak ({facts['leaked_share']:.2%}); {doubts:,} groups of identical "
        f"pictures have contradictory labels{order}",
        (
            _table("Evaluation rows", ("split", "rows", "leaked"), splits),
            _table("What rows share with another split", ("kind", "split", "with", "rows"), leaks),
            _table(
                f"The first of {len(pairs):,} pairs" if len(pairs) > _MOST_ROWS else "Pairs",
                ("kind", "sample", "split", "other", "other split"),
                pairs[:_MOST_ROWS],
            ),
        ),
    )


def build_overview(summary: Facts, files: Sequence[str]) -> Overview:
    """Rows by split and class, and who was left out (an export's ``summary.json``)."""
    classes = summary["scheme"]["classes"]
    splits = [
        [name, *(split["classes"][c] for c in classes), split["rows"], split["derived"]]
        for name, split in summary["splits"].items()
    ]
    dropped = [[reason, sum(counts.values())] for reason, counts in summary["dropped"].items()]
    done = f"{len(files)} files written" if files else "planned, nothing written"
    rows = sum(split["rows"] for split in summary["splits"].values())
    return Overview(
        f"build of {summary['name']}: {rows:,} rows in {len(splits)} splits; {done}",
        (
            _table("", ("split", *classes, "all", "derived"), splits),
            _table("Left out", ("reason", "samples"), dropped),
        ),
    )


def preview_overview(name: str, samples: Mapping[str, str], files: Sequence[str]) -> Overview:
    """The sheets drawn, and of which samples."""
    headline = f"preview of {name}: {len(samples):,} samples in {', '.join(files)}"
    shown = [[sample, one] for sample, one in samples.items()]
    return Overview(headline, (_table("", ("sample", "class"), shown),))


def ingest_overview(corpora: Sequence[Facts]) -> Overview:
    """What was read of each corpus, and why rows were rejected (``CorpusReport.to_json``)."""
    numbers = ("records", "added", "unchanged", "rejected")
    rows = [[c["path"], c["source"], c["layout"], *(c[n] for n in numbers)] for c in corpora]
    codes = [
        [one["source"], code, count] for one in corpora for code, count in one["rejects"].items()
    ]
    read, added, unchanged, rejected = (sum(one[name] for one in corpora) for name in numbers)
    return Overview(
        f"ingest: {read:,} rows read; {added:,} added, {unchanged:,} unchanged, "
        f"{rejected:,} rejected",
        (
            _table("", ("path", "source", "layout", *numbers), rows),
            _table("Rejects", ("source", "code", "rows"), codes),
        ),
    )


def export_overview(name: str, splits: Mapping[str, Mapping[str, int]]) -> Overview:
    """Rows by split and class of an export that was read back."""
    total = sum(sum(counts.values()) for counts in splits.values())
    rows: list[list[Cell]] = [
        [split, *counts.values(), sum(counts.values())] for split, counts in splits.items()
    ]
    classes = next(iter(splits.values()), {})
    table = _table("", ("split", *classes, "all"), rows)
    return Overview(f"export {name}: {total:,} rows in {len(splits)} splits", (table,))


def _table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> OverviewTable:
    return OverviewTable(caption, tuple(columns), tuple(tuple(row) for row in rows))
