"""``fercurate review``."""

from pathlib import Path

import click

from fercurate.cli.options import (
    decision_file_option,
    jobs_option,
    needed_store_argument,
    output_options,
    where_option,
)
from fercurate.cli.output import Output
from fercurate.cli.render.people.review import show_address, show_session
from fercurate.cli.store_first import StoreFirst
from fercurate.errors import UsageError
from fercurate.pipeline.decisions.author import AUTHOR_VARIABLE
from fercurate.pipeline.review.request import (
    LABEL_NOISE,
    LOOPBACKS,
    QUEUES,
    RANDOM_QUESTIONS,
)

EXAMPLES = """
\b
Examples:
  fercurate review store.h5 --as anna
  fercurate review store.h5 --queue occluded --where "source = 'affectnet'"
  fercurate review store.h5 --queue label_noise --blind --limit 500 --as ben
"""

_NEEDED = ("starlette", "uvicorn")


@click.command(cls=StoreFirst, epilog=EXAMPLES)
@needed_store_argument
@click.option(
    "--queue",
    type=click.Choice(QUEUES),
    default=LABEL_NOISE,
    show_default=True,
    help="Which samples, and what is asked.",
)
@where_option
@click.option(
    "--as",
    "author",
    default="",
    envvar=AUTHOR_VARIABLE,
    show_envvar=True,
    metavar="NAME",
    help="Who decides  [default: the user of this machine]",
)
@click.option("--blind", is_flag=True, help="Hide label, suggestion and scores.")
@click.option("--limit", type=click.IntRange(0), default=0, help="End after so many answers.")
@click.option(
    "--question",
    type=click.Choice(RANDOM_QUESTIONS),
    default=RANDOM_QUESTIONS[0],
    show_default=True,
    help="What the queue random asks.",
)
@click.option(
    "--predictions",
    default="",
    metavar="NAME",
    help="For the queue predictions: whose  [default: those added last]",
)
@click.option(
    "--cell", default="", metavar="LABEL:PREDICTED", help="For the queue predictions: fear:sad."
)
@decision_file_option
@click.option("--no-learning", is_flag=True, help="Keep the first order.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0: any that is free.")
@click.option("--host", default=LOOPBACKS[0], show_default=True, help="The address to listen at.")
@click.option(
    "--allow-remote",
    is_flag=True,
    help="Permit a --host that other machines reach: they can then be shown all faces.",
)
@click.option("--no-browser", is_flag=True, help="Print the address and open nothing.")
@jobs_option
@output_options
def command(
    store: Path,
    queue: str,
    where: str,
    author: str,
    blind: bool,
    limit: int,
    question: str,
    predictions: str,
    cell: str,
    file: Path | None,
    no_learning: bool,
    port: int,
    host: str,
    allow_remote: bool,
    no_browser: bool,
    jobs: int,
    output: Output,
) -> None:
    """Decide on pictures in the browser, those that matter first.

    A page on this machine alone: nothing is fetched, and nobody else can ask it. Each answer is a
    line of a file beside the store, with its author, on disk at once; a recipe takes them with
    `decisions: {}`. The order learns from the answers; one in twenty is drawn at random, so that
    the page can tell how many faults are left. Ctrl-C ends it; it goes on where it stopped.
    """
    check_installed()
    check_host(host, allow_remote, output)
    from fercurate.pipeline.review.opening import keep_learned, open_review
    from fercurate.pipeline.review.request import ReviewRequest
    from fercurate.web.server import ServerOptions, serve

    request = ReviewRequest(
        store,
        queue,
        where,
        author,
        blind,
        limit,
        file,
        question,
        predictions,
        cell,
        not no_learning,
        jobs,
    )
    with open_review(request, output.listener()) as session:
        serve(
            session,
            ServerOptions(host, port),
            lambda address: show_address(output, address, browser=not no_browser),
        )
        show_session(output, session)
    if keep_learned(request, output.listener()):
        output.remark(f"what was learned is kept: recipes may ask for reviewed_{queue}")


def check_installed() -> None:
    """Refuse a review without what serves its page.

    Raises:
        UsageError: the extra is not installed.
    """
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in _NEEDED):
        raise UsageError(
            "the review page needs Starlette and uvicorn", fix="pip install 'fercurate[review]'"
        )


def check_host(host: str, allow_remote: bool, output: Output) -> None:
    """Refuse to be reached by other machines unless that is meant, and then say what it means.

    Raises:
        UsageError: other machines could reach the page, and nobody said that they may.
    """
    if host in LOOPBACKS:
        return
    if not allow_remote:
        raise UsageError(
            f"--host {host} lets other machines reach the page and the faces on it",
            fix="Leave --host out, or pass --allow-remote if that is meant",
        )
    output.warning(f"faces are served at {host}, unencrypted, to whoever has the address")
