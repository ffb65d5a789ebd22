"""The folder of an export: known by its lock, replaced whole."""

from contextlib import AbstractContextManager
from pathlib import Path

from fercurate.errors import ExportError
from fercurate.export.lock import locked_files
from fercurate.files.folder import FolderKind, check_folder, staged_folder


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
