"""``fercurate models``."""

import sys
from pathlib import Path

import click

from fercurate.cli import render_models
from fercurate.cli.options import common_options, dry_run_option
from fercurate.errors import UsageError
from fercurate.pipeline.measure.models import MODELS, fetch, look_up

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
@common_options
def list_models() -> None:
    """Show the known models: license, source, digest, and whether they are there."""
    render_models.models([look_up(model) for model in MODELS.values()])


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
@common_options
def fetch_model(name: str, yes: bool, folder: Path | None, dry_run: bool) -> None:
    """Fetch a model once: it is checked by its digest and kept."""
    found = look_up(MODELS[name], folder)
    render_models.offered(found)
    if found.state != "present" and not dry_run:
        if not (yes or (sys.stdin.isatty() and click.confirm("Fetch it now?", err=True))):
            raise UsageError("nothing was fetched: nobody agreed", fix="Pass --yes to agree")
        fetch(found.model, folder)
    render_models.fetched(look_up(found.model, folder))
