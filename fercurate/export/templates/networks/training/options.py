"""The command line of train.py, as far as all frameworks have it."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from training.settings import Settings, settings_for


def command_line(
    description: str, folder: Path, models: Sequence[str], default: str
) -> argparse.ArgumentParser:
    """Return the parser; ``folder`` is the export that the script lies in."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    add = parser.add_argument
    add("--data", type=Path, default=folder, help="folder of the export")
    add("--model", choices=sorted(models), default=default)
    add("--epochs", type=positive, help="default: what suits the model")
    add("--batch-size", type=positive, help="default: what suits the model")
    add("--lr", type=float, help="highest learning rate; default: what suits the model")
    add("--schedule", choices=("cosine", "plateau", "constant"))
    add("--patience", type=int, help="epochs without gain in validation that end a run; 0: never")
    add(
        "--augment",
        choices=("recipe", "light", "none"),
        default="recipe",
        help="recipe: what the recipe says, else light",
    )
    add("--no-class-weights", action="store_true", help="ignore the export's class weights")
    add("--fold", default="0", help="number of the fold to test, or all")
    add("--seed", type=int, default=0)
    add("--output", type=Path, help="folder of the results; default: runs/<recipe>/<model>")
    add("--resume", action="store_true", help="go on from the last checkpoint")
    add("--no-verify", action="store_true", help="do not compare files with recipe.lock")
    add("--smoke", action="store_true", help="one short epoch on a few rows")
    add("--describe", action="store_true", help="show the model and end")
    add("--json", action="store_true", help="with --describe: as JSON")
    return parser


def positive(text: str) -> int:
    """Read a whole number of 1 or more."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{value}; expected 1 or more")
    return value


def chosen_settings(options: argparse.Namespace) -> Settings:
    """The settings of the model, with what the command line says."""
    names = ("epochs", "batch_size", "lr", "schedule", "patience", "augment", "precision", "seed")
    given = {name: getattr(options, name) for name in names}
    given["class_weights"] = False if options.no_class_weights else None
    settings = settings_for(options.model, given)
    return replace(settings, epochs=1) if options.smoke else settings
