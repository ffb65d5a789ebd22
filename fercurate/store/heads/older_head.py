"""Reading a head without a seal, as earlier versions wrote it: in a process of its own.

Nothing tells whether its bytes are those that were written, and HDF5 itself can crash or run for
ever on a damaged one. The next change of the store writes a sealed head.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fercurate.errors import FercurateError, FormatError
from fercurate.files.child import ChildError, Limits, answer, ask_child
from fercurate.store.heads.head_format import Head, parse_head

_LIMITS = Limits(seconds=20, memory=4 << 30)


def read_older_head(path: Path) -> Head:
    """Read a head without a seal.

    Raises:
        FormatError: it is damaged, or no head.
    """
    try:
        found = ask_child(__name__, [str(path)], _LIMITS)
    except ChildError as error:
        raise FormatError(f"damaged: HDF5 cannot read it ({error})", where=str(path)) from None
    if "error" in found:
        fault = found["error"]
        raise FormatError(fault["found"], where=str(path), expected=fault["expected"])
    return Head.from_json(found)


def _describe(arguments: Sequence[str]) -> dict[str, Any]:
    try:
        return parse_head(Path(arguments[0])).to_json()
    except FercurateError as error:
        return {"error": {"found": error.found, "expected": error.expected}}


if __name__ == "__main__":
    answer(_describe)
