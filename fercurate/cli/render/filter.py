"""What ``fercurate filter`` prints."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fercurate.cli.output import Output
from fercurate.cli.render.tables import Row, table

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.filter.verdicts import FilterReport

_ACTIONS = {"drop": "drop", "enhance": "curable", "report": "-"}


def show_filter(
    output: Output, report: "FilterReport", scores: Path | None, page: Path | None
) -> None:
    """Print how many samples fail which criterion, and who loses most.

    ``scores`` and ``page`` are what was written besides, if anything.
    """
    facts = report.to_json()
    if output.as_json:
        output.document(facts)
        return
    output.lines(_lines(facts, report.request.store.name))
    for warning in facts["warnings"]:
        output.warning(warning)
    output.lines(f"written: {path}" for path in (scores, page) if path is not None)
    asked = report.request
    if page is None and facts["dropped"]:
        output.remark("look at them: the same command with --report screening")
    if facts["dropped"] and not (asked.thresholds or asked.only or asked.where):
        screen = f"{{preset: {facts['preset']}, splits: [train, val]}}"
        output.remark(f"a recipe leaves them out with: screen: {screen}")


def _lines(facts: Mapping[str, Any], name: str) -> Iterator[str]:
    share = facts["dropped"] / max(facts["samples"], 1)
    yield (
        f"{name}: {facts['samples']:,} samples; the preset "
        f"{facts['preset']} drops {facts['dropped']:,} ({share:.1%})"
    )
    yield "\nBy criterion (a sample may fail several; the first one is its reason)"
    yield from table(
        ["criterion", "from", "flagged", "then", "reason of", "meaning"], _criteria(facts)
    )
    yield "\nBy class"
    yield from table(["class", "samples", "dropped", "share"], _losses(facts["classes"]))
    if len(facts["sources"]) > 1:
        yield "\nBy source"
        yield from table(["source", "samples", "dropped", "share"], _losses(facts["sources"]))
    if facts["duplicates"] is None:
        return
    yield "\nDuplicates of earlier samples, and samples with a duplicate in another split"
    yield from table(
        ["source", "split", "samples", "identical", "nearly", "across"],
        _duplicates(facts["duplicates"]),
    )


def _criteria(facts: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for name, one in facts["criteria"].items():
        threshold = one["threshold"]
        shown = "-" if threshold is None else f"{threshold:.2f}"
        flagged = "-" if threshold is None else f"{one['flagged']:,}"
        reason = facts["reasons"].get(name)
        meaning = one["meaning"] if one["known"] else f"{one['meaning']} (not known here)"
        cause = "-" if reason is None else f"{reason:,}"
        rows.append([name, shown, flagged, _ACTIONS[one["action"]], cause, meaning])
    return rows


def _losses(losses: Mapping[str, Mapping[str, int]]) -> list[Row]:
    return [
        [name or "(no label)", loss["samples"], loss["dropped"], _share(loss)]
        for name, loss in losses.items()
    ]


def _duplicates(places: Sequence[Mapping[str, Any]]) -> list[Row]:
    counts = ("samples", "identical", "near", "across")
    return [
        [one["source"], one["split"] or "(none)", *(f"{one[count]:,}" for count in counts)]
        for one in places
    ]


def _share(loss: Mapping[str, int]) -> str:
    return f"{loss['dropped'] / max(loss['samples'], 1):.1%}"


def show_explanation(output: Output, facts: Mapping[str, Any]) -> None:
    """Print everything that is known of one sample."""
    output.show(facts, _explanation(facts))


def _explanation(facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"{facts['sample_id']} ({facts['source']}, {facts['class'] or 'no label'})"
    verdict = facts["verdict"]
    yield f"verdict: {'keep' if verdict == 'keep' else f'drop: {verdict}'}"
    yield f"quality: {facts['quality']}\n"
    rows: list[Row] = [
        [
            name,
            "unknown" if one["score"] is None else f"{one['score']:.4f}",
            "-" if one["threshold"] is None else f"{one['threshold']:.2f}",
            one["action"] if one["fails"] else "",
            one["meaning"],
        ]
        for name, one in facts["criteria"].items()
    ]
    yield from table(["criterion", "score", "from", "", "meaning"], rows)
    yield "\nMeasured"
    for kind, values in facts["measurements"].items():
        line = ", ".join(f"{c} {'-' if v is None else v}" for c, v in values.items())
        yield textwrap.fill(f"{kind}: {line}", 96, initial_indent="  ", subsequent_indent="    ")
