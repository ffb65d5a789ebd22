"""Evaluate a checkpoint of train.py on this export, or on any with the same classes.

    python evaluate.py CHECKPOINT
    python evaluate.py CHECKPOINT ../fer2013_seven ../modified_fer
    python evaluate.py CHECKPOINT --split val --json val.json
    python evaluate.py runs/ckplus_10fold/compact/fold-03/best.pt    # on the fold left out

Results lie in the folder ``evaluation`` beside the checkpoint: metrics.json, and confusion.png in
a folder for each split.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import ExportError
from ..format import SPLITS
from ..home import HomeExport
from ..lock import warn_of_changed_scripts
from .evaluate import evaluate_exports
from .trained_model import CheckpointFormat, TrainedModel, own_export


def arguments(
    checkpoints: CheckpointFormat[TrainedModel], given: Sequence[str] | None = None
) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    add = parser.add_argument
    add("checkpoint", type=Path, help=f"{checkpoints.files} of train.py")
    folders = "folders; default: the export it lies in, or this script"
    add("exports", type=Path, nargs="*", default=[], help=folders)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--split",
        action="append",
        choices=SPLITS,
        help="may be given again; default: every split but train",
    )
    which.add_argument("--fold", type=int, help="default: the one that the checkpoint left out")
    add("--output", type=Path, help="folder; default: evaluation beside the checkpoint")
    add("--json", type=Path, help="file of the figures; default: metrics.json in the folder")
    add("--no-verify", action="store_true", help="do not compare files with recipe.lock")
    checkpoints.add_options(parser)
    return parser.parse_intermixed_args(given)


def evaluate_script(
    checkpoints: CheckpointFormat[TrainedModel],
    home: HomeExport,
    given: Sequence[str] | None = None,
) -> int:
    """Run the command line for the checkpoints of a framework; returns the exit status."""
    options = arguments(checkpoints, given)
    try:
        if not options.no_verify:
            warn_of_changed_scripts()
        model = checkpoints.load(options.checkpoint, options)
        folders = options.exports or [own_export(options.checkpoint, home.folder)]
        evaluate_exports(model, folders, options)
    except (ExportError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0
