"""What a verb takes where nothing is said, and the bounds of what is said; for both doors.

The command line and the door for Python ask here. Nothing heavy is imported: ``fercurate --help``
asks as well.
"""

import re
from pathlib import Path

from fercurate.files.nearby import USUAL_FOLDER

OUTPUT_ROOT = USUAL_FOLDER.as_posix()
"""Where the store and its exports are kept, below the current folder."""

DEFAULT_STORE = f"{OUTPUT_ROOT}/store.h5"
"""The path of the store."""

MOST_JOBS = 256
"""The highest number of workers; 0 means one a core."""

LEAST_SIDE = 8
"""Pixels: a picture file with a shorter side is a reject at ingest."""

PREVIEW_PER_CLASS = 3
"""Samples of each class that a preview shows."""

PREVIEW_BOUNDS = (1, 50)
"""The fewest and the most samples of each class that it can show."""

SOURCE_NAME_CHARACTERS = "lower-case letters, digits, - and _"
"""What a source name is made of, in words; it begins with a letter."""

_SOURCE_NAME = re.compile(r"[a-z][a-z0-9_-]*")


def is_source_name(text: str) -> bool:
    """Whether ids may begin with a text, and recipes refer to it."""
    return _SOURCE_NAME.fullmatch(text) is not None


def export_folder(recipe: str) -> Path:
    """Where the export of a recipe goes, by the recipe's name."""
    return Path(OUTPUT_ROOT, recipe)


def preview_folder(recipe: str) -> Path:
    """Where the sheets of a preview go, by the recipe's name."""
    return Path(OUTPUT_ROOT, f"preview-{recipe}")


def demo_folder() -> Path:
    """Where the demo runs."""
    return Path(OUTPUT_ROOT, "demo")


def rebuilt_folder(export: Path) -> Path:
    """Where an export is built again."""
    return export.with_name(f"{export.name}-rebuilt")


def bundle_file(path: Path) -> Path:
    """The bundle of an export or a store, here."""
    return Path(f"{path.resolve().name.removesuffix('.h5')}.bundle.zip")


def layout_folder(export: Path, name: str) -> Path:
    """Where an export is laid out, by the name of the layout or the trainer."""
    place = export if export.name not in ("", "..") else export.resolve()
    return place.with_name(f"{place.name}.{name}")
