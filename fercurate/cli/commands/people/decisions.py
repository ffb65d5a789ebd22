"""``fercurate decisions``."""

from pathlib import Path

import click

from fercurate.cli.options import dry_run_option, output_options, overwrite_option
from fercurate.cli.output import Output
from fercurate.cli.render.people.decisions import (
    show_agreement,
    show_decision_union,
    show_exported,
    show_transfer,
)

EXAMPLES = """
\b
Examples:
  fercurate decisions merge anna.jsonl ben.jsonl -o both.jsonl
  fercurate decisions agreement anna.jsonl ben.jsonl --store store.h5
  fercurate decisions apply published.jsonl --store store.h5
  fercurate decisions export both.jsonl -o both.csv
"""

MERGE_EXAMPLES = """
\b
Examples:
  fercurate decisions merge anna.jsonl ben.jsonl -o both.jsonl
"""

AGREEMENT_EXAMPLES = """
\b
Examples:
  fercurate decisions agreement anna.jsonl ben.jsonl
  fercurate decisions agreement both.jsonl --store store.h5 --json
"""

APPLY_EXAMPLES = """
\b
Examples:
  fercurate decisions apply published.jsonl --store store.h5 --dry-run
"""

EXPORT_EXAMPLES = """
\b
Examples:
  fercurate decisions export anna.jsonl ben.jsonl -o both.csv
"""

_FILE = click.Path(dir_okay=False, path_type=Path)
_files = click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_FILE)
_output = click.option("-o", "--output", "target", type=_FILE, required=True, help="File to write.")


@click.group(epilog=EXAMPLES)
def command() -> None:
    """Files of decisions: as one, compared, taken over, as CSV.

    Each line is one answer of one author to one question about the pixels of one sample. The
    union of lines is a merge: `git` may do it as well (merge=union in .gitattributes).
    """


@command.command("merge", epilog=MERGE_EXAMPLES)
@_files
@_output
@overwrite_option("a file")
@output_options
def merge_files(files: tuple[Path, ...], target: Path, overwrite: bool, output: Output) -> None:
    """Write the union of files: the same bytes for any order of them."""
    from fercurate.pipeline.decisions.union import merge_decisions

    show_decision_union(output, merge_decisions(files, target, overwrite))


@command.command("agreement", epilog=AGREEMENT_EXAMPLES)
@_files
@click.option("--store", type=_FILE, help="Compare labels with FER+'s votes of this store, too.")
@output_options
def compare_authors(files: tuple[Path, ...], store: Path | None, output: Output) -> None:
    """Tell how far authors agree: Cohen's, Fleiss' and Krippendorff's figures, and conflicts."""
    from fercurate.pipeline.decisions.agreement import agreement

    show_agreement(output, agreement(files, store))


@command.command("apply", epilog=APPLY_EXAMPLES)
@_files
@click.option("--store", type=_FILE, required=True, help="The store whose samples they are about.")
@click.option(
    "--decisions",
    "into",
    type=_FILE,
    help="The file to take them into  [default: STORE.decisions.jsonl]",
)
@dry_run_option
@output_options
def apply_files(
    files: tuple[Path, ...], store: Path, into: Path | None, dry_run: bool, output: Output
) -> None:
    """Take over decisions made elsewhere, by the pixels that they are about.

    Samples are found by id and pixels, or by pixels alone under another id. Decisions about
    other pixels than those stored are listed and not taken over.
    """
    from fercurate.pipeline.decisions.transfer import transfer_decisions

    show_transfer(output, transfer_decisions(files, store, into, dry_run))


@command.command("export", epilog=EXPORT_EXAMPLES)
@_files
@_output
@overwrite_option("a file")
@output_options
def export_table(files: tuple[Path, ...], target: Path, overwrite: bool, output: Output) -> None:
    """Write the decisions that count as CSV, undone answers left out."""
    from fercurate.pipeline.decisions.table import export_decisions

    show_exported(output, target, export_decisions(files, target, overwrite))
