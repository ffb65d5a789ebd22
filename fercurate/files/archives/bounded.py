"""A packed file as one that is read like any other, and never into far more than it holds."""

import io
from typing import IO

from fercurate.errors import FormatError
from fercurate.files.archives.members import check_bounds
from fercurate.files.archives.tar_files import BROKEN as BROKEN_STREAM
from fercurate.files.archives.zip_files import BROKEN as BROKEN_ZIP


class BoundedStream(io.RawIOBase):
    """What a stream unpacks; ``packed`` is the size of the file it comes from.

    Raises:
        FormatError: on reading, if it is damaged or gives far more than it can hold.
    """

    def __init__(self, stream: IO[bytes], packed: int, where: str) -> None:
        super().__init__()
        self._stream = stream
        self._packed = packed
        self._where = where
        self._position = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """As far as the stream is."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read into a buffer, less than it holds at the end."""
        try:
            content = self._stream.read(len(buffer))
        except (*BROKEN_ZIP, *BROKEN_STREAM) as error:
            raise FormatError(f"damaged ({error})", where=self._where) from None
        self._position += len(content)
        check_bounds(0, self._position, self._packed, self._where)
        buffer[: len(content)] = content
        return len(content)

    def seek(self, target: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position; back only if the stream can be unpacked anew."""
        self._position = self._stream.seek(target, whence)
        return self._position

    def tell(self) -> int:
        """The position in what is unpacked."""
        return self._position
