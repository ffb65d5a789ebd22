"""Commands whose first position is a store: ``--store`` names it as well, as in all others."""

from pathlib import Path
from typing import Any

import click

_OPTION = "--store"


class StoreFirst(click.Command):
    """``fercurate stats STORE`` is ``fercurate stats --store STORE``.

    The option takes the first position: what stands there otherwise is the next argument.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        arguments = [one for one in self.params if isinstance(one, click.Argument)]
        option = click.Option(
            [_OPTION, "named_store"],
            type=click.Path(path_type=Path),
            expose_value=False,
            help=f"The same as {(arguments[0].metavar or 'STORE').strip('[]')} in its place.",
        )
        self.params.insert(len(arguments), option)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put what ``--store`` names first."""
        named, others = _split(args, ctx)
        return super().parse_args(ctx, [*named, *others])


def _split(args: list[str], ctx: click.Context) -> tuple[list[str], list[str]]:
    """The last value of ``--store``, if there is one, and all other arguments."""
    named: list[str] = []
    others: list[str] = []
    waiting = list(args)
    while waiting and waiting[0] != "--":
        word = waiting.pop(0)
        option, equals, value = word.partition("=")
        if option != _OPTION:
            others.append(word)
        elif equals and value:
            named = [f"./{value}" if value.startswith("-") else value]
        elif not equals and waiting and not waiting[0].startswith("-"):
            named = [waiting.pop(0)]
        else:
            raise click.BadOptionUsage(_OPTION, f"Option {_OPTION!r} requires an argument.", ctx)
    return named, [*others, *waiting]
