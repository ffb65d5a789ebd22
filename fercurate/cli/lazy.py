"""A Click group that imports a command only when it is run, so that ``--help`` stays fast."""

from importlib import import_module

import click

COMMANDS: dict[str, str] = {
    "inspect": "Show what lies in a path, and as what it would be read.",
    "ingest": "Read corpora (FER-2013, FER+, CK+, AffectNet, ...) into a store.",
    "stats": "Show the class balance of a store or an export.",
    "filter": "Find occluded, non-human, faceless and badly lit samples.",
    "audit": "Look for leakage between splits and contradictory labels.",
    "preview": "Show what every step of a recipe does to a few pictures.",
    "build": "Build a documented HDF5 training set from a recipe.",
    "recipes": "List the recipes, show one, or print their JSON Schema.",
    "models": "List the optional models, or fetch one.",
    "demo": "Run the whole job on small synthetic corpora.",
}
"""Every command with its line in ``fercurate --help``."""


class LazyGroup(click.Group):
    """Loads ``fercurate.cli.commands.<name>`` on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which one uses them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"fercurate.cli.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
