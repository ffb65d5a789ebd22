"""Everything that is printed. Results go to stdout, what happens meanwhile to stderr."""

import json
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fercurate.cli.options import setting
from fercurate.cli.progress import Progress
from fercurate.domain.sample import REJECT_MEANINGS, RejectCode

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.audit.audit import AuditReport
    from fercurate.pipeline.building.build import BuildReport
    from fercurate.pipeline.ingest.ingest import IngestReport
    from fercurate.pipeline.stats.class_balance import ClassBalance
    from fercurate.recipe.loader import LoadedRecipe

_BAR = 28
_COLLECTED = "fercurate.collected"
_SHOWN_PAIRS = 10


def listener() -> Progress:
    """A listener that shows progress bars on a terminal and notices as lines."""
    shown = sys.stderr.isatty() and not setting("no_progress") and not setting("quiet")
    return Progress(bars=shown, notices=not setting("quiet"))


def text(value: str) -> None:
    """Print a result."""
    click.echo(value.rstrip("\n"))


def note(value: str) -> None:
    """Print a remark, unless ``--quiet``."""
    if not setting("quiet"):
        click.echo(value, err=True)


def heading(value: str) -> None:
    """Print a heading between the steps of a longer run."""
    if not setting("as_json"):
        click.echo("\n" + click.style(f"== {value}", bold=True))


def json_text(value: Mapping[str, Any]) -> None:
    """Print a result as JSON, or keep it where several make one document."""
    collected = click.get_current_context().meta.get(_COLLECTED)
    if collected is not None:
        collected.append(value)
        return
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


@contextmanager
def one_document(kind: str) -> Iterator[None]:
    """Print the JSON results of several steps as one document."""
    meta = click.get_current_context().meta
    steps: list[Mapping[str, Any]] = []
    meta[_COLLECTED] = steps
    yield
    del meta[_COLLECTED]
    if setting("as_json"):
        json_text({"schema_version": 1, "kind": kind, "steps": steps})


def recipe(loaded: "LoadedRecipe") -> None:
    """Print one recipe's text."""
    if setting("as_json"):
        facts = {"name": loaded.recipe.name, "file": loaded.origin, "text": loaded.text}
        json_text({"schema_version": 1, "kind": "recipe", **facts})
        return
    text(loaded.text)


def ingested(reports: "Sequence[IngestReport]") -> None:
    """Print what an ingest did."""
    if setting("as_json"):
        json_text(
            {"schema_version": 1, "kind": "ingest", "inputs": [_ingest_json(r) for r in reports]}
        )
        return
    for report in reports:
        _ingest_lines(report)


def _ingest_json(report: "IngestReport") -> dict[str, Any]:
    recognition, change = report.recognition, report.change
    return {
        "path": report.path,
        "source": recognition.source,
        "layout": recognition.layout,
        "why": recognition.why,
        "variant": report.variant,
        "records": report.records,
        "added": change.added,
        "unchanged": change.unchanged,
        "rejected": change.rejected,
        "rejects": {str(code): count for code, count in change.rejects.items()},
        "reject_examples": [asdict(reject) for reject in report.examples],
        "changed": report.committed,
    }


def _ingest_lines(report: "IngestReport") -> None:
    change, name = report.change, Path(report.path).name
    if report.dry_run:
        click.echo(f"{name}: recognized as {report.recognition.source}; nothing was read (dry run)")
        return
    click.echo(
        f"{name}: {report.records:,} rows read; {change.added:,} added, "
        f"{change.unchanged:,} unchanged, {change.rejected:,} rejected"
    )
    if report.variant:
        click.echo(textwrap.fill(report.variant, 96, initial_indent="  ", subsequent_indent="  "))
    for code, count in sorted(change.rejects.items()):
        click.echo(f"  {code}  {count:,}  {REJECT_MEANINGS[RejectCode(code)]}")
    for reject in report.examples:
        click.echo(f"    {reject.where}: {reject.message} ({reject.code})")
    if change.rejected > len(report.examples):
        click.echo(
            f"    ... and {change.rejected - len(report.examples):,} more, kept in the store"
        )


def built(report: "BuildReport", output: Path) -> None:
    """Print what a build wrote, or would write."""
    summary = report.summary
    if setting("as_json"):
        json_text(summary | {"output": str(output), "files": list(report.files)})
        return
    classes = summary["scheme"]["classes"]
    rows: list[list[str | int]] = [
        [name, *(split["classes"][c] for c in classes), split["rows"], split["derived"]]
        for name, split in summary["splits"].items()
    ]
    verb = "written" if report.files else "planned (nothing was written)"
    click.echo(f"{summary['name']}: {verb}")
    table(["split", *classes, "all", "derived"], rows)
    if summary["folds"]:
        sizes = [sum(counts.values()) for counts in summary["folds"]]
        click.echo(f"{len(sizes)} folds, which test {min(sizes):,} to {max(sizes):,} samples each")
    for reason, counts in summary["dropped"].items():
        click.echo(f"left out: {sum(counts.values()):,} ({reason})")
    if report.files:
        click.echo(f"in {output}: {', '.join(report.files)}")


