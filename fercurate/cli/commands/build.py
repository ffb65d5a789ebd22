"""``fercurate build``."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fercurate.cli.cluster import cluster_options
from fercurate.cli.options import (
    dry_run_option,
    face_model_option,
    jobs_option,
    output_options,
    output_place_option,
    overwrite_option,
    recipe_names,
    store_option,
    wait_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.build import show_build
from fercurate.cli.settings import exports_root
from fercurate.export.hdf5 import LAYOUTS
from fercurate.export.scripts import FRAMEWORKS
from fercurate.files.remote.objects import shown_url
from fercurate.pipeline.defaults import export_folder

if TYPE_CHECKING:  # only a name of a type: a command imports no more than it runs
    from fercurate.pipeline.building.build import BuildReport

EXAMPLES = """
\b
Examples:
  fercurate build --recipe modified_fer.yaml
  fercurate build --recipe fer2013_seven --dry-run
  fercurate build --recipe my.yaml --store my.h5 --output out/my --overwrite
  fercurate build --bundle clean_seven.bundle.zip --store my_copy.h5
"""


@click.command(epilog=EXAMPLES)
@click.option(
    "--recipe",
    default="",
    shell_complete=recipe_names,
    help="A recipe's path or name (see: fercurate recipes).",
)
@click.option(
    "--bundle",
    "bundle_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="In place of a recipe: a bundle, whose export is made from your own copies.",
)
@store_option
@output_place_option(f"{export_folder('<recipe name>').as_posix()}, or below FERCURATE_OUTPUT")
@click.option(
    "--layout",
    type=click.Choice(LAYOUTS),
    default=LAYOUTS[0],
    show_default=True,
    help="legacy: one data.h5 with Training_pixel, Training_label, PublicTest_pixel, ...",
)
@click.option(
    "--framework",
    type=click.Choice(FRAMEWORKS),
    default=FRAMEWORKS[0],
    show_default=True,
    help="Write training scripts for PyTorch, Keras 3 or scikit-learn.",
)
@click.option(
    "--decisions",
    "decisions",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Files of decisions in place of those that the recipe names; several times.",
)
@face_model_option
@overwrite_option("an export")
@jobs_option
@cluster_options
@dry_run_option
@wait_option
@output_options
def command(
    recipe: str,
    bundle_file: Path | None,
    store: Path,
    folder: Path | str | None,
    layout: str,
    framework: str,
    decisions: tuple[Path, ...],
    face_model: Path | None,
    overwrite: bool,
    jobs: int,
    cluster: str,
    work_dir: Path | None,
    shard: str,
    seal: bool,
    dry_run: bool,
    output: Output,
) -> None:
    """Build a training set from a recipe.

    Writes train.h5, val.h5 and test.h5, a training script, a datasheet, a summary and a lock. The
    folder appears whole or not at all; the same store and recipe give the same bytes.
    """
    from fercurate.pipeline.building.build import BuildRequest, build
    from fercurate.pipeline.engine.choice import ClusterChoice
    from fercurate.pipeline.objects.send import local_output
    from fercurate.recipe.shipped import load_recipe

    if bool(recipe) == (bundle_file is not None):
        raise click.UsageError("name a --recipe, or a --bundle")
    options = (layout, overwrite, jobs, dry_run, framework, face_model)
    if bundle_file is not None and decisions:
        raise click.UsageError("a bundle brings its own decisions: leave out --decisions")
    if bundle_file is not None and (cluster or shard or seal):
        raise click.UsageError("a bundle is built by this process: leave out --cluster and --shard")
    if bundle_file is not None:
        from fercurate.pipeline.bundle.assembling import build_bundle
        from fercurate.pipeline.bundle.contents import BundleContents

        loaded = BundleContents.read(bundle_file).recipe
        target = folder or exports_root() / loaded.recipe.name
        with local_output(target, output.listener(), overwrite=overwrite) as place:
            request = BuildRequest(loaded, store, place, *options)
            report = build_bundle(bundle_file, request, output.listener())
        show_build(output, *_sent(report, target))
        return
    loaded = load_recipe(recipe)
    target = folder or exports_root() / loaded.recipe.name
    chosen = ClusterChoice.of(cluster, work_dir, shard, seals=seal)
    with local_output(target, output.listener(), overwrite=overwrite) as place:
        request = BuildRequest(loaded, store, place, *options, decisions=decisions, cluster=chosen)
        report = build(request, output.listener())
    show_build(output, *_sent(report, target))


def _sent(report: "BuildReport", target: Path | str) -> tuple["BuildReport", Path | str]:
    """The report, and where the export lies: at URLs, if it was sent."""
    from fercurate.pipeline.objects.send import sent_place

    if isinstance(target, Path):
        return report, target
    layouts = (replace(one, sent_to=sent_place(target, one.output)) for one in report.layouts)
    return replace(report, layouts=tuple(layouts)), shown_url(target)
