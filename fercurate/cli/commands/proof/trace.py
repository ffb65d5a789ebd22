"""``fercurate trace``."""

from pathlib import Path

import click

from fercurate.cli.options import face_model_option, output_options, where_option
from fercurate.cli.output import Output
from fercurate.cli.render.proof.trace import show_trace
from fercurate.pipeline.defaults import DEFAULT_STORE

EXAMPLES = """
\b
Examples:
  fercurate trace fer2013:0000017 --export out/clean_seven
  fercurate trace out/clean_seven/train.h5:1234 --picture row.png
  fercurate trace fer2013.csv:62
  fercurate trace some_face.jpg --recipe clean_seven
  fercurate trace --list --where "label_noise > 0.9" --csv doubtful.csv
"""


@click.command(epilog=EXAMPLES)
@click.argument("what", required=False, default="")
@click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="FERCURATE_STORE",
    show_envvar=True,
    help=f"The store to ask  [default: {DEFAULT_STORE}, if it is there]",
)
@click.option(
    "--export",
    "export",
    type=click.Path(file_okay=False, path_type=Path),
    help="The export to ask: where it stands there, or why not.",
)
@click.option("--recipe", default="", help="Without an export: what this recipe makes of it.")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also draw it, with its parents and the rows made from it, into this PNG file.",
)
@click.option("--list", "listed", is_flag=True, help="In place of WHAT: list samples by id.")
@where_option
@click.option(
    "--csv",
    "table",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --list, also write all that is known of them to this CSV file.",
)
@face_model_option
@output_options
def command(
    what: str,
    store: Path | None,
    export: Path | None,
    recipe: str,
    picture: Path | None,
    listed: bool,
    where: str,
    table: Path | None,
    face_model: Path | None,
    output: Output,
) -> None:
    """Tell where a picture or a row comes from and what became of it, or why it is not there.

    WHAT is a sample id, a row of an export (train.h5:1234), a raw file with its line or path, or
    a picture file, which is found by its pixels. Told are the raw file, the label and how it was
    mapped, votes, measurements, scores with thresholds, the split and why, and every row that was
    made from it.
    """
    from fercurate.pipeline.trace.request import TraceRequest
    from fercurate.pipeline.trace.trace import trace
    from fercurate.recipe.shipped import load_recipe

    if listed != (not what) or (not listed and (where or table)):
        raise click.UsageError("name WHAT to trace, or --list with --where and --csv")
    if listed:
        from fercurate.pipeline.trace.listing import list_samples

        samples = list_samples(store or Path(DEFAULT_STORE), where)
        if table is not None:
            samples.write_csv(table)
            output.remark(f"written: {table}")
        output.show(samples.to_json(), samples.ids)
        return
    usual = Path(DEFAULT_STORE)
    place = store or (usual if usual.exists() else None)
    loaded = load_recipe(recipe) if recipe else None
    request = TraceRequest(what, place, export, loaded, picture, face_model)
    show_trace(output, trace(request, output.listener()))
    if picture is not None:
        output.remark(f"drawn: {picture}")
