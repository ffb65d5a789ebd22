"""A seal before an HDF5 file: a checksum of all that follows, looked at before HDF5 is.

HDF5 skips a block of 512 bytes at the beginning (a user block), so any HDF5 program reads a sealed
file. HDF5's own parser crashes or runs for ever on some damaged files, and takes others for sound:
what is sealed is given to it only where every byte is as it was written.
"""

import hashlib
import os
from typing import BinaryIO

from fercurate.errors import FormatError
from fercurate.files.regular import open_regular

SEAL_BYTES = 512
HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
"""What an HDF5 file begins with, here or behind a user block."""


def write_seal(file: BinaryIO, name: str) -> None:
    """Seal a finished file that was written with a user block, open for reading and writing."""
    block = _block(file, name)
    file.seek(0)
    file.write(block)
    file.flush()


def is_sealed(path: str | os.PathLike[str], name: str, most: int) -> bool:
    """Whether a file is sealed and as it was written; False for an HDF5 file without a seal.

    Raises:
        FormatError: it is sealed, but its bytes are others, or it is no HDF5 file at all.
        OSError: it cannot be read, or is no regular file.
    """
    with open_regular(path) as file:
        found = file.read(SEAL_BYTES)
        if not found.startswith((HDF5_SIGNATURE, name.encode())) and not _is_padded(found):
            what = f"not a readable HDF5 file (it begins with {found[:8]!r})"
            raise FormatError(what if found else "the file is empty (0 bytes)", where=str(path))
        size = os.fstat(file.fileno()).st_size
        if size > most:
            raise FormatError(f"{size:,} bytes", where=str(path), expected=f"at most {most:,}")
        if found.startswith(HDF5_SIGNATURE):
            return False
        if found != _block(file, name):
            raise FormatError("damaged: other bytes than when it was written", where=str(path))
    return True


def _block(file: BinaryIO, name: str) -> bytes:
    file.seek(SEAL_BYTES)
    digest = hashlib.sha256()
    size = 0
    while block := file.read(1 << 20):
        digest.update(block)
        size += len(block)
    text = f"{name}\nsha256 {digest.hexdigest()}\nbytes {size}\nHDF5 begins at byte {SEAL_BYTES}\n"
    return text.encode().ljust(SEAL_BYTES, b"\n")


def _is_padded(found: bytes) -> bool:
    """Whether this may be a seal whose first bytes have changed."""
    return found.count(b"\n") > SEAL_BYTES // 2
