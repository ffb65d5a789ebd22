"""``decisions export``: the decisions that count as CSV, one line each, for any other program."""

from collections.abc import Sequence
from pathlib import Path

from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.decisions.lines import KEYS
from fercurate.errors import ConflictError
from fercurate.files.csv_text import write_csv_file
from fercurate.files.regular import real_path
from fercurate.pipeline.decisions.union import read_files


def export_decisions(files: Sequence[Path], output: Path, overwrite: bool = False) -> int:
    """Write what counts, undone answers left out, by time; returns how many.

    Raises:
        ConflictError: the output is there, and not to be replaced.
        InputError: a file is missing, or holds something else.
        OSError: the output cannot be written.
    """
    if output.exists() and not overwrite:
        raise ConflictError("it is there already", where=str(output), fix="Pass --overwrite")
    if real_path(output) in {real_path(path) for path in files}:
        raise ConflictError("it is one of the files read", where=str(output), fix="Name another")
    history = DecisionHistory.union(read_files(files))
    write_csv_file(output, KEYS, history.in_time, "surrogateescape")
    return len(history.valid)
