"""The entry point ``fercurate``."""

import os
import platform
import sys
from pathlib import Path

import click

from fercurate import __version__
from fercurate.cli.boundary import guarded
from fercurate.cli.lazy import HELP_NAMES, LazyGroup
from fercurate.cli.log import write_log
from fercurate.cli.output import command_line
from fercurate.cli.settings import apply_settings
from fercurate.cli.signals import end_cleanly_on_signals, ignore_signals

EXAMPLES = """
\b
Examples:
  fercurate demo
  fercurate ingest fer2013.csv
  fercurate stats data/processed/store.h5
  fercurate build --recipe modified_fer.yaml
"""


GUIDE = """\
fercurate: data sets for facial-expression recognition, curated and documented

  fercurate demo                       the whole job on drawn faces, in half a minute
  fercurate inspect PATH               what is this, and how would it be read?
  fercurate ingest PATH...             read corpora into a store
  fercurate stats                      its class balance
  fercurate filter                     faces that no model should learn from
  fercurate audit                      what stands in two splits at once
  fercurate init                       write a recipe, by asking
  fercurate build --recipe NAME        a training set, with its papers and scripts
  fercurate doctor                     when something does not work

fercurate --help lists all commands; fercurate COMMAND --help has examples."""


@click.group(
    cls=LazyGroup,
    epilog=EXAMPLES,
    invoke_without_command=True,
    context_settings={"help_option_names": HELP_NAMES},
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, param, value: show_version(ctx, value),
    help="Show the version, and those of what can change a byte.",
)
@click.option(
    "--log",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Append to this file what is done, and when  [env: FERCURATE_LOG]",
)
@click.pass_context
def main(ctx: click.Context, log: Path | None) -> None:
    """Curate and augment data sets for facial-expression recognition.

    Corpora are ingested into one store; recipes build HDF5 training sets from it. Nothing is
    sent anywhere, and nothing is fetched but by `fercurate models fetch`.
    """
    if ctx.invoked_subcommand is None:
        click.echo(GUIDE)
        return
    settings = apply_settings()
    if settings:
        click.echo(f"settings: {settings}", err=True)
    named = log or os.environ.get("FERCURATE_LOG")
    if named:
        write_log(Path(named), command_line())


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
