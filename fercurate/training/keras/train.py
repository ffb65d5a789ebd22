"""Train a facial-expression classifier on the export that this file lies in, with Keras 3.

    python train.py                  # the default model
    python train.py --model vgg5
    KERAS_BACKEND=jax python train.py
    python train.py --fold all       # exports for cross-validation
    python train.py --resume         # go on after an interruption
    python train.py --smoke          # a few seconds: does everything work?

Results lie in runs/<recipe>/<model>: metrics.json, curves.png, confusion.png, best.keras,
last.keras. Keras takes the backend it is set up for, and PyTorch where TensorFlow is missing.
"""

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import keras

from ..networks.catalog import DEFAULT_MODEL, MODELS
from ..networks.learning import (
    check_resumable,
    check_whole_run,
    opening_line,
    report,
    show_model,
    smoke_rows,
)
from ..networks.options import chosen_settings, command_line, parsed
from ..networks.progress import EpochRow, Progress, epoch_line
from ..shared.errors import ExportError
from ..shared.evaluation.metrics import Metrics
from ..shared.export import Export
from ..shared.home import HomeExport
from ..shared.running import RunRows, TrainingJob, run
from .checkpoint import first_line, read_state, save
from .loop import Trainer, build_network
from .models import describe

LAST, BEST = "last.keras", "best.keras"


def arguments(home: HomeExport, given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    title = (__doc__ or "").partition("\n")[0]
    parser = command_line(title, home.folder, list(MODELS), DEFAULT_MODEL)
    precision = "bfloat16: mixed precision, for GPUs that have it"
    parser.add_argument(
        "--precision", choices=("float32", "bfloat16"), default="float32", help=precision
    )
    return parsed(parser, given)


def main(home: HomeExport, given: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status."""
    options = arguments(home, given)
    train = partial(train_model, options)
    job = TrainingJob(home, options.model, train, partial(describe_model, options))
    return run(options, job)


def describe_model(options: argparse.Namespace, export: Export) -> None:
    """Print the layers of a model for the pictures and classes of an export."""
    found = describe(build_network(options.model, export))
    show_model(options.model, found, as_json=options.json)


def train_model(
    options: argparse.Namespace, export: Export, parts: RunRows, output: Path
) -> dict[str, Metrics]:
    """Train, choose the epoch by the rows of ``val`` if there are any, and report."""
    settings = chosen_settings(options)
    mixed = settings.precision == "bfloat16"
    keras.config.set_dtype_policy("mixed_bfloat16" if mixed else "float32")
    if options.smoke:
        parts = smoke_rows(parts, settings.batch_size)
    trainer = Trainer(export, parts, settings)
    output.mkdir(parents=True, exist_ok=True)
    if options.resume:
        resume(trainer, output / LAST)
    print(opening_line(settings, export, len(parts.train), keras.backend.backend()))

    def keep(row: EpochRow) -> None:
        print(epoch_line(row, settings.epochs), flush=True)
        if parts.val is None or trainer.progress.best_epoch == trainer.progress.epoch:
            save(output / BEST, trainer.predictor, trainer.state())
        # Second, so that it never names a best that is not there.
        save(output / LAST, trainer.model, trainer.state())

    trainer.train(keep)
    check_whole_run(output / BEST, read_state(output / BEST), trainer)
    trainer.predictor.load_weights(output / BEST)
    return report(trainer, output, (BEST, LAST))


def resume(trainer: Trainer, path: Path) -> None:
    """Go on where a checkpoint was written; all settings but the epochs must be the same."""
    if not path.is_file():
        return
    state = read_state(path)
    check_resumable(path, state, trainer)
    try:
        trainer.model.load_weights(path)
        trainer.progress = Progress(**state["progress"])
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise ExportError(f"{path}: {first_line(error)}; begin anew with --overwrite") from None
