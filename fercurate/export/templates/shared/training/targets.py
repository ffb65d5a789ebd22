"""Where results may be written."""

from pathlib import Path

from training.export import ExportError


def check_target(path: Path, suffix: str) -> None:
    """Refuse names by which a file of another kind could be lost.

    Raises:
        ExportError: it does not end as it should, or is a folder.
    """
    if path.suffix != suffix or path.is_dir():
        raise ExportError(f"{path}: expected the name of a file that ends in {suffix}")
