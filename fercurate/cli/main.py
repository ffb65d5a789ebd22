"""The entry point ``fercurate``."""

import platform
import sys

import click

from fercurate import __version__
from fercurate.cli.boundary import guarded
from fercurate.cli.lazy import HELP_NAMES, LazyGroup
from fercurate.cli.signals import end_cleanly_on_signals, ignore_signals

EXAMPLES = """
\b
Examples:
  fercurate demo
  fercurate ingest fer2013.csv
  fercurate stats data/processed/store.h5
  fercurate build --recipe modified_fer.yaml
"""


@click.group(cls=LazyGroup, epilog=EXAMPLES, context_settings={"help_option_names": HELP_NAMES})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, param, value: show_version(ctx, value),
    help="Show the version, and those of what can change a byte.",
)
def main() -> None:
    """Curate and augment data sets for facial-expression recognition.

    Corpora are ingested into one store; recipes build HDF5 training sets from it. Nothing is
    sent anywhere, and nothing is fetched but by `fercurate models fetch`.
    """


def show_version(ctx: click.Context, asked: bool) -> None:
    """Print the versions of everything that can change a byte of an export, and end."""
    if not asked or ctx.resilient_parsing:
        return
    from fercurate.export.lock import tool_versions  # noqa: PLC0415  # loads HDF5

    click.echo(f"fercurate {__version__}")
    others = {"python": platform.python_version(), **tool_versions()}
    for name, version in others.items():
        if name != "fercurate":
            click.echo(f"  {name} {version}")
    ctx.exit()


def run() -> None:
    """Run the command line and exit with its code."""
    end_cleanly_on_signals()
    code = guarded(main)
    ignore_signals()
    sys.exit(code)
