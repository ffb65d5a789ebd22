"""From a file to a sample: read, bounded, decoded by several workers, in a fixed order."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG

import numpy as np

from fercurate.domain.sample import EncodedImage, Reject, RejectCode, Sample
from fercurate.files.containment import LEADS_OUT, Boundary
from fercurate.files.decode import decode_image
from fercurate.files.parallel import map_ordered
from fercurate.sources.base import Record

MAX_BYTES = 200_000_000
"""Image files larger than this are refused unread."""

NOT_READ = np.zeros((0, 0), dtype=np.uint8)
"""The picture of a sample whose file has not been read yet."""

_AHEAD = 64


@dataclass(frozen=True, slots=True)
class PictureFile:
    """An image file and all that is known of it but its pixels (``sample.image`` is unused)."""

    path: Path
    sample: Sample


def load_images(
    pictures: Iterable[PictureFile | Reject], root: Path, jobs: int
) -> Iterator[Record]:
    """Read and decode files, keeping their order; at most a few are held at a time.

    A file that is a link out of ``root``, missing, too large or no picture becomes a reject.
    ``jobs`` workers decode (0: one a core).
    """
    boundary = Boundary(root)

    def load(item: PictureFile | Reject) -> Record:
        return item if isinstance(item, Reject) else _load(item, boundary)

    return map_ordered(load, pictures, jobs, _AHEAD)


def _load(picture: PictureFile, boundary: Boundary) -> Record:
    origin, line = picture.sample.origin, picture.sample.line
    try:
        code, problem = _problem(picture.path, boundary)
        if problem:
            return Reject(code, problem, origin, line)
        content = picture.path.read_bytes()
        return replace(picture.sample, image=EncodedImage(content, decode_image(content)))
    except FileNotFoundError:
        return Reject(RejectCode.MISSING, "no such file", origin, line)
    except OSError as error:
        return Reject(RejectCode.DECODE, error.strerror or "cannot be read", origin, line)
    except (ValueError, RuntimeError) as error:
        return Reject(RejectCode.DECODE, str(error), origin, line)


def _problem(path: Path, boundary: Boundary) -> tuple[RejectCode, str]:
    """Why a file is not to be read, if there is a reason."""
    if not boundary.holds(path):
        return RejectCode.PATH, LEADS_OUT
    facts = path.stat()
    if not S_ISREG(facts.st_mode):
        return RejectCode.DECODE, "not a regular file"
    if facts.st_size > MAX_BYTES:
        return RejectCode.DECODE, f"{facts.st_size:,} bytes; at most {MAX_BYTES:,} are read"
    return RejectCode.DECODE, ""
