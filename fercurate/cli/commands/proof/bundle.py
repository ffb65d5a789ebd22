"""``fercurate bundle``."""

from pathlib import Path

import click

from fercurate.cli.options import jobs_option, output_options, overwrite_option
from fercurate.cli.output import Output
from fercurate.cli.render.proof.bundle import show_bundle
from fercurate.pipeline.defaults import bundle_file

EXAMPLES = """
\b
Examples:
  fercurate bundle data/processed/clean_seven --store data/processed/store.h5
  fercurate bundle store.h5 --output labels.zip
  fercurate build --bundle clean_seven.bundle.zip --store my_copy.h5
"""


@click.command(epilog=EXAMPLES)
@click.argument("path", metavar="[EXPORT|STORE]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="FERCURATE_STORE",
    show_envvar=True,
    help="The store of an export: fingerprints and votes go along. Without EXPORT: what is packed.",
)
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write  [default: <name>.bundle.zip]",
)
@overwrite_option("a bundle")
@jobs_option
@output_options
def command(
    path: Path | None,
    store: Path | None,
    target: Path | None,
    overwrite: bool,
    jobs: int,
    output: Output,
) -> None:
    """Pack what may be shared of an export or a store without a picture.

    Ids, digests of pixels, labels, splits, verdicts, names of all rows, recipe, lock, datasheet,
    and a schema of all that. With the store, a fingerprint of 63 bits a picture, by which JPEG
    copies are recognized. `fercurate build --bundle` makes the same export from someone's own
    copy of the corpora.
    """
    from fercurate.pipeline.bundle.packing import BundleRequest, bundle

    path = path or store
    if path is None:
        raise click.UsageError("Missing argument 'EXPORT|STORE'.")
    place = target or bundle_file(path)
    request = BundleRequest(path, place, store, overwrite, jobs)
    show_bundle(output, bundle(request, output.listener()))
