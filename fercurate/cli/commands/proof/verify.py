"""``fercurate verify``."""

from pathlib import Path

import click
from click.core import ParameterSource

from fercurate.cli.boundary import FINDINGS
from fercurate.cli.options import (
    face_model_option,
    jobs_option,
    output_options,
    row_count,
    target_argument,
)
from fercurate.cli.output import Output
from fercurate.cli.render.proof.verify import show_verification
from fercurate.pipeline.defaults import DEFAULT_STORE

EXAMPLES = """
\b
Examples:
  fercurate verify data/processed/store.h5
  fercurate verify data/processed/modified_fer
  fercurate verify data/processed/modified_fer --replay all --store data/processed/store.h5
"""


@click.command(epilog=EXAMPLES)
@target_argument
@click.option(
    "--replay",
    default=0,
    type=str,
    show_default=True,
    callback=row_count,
    metavar="N|all",
    help="Make so many rows of an export, drawn by seed, again from the store, and compare bytes.",
)
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="FERCURATE_STORE",
    show_envvar=True,
    help="The store to make rows from; without STORE|EXPORT the one to check.",
)
@face_model_option
@jobs_option
@output_options
def command(
    path: Path | str,
    replay: int,
    store: Path | None,
    face_model: Path | None,
    jobs: int,
    output: Output,
) -> int:
    """Check every digest and row of a store or an export.

    Of a store: seals, parts, every picture, what lies beside them. Of an export: the lock and
    every file, foreign files, class names, counts, the order and labels of rows, parents, pixel
    statistics, the recipe; no store is needed for that. Exit code 3 if anything is found.
    """
    from fercurate.pipeline.objects.fetch import local_path
    from fercurate.pipeline.verify.verify import VerifyRequest, verify

    if store is not None and not _was_said("path") and _was_said("store"):
        path = store
    target = local_path(path, output.listener())
    request = VerifyRequest(target, replay, store or Path(DEFAULT_STORE), face_model, jobs)
    report = verify(request, output.listener())
    show_verification(output, report)
    return 0 if report.passed else FINDINGS


def _was_said(name: str) -> bool:
    """Whether the command line itself gives a value."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE
