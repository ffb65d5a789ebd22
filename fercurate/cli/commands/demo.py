"""``fercurate demo``."""

from pathlib import Path

import click

from fercurate.cli import render
from fercurate.cli.options import common_options, overwrite_option

EXAMPLES = """
\b
Examples:
  fercurate demo
  fercurate demo /tmp/demo --seed 7
"""


@click.command(epilog=EXAMPLES)
@click.argument(
    "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("data/processed/demo")
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Seed of the drawn faces."
)
@overwrite_option
@common_options
def command(folder: Path, seed: int, overwrite: bool) -> None:
    """Run the whole job on small corpora of drawn faces: ingest, stats, audit, build, stats.

    FER-2013 with FER+ votes, CK+ and AffectNet are drawn in their real layouts, with planted and
    recorded faults (planted.json).
    """
    from fercurate.pipeline.audit.audit import audit
    from fercurate.pipeline.building.build import BuildRequest, build
    from fercurate.pipeline.demo import prepare_demo
    from fercurate.pipeline.ingest.ingest import IngestRequest, ingest
    from fercurate.pipeline.stats.stats import measure_balance
    from fercurate.recipe.shipped import load_recipe

    demo = prepare_demo(folder, seed, overwrite, render.listener())
    with render.one_document("demo"):
        render.heading("fercurate ingest")
        render.ingested(ingest(IngestRequest((demo.raw,), demo.store), render.listener()))
        render.heading("fercurate stats (store)")
        render.balance(measure_balance(demo.store), demo.store.name)
        render.heading("fercurate audit (store)")
        render.audited(audit(demo.store), demo.store.name, max_leak=1.0)
        for recipe, export in demo.exports:
            render.heading(f"fercurate build --recipe {recipe}")
            request = BuildRequest(load_recipe(recipe), demo.store, export, overwrite=overwrite)
            render.built(build(request, render.listener()), export)
            render.heading(f"fercurate stats {recipe}")
            render.balance(measure_balance(export), export.name)
