"""Progress on a terminal: one tqdm bar a stage, and notices as lines."""

import logging
from typing import Any

import click
from tqdm import tqdm

from fercurate.cli.log import LOG
from fercurate.pipeline.events import Advanced, Event, Finished, Notice, Started


def _log(event: Event) -> None:
    """Note stages and notices, with the time."""
    match event:
        case Started(stage, total, unit):
            LOG.info("%s%s", stage, "" if total is None else f": {total:,} {unit}")
        case Notice(text, warning):
            LOG.log(logging.WARNING if warning else logging.INFO, "%s", text)
        case Finished():
            LOG.info("done")


class Progress:
    """A listener for pipeline events."""

    def __init__(self, bars: bool, notices: bool) -> None:
        self._bars = bars
        self._notices = notices
        self._bar: tqdm[Any] | None = None

    def __call__(self, event: Event) -> None:
        """Show one event, and tell the log."""
        _log(event)
        match event:
            case Started(stage, total, unit):
                self._start(stage, total, unit)
            case Advanced(count) if self._bar is not None:
                self._bar.update(count)
            case Finished() if self._bar is not None:
                self._bar.close()
                self._bar = None
            case Notice(text, warning) if warning or self._notices:
                click.echo(f"warning: {text}" if warning else text, err=True)

    def _start(self, stage: str, total: int | None, unit: str) -> None:
        if self._bars:
            self._bar = tqdm(None, desc=stage, total=total, unit=f" {unit}", leave=False)