def balance(result: "ClassBalance", name: str) -> None:
    """Print the class balance of a store or an export."""
    if setting("as_json"):
        json_text(result.to_json())
        return
    sources = ", ".join(f"{source} {count:,}" for source, count in result.sources.items())
    click.echo(f"{name}: {result.kind} of {result.total:,} ({sources or 'empty'})")
    for split, counts in result.splits.items():
        _split_lines(split, counts, result)
    if len(result.by_source) > 1:
        click.echo("\nBy source")
        rows: list[list[str | int]] = [
            [source, split, *(counts.values()), sum(counts.values())]
            for source, splits in result.by_source.items()
            for split, counts in splits.items()
        ]
        table(["source", "split", *result.classes, "all"], rows)
    if result.unlabeled:
        click.echo(f"\nwithout a label: {result.unlabeled:,}")
    for source, codes in result.rejects.items():
        listed = ", ".join(f"{code} {count:,}" for code, count in codes.items())
        click.echo(f"\nrejected while ingesting {source}: {listed}")


def _split_lines(split: str, counts: Mapping[str, int], result: "ClassBalance") -> None:
    total, most = sum(counts.values()), max(counts.values(), default=0)
    ratio = result.ratio(split)
    facts = [f"{total:,} rows", f"imbalance ratio {ratio:.2f}" if ratio else "a class is empty"]
    if split in result.derived:
        derived = sum(result.derived[split].values())
        facts.append(f"{derived:,} derived ({derived / max(total, 1):.1%})")
    click.echo(f"\n{click.style(split, bold=True)}: {', '.join(facts)}")
    width = max((len(name) for name in counts), default=0)
    for name, count in counts.items():
        share = count / max(total, 1)
        click.echo(f"  {name:<{width}} {count:>9,} {share:>6.1%} {_bar(count, most)}".rstrip())


def _bar(count: int, most: int) -> str:
    length = round(_BAR * count / most) if most else 0
    return _block() * max(length, 1 if count else 0)


def _block() -> str:
    try:
        "█".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return "#"
    return "█"


def audited(report: "AuditReport", name: str, max_leak: float) -> None:
    """Print what an audit found."""
    if setting("as_json"):
        json_text(report.to_json(max_leak))
        return
    splits = ", ".join(f"{split} {count:,}" for split, count in report.splits.items())
    click.echo(f"{name}: {report.kind} with {splits}")
    found = report.identical
    click.echo(
        f"\nidentical pictures: {found['groups']:,} groups with {found['images']:,} members; "
        f"{found['groups_across_splits']:,} groups lie in more than one split; "
        f"{found['contradictory_groups']:,} have contradictory labels"
    )
    click.echo(f"nearly identical, not identical: {report.near_pairs:,} pairs")
    for kind, matrix in report.matrices.items():
        _leak_lines(report.titles[kind], matrix)
    _verdict_lines(report, max_leak)


def _leak_lines(title: str, matrix: Mapping[str, Mapping[str, int]]) -> None:
    if not any(count for row in matrix.values() for count in row.values()):
        return
    click.echo(f"\n{title}: rows of a split that share one with another split")
    names = list(matrix)
    rows: list[list[str | int]] = [
        [first, *(matrix[first].get(second, 0) for second in names)] for first in names
    ]
    table(["split", *names], rows)


def _verdict_lines(report: "AuditReport", max_leak: float) -> None:
    for pair in report.pairs[:_SHOWN_PAIRS]:
        click.echo(
            f"  {pair.sample} ({pair.split}) ~ {pair.other} ({pair.other_split}): {pair.kind}"
        )
    if len(report.pairs) > _SHOWN_PAIRS:
        click.echo("  ... more with --json")
    click.echo(f"\nevaluation rows with an identical picture in train: {report.with_train_twin:,}")
    verdict = "FOUND" if report.findings(max_leak) else "passed"
    click.echo(
        f"{verdict}: {report.leaked:,} of {report.evaluation_rows:,} evaluation rows leak "
        f"({report.share:.2%}; allowed {max_leak:.2%})"
    )
    if report.share > max_leak:
        click.echo("  to repair it in an export, write into its recipe: leaks: drop_train")
    if report.class_order:
        click.echo(f"FOUND: {report.class_order}")


def recipes(known: "Mapping[str, LoadedRecipe]") -> None:
    """Print one line a recipe."""
    if setting("as_json"):
        rows = [
            {"name": name, "description": loaded.recipe.description, "file": loaded.origin}
            for name, loaded in sorted(known.items())
        ]
        json_text({"schema_version": 1, "kind": "recipes", "recipes": rows})
        return
    width = max((len(name) for name in known), default=0)
    for name, loaded in sorted(known.items()):
        click.echo(f"{name:<{width}}  {loaded.recipe.description}")


def table(head: Sequence[str], rows: Sequence[Sequence[str | int]]) -> None:
    """Print a table: numbers to the right, text to the left."""
    cells = [[f"{v:,}" if isinstance(v, int) else v for v in row] for row in rows]
    widths = [max(len(row[i]) for row in [list(head), *cells]) for i in range(len(head))]
    texts = [bool(rows) and isinstance(rows[0][i], str) for i in range(len(head))]
    for row in [list(head), *cells]:
        line = (c.ljust(w) if t else c.rjust(w) for c, w, t in zip(row, widths, texts, strict=True))
        click.echo("  " + "  ".join(line).rstrip())
