"""``fercurate audit``."""

from pathlib import Path

import click

from fercurate.cli.boundary import FINDINGS
from fercurate.cli.cluster import cluster_options
from fercurate.cli.options import (
    a_number,
    jobs_option,
    output_options,
    target_argument,
)
from fercurate.cli.output import Output
from fercurate.cli.render.audit import show_audit
from fercurate.cli.store_first import StoreFirst
from fercurate.pipeline.audit.audit import AuditRequest, audit_as
from fercurate.pipeline.engine.choice import ClusterChoice
from fercurate.pipeline.objects.fetch import local_path

EXAMPLES = """
\b
Examples:
  fercurate audit data/processed/store.h5 --max-leak 1
  fercurate audit data/processed/modified_fer --max-leak 0.5
"""


@click.command(cls=StoreFirst, epilog=EXAMPLES)
@target_argument
@click.option(
    "--max-leak",
    type=click.FloatRange(0, 1),
    callback=a_number,
    default=0.0,
    show_default=True,
    help="Largest share of evaluation rows that may leak; above it the exit code is 3.",
)
@click.option(
    "--near/--no-near",
    default=True,
    show_default=True,
    help="Also look for nearly identical pictures.",
)
@click.option(
    "--changed/--no-changed",
    default=True,
    show_default=True,
    help="With --near, also look for changed copies between splits.",
)
@jobs_option
@cluster_options
@output_options
def command(
    path: Path | str,
    max_leak: float,
    near: bool,
    changed: bool,
    jobs: int,
    cluster: str,
    work_dir: Path | None,
    shard: str,
    seal: bool,
    output: Output,
) -> int:
    """Look for leakage between splits, contradictory labels, and wrong class order.

    Counts rows of one split that share a person, a recording, or an identical or nearly
    identical picture with another split, or a changed copy (mirrored, turned, shifted, cropped,
    tilted, retouched), and derived rows whose parent is in another split. A store is audited by
    its native splits, an export for cross-validation by its folds. Exit code 3 if more than
    --max-leak leaks. Without a path, the store is FERCURATE_STORE, or data/processed/store.h5.
    """
    target = local_path(path, output.listener())
    chosen = ClusterChoice.of(cluster, work_dir, shard, seals=seal)
    request = AuditRequest(target, near, changed, jobs, chosen)
    report = audit_as(request, output.listener())
    show_audit(output, report, target.name, max_leak)
    return FINDINGS if report.findings(max_leak) else 0
