"""A packed file as one that is read like any other, and never into far more than it holds."""

import io
from typing import IO

from fercurate.errors import FormatError
from fercurate.files.archives.members import check_bounds
from fercurate.files.archives.tar_files import BROKEN as BROKEN_STREAM
from fercurate.files.archives.zip_files import BROKEN as BROKEN_ZIP

_HEAD = 1 << 20
"""Bytes of the beginning that are kept."""


class BoundedStream(io.RawIOBase):
    """What a stream unpacks; ``packed`` is the size of the file it comes from.

    Its beginning is kept, so that a reader may look at it and go back.

    Raises:
        FormatError: on reading, if it is damaged or gives far more than it can hold.
    """

    def __init__(self, stream: IO[bytes], packed: int, where: str) -> None:
        super().__init__()
        self._stream = stream
        self._packed = packed
        self._where = where
        self._position = 0
        self._taken = 0
        self._head = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """In its beginning."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer, less than it holds at the end."""
        kept = self._position < len(self._head)
        content = self._head[self._position :][: len(buffer)] if kept else self._take(len(buffer))
        self._position += len(content)
        buffer[: len(content)] = content
        return len(content)

    def _take(self, size: int) -> bytes:
        try:
            content = self._stream.read(size)
        except (*BROKEN_ZIP, *BROKEN_STREAM) as error:
            raise FormatError(f"damaged ({error})", where=self._where) from None
        self._taken += len(content)
        check_bounds(0, self._taken, self._packed, self._where)
        if self._taken <= _HEAD:
            self._head += content
        return content

    def seek(self, target: int, whence: int = io.SEEK_SET) -> int:
        """Go back to a position in the beginning, as long as no more was read.

        Raises:
            OSError: anything else.
        """
        if whence != io.SEEK_SET or target > len(self._head) or self._taken > len(self._head):
            raise OSError(f"a packed file cannot go to {target}")
        self._position = target
        return target

    def tell(self) -> int:
        """The position in what is unpacked."""
        return self._position
