"""``fercurate rebuild``."""

from pathlib import Path

import click

from fercurate.cli.boundary import FINDINGS
from fercurate.cli.options import (
    face_model_option,
    jobs_option,
    output_folder_option,
    output_options,
    overwrite_option,
    store_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.proof.rebuild import show_rebuild
from fercurate.pipeline.defaults import rebuilt_folder

EXAMPLES = """
\b
Examples:
  fercurate rebuild data/processed/modified_fer --store data/processed/store.h5
  fercurate rebuild out/clean_seven --output /tmp/again
"""


@click.command(epilog=EXAMPLES)
@click.argument("export", type=click.Path(file_okay=False, path_type=Path), metavar="EXPORT")
@store_option
@output_folder_option("EXPORT-rebuilt")
@face_model_option
@overwrite_option("an export")
@jobs_option
@output_options
def command(
    export: Path,
    store: Path,
    folder: Path | None,
    face_model: Path | None,
    overwrite: bool,
    jobs: int,
    output: Output,
) -> int:
    """Build an export again from its lock, and compare.

    Recipe, seed, layout and framework are those of the export. What can change a byte and is not
    as the lock says is named, and nothing is built: the store's digest, versions of the tool and
    its libraries, methods of measurement. Exit code 3 if a file comes out differently.
    """
    from fercurate.pipeline.rebuild.rebuild import RebuildRequest, rebuild

    target = folder or rebuilt_folder(export)
    request = RebuildRequest(export, store, target, overwrite, jobs, face_model)
    report = rebuild(request, output.listener())
    show_rebuild(output, report)
    return 0 if report.same else FINDINGS
