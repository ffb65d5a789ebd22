"""What ``fercurate predictions`` prints."""

import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fercurate.cli.output import Output
from fercurate.cli.render.tables import Row, table
from fercurate.domain.text import plural

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.predictions.add import AddedPredictions
    from fercurate.pipeline.predictions.report import ComparedShare, PredictionReport
    from fercurate.pipeline.predictions.stored import PredictionList

_MOST_CELLS = 6


def show_added(output: Output, added: "AddedPredictions") -> None:
    """Say what was added, and how to look at it."""
    output.show(added.to_json(), added_lines(added))


def added_lines(added: "AddedPredictions") -> Iterator[str]:
    """What was added to which store, what was left out, and the next command."""
    done = "added" if added.changed else "there already, nothing changed"
    yield (
        f"{added.store.name}: predictions {added.name} ({_how(added.out_of_fold)}): {done}; "
        f"{added.samples:,} of {added.total:,} samples, {len(added.classes)} classes"
    )
    if added.derived:
        yield f"left out: {added.derived:,} derived rows of an export, which are no samples"
    if added.replaced:
        yield f"other predictions were called {added.name} before; the name stands for these now"
    store = shlex.quote(str(added.store))
    yield f"what they say: fercurate predictions show {store} --name {added.name}"


def show_predictions(output: Output, listed: "PredictionList") -> None:
    """Print the predictions of a store."""
    output.show(listed.to_json(), list_lines(listed))


def list_lines(listed: "PredictionList") -> Iterator[str]:
    """A line for each, in the order in which they were added."""
    yield f"{listed.store.name}: predictions of {plural(len(listed.predictions), 'model')}"
    rows: list[Row] = [
        [
            one["name"],
            _how(one["out_of_fold"]),
            f"{one['samples']:,} of {listed.samples:,}",
            "-" if one["agreement"] is None else f"{one['agreement']:.1%}",
            ", ".join(one["classes"]),
        ]
        for one in listed.predictions
    ]
    if rows:
        yield from table(["name", "how", "samples", "as labeled", "classes"], rows)
    else:
        yield "add some with: fercurate predictions add STORE FILE"


def show_report(output: Output, report: "PredictionReport") -> None:
    """Print what predictions say of the labels."""
    output.show(report.to_json(), report_lines(report))


def report_lines(report: "PredictionReport") -> Iterator[str]:
    """Agreement, confusion, likely label errors, and how to open them."""
    one, known = report.predictions, int(report.predictions.known.sum())
    yield (
        f"{report.store.name}: predictions {one.name} ({_how(one.out_of_fold)}) "
        f"for {known:,} of {len(report.ids):,} samples"
    )
    yield f"agreement with the labels: {_share(report.agreement(report.expressions))}"
    votes = report.agreement(report.winners)
    if votes.compared:
        yield f"agreement with FER+'s majority: {_share(votes)}"
    yield "\nSamples by label (rows) and predicted class"
    rows: list[Row] = [
        [label, *counts, sum(counts)]
        for label, counts in zip(report.labels, report.confusion().tolist(), strict=True)
    ]
    yield from table(["label", *one.classes, "all"], rows)
    yield from _error_lines(report)


def _error_lines(report: "PredictionReport") -> Iterator[str]:
    flagged = report.errors.flagged
    yield f"\nlikely label errors: {flagged.sum():,} (confident learning)"
    if not flagged.any():
        return
    cells = list(report.error_cells().items())
    listed = [f"{label} as {name} {count:,}" for (label, name), count in cells[:_MOST_CELLS]]
    yield f"  most: {', '.join(listed)}"
    among = report.contradicted(flagged)
    if among.compared:
        others = _share(report.contradicted(report.compared & ~flagged))
        yield f"  FER+'s majority contradicts the label of {_share(among)}; of others {others}"
    commands = report.commands()
    if not commands:
        return
    yield f"look at them:     {commands['queue']}"
    yield f"at one cell only: {commands['cell']}"


def _how(out_of_fold: bool) -> str:
    return "out of fold" if out_of_fold else "in-sample"


def _share(counts: "ComparedShare") -> str:
    share = counts.share
    return "nothing to compare" if share is None else f"{share:.1%} of {counts.compared:,}"
