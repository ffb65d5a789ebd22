"""What ``fercurate review`` prints: the address of the page, and what a session came to."""

import webbrowser
from typing import TYPE_CHECKING

import click

from fercurate.cli.output import Output

if TYPE_CHECKING:  # only names of types: a command imports no more than it runs
    from fercurate.pipeline.review.session import ReviewSession


def show_address(output: Output, address: str, *, browser: bool) -> None:
    """Print where the page is, and open it if that is wanted and can be done."""
    click.echo(f"review at {address}", err=output.as_json)
    output.remark("the link works once, in one browser; Ctrl-C ends the review")
    if browser:
        webbrowser.open(address)


def show_session(output: Output, session: "ReviewSession") -> None:
    """Print how many answers there are by now, and what may be left."""
    progress = session.progress()
    document = {
        "schema_version": 1,
        "kind": "review",
        "queue": session.queue.name,
        "question": session.queue.question,
        "author": session.author,
        "file": str(session.file.path),
        **progress.to_json(),
    }
    left = progress.left
    lines = [
        f"{progress.answered:,} answered, {progress.faults:,} found, in {session.file.path}",
        *(
            [f"estimated left: {left.value:,.0f} ({left.low:,.0f} to {left.high:,.0f})"]
            if left is not None
            else []
        ),
        "a recipe takes them with: decisions: {}",
    ]
    output.show(document, lines)
