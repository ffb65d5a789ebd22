"""Where results and remarks go. Results go to stdout, what happens meanwhile to stderr."""

import json
import shlex
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import click

from fercurate.cli.log import LOG
from fercurate.cli.progress import Progress


@dataclass(frozen=True, slots=True)
class Output:
    """What the shared options say of the output of one run.

    ``as_json`` prints results as JSON, ``quiet`` leaves out remarks and progress, ``progress``
    allows bars where stderr is a terminal, ``debug`` shows a traceback of a failure. Without
    ``notices`` a run says only warnings of what happens meanwhile.
    """

    as_json: bool = False
    quiet: bool = False
    progress: bool = True
    debug: bool = False
    notices: bool = True

    def show(self, document: Mapping[str, Any], lines: Iterable[str]) -> None:
        """Print a result, as a JSON document or as lines of text."""
        if self.as_json:
            self.document(document)
        else:
            self.lines(lines)

    def document(self, document: Mapping[str, Any]) -> None:
        """Print a JSON document."""
        click.echo(_writable(json.dumps(document, indent=2, ensure_ascii=False)))

    def lines(self, lines: Iterable[str]) -> None:
        """Print lines of text."""
        for line in lines:
            click.echo(_writable(line))

    def preface(self, lines: Iterable[str]) -> None:
        """Print lines that come before a result: on stderr if that will be JSON."""
        for line in lines:
            click.echo(line, err=self.as_json)

    def heading(self, title: str) -> None:
        """Print a heading between the steps of a longer run; JSON has none."""
        if not self.as_json:
            click.echo("\n" + click.style(f"== {title}", bold=True))

    def remark(self, text: str) -> None:
        """Print a remark on stderr, unless ``quiet``."""
        if not self.quiet:
            click.echo(text, err=True)

    def warning(self, text: str) -> None:
        """Print a warning on stderr, also if ``quiet``."""
        click.echo(click.style("warning: ", fg="yellow") + text, err=True)
        LOG.warning("%s", text)

    def listener(self) -> Progress:
        """A listener that shows progress bars on a terminal, and notices as lines."""
        bars = sys.stderr.isatty() and self.progress and not self.quiet
        return Progress(bars=bars, notices=self.notices and not self.quiet)


def _writable(text: str) -> str:
    """A text with bytes of file names that are no UTF-8 spelled out."""
    return text.encode("utf-8", "backslashreplace").decode()


def command_line() -> str:
    """The command that runs, as one could type it; without what is secret in a URL."""
    from fercurate.files.remote.objects import is_url, shown_url  # noqa: PLC0415  # seldom asked

    return shlex.join(["fercurate", *(shown_url(a) if is_url(a) else a for a in sys.argv[1:])])
