"""The folder of an export: known by its lock, replaced whole."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from fercurate.errors import ExportError
from fercurate.export.lock import LOCK_FILE, locked_files
from fercurate.files.folder import FolderKind, check_folder, contents, staged_folder

DATASHEET_FILE, SUMMARY_FILE, RECIPE_FILE = "datasheet.md", "summary.json", "recipe.yaml"
"""What people read of an export."""


def _compiled(name: str) -> bool:
    """Whether Python made a file when a training script was run."""
    path = Path(name)
    return path.parent.name == "__pycache__" and path.suffix == ".pyc"


EXPORT_FOLDER = FolderKind(
    noun="an export",
    option="--output",
    files=locked_files,
    busy=ExportError,
    ignores=_compiled,
    fix="Pass --overwrite to replace it, choose another --output, or rename the recipe",
)


def foreign_files(folder: Path, outputs: Iterable[str]) -> list[str]:
    """What lies in the folder of an export and is none of its files, by path."""
    ours = {*outputs, LOCK_FILE}
    return [name for name in contents(folder) if name not in ours and not _compiled(name)]


def check_output(output: Path, overwrite: bool) -> None:
    """Refuse to touch an output folder that was not asked for.

    Raises:
        ConflictError: it holds an export and ``overwrite`` is off, or files that are not ours.
    """
    check_folder(output, EXPORT_FOLDER, overwrite)


def staged_export(output: Path, overwrite: bool) -> AbstractContextManager[Path]:
    """Give a folder to write an export into; at the end it becomes ``output`` in one step.

    Raises:
        ExportError: another process is writing the same output.
        ConflictError: the output is not to be replaced.
    """
    return staged_folder(output, EXPORT_FOLDER, overwrite)
