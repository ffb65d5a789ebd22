"""``fercurate ingest``."""

from pathlib import Path

import click

from fercurate.cli.options import (
    dry_run_option,
    jobs_option,
    output_options,
    source_name,
    store_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.ingest import show_ingest
from fercurate.domain.taxonomy import parse_label_map
from fercurate.pipeline.ingest.ingest import IngestRequest, ingest
from fercurate.sources.base import IngestOptions
from fercurate.sources.registry import source_names

EXAMPLES = """
\b
Examples:
  fercurate ingest fer2013.csv
  fercurate ingest fer2013.csv fer2013new.csv --store my.h5
  fercurate ingest fer_folders/ --label-map fer2013
  fercurate ingest my_faces/ --source folder --name my_extras
"""


@click.command(epilog=EXAMPLES)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
@click.option("--source", type=click.Choice(source_names()), help="Read the paths as this source.")
@click.option(
    "--name", default="", callback=source_name, help="Store the samples under this source name."
)
@click.option("--label-map", default="", help="What numeric labels mean: a name, or 0=angry,1=...")
@click.option(
    "--image-size",
    type=click.IntRange(8, 1024),
    default=48,
    show_default=True,
    help="Side of the square pictures in a CSV, in pixels.",
)
@click.option(
    "--peak",
    type=click.IntRange(1, 20),
    default=3,
    show_default=True,
    help="CK+: how many frames at the end of a sequence carry its label.",
)
@click.option(
    "--neutral",
    type=click.Choice(["first", "none"]),
    default="first",
    show_default=True,
    help="CK+: take the first frame of a sequence as neutral, or no neutral frame.",
)
@click.option(
    "--per-class",
    type=click.IntRange(0),
    default=0,
    help="AffectNet: read at most so many pictures of each class and split.",
)
@click.option("--seed", type=click.IntRange(0), default=0, help="Seed of --per-class.")
@jobs_option
@click.option("--strict", is_flag=True, help="Store nothing of a corpus if any row is rejected.")
@dry_run_option
@output_options
def command(
    paths: tuple[Path, ...],
    store: Path,
    source: str | None,
    name: str,
    label_map: str,
    image_size: int,
    peak: int,
    neutral: str,
    per_class: int,
    seed: int,
    jobs: int,
    strict: bool,
    dry_run: bool,
    output: Output,
) -> None:
    """Read corpora into the store.

    What a PATH is gets recognized and said: FER-2013 (CSV or class folders), FER+ votes, CK+,
    AffectNet, RAF-DB, ExpW, JAFFE, KDEF, or any tree of class-named folders. Broken rows and
    files are counted and listed, and the rest is stored. Ingesting the same again changes nothing.
    """
    labels = parse_label_map(label_map) if label_map else None
    first = neutral == "first"
    options = IngestOptions(name, labels, image_size, peak, first, per_class, seed, jobs)
    request = IngestRequest(paths, store, source or "", options, strict, dry_run)
    show_ingest(output, ingest(request, output.listener()))
