"""``fercurate decide``."""

from pathlib import Path

import click

from fercurate.cli.options import (
    decision_file_option,
    needed_store_argument,
    output_options,
)
from fercurate.cli.output import Output
from fercurate.cli.render.people.decisions import show_decided
from fercurate.cli.store_first import StoreFirst
from fercurate.domain.decisions.decision import Mode
from fercurate.pipeline.decisions.author import AUTHOR_VARIABLE

EXAMPLES = """
\b
Examples:
  fercurate decide store.h5 fer2013:0000017 --label sad --by anna
  fercurate decide store.h5 fer2013:0000017 --question occluded --answer no
  fercurate decide store.h5 fer2013:0000017 --label undo --by anna
  fercurate decide store.h5 --csv relabeled.csv --by anna
"""


@click.command(cls=StoreFirst, epilog=EXAMPLES)
@needed_store_argument
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--label", default="", help="The expression that it shows; or not_face, unsure.")
@click.option(
    "--question",
    default="",
    help="In place of --label: keep, a criterion such as occluded, or same_picture.",
)
@click.option("--answer", default="", help="With --question: yes, no or unsure.")
@click.option("--other", default="", help="For same_picture: the id of the other sample.")
@click.option(
    "--csv",
    "table",
    type=click.Path(dir_okay=False, path_type=Path),
    help="In place of ids: a CSV with the column id, and a column a question.",
)
@click.option(
    "--by",
    "author",
    default="",
    envvar=AUTHOR_VARIABLE,
    show_envvar=True,
    help="Who decides  [default: the user of this machine]",
)
@click.option("--blind", is_flag=True, help="What stood there before was not looked at.")
@decision_file_option
@output_options
def command(
    store: Path,
    ids: tuple[str, ...],
    label: str,
    question: str,
    answer: str,
    other: str,
    table: Path | None,
    author: str,
    blind: bool,
    file: Path | None,
    output: Output,
) -> None:
    """Decide on samples by hand: their label, whether to keep them, or a fault.

    Decisions are facts with an author: they are appended to a file beside the store, and change
    nothing until a recipe asks for them (decisions: {}). The answer `undo` takes one back.
    """
    from fercurate.pipeline.decisions.decide import Answer, DecideRequest, decide, read_answers

    given = [bool(label), bool(question or answer), table is not None]
    if sum(given) != 1 or bool(ids) == (table is not None) or bool(question) != bool(answer):
        raise click.UsageError(
            "name ids with --label, ids with --question and --answer, or --csv alone"
        )
    if bool(other) != (question == "same_picture"):
        raise click.UsageError("--other names the other sample of --question same_picture")
    if table is not None:
        answers = read_answers(table)
    else:
        told = ("label", label) if label else (question, answer)
        answers = tuple(Answer(one, *told, other) for one in ids)
    mode: Mode = "blind" if blind else "shown"
    show_decided(output, decide(DecideRequest(store, answers, author, file, mode)))
