"""``recipe.lock``: the files of an export by SHA-256, and a digest of the lock itself.

Needs nothing.
"""

import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .errors import ExportError

LOCK_FILE = "recipe.lock"
LOCK_VERSION = 2
OWN_DIGEST = "lock_sha256"
"""The key of the lock's own digest: of its bytes, with zeros in the digest's place."""

_KIT = Path(__file__).resolve().parents[1]
_UNSEALED_VERSION = 1
_NO_DIGEST = "0" * 64
_PLACE = re.compile(f'"{OWN_DIGEST}": "([0-9a-f]{{64}})"')
_SHA256 = re.compile("[0-9a-f]{64}")
_MOST_BYTES = 64 << 20


def sealed(text: str) -> str:
    """Put the digest of a lock into its text, which has zeros there."""
    return text.replace(_NO_DIGEST, hashlib.sha256(text.encode()).hexdigest(), 1)


def own_digest() -> dict[str, str]:
    """The entry that ``sealed`` fills."""
    return {OWN_DIGEST: _NO_DIGEST}


def file_sha256(path: Path) -> str:
    """SHA-256 (hex) of a regular file.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Lock:
    """The lock of the export in ``root``: the SHA-256 (hex) of its files by their path in it."""

    root: Path
    outputs: dict[str, str]

    @classmethod
    def of(cls, folder: Path) -> "Lock | None":
        """The lock of an export, or of the one whose fold lies in the folder; None without one.

        Raises:
            ExportError: it is damaged.
        """
        root = locked_root(folder)
        return None if root is None else cls(root, read_outputs(root / LOCK_FILE))

    def name(self, path: Path) -> str:
        """The path of a file in the export; "" if it lies elsewhere."""
        folder, root = path.parent.resolve(), self.root.resolve()
        return (
            (folder / path.name).relative_to(root).as_posix() if folder.is_relative_to(root) else ""
        )

    def check(self, path: Path, digest: Callable[[Path], str] = file_sha256) -> None:
        """Compare a file with the lock.

        Raises:
            ExportError: the lock does not list it, or it holds other bytes.
        """
        expected = self.outputs.get(self.name(path))
        if expected is None:
            raise ExportError(
                f"{path}: {LOCK_FILE} does not list it; build the export again, or pass --no-verify"
            )
        found = digest(path)
        if found != expected:
            raise ExportError(
                f"{path}: changed since it was built (SHA-256 {found[:12]}..., {LOCK_FILE} has "
                f"{expected[:12]}...); build it again, or pass --no-verify"
            )

    def changed(
        self, names: Iterable[str], digest: Callable[[Path], str] = file_sha256
    ) -> list[str]:
        """Those of some files of the export that are there and hold other bytes."""
        return [
            name
            for name in names
            if os.path.lexists(self.root / name) and not self._same(name, digest)
        ]

    def _same(self, name: str, digest: Callable[[Path], str]) -> bool:
        path = self.root / name
        try:
            return path.is_file() and digest(path) == self.outputs[name]
        except OSError:
            return False


def changed_scripts() -> list[str]:
    """The scripts beside this one that are not as they were built, by their path in the export.

    Raises:
        ExportError: the lock beside them is damaged.
    """
    lock = Lock.of(_KIT.parent)
    if lock is None or lock.name(Path(__file__).resolve()) not in lock.outputs:
        return []
    return lock.changed(name for name in lock.outputs if name.endswith(".py"))


def warn_of_changed_scripts() -> None:
    """Say on stderr which scripts have changed: what they find may be of other code than stated."""
    for name in changed_scripts():
        print(f"warning: {_KIT.parent / name}: changed since it was built", file=sys.stderr)


def locked_root(folder: Path) -> Path | None:
    """The export that a folder is, or of which it holds a fold: where a lock lies, if one does."""
    return next((r for r in (folder, folder.parent) if os.path.lexists(r / LOCK_FILE)), None)


def read_outputs(path: Path) -> dict[str, str]:
    """The SHA-256 of every file that a lock lists.

    Raises:
        ExportError: it is no lock, damaged, or of a later version.
    """
    text = _text(path)
    try:
        lock = json.loads(text)
        version, outputs = lock["lock_version"], lock["outputs"]
        digests = {name: facts["sha256"] for name, facts in outputs.items()}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise _damaged(path, "not as it was written") from None
    if version not in (_UNSEALED_VERSION, LOCK_VERSION):
        raise ExportError(f"{path}: lock version {str(version)[:40]}; update fercurate to read it")
    place = _PLACE.search(text)
    if version == LOCK_VERSION and not (place and sealed(_emptied(text, place)) == text):
        raise _damaged(path, "other bytes than when it was written")
    if not all(map(_is_output, digests.items())):
        raise _damaged(path, "lists a file by a name or digest that is none")
    return digests


def _emptied(text: str, place: re.Match[str]) -> str:
    return text[: place.start(1)] + _NO_DIGEST + text[place.end(1) :]


def _is_output(output: tuple[str, object]) -> bool:
    name, digest = output
    inside = not (".." in PurePosixPath(name).parts or name.startswith("/") or "\0" in name)
    known = isinstance(digest, str) and _SHA256.fullmatch(digest) is not None
    return bool(name) and inside and known


def _text(path: Path) -> str:
    facts = path.stat() if path.exists() else None
    if facts is None or not stat.S_ISREG(facts.st_mode) or not 0 < facts.st_size <= _MOST_BYTES:
        raise _damaged(path, "no regular file of a lock's size")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise _damaged(path, "other bytes than when it was written") from None


def _damaged(path: Path, how: str) -> ExportError:
    return ExportError(f"{path}: damaged: {how}; build the export again")
