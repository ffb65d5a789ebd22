"""``fercurate diff``."""

from pathlib import Path

import click

from fercurate.cli.options import output_options
from fercurate.cli.output import Output
from fercurate.cli.render.proof.diff import show_diff

EXAMPLES = """
\b
Examples:
  fercurate diff out/monday out/today
  fercurate diff old.h5 store.h5 --html changes.html
  fercurate diff theirs/recipe.lock ours/recipe.lock
"""


@click.command(epilog=EXAMPLES)
@click.argument("first", type=click.Path(path_type=Path), metavar="A")
@click.argument("second", type=click.Path(path_type=Path), metavar="B")
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write it, with every sample, to this HTML file.",
)
@output_options
def command(first: Path, second: Path, page: Path | None, output: Output) -> None:
    """Show what differs between two exports, two stores, or two locks alone.

    Samples gained, lost, moved, relabelled, of another picture, or judged otherwise, by class,
    source and reason; rows whose bytes differ; recipe keys, versions, inputs and files.
    """
    from fercurate.pipeline.diff.diff import diff
    from fercurate.pipeline.diff.page import check_page_place, write_page

    if page is not None:
        check_page_place(page)
    report = diff(first, second)
    show_diff(output, report)
    if page is not None:
        write_page(report, page)
        output.remark(f"written: {page}")
