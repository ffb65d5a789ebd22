"""``fercurate filter``."""

from pathlib import Path

import click

from fercurate.cli.cluster import cluster_options
from fercurate.cli.options import (
    a_named_path,
    face_model_option,
    jobs_option,
    output_options,
    store_argument,
    thresholds_option,
    wait_option,
    where_option,
)
from fercurate.cli.output import Output, command_line
from fercurate.cli.render.filter import show_explanation, show_filter
from fercurate.cli.store_first import StoreFirst
from fercurate.pipeline.engine.choice import ClusterChoice
from fercurate.pipeline.filter.filter import filter_store
from fercurate.pipeline.filter.request import FilterRequest
from fercurate.screening.presets import DEFAULT_PRESET, PRESETS, operating_point

EXAMPLES = """
\b
Examples:
  fercurate filter data/processed/store.h5
  fercurate filter data/processed/store.h5 --preset strict --scores scores.csv
  fercurate filter data/processed/store.h5 --threshold occluded=0.3 --threshold watermark=off
  fercurate filter data/processed/store.h5 --explain fer2013:0000017
  fercurate filter data/processed/store.h5 --report screening
  fercurate filter data/processed/store.h5 --criteria constant,too_dark,duplicate
"""


def _presets() -> str:
    """What each preset was measured to do, for the help."""
    lines = ["\b", "Presets, as measured on FER-2013 pictures that the screener had not seen"]
    lines += ["(dropped because not a face, not human or occluded; 95 % intervals):"]
    for name in PRESETS:
        point = operating_point(name)
        lines.append(
            f"  {name:<9} precision {point.precision}, recall {point.recall}, "
            f"drops {point.dropped:.1%}"
        )
    return "\n".join(lines)


@click.command(cls=StoreFirst, epilog=f"{_presets()}\n\n{EXAMPLES}")
@store_argument
@click.option(
    "--preset",
    type=click.Choice(PRESETS),
    default=DEFAULT_PRESET,
    show_default=True,
    help="Which thresholds to judge by.",
)
@thresholds_option
@click.option("--explain", metavar="ID", help="Show every measurement and score of one sample.")
@click.option(
    "--scores",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=a_named_path,
    help="Write every sample's scores to this CSV file; higher is worse.",
)
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    callback=a_named_path,
    help="Write a page with the flagged pictures, and contact sheets, to this folder.",
)
@click.option(
    "--ease/--no-ease",
    default=True,
    show_default=True,
    help="Also score hard samples and doubtful labels (trains classifiers on all samples).",
)
@click.option(
    "--criteria",
    metavar="NAME,NAME",
    default="",
    help="Score only these, and measure no more than they need.",
)
@where_option
@face_model_option
@jobs_option
@cluster_options
@wait_option
@output_options
def command(
    path: Path,
    preset: str,
    thresholds: dict[str, float | None],
    explain: str | None,
    scores: Path | None,
    report: Path | None,
    ease: bool,
    criteria: str,
    where: str,
    face_model: Path | None,
    jobs: int,
    cluster: str,
    work_dir: Path | None,
    shard: str,
    seal: bool,
    output: Output,
) -> None:
    """Find occluded, non-human, faceless and badly lit samples.

    Pictures are measured once; the measurements stay in the store, and an interrupted run goes
    on where it stopped. Judging by other thresholds takes no time. Nothing is deleted: a recipe
    with `screen` leaves out or enhances what fails (see docs/screening.md).
    """
    request = FilterRequest(
        path,
        preset,
        thresholds,
        face_model,
        ease,
        jobs,
        scores,
        report,
        explain,
        command_line(),
        where,
        ClusterChoice.of(cluster, work_dir, shard, seals=seal),
        tuple(filter(None, map(str.strip, criteria.split(",")))),
    )
    found = filter_store(request, output.listener())
    if explain is not None:
        show_explanation(output, found.explain(explain))
    else:
        show_filter(output, found, scores, report)
