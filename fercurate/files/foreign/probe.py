"""Trying an HDF5 file that nothing vouches for, in a process of its own.

HDF5 crashes or runs for ever on some damaged files. What a child has walked through, every name,
attribute and index of chunks, does so no more in the process that reads it.
"""

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import h5py

from fercurate.errors import FormatError
from fercurate.files.child import ChildError, Limits, answer, ask_child
from fercurate.files.foreign.heaps import has_endless_heap
from fercurate.files.regular import Unchanged, open_regular, unchanged
from fercurate.files.seal import HDF5_SIGNATURE

_LIMITS = Limits(seconds=8, memory=3 << 30)
_PLACES = (0, *(1 << power for power in range(9, 17)))
"""Where HDF5 looks for its signature: at the start, or behind a user block."""

_MOST_NAMES = 100_000
_ATTRIBUTE_BYTES = 1 << 20


def looks_like_hdf5(path: Path) -> bool:
    """Whether a regular file has the signature of HDF5 at one of the usual places."""
    try:
        with open_regular(path) as file:
            return any(os.pread(file.fileno(), 8, place) == HDF5_SIGNATURE for place in _PLACES)
    except OSError:
        return False


def probe_hdf5(path: Path) -> str:
    """Have a child walk through an HDF5 file, once a process; return its attribute ``type``.

    The result is "" if it has none, or one that is no text.

    Raises:
        FormatError: it is no HDF5 file, or damaged.
        OSError: it cannot be read.
    """
    return _probe(path, unchanged(path))


@lru_cache(maxsize=256)
def _probe(path: Path, _same: Unchanged) -> str:
    if not looks_like_hdf5(path):
        raise FormatError("not a readable HDF5 file", where=str(path))
    if has_endless_heap(path):
        raise FormatError("damaged HDF5 (a heap whose objects lead nowhere)", where=str(path))
    try:
        found = ask_child(__name__, [str(path)], _LIMITS)
    except ChildError as error:
        raise FormatError(f"damaged: HDF5 cannot read it ({error})", where=str(path)) from None
    if "unreadable" in found:
        raise FormatError(f"not a readable HDF5 file ({found['unreadable']})", where=str(path))
    if "error" in found:
        raise FormatError(f"damaged HDF5 ({found['error']})", where=str(path))
    return str(found["type"])


def _walk(arguments: Sequence[str]) -> dict[str, str]:
    try:
        opened = h5py.File(arguments[0], "r", locking=False)
    except OSError as error:
        return {"unreadable": str(error).splitlines()[0][:200]}
    try:
        with opened as file:
            kind = _attributes(file)
            seen = 0

            def visit(_name: str, member: object) -> bool | None:
                nonlocal seen
                seen += 1
                if isinstance(member, h5py.Dataset):
                    _chunks(member)
                if isinstance(member, h5py.Dataset | h5py.Group):
                    _attributes(member)
                return True if seen > _MOST_NAMES else None

            file.visititems(visit)
            return {"type": kind}
    except Exception as error:  # noqa: BLE001  # whatever HDF5 stumbles over is the answer
        text = str(error) or type(error).__name__
        return {"error": text.splitlines()[0][:200]}


def _attributes(owner: h5py.Group | h5py.Dataset) -> str:
    """Read the attributes that are not large; return the text of ``type``."""
    kind = ""
    for name in owner.attrs:
        place = owner.attrs.get_id(name)
        if place.shape is not None and place.get_storage_size() <= _ATTRIBUTE_BYTES:
            value = owner.attrs[name]
            if name == "type" and isinstance(value, str):
                kind = value[:100]
    return kind


def _chunks(member: h5py.Dataset) -> None:
    if member.chunks:
        member.id.chunk_iter(lambda _: None)


if __name__ == "__main__":
    answer(_walk)
