"""From a file to a sample: read, bounded, decoded by several workers, in a fixed order."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG

import numpy as np

from fercurate.domain.sample import EncodedImage, Reject, RejectCode, Sample
from fercurate.files.containment import LEADS_OUT, Boundary
from fercurate.files.parallel import map_ordered
from fercurate.files.pictures.decode import decode_image, image_facts
from fercurate.files.regular import read_regular
from fercurate.sources.base import Record

MOST_BYTES = 200_000_000
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
    """Read and decode files, keeping their order; only so many bytes of files are held at a time.

    Pixels are dropped as soon as their digest is known. A file that is a link out of ``root``,
    missing, too large or no picture becomes a reject. ``jobs`` workers decode (0: one a core).
    """
    boundary = Boundary(root)

    def load(item: PictureFile | Reject) -> Record:
        return item if isinstance(item, Reject) else _load(item, root, boundary)

    return map_ordered(load, pictures, jobs, _AHEAD, _file_size)


def encode_image(content: bytes, file: str = "") -> EncodedImage:
    """Decode an image file to learn what is known of it, and keep its bytes alone.

    Raises:
        ValueError: empty, truncated, too large, or no image of a known format.
    """
    facts = image_facts(content)
    return EncodedImage(content, facts.shape, facts.digest, decode_image, facts.frames, file)


def _file_size(item: PictureFile | Reject) -> int:
    """The bytes that a loaded item will hold; those of a file that will not be read are none."""
    if isinstance(item, Reject):
        return 0
    with suppress(OSError, ValueError):
        size = item.path.stat().st_size
        return size if size <= MOST_BYTES else 0
    return 0


def _below(path: Path, root: Path) -> str:
    """A path below the root of its corpus with forward slashes; its name if it is not below."""
    with suppress(ValueError):
        return path.relative_to(root).as_posix()
    return path.name


def _load(picture: PictureFile, root: Path, boundary: Boundary) -> Record:
    file = _below(picture.path, root)

    def reject(code: RejectCode, message: str) -> Reject:
        return Reject(code, message, picture.sample.origin, picture.sample.line, file)

    try:
        code, problem = _problem(picture.path, boundary)
        if problem:
            return reject(code, problem)
        return replace(picture.sample, image=encode_image(read_regular(picture.path), file))
    except FileNotFoundError:
        return reject(RejectCode.MISSING, "no such file")
    except OSError as error:
        return reject(RejectCode.DECODE, error.strerror or "cannot be read")
    except (ValueError, RuntimeError) as error:
        return reject(RejectCode.DECODE, str(error))


def _problem(path: Path, boundary: Boundary) -> tuple[RejectCode, str]:
    """Why a file is not to be read, if there is a reason."""
    if not boundary.holds(path):
        return RejectCode.PATH, LEADS_OUT
    facts = path.stat()
    if not S_ISREG(facts.st_mode):
        return RejectCode.DECODE, "not a regular file"
    if facts.st_size > MOST_BYTES:
        return (
            RejectCode.DECODE,
            f"{facts.st_size:,} bytes; at most {MOST_BYTES:,} are read",
        )
    return RejectCode.DECODE, ""
