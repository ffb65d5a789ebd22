"""``fercurate models``."""

import sys
from functools import partial
from pathlib import Path

import click

from fercurate.cli.options import dry_run_option, output_options
from fercurate.cli.output import Output
from fercurate.cli.render.machine.models import show_model, show_models, show_offer
from fercurate.pipeline.measure.models import MODELS, known_models, obtain

EXAMPLES = """
\b
Examples:
  fercurate models list
  fercurate models fetch yunet --dry-run
"""

FETCH_EXAMPLES = """
\b
Examples:
  fercurate models fetch yunet
  fercurate models fetch yunet --yes --dir models
"""


@click.group(epilog=EXAMPLES)
def command() -> None:
    """List the optional models, or fetch one.

    Everything works without them. `fetch` is the only command that uses the network, and it
    says what it will fetch first. Models lie in the user's cache folder, or in FERCURATE_CACHE.
    """


@command.command("list", epilog=EXAMPLES)
@output_options
def list_models(output: Output) -> None:
    """Show the known models: license, source, digest, and whether they are there."""
    show_models(output, known_models())


@command.command("fetch", epilog=FETCH_EXAMPLES)
@click.argument("name", type=click.Choice(list(MODELS)))
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Put it here; then name it with --face-model or FERCURATE_FACE_MODEL.",
)
@dry_run_option
@output_options
def fetch_model(name: str, yes: bool, folder: Path | None, dry_run: bool, output: Output) -> None:
    """Fetch a model once: it is checked by its digest and kept."""

    def agree() -> bool:
        return yes or (sys.stdin.isatty() and click.confirm("Fetch it now?", err=True))

    offer = partial(show_offer, output)
    show_model(output, obtain(MODELS[name], folder, dry_run, offer, agree))
