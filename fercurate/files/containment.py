"""Whether a path stays in a folder once links are followed: asked of all that a corpus names.

Corpora come from elsewhere, and a link in one may lead to any file of this machine. What leads
out is never opened; every reader asks here, and says so in the same words.
"""

import os
from pathlib import Path

LEADS_OUT = "a link that leads out of the corpus"
"""What a reject or an error says of such a path."""


class Boundary:
    """A folder that may not be left; resolved once, and each folder below it asked for once.

    The folder itself may be a link. What is missing lies where it would; a link that leads to
    itself lies where it stands, so opening it fails as it does for any broken link.
    """

    def __init__(self, root: Path) -> None:
        self._root = _resolved(root)
        self._below = self._root.rstrip(os.sep) + os.sep
        self._folders: dict[str, bool] = {}

    def holds(self, path: str | os.PathLike[str]) -> bool:
        """Whether a path lies in the folder, or is the folder, once every link is followed."""
        text = os.fspath(path)
        folder, name = os.path.split(text)
        plain = name not in ("", os.curdir, os.pardir) and not os.path.islink(text)  # noqa: PTH114
        return (plain and self._holds_folder(folder)) or self._contains(_resolved(text))

    def _holds_folder(self, folder: str) -> bool:
        if folder not in self._folders:
            self._folders[folder] = self._contains(_resolved(folder))
        return self._folders[folder]

    def _contains(self, real: str) -> bool:
        return real == self._root or real.startswith(self._below)


def _resolved(path: str | os.PathLike[str]) -> str:
    # ``Path.resolve`` raises for a link to itself; ``realpath`` does not.
    return os.path.normcase(os.path.realpath(path))
