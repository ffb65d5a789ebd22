"""The command line of train.py, as far as all frameworks have it."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..shared.bounds import DefaultsShown, above_zero, at_least
from ..shared.running import add_run_options
from .sampling import SAMPLERS
from .settings import BUDGETS, Settings, settings_for
from .views import VIEWS


def command_line(
    description: str, folder: Path, models: Sequence[str], default: str
) -> argparse.ArgumentParser:
    """Return the parser; ``folder`` is the export that the script lies in."""
    parser = argparse.ArgumentParser(description=description, formatter_class=DefaultsShown)
    add = parser.add_argument
    add("--data", type=Path, default=folder, help="folder of the export")
    add("--model", choices=sorted(models), help=f"default: {default}, or what the budget says")
    budgets = "how long the usual model may take; quick is smaller, long larger"
    add("--budget", choices=list(BUDGETS), default="standard", help=budgets)
    add("--epochs", type=at_least(1), help="default: what suits the model")
    add("--batch-size", type=at_least(2), help="default: what suits the model")
    add("--lr", type=above_zero, help="highest learning rate; default: what suits the model")
    add("--schedule", choices=("cosine", "plateau", "constant"))
    patience = "epochs without gain in validation that end a run; 0: never"
    add("--patience", type=at_least(0), help=patience)
    add(
        "--augment",
        choices=("recipe", "light", "none"),
        default="recipe",
        help="recipe: what the recipe says, else light",
    )
    add("--no-class-weights", action="store_true", help="ignore the export's class weights")
    balanced = "balanced: rows are drawn, of every class as often; class weights are left out"
    add("--sampler", choices=SAMPLERS, default=SAMPLERS[0], help=balanced)
    views = "what a prediction is the mean of: the picture, its mirror image, ten shifted ones"
    add("--views", choices=list(VIEWS), help=f"{views}; default: what suits the model")
    add("--seed", type=at_least(0), default=0)
    add("--resume", action="store_true", help="go on from the last checkpoint")
    add("--smoke", action="store_true", help="one short epoch on a few rows, in a folder apart")
    add_run_options(parser, "<model>")
    return parser


def parsed(parser: argparse.ArgumentParser, given: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; the model that it does not name is the budget's."""
    options = parser.parse_args(given)
    if options.model and options.budget != "standard":
        parser.error("--budget is for the default model; beside --model say --epochs")
    options.model = options.model or BUDGETS[options.budget]["model"]
    return options


def chosen_settings(options: argparse.Namespace) -> Settings:
    """The settings of the model, with what the command line says."""
    names = ("epochs", "batch_size", "lr", "schedule", "patience", "augment", "precision")
    given = {name: getattr(options, name) for name in (*names, "sampler", "views", "seed")}
    given |= {name: getattr(options, name, None) for name in ("growing", "optimizer")}
    given["epochs"] = given["epochs"] or BUDGETS[options.budget].get("epochs")
    balanced = options.sampler == "balanced"
    given["class_weights"] = False if options.no_class_weights or balanced else None
    settings = settings_for(options.model, given)
    return replace(settings, epochs=1) if options.smoke else settings
