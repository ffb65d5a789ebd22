"""The entry point ``fercurate``."""

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
@click.version_option(__version__, message="fercurate %(version)s")
def main() -> None:
    """Curate and augment data sets for facial-expression recognition.

    Corpora are ingested into one store; recipes build HDF5 training sets from it. Nothing is
    sent anywhere, and nothing is fetched but by `fercurate models fetch`.
    """


def run() -> None:
    """Run the command line and exit with its code."""
    end_cleanly_on_signals()
    code = guarded(main)
    ignore_signals()
    sys.exit(code)
