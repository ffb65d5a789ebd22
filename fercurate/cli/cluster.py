"""Options that say who does the work: a cluster, or one job of an array."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from fercurate.cli.options import Decorator

_cluster: Decorator = click.option(
    "--cluster",
    "--scheduler",
    "cluster",
    default="",
    metavar="ADDRESS",
    envvar="FERCURATE_CLUSTER",
    show_envvar=True,
    help="Run on local:WORKERS, tcp://HOST:PORT, tls://HOST:PORT or file:SCHEDULER.json (Dask).",
)

_work_dir: Decorator = click.option(
    "--work-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder that all machines of the cluster share  [default: beside the store or export]",
)

_shard: Decorator = click.option(
    "--shard",
    default="",
    metavar="I/N",
    help="Do only part I of N, in job I of an array, and seal it in the work folder.",
)

_seal: Decorator = click.option(
    "--seal", is_flag=True, help="Go on from what all parts have sealed."
)


def cluster_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--cluster``, ``--work-dir``, ``--shard`` and ``--seal``."""
    return _cluster(_work_dir(_shard(_seal(command))))
