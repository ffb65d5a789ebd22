"""``fercurate ingest``."""

from pathlib import Path

import click

from fercurate.cli import render
from fercurate.cli.options import common_options, dry_run_option, store_option
from fercurate.domain.taxonomy import parse_label_map
from fercurate.pipeline.ingest import IngestRequest, ingest
from fercurate.sources.base import IngestOptions
from fercurate.sources.registry import source_names

EXAMPLES = """
\b
Examples:
  fercurate ingest fer2013.csv
  fercurate ingest fer2013.csv fer2013new.csv --store my.h5
  fercurate ingest fer_folders/ --label-map fer2013
"""


@click.command(epilog=EXAMPLES)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@store_option
@click.option("--source", type=click.Choice(source_names()), help="Read the paths as this source.")
@click.option("--name", default="", help="Store the samples under this source name.")
@click.option("--label-map", default="", help="What numeric labels mean: a name, or 0=angry,1=...")
@click.option(
    "--image-size",
    type=click.IntRange(8, 1024),
    default=48,
    show_default=True,
    help="Side of the square pictures in a CSV, in pixels.",
)
@click.option("--strict", is_flag=True, help="Store nothing of a corpus if any row is rejected.")
@dry_run_option
@common_options
def command(
    paths: tuple[Path, ...],
    store: Path,
    source: str | None,
    name: str,
    label_map: str,
    image_size: int,
    strict: bool,
    dry_run: bool,
) -> None:
    """Read corpora into the store.

    What a PATH is gets recognized and said: FER-2013 as CSV (fer2013.csv, icml_face_data.csv,
    train.csv, test.csv) or class folders; FER+ votes (fer2013new.csv, label.csv), which are
    joined to a stored FER-2013 by row position. Broken rows are counted and listed, and the rest
    is stored. Ingesting the same again changes nothing.
    """
    labels = parse_label_map(label_map) if label_map else None
    options = IngestOptions(name, labels, image_size)
    request = IngestRequest(paths, store, source or "", options, strict, dry_run)
    render.ingested(ingest(request, render.listener()))
