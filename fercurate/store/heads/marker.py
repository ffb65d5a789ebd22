"""The marker ``committed``: which generation of a store was committed last."""

import hashlib
import re
from pathlib import Path

from fercurate.errors import StoreError
from fercurate.files.regular import read_regular

_MOST_BYTES = 4096
_TEXT = re.compile(r"(\d{1,18})(?: ([0-9a-f]{64}))?\n")


def write_marker(path: Path, generation: int) -> None:
    """Write the number of a commit, with the SHA-256 of its digits."""
    path.write_text(f"{generation} {_digest(str(generation))}\n", encoding="ascii")


def read_marker(path: Path) -> int:
    """Return the number of the last commit; 0 if there is no marker.

    Markers of earlier versions have no digest.

    Raises:
        StoreError: it is damaged, or no file.
    """
    try:
        found = _TEXT.fullmatch(read_regular(path, _MOST_BYTES).decode("ascii", "replace"))
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise _damaged(path, error.strerror or str(error)) from None
    if found is None or found[2] not in (None, _digest(found[1])):
        raise _damaged(path, "damaged: other bytes than when it was written")
    return int(found[1])


def _digest(digits: str) -> str:
    return hashlib.sha256(digits.encode()).hexdigest()


def _damaged(path: Path, found: str) -> StoreError:
    store = path.parent.name.removesuffix(".parts")
    return StoreError(
        found,
        where=str(path),
        fix=f"If {store} is as the last change left it, remove this file; else put {store} back",
    )
