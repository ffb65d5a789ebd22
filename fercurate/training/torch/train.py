"""Train a facial-expression classifier on the export that this file lies in.

    python train.py                  # the usual model; it says how much time is left
    python train.py --budget quick   # a smaller one, some minutes
    python train.py --model vgg5 --device cuda
    python train.py --model resnet18 --weights resnet18.pth
    python train.py --fold all       # exports for cross-validation
    python train.py --resume         # go on after an interruption
    python train.py --smoke          # a few seconds: does everything work?

Results lie in runs/<recipe>/<model>: metrics.json, curves.png, confusion.png, best.pt, last.pt.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch
from torch import nn

from ..networks.catalog import BACKBONES, COMPACT_WIDTHS, DEFAULT_MODEL, MODELS
from ..networks.learning import (
    check_resumable,
    check_whole_run,
    opening_line,
    report,
    show_model,
    smoke_rows,
)
from ..networks.options import chosen_settings, command_line, parsed
from ..networks.progress import epoch_line
from ..networks.settings import COMPACT_TORCH, Settings
from ..shared.bounds import at_least, share
from ..shared.errors import ExportError
from ..shared.evaluation.metrics import Metrics
from ..shared.export import Export
from ..shared.home import HomeExport
from ..shared.running import RunRows, TrainingJob, run
from .backbones import Backbone, State, build_backbone, chosen_start, take_weights
from .checkpoint import read_state
from .loop import Hardware, Trainer, save
from .models import build_model, describe

LAST, BEST = "last.pt", "best.pt"
SIDES: tuple[int, ...] = (112, 224)


def arguments(home: HomeExport, given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    title = (__doc__ or "").partition("\n")[0]
    parser = command_line(title, home.folder, [*MODELS, *BACKBONES], DEFAULT_MODEL)
    add = parser.add_argument
    add("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    add("--precision", choices=("auto", "float32", "bfloat16"), default="auto")
    add(
        "--workers",
        type=at_least(0),
        default=0,
        help="processes that read pictures; 0 is often fastest",
    )
    add(
        "--growing",
        type=share,
        help="share of the epochs, from the first on, in which pictures are two thirds as wide; "
        f"default: {COMPACT_TORCH['growing']} for the compact networks",
    )
    optimizer = "muon: for convolutions, AdamW for the rest; default: what suits the model"
    add("--optimizer", choices=("muon", "adamw", "adam"), help=optimizer)
    add("--weights", type=Path, help="file with weights of a backbone, .pth or .safetensors")
    sides = f"pixels of the pictures that a backbone is given (default: {SIDES[0]})"
    add("--side", type=int, choices=SIDES, help=sides)
    options = parsed(parser, given)
    compact = options.model in COMPACT_WIDTHS
    for name, usual in COMPACT_TORCH.items() if compact else ():
        if getattr(options, name) is None:
            setattr(options, name, usual)
    if options.growing and not compact:
        parser.error(f"--growing is for {', '.join(COMPACT_WIDTHS)}")
    if (options.weights or options.side) and options.model not in BACKBONES:
        parser.error(f"--weights and --side are for {', '.join(BACKBONES)}")
    return options


def main(home: HomeExport, given: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = arguments(home, given)
    train = partial(train_model, options)
    job = TrainingJob(home, options.model, train, partial(describe_model, options))
    return run(options, job)


def describe_model(options: argparse.Namespace, export: Export) -> None:
    """Print the layers of a model for the pictures and classes of an export."""
    settings, _ = started(chosen_settings(options), options)
    network = build_network(settings, export)
    found = describe(network, channels=export.channels, size=export.size)
    show_model(options.model, found, as_json=options.json)


def started(settings: Settings, options: argparse.Namespace) -> tuple[Settings, State | None]:
    """Return settings with what a backbone begins with, and its weights.

    Raises:
        ExportError: nothing builds it, or the weights are not its own.
    """
    if settings.model not in BACKBONES:
        return settings, None
    start = chosen_start(settings.model, options.weights)
    if start.state is None:
        text = f"{settings.model}: random weights; --weights FILE begins with others"
        print(text, file=sys.stderr)
    side = options.side or SIDES[0]
    told = replace(settings, side=side, library=start.library, weights=start.sha256)
    return told, start.state


def build_network(settings: Settings, export: Export) -> nn.Module:
    """Build a model for an export.

    Raises:
        ExportError: its pictures are too small for the model, or nothing builds it.
    """
    classes = len(export.classes)
    if settings.model in BACKBONES:
        return build_backbone(settings.model, classes, settings.library, settings.side)
    try:
        return build_model(settings.model, classes, export.channels, export.size)
    except ValueError as error:
        raise ExportError(f"{export.folder}: {error}") from None


def train_model(
    options: argparse.Namespace, export: Export, parts: RunRows, output: Path
) -> dict[str, Metrics]:
    """Train, choose the epoch by the rows of ``val`` if there are any, and report."""
    settings, weights = started(chosen_settings(options), options)
    hardware = Hardware.chosen(options.device, settings.precision, options.workers)
    if options.smoke:
        parts = smoke_rows(parts, settings.batch_size)
    torch.manual_seed(settings.seed)
    network = build_network(settings, export)
    if weights is not None and isinstance(network, Backbone):
        take_weights(network, weights)
    trainer = Trainer(export, parts, network, settings, hardware)
    output.mkdir(parents=True, exist_ok=True)
    if options.resume:
        resume(trainer, output / LAST)
    print(opening_line(settings, export, len(parts.train), str(hardware.device)))
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
