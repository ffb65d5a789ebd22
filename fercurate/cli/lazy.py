"""A Click group that imports a command only when it is run, so that ``--help`` stays fast."""

from difflib import get_close_matches
from importlib import import_module

import click

COMMANDS: dict[str, str] = {
    "inspect": "Show what lies in a path, and as what it would be read.",
    "ingest": "Read corpora (FER-2013, FER+, CK+, AffectNet, ...) into a store.",
    "stats": "Show the class balance of a store or an export.",
    "filter": "Find occluded, non-human, faceless and badly lit samples.",
    "predictions": "Keep what models predict, and find labels that are likely wrong.",
    "review": "Decide on pictures in the browser, those that matter first.",
    "decide": "Decide on single samples by hand.",
    "decisions": "Merge, compare, take over or export decisions.",
    "audit": "Look for leakage between splits and contradictory labels.",
    "init": "Write a first recipe, by asking or by options.",
    "preview": "Show what every step of a recipe does to a few pictures.",
    "build": "Build a documented HDF5 training set from a recipe.",
    "export": "Lay out an export as a trainer reads it.",
    "trace": "Tell where a picture or a row comes from, or why it is not there.",
    "verify": "Check every digest and row of a store or an export.",
    "rebuild": "Build an export again from its lock, and compare.",
    "diff": "Show what differs between two exports, stores or locks.",
    "bundle": "Pack what may be shared of an export without a picture.",
    "sources": "List what a store holds, source by source.",
    "rejects": "List what could not be ingested, and why.",
    "remove": "Take a source or single samples out of a store for good.",
    "compact": "Drop the bytes of what was removed or superseded.",
    "merge": "Make one store of two.",
    "votes": "Add votes of several people by name, list them, or tell how far they agree.",
    "attributes": "Keep gender, age and the like of people, as they are given.",
    "recipes": "List the recipes, show one, or print their JSON Schema.",
    "models": "List the optional models, or fetch one.",
    "doctor": "Look at this machine: packages, OpenCV, disks, models.",
    "completion": "Print what makes a shell complete commands and names.",
    "demo": "Run the whole job on small synthetic corpora.",
}
"""Every command with its line in ``fercurate --help``."""


HELP_NAMES = ["-h", "--help"]
"""How every command is asked for its help."""

_FOLDERS: dict[str, tuple[str, ...]] = {
    "annotations": ("predictions", "votes", "attributes"),
    "people": ("review", "decide", "decisions"),
    "proof": ("trace", "verify", "rebuild", "diff", "bundle"),
    "machine": ("doctor", "completion", "models"),
    "care": ("sources", "rejects", "remove", "compact", "merge"),
}
"""The commands that lie in a folder of their kind."""


def module_of(name: str) -> str:
    """The module of a command."""
    folder = next((f"{place}." for place, names in _FOLDERS.items() if name in names), "")
    return f"fercurate.cli.commands.{folder}{name}"


class LazyGroup(click.Group):
    """Loads the module of a command on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which one uses them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(module_of(cmd_name)).command
        # Click keeps the help option of the first context, which may be one without ours above it.
        command.context_settings.setdefault("help_option_names", HELP_NAMES)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that is meant, or name the nearest one."""
        near = get_close_matches(args[0], COMMANDS, n=1) if args else []
        if near and args[0] not in COMMANDS and not ctx.resilient_parsing:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
