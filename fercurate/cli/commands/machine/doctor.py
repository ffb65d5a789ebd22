"""``fercurate doctor``."""

from pathlib import Path

import click

from fercurate.cli.boundary import FINDINGS
from fercurate.cli.options import output_options, store_option
from fercurate.cli.output import Output
from fercurate.cli.render.machine.doctor import show_machine
from fercurate.pipeline.doctor.doctor import examine

EXAMPLES = """
\b
Examples:
  fercurate doctor
  fercurate doctor --json
"""


@click.command(epilog=EXAMPLES)
@store_option
@output_options
def command(store: Path, output: Output) -> int:
    """Look at this machine: packages, OpenCV, disks, permissions, models.

    Says what can change a byte of a result, what is missing, and what to do about it. Nothing is
    changed or sent. Exit code 3 if something will fail.
    """
    report = examine(store)
    show_machine(output, report)
    return FINDINGS if report.faults else 0
