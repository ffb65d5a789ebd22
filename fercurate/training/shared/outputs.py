"""Files of results: which names they may have, and how they are put in place."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import ExportError


def check_output(path: Path, suffix: str) -> None:
    """Refuse names by which a file of another kind could be lost.

    Raises:
        ExportError: it does not end as it should, or is a folder.
    """
    if path.suffix != suffix or path.is_dir():
        raise ExportError(f"{path}: expected the name of a file that ends in {suffix}")


@contextmanager
def whole_file(path: Path, aside: Path | None = None) -> Iterator[Path]:
    """Give the place of a file to write; afterwards it takes the place of ``path`` at once.

    It lies beside ``path`` with ``.new`` after its name, or at ``aside``. On any error it is
    removed, and ``path`` is what it was; so it is where what was written has been removed again.
    """
    staged = aside or path.with_name(path.name + ".new")
    try:
        yield staged
        if staged.exists():
            staged.replace(path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise


def write_json(path: Path, value: object) -> None:
    """Write JSON, whole or not at all."""
    with whole_file(path) as staged:
        staged.write_text(json.dumps(value, indent=2, allow_nan=False) + "\n", encoding="utf-8")
