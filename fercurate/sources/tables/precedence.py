"""What is the corpus of a folder before a file of rows in it is."""

from pathlib import Path

from fercurate.sources.names.file_kinds import is_picture
from fercurate.sources.reading.class_tree import class_part, tree_folders
from fercurate.sources.reading.picture_folder import entry_names

_ENTRIES = 5000


def holds_class_folders(path: Path) -> bool:
    """Whether a tree has class folders of pictures: arrays beside them are most often a copy."""
    folders = tree_folders(path) if path.is_dir() else iter(())
    return any(
        class_part(folder.relative_to(path).parts)
        and any(map(is_picture, entry_names(folder, _ENTRIES)))
        for folder in folders
    )
