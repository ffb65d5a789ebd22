"""What is printed of a screening; everything else is in ``fercurate.cli.render``."""

import shlex
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fercurate.cli.options import setting
from fercurate.cli.render import json_text, table

if TYPE_CHECKING:
    from fercurate.pipeline.filter.verdicts import FilterReport


_ACTIONS = {"drop": "drop", "enhance": "curable", "report": "-"}


def command_line() -> str:
    """The command that runs, as one could type it."""
    return shlex.join(["fercurate", *sys.argv[1:]])


def filtered(report: "FilterReport", scores: Path | None, page: Path | None) -> None:
    """Print how many samples fail which criterion, and who loses most."""
    facts = report.to_json()
    if setting("as_json"):
        json_text(facts)
        return
    share = facts["dropped"] / max(facts["samples"], 1)
    click.echo(
        f"{report.request.store.name}: {facts['samples']:,} samples; the preset "
        f"{facts['preset']} drops {facts['dropped']:,} ({share:.1%})"
    )
    click.echo("\nBy criterion (a sample may fail several; the first one is its reason)")
    table(["criterion", "from", "flagged", "then", "reason of", "meaning"], _criteria(facts))
    click.echo("\nBy class")
    table(["class", "samples", "dropped", "share"], _losses(facts["classes"]))
    if len(facts["sources"]) > 1:
        click.echo("\nBy source")
        table(["source", "samples", "dropped", "share"], _losses(facts["sources"]))
    for warning in facts["warnings"]:
        click.echo(click.style("warning: ", fg="yellow") + warning, err=True)
    for written in (scores, page):
        if written is not None:
            click.echo(f"written: {written}")


def _criteria(facts: Mapping[str, Any]) -> list[list[str | int]]:
    rows: list[list[str | int]] = []
    for name, one in facts["criteria"].items():
        threshold = one["threshold"]
        shown = "-" if threshold is None else f"{threshold:.2f}"
        flagged = "-" if threshold is None else f"{one['flagged']:,}"
        reason = facts["reasons"].get(name)
        meaning = one["meaning"] if one["known"] else f"{one['meaning']} (not known here)"
        cause = "-" if reason is None else f"{reason:,}"
        rows.append([name, shown, flagged, _ACTIONS[one["action"]], cause, meaning])
    return rows


def _losses(losses: Mapping[str, Mapping[str, int]]) -> list[list[str | int]]:
    return [
        [name or "(no label)", loss["samples"], loss["dropped"], _share(loss)]
        for name, loss in losses.items()
    ]


def _share(loss: Mapping[str, int]) -> str:
    return f"{loss['dropped'] / max(loss['samples'], 1):.1%}"


def explained(facts: Mapping[str, Any]) -> None:
    """Print everything that is known of one sample."""
    if setting("as_json"):
        json_text(facts)
        return
    click.echo(f"{facts['sample_id']} ({facts['source']}, {facts['class'] or 'no label'})")
    verdict = facts["verdict"]
    click.echo(f"verdict: {'keep' if verdict == 'keep' else f'drop: {verdict}'}")
    click.echo(f"quality: {facts['quality']}\n")
    rows: list[list[str | int]] = [
        [
            name,
            "unknown" if one["score"] is None else f"{one['score']:.4f}",
            "-" if one["threshold"] is None else f"{one['threshold']:.2f}",
            one["action"] if one["fails"] else "",
            one["meaning"],
        ]
        for name, one in facts["criteria"].items()
    ]
    table(["criterion", "score", "from", "", "meaning"], rows)
    click.echo("\nMeasured")
    for kind, values in facts["measurements"].items():
        line = ", ".join(f"{c} {'-' if v is None else v}" for c, v in values.items())
        click.echo(
            textwrap.fill(f"{kind}: {line}", 96, initial_indent="  ", subsequent_indent="    ")
        )
