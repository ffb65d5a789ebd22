"""Files that appear whole or not at all."""

import os
from pathlib import Path


def publish(staged: Path, path: Path) -> None:
    """Rename a finished file over its final name, and force the folder's entry to disk."""
    staged.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force a folder's entries to disk (where the system knows how)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
