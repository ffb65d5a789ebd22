"""What ``fercurate stats`` prints and draws."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fercurate.cli.output import Output
from fercurate.cli.render.ingest import account_line
from fercurate.cli.render.tables import Row, bar, table

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.stats.class_balance import ClassBalance


def show_balance(output: Output, balance: "ClassBalance", name: str) -> None:
    """Print the class balance of a store or an export."""
    output.show(balance.to_json(), balance_lines(balance, name))


def check_plot_place(path: Path) -> None:
    """Refuse a place where no plot can be drawn, before anything is counted.

    Raises:
        UsageError: another suffix, or no regular file.
    """
    from fercurate.report.plot import check_plot  # noqa: PLC0415 (it imports matplotlib)

    check_plot(path)


def draw_balance(output: Output, balance: "ClassBalance", name: str, path: Path) -> None:
    """Draw the class balance into a PNG, SVG or PDF file.

    Raises:
        UsageError: the file's suffix is another.
    """
    from fercurate.report.plot import plot_balance  # noqa: PLC0415 (it imports matplotlib)

    plot_balance(balance, path, name)
    output.remark(f"drawn: {path}")


def balance_lines(balance: "ClassBalance", name: str) -> Iterator[str]:
    """A table with bars a split, one of all sources, and what is no row."""
    sources = ", ".join(f"{source} {count:,}" for source, count in balance.sources.items())
    yield f"{name}: {balance.kind} of {balance.total:,} ({sources or 'empty'})"
    for split, counts in balance.splits.items():
        yield from _split_lines(split, counts, balance)
    if len(balance.by_source) > 1:
        yield "\nBy source"
        yield from table(["source", "split", *balance.classes, "all"], _source_rows(balance))
    if balance.unlabeled:
        yield f"\nwithout a label: {balance.unlabeled:,}"
    for source, codes in balance.rejects.items():
        listed = ", ".join(f"{code} {count:,}" for code, count in codes.items())
        yield f"\nrejected while ingesting {source}: {listed}"
    for one in balance.inputs:
        if one.files.passed or one.files.rejected:
            yield f"\n{one.source} from {', '.join(one.names)}: {account_line(one.files)}"


def _source_rows(balance: "ClassBalance") -> list[Row]:
    return [
        [source, split, *counts.values(), sum(counts.values())]
        for source, splits in balance.by_source.items()
        for split, counts in splits.items()
    ]


def _split_lines(split: str, counts: Mapping[str, int], balance: "ClassBalance") -> Iterator[str]:
    total, most = sum(counts.values()), max(counts.values(), default=0)
    ratio = balance.ratio(split)
    empty = ", ".join(name for name, count in counts.items() if not count)
    facts = [f"{total:,} rows", f"imbalance ratio {ratio:.2f}" if ratio else f"no {empty}"]
    if split in balance.derived:
        derived = sum(balance.derived[split].values())
        facts.append(f"{derived:,} derived ({derived / max(total, 1):.1%})")
    yield f"\n{click.style(split, bold=True)}: {', '.join(facts)}"
    width = max((len(name) for name in counts), default=0)
    for name, count in counts.items():
        share = count / max(total, 1)
        yield f"  {name:<{width}} {count:>9,} {share:>6.1%} {bar(count, most)}".rstrip()
