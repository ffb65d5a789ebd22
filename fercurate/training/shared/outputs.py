"""Files of results: which names they may have, and how they are put in place."""

import json
from pathlib import Path

from .errors import ExportError


def check_output(path: Path, suffix: str) -> None:
    """Refuse names by which a file of another kind could be lost.

    Raises:
        ExportError: it does not end as it should, or is a folder.
    """
    if path.suffix != suffix or path.is_dir():
        raise ExportError(f"{path}: expected the name of a file that ends in {suffix}")


def write_json(path: Path, value: object) -> None:
    """Write JSON beside the target and put it in place at once."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(json.dumps(value, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    beside.replace(path)
