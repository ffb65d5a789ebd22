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
    from fercurate.pipeline.stats.funnel import Funnel


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


def show_funnel(output: Output, funnel: "Funnel", name: str, plot: Path | None) -> None:
    """Print how many samples each stage left, and draw it as SVG if asked.

    Raises:
        UsageError: the place of the picture has another suffix.
    """
    output.show(funnel.to_json(), funnel_lines(funnel, name))
    if plot is not None:
        from fercurate.report.funnel import write_funnel_picture  # noqa: PLC0415  # seldom asked

        write_funnel_picture(funnel.facts, funnel.recipe, plot)
        output.remark(f"drawn: {plot}")


def funnel_lines(funnel: "Funnel", name: str) -> Iterator[str]:
    """A table by class, one by source, and why samples fell out at each stage."""
    yield f"{name}: samples of {funnel.recipe} after each stage"
    rows: list[Row] = [
        [one["left"], *one["classes"].values(), one["samples"]] for one in funnel.stages
    ]
    rows += [
        [f"{kind} rows", *(counts.get(c, 0) for c in funnel.classes), sum(counts.values())]
        for kind, counts in funnel.facts["rows"].items()
    ]
    yield from table(["left", *funnel.classes, "all"], rows)
    sources = list(funnel.stages[0]["sources"])
    if len(sources) > 1:
        yield ""
        by_source: list[Row] = [[one["left"], *one["sources"].values()] for one in funnel.stages]
        yield from table(["left", *sources], by_source)
    for one in funnel.stages:
        for reason, count in one["reasons"].items():
            yield f"left out at {one['stage']}: {count:,} ({reason})"


def balance_lines(balance: "ClassBalance", name: str) -> Iterator[str]:
    """A table with bars a split, one of all sources, and what is no row."""
    sources = ", ".join(f"{source} {count:,}" for source, count in balance.sources.items())
    yield f"{name}: {balance.kind} of {balance.total:,} ({sources or 'empty'})"
    for split, counts in balance.splits.items():
        yield from _split_lines(split, counts, balance)
    if len(balance.by_source) > 1:
        yield "\nBy source"
        yield from table_of_splits(balance)
    if balance.unlabeled:
        yield f"\nwithout a label: {balance.unlabeled:,}"
    for source, codes in balance.rejects.items():
        listed = ", ".join(f"{code} {count:,}" for code, count in codes.items())
        yield f"\nrejected while ingesting {source}: {listed}"
    for one in balance.inputs:
        if one.files.passed or one.files.rejected:
            yield f"\n{one.source} from {', '.join(one.names)}: {account_line(one.files)}"


def table_of_splits(balance: "ClassBalance") -> Iterator[str]:
    """The class balance as a table, by source and split."""
    return table(["source", "split", *balance.classes, "all"], _source_rows(balance))


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
