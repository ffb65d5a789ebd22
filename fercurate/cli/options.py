"""Options that commands share."""

import math
from collections.abc import Callable
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click

from fercurate.cli.boundary import Diagnosis
from fercurate.cli.output import Output
from fercurate.files.remote.objects import is_url
from fercurate.pipeline.defaults import (
    DEFAULT_STORE,
    MOST_JOBS,
    SOURCE_NAME_CHARACTERS,
    is_source_name,
)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``-q``, ``--no-progress``, ``--debug``, ``--json``; pass them as one value ``output``."""

    @_pass_diagnosis
    def with_output(diagnosis: Diagnosis, /, *, no_progress: bool, **parameters: Any) -> Any:
        flags = {name: parameters.pop(name) for name in ("as_json", "quiet", "debug")}
        output = Output(progress=not no_progress, **flags)
        diagnosis.traceback |= output.debug
        return command(output=output, **parameters)

    update_wrapper(with_output, command)
    for flag in reversed(_OUTPUT_FLAGS):
        flag(with_output)
    return with_output


_pass_diagnosis = click.make_pass_decorator(Diagnosis, ensure=True)
_OUTPUT_FLAGS: tuple[Decorator, ...] = (
    click.option(
        "-q", "--quiet", is_flag=True, help="Say nothing but results, warnings and errors."
    ),
    click.option("--no-progress", is_flag=True, help="Show no progress bars."),
    click.option("--debug", is_flag=True, help="Show a traceback on errors."),
    click.option(
        "--json",
        "as_json",
        is_flag=True,
        help="Print results as JSON on stdout, everything else on stderr.",
    ),
)


def source_name(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Check a name that ids begin with and recipes refer to."""
    if value and not is_source_name(value):
        raise click.BadParameter(f"{value!r}; expected {SOURCE_NAME_CHARACTERS}")
    return value


def a_number(ctx: click.Context, param: click.Parameter, value: float) -> float:
    """Refuse NaN, which no range can."""
    if math.isnan(value):
        raise click.BadParameter("nan; expected a number")
    return value


def thresholds(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> dict[str, float | None]:
    """Read ``occluded=0.3`` and ``watermark=off``."""
    chosen: dict[str, float | None] = {}
    for text in value:
        name, _, score = text.partition("=")
        if score == "off":
            chosen[name] = None
            continue
        try:
            chosen[name] = float(score)
        except ValueError:
            chosen[name] = math.nan
        if not 0 <= (chosen[name] or 0.0) <= 1:
            raise click.BadParameter(f"{text!r}; expected CRITERION=SCORE with 0..1, or =off")
    return chosen


def row_count(ctx: click.Context, param: click.Parameter, value: str) -> int:
    """Read a number of rows, or ``all``, which is -1."""
    if value == "all":
        return -1
    if not value.isdecimal():
        raise click.BadParameter(f"{value!r}; expected a number of rows, or all")
    return int(value)


def a_file(ctx: click.Context, param: click.Parameter, value: Path) -> Path:
    """Refuse a path without a file name."""
    if not value.name:
        raise click.BadParameter(f"{str(value)!r}; expected the path of a file")
    return value


def a_named_path(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    """Refuse an empty path, which would mean the current folder."""
    if value is not None and not value.name:
        raise click.BadParameter(f"{str(value)!r}; expected a path with a name")
    return value


def recipe_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """What a shell offers for a recipe: those in ./recipes and those that ship, by name."""
    from fercurate.recipe.shipped import recipe_files  # noqa: PLC0415  # a shell waits for it

    return [name for name in sorted(recipe_files()) if name.startswith(incomplete)]


class Place(click.Path):
    """A path, or the URL of objects in a store (``s3://bucket/faces``), which stays text."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return a ``Path``, or the URL."""
        return value if is_url(value) else super().convert(value, param, ctx)


store_option: Decorator = click.option(
    "--store",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=a_file,
    default=DEFAULT_STORE,
    show_default=True,
    envvar="FERCURATE_STORE",
    show_envvar=True,
    help="The store's path.",
)

target_argument: Decorator = click.argument(
    "path",
    metavar="[STORE|EXPORT]",
    type=Place(path_type=Path),
    default=DEFAULT_STORE,
    envvar="FERCURATE_STORE",
)

store_argument: Decorator = click.argument(
    "path",
    metavar="[STORE]",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=a_file,
    default=DEFAULT_STORE,
    envvar="FERCURATE_STORE",
)

needed_store_argument: Decorator = click.argument(
    "store",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="STORE",
    callback=a_file,
)


def some_names(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, ...]:
    """Read names that stand apart by commas."""
    found = tuple(name.strip() for name in value.split(",")) if value else ()
    if not all(found):
        raise click.BadParameter(f"{value!r}; expected names, apart by commas")
    return found


def _be_patient(ctx: click.Context, param: click.Parameter, value: int) -> None:
    """Tell the boundary, which runs a command again while its store is busy."""
    ctx.ensure_object(Diagnosis).patience = float(value)


wait_option: Decorator = click.option(
    "--wait",
    type=click.IntRange(0, 604_800),
    default=0,
    metavar="SECONDS",
    envvar="FERCURATE_WAIT",
    expose_value=False,
    callback=_be_patient,
    help="Wait so long for another command to end that changes the store  [env: FERCURATE_WAIT]",
)

table_columns_option: Decorator = click.option(
    "--columns",
    default="",
    metavar="NAME,NAME",
    callback=some_names,
    help="The columns of the table to read; without it all of them.",
)

table_missing_option: Decorator = click.option(
    "--skip-missing", is_flag=True, help="Leave out rows that are of no stored sample."
)

decision_file_option: Decorator = click.option(
    "--decisions",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to append to  [default: STORE.decisions.jsonl]",
)

where_option: Decorator = click.option(
    "--where",
    default="",
    metavar="CONDITION",
    help="Only samples that it holds for, such as: source = 'ckplus' and occluded < 0.3",
)

face_model_option: Decorator = click.option(
    "--face-model",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    envvar="FERCURATE_FACE_MODEL",
    show_envvar=True,
    help="YuNet's ONNX file; without it a fetched one (fercurate models), else Haar cascades.",
)

thresholds_option: Decorator = click.option(
    "--threshold",
    "thresholds",
    multiple=True,
    metavar="CRITERION=SCORE",
    callback=thresholds,
    help="Flag from this score (0..1) on, or off; may be given several times.",
)


def output_place_option(default: str) -> Decorator:
    """``-o``/``--output`` that may be a URL, passed as ``folder``."""
    return click.option(
        "-o",
        "--output",
        "folder",
        type=Place(file_okay=False, path_type=Path),
        help=f"Folder to write, or a URL to send it to  [default: {default}]",
    )


def output_folder_option(default: str, **more: Any) -> Decorator:
    """``-o``/``--output``, passed as ``folder``; ``more`` as ``click.option`` has it."""
    return click.option(
        "-o",
        "--output",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        help=f"Folder to write  [default: {default}]",
        **more,
    )


def overwrite_option(noun: str) -> Decorator:
    """``--overwrite`` for what a command writes: ``an export``."""
    return click.option("--overwrite", is_flag=True, help=f"Replace {noun} that is there already.")


jobs_option: Decorator = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(0, MOST_JOBS),
    default=0,
    envvar="FERCURATE_JOBS",
    help="Workers; 0 means one a core. The result is the same for any number.",
)

dry_run_option: Decorator = click.option(
    "--dry-run", is_flag=True, help="Say what would be done and touch nothing."
)
