"""``fercurate ingest``."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from fercurate.cli.boundary import FINDINGS
from fercurate.cli.cluster import cluster_options
from fercurate.cli.options import (
    Place,
    dry_run_option,
    jobs_option,
    output_options,
    source_name,
    store_option,
    wait_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.ingest import show_ingest
from fercurate.errors import FercurateError
from fercurate.pipeline.defaults import LEAST_SIDE
from fercurate.pipeline.engine.choice import ClusterChoice
from fercurate.pipeline.ingest.ingest import ingest
from fercurate.pipeline.ingest.report import IngestReport
from fercurate.pipeline.ingest.request import IngestRequest, parse_split
from fercurate.pipeline.objects.fetch import local_path
from fercurate.sources.options import OptionText, SourceOption
from fercurate.sources.registry import offered_options, source_names

EXAMPLES = """
\b
Examples:
  fercurate ingest fer2013.csv
  fercurate ingest fer2013.csv fer2013new.csv --store my.h5
  fercurate ingest fer_folders/ --label-map fer2013
  fercurate ingest my_faces/ --source folder --name my_extras
"""


class CorpusOption(click.Option):
    """An option that some corpora take; the help shows it below their titles."""

    def __init__(self, *args: Any, titles: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heading = ", ".join(titles)


class IngestCommand(click.Command):
    """A command whose help shows the options of corpora below a heading each."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options for all corpora first, then those for some."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx) if isinstance(param, click.Option) else None
            if record is not None:
                heading = param.heading if isinstance(param, CorpusOption) else "Options"
                sections.setdefault(heading, []).append(record)
        common = sections.pop("Options")
        for heading, records in {"Options": common, **sections}.items():
            with formatter.section(heading):
                formatter.write_dl(records)


def corpus_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that the sources describe, those of a single source first."""
    offered = sorted(offered_options().items(), key=lambda pair: len(pair[1]))
    for option, titles in reversed(offered):
        add = click.option(
            option.flag,
            cls=CorpusOption,
            titles=titles,
            type=_type(option.text),
            default="" if option.text.parse else option.default,
            show_default=bool(option.default),
            help=option.text.help,
        )
        command = add(command)
    return command


def _type(text: OptionText) -> "click.ParamType[Any]":
    if text.choices:
        return click.Choice(text.choices)
    return click.STRING if text.parse else click.IntRange(text.low, text.high)


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """The values of the sources' options, read from what was given."""
    options: dict[str, SourceOption] = {option.name: option for option in offered_options()}
    return {name: options[name].value(value) for name, value in given.items()}


@click.command(cls=IngestCommand, epilog=EXAMPLES)
@click.argument("paths", nargs=-1, required=True, type=Place(path_type=Path))
@store_option
@click.option("--source", type=click.Choice(source_names()), help="Read the paths as this source.")
@click.option(
    "--name", default="", callback=source_name, help="Store the samples under this source name."
)
@click.option("--split", default="", help="The native split of what tells none: train, val, test.")
@click.option(
    "--least-side",
    default=LEAST_SIDE,
    show_default=True,
    type=click.IntRange(1, 1024),
    help="Reject picture files with a side of fewer pixels.",
)
@corpus_options
@jobs_option
@click.option(
    "--update",
    is_flag=True,
    help="Take over what changed in an input that was ingested before: changed samples are "
    "replaced, those that are gone removed, and it is said first (with --dry-run: only said).",
)
@click.option("--strict", is_flag=True, help="Store nothing of a corpus if any row is rejected.")
@dry_run_option
@cluster_options
@wait_option
@output_options
def command(
    paths: tuple[Path | str, ...],
    store: Path,
    source: str | None,
    name: str,
    split: str,
    least_side: int,
    jobs: int,
    update: bool,
    strict: bool,
    dry_run: bool,
    cluster: str,
    work_dir: Path | None,
    shard: str,
    seal: bool,
    output: Output,
    **given: Any,
) -> int:
    """Read corpora into the store.

    What a PATH is gets recognized and said: FER-2013 (CSV or class folders), FER+ votes, CK+,
    AffectNet, RAF-DB, ExpW, JAFFE, KDEF, any tree of class-named folders, lists and tables of
    labels, NumPy and HDF5 arrays, Parquet, archives, or a folder of several of them. Broken rows
    and files are counted and listed, and the rest is stored. Ingesting the same again changes
    nothing. Exit code 3 if rows are stored already with another picture, label or split.
    """
    values = _values(given)
    local = tuple(local_path(path, output.listener()) for path in paths)
    request = IngestRequest(
        local,
        store,
        source or "",
        name,
        values,
        jobs,
        strict,
        dry_run,
        parse_split(split),
        least_side,
        update,
        ClusterChoice.of(cluster, work_dir, shard, seals=seal),
    )
    try:
        report = ingest(request, output.listener())
    except FercurateError as error:
        if isinstance(error.partial, IngestReport):
            show_ingest(output, error.partial, store)
        raise
    show_ingest(output, report, store)
    return FINDINGS if any(corpus.differing for corpus in report) else 0
