"""Train a facial-expression classifier on the export that this file lies in.

    python train.py                  # the default model, a quarter of an hour on two cores
    python train.py --budget quick   # a smaller one, some minutes
    python train.py --model vgg5 --device cuda
    python train.py --fold all       # exports for cross-validation
    python train.py --resume         # go on after an interruption
    python train.py --smoke          # a few seconds: does everything work?

Results lie in runs/<recipe>/<model>: metrics.json, curves.png, confusion.png, best.pt, last.pt.
"""

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from torch import nn

from ..networks.catalog import DEFAULT_MODEL, MODELS
from ..networks.learning import check_resumable, check_whole_run, report, show_model, smoke_rows
from ..networks.options import chosen_settings, command_line, parsed
from ..networks.progress import epoch_line
from ..shared.bounds import at_least
from ..shared.errors import ExportError
from ..shared.evaluation.metrics import Metrics
from ..shared.export import Export
from ..shared.home import HomeExport
from ..shared.running import RunRows, TrainingJob, run
from .checkpoint import read_state
from .loop import Hardware, Trainer, save
from .models import build_model, describe

LAST, BEST = "last.pt", "best.pt"


def arguments(home: HomeExport, given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    title = (__doc__ or "").partition("\n")[0]
    parser = command_line(title, home.folder, list(MODELS), DEFAULT_MODEL)
    add = parser.add_argument
    add("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    add("--precision", choices=("auto", "float32", "bfloat16"), default="auto")
    add(
        "--workers",
        type=at_least(0),
        default=0,
        help="processes that read pictures; 0 is often fastest",
    )
    return parsed(parser, given, DEFAULT_MODEL)


def main(home: HomeExport, given: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = arguments(home, given)
    train = partial(train_model, options)
    job = TrainingJob(home, options.model, train, partial(describe_model, options))
    return run(options, job)


def describe_model(options: argparse.Namespace, export: Export) -> None:
    """Print the layers of a model for the pictures and classes of an export."""
    network = build_network(options.model, export)
    found = describe(network, channels=export.channels, size=export.size)
    show_model(options.model, found, as_json=options.json)


def build_network(name: str, export: Export) -> nn.Module:
    """Build a model for an export.

    Raises:
        ExportError: its pictures are too small for the model.
    """
    try:
        return build_model(name, len(export.classes), export.channels, export.size)
    except ValueError as error:
        raise ExportError(f"{export.folder}: {error}") from None


def train_model(
    options: argparse.Namespace, export: Export, parts: RunRows, output: Path
) -> dict[str, Metrics]:
    """Train, choose the epoch by the rows of ``val`` if there are any, and report."""
    settings = chosen_settings(options)
    hardware = Hardware.chosen(options.device, settings.precision, options.workers)
    if options.smoke:
        parts = smoke_rows(parts, settings.batch_size)
    torch.manual_seed(settings.seed)
    trainer = Trainer(export, parts, build_network(settings.model, export), settings, hardware)
    output.mkdir(parents=True, exist_ok=True)
    if options.resume:
        resume(trainer, output / LAST)
    print(f"{settings.model} on {export.recipe}: {len(parts.train):,} rows, {hardware.device}")
    for row in trainer.epochs():
        print(epoch_line(row, settings.epochs), flush=True)
        if parts.val is None or trainer.progress.best_epoch == trainer.progress.epoch:
            save(output / BEST, trainer.best_state())
        # Second, so that it never names a best that is not there.
        save(output / LAST, trainer.state())
    take_best(trainer, output / BEST)
    return report(trainer, output, (BEST, LAST))


def resume(trainer: Trainer, path: Path) -> None:
    """Go on where a checkpoint was written; all settings but the epochs must be the same."""
    if path.is_file():
        state = read_state(path)
        check_resumable(path, state, trainer)
        try:
            trainer.restore(state)
        except (KeyError, TypeError, ValueError, AttributeError, RuntimeError):
            raise ExportError(f"{path}: damaged; begin anew with --overwrite") from None


def take_best(trainer: Trainer, path: Path) -> None:
    """Predict with the weights of the epoch that was chosen."""
    state = read_state(path)
    check_whole_run(path, state, trainer)
    trainer.predictor.load_state_dict(state["model"])
