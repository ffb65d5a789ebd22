"""``fercurate export``."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from fercurate.cli.cluster import cluster_options
from fercurate.cli.options import (
    Place,
    jobs_option,
    output_options,
    output_place_option,
    overwrite_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.export import show_layout, show_presets
from fercurate.domain.text import did_you_mean
from fercurate.files.remote.objects import shown_url
from fercurate.layouts.presets import preset_names
from fercurate.layouts.registry import layout_names
from fercurate.pipeline.defaults import layout_folder

EXAMPLES = """
\b
Examples:
  fercurate export data/processed/fer2013_seven --for poster++
  fercurate export data/processed/fer2013_seven --to imagefolder --output pictures
  fercurate export data/processed/fer2013_seven --to hf --splits train,test
  fercurate export data/processed/fer2013_seven --to webdataset --set shard_rows=10000
  fercurate export --list
"""


class TrainerName(click.ParamType):  # type: ignore[type-arg]  # older Click takes none
    """A trainer by its name, in any case."""

    name = "trainer"
    _known = click.Choice(preset_names(), case_sensitive=False)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the name as the list has it; the nearest one is told of another."""
        try:
            return self._known.convert(value, param, ctx)
        except click.BadParameter:
            near = did_you_mean(str(value), preset_names())
            self.fail(f"{value!r} is no trainer that is known{near}; see --list", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Offer the names."""
        return self._known.shell_complete(ctx, param, incomplete)


@click.command(epilog=EXAMPLES)
@click.argument("path", metavar="[EXPORT]", required=False, type=Place(path_type=Path))
@click.option("--to", "kind", type=click.Choice(layout_names()), help="The layout to write.")
@click.option(
    "--for",
    "trainer",
    type=TrainerName(),
    metavar="TRAINER",
    help="In place of --to: a trainer by name, which sets layout, names and class order.",
)
@output_place_option("<export>.<layout or trainer>")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting of the layout, as its keys in a recipe; several times.",
)
@click.option(
    "--splits",
    default="",
    metavar="train,val,...",
    help="Only these splits  [default: all but those that repeat rows of another]",
)
@click.option("--list", "listed", is_flag=True, help="List the trainers that have a name.")
@overwrite_option("a layout")
@jobs_option
@cluster_options
@output_options
def command(
    path: Path | str | None,
    kind: str | None,
    trainer: str | None,
    folder: Path | str | None,
    settings: tuple[str, ...],
    splits: str,
    listed: bool,
    overwrite: bool,
    jobs: int,
    cluster: str,
    work_dir: Path | None,
    shard: str,
    seal: bool,
    output: Output,
) -> None:
    """Lay out an export as a trainer reads it.

    Pictures and labels are those of the export, to the last bit. The order of classes is printed,
    and what to set in the trainer; README.md, layout.json and rows.csv beside the pictures say the
    same, and where every row went. The folder appears whole or not at all.
    """
    from fercurate.pipeline.engine.choice import ClusterChoice
    from fercurate.pipeline.exporting.choice import chosen_layout
    from fercurate.pipeline.exporting.export import LayoutRequest, export_layout
    from fercurate.pipeline.objects.fetch import local_path
    from fercurate.pipeline.objects.send import local_output

    if listed:
        show_presets(output)
        return
    if path is None:
        raise click.UsageError("name an EXPORT, or ask for --list")
    if bool(kind) == bool(trainer):
        raise click.UsageError("say --to LAYOUT, or --for TRAINER (fercurate export --list)")
    layout, preset = chosen_layout(kind or "", trainer or "", _pairs(settings))
    export = local_path(path, output.listener())
    beside = path if isinstance(path, Path) else Path(export.name)
    named = folder or layout_folder(beside, trainer or kind or "")
    wanted = tuple(name.strip() for name in splits.split(",") if name.strip())
    with local_output(named, output.listener(), overwrite=overwrite) as place:
        engine = ClusterChoice.of(cluster, work_dir, shard, seals=seal)
        request = LayoutRequest(export, layout, place, preset, wanted, overwrite, jobs, engine)
        report = export_layout(request, output.listener())
    sent_to = shown_url(named) if isinstance(named, str) else ""
    show_layout(output, replace(report, sent_to=sent_to))


def _pairs(settings: tuple[str, ...]) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for text in settings:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise click.UsageError(f"--set {text!r}; expected KEY=VALUE")
        pairs[key.strip()] = value.strip()
    return pairs
