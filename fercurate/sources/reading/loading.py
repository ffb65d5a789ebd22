"""From a file to a sample: read, bounded, decoded by several workers, in a fixed order."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from stat import S_ISREG

import numpy as np

from fercurate.domain.sample import EncodedImage, Reject, RejectCode, Sample
from fercurate.files.containment import LEADS_OUT, Boundary
from fercurate.files.parallel import map_ordered
from fercurate.files.pictures.decode import ImageFacts, decode_image, image_facts
from fercurate.files.regular import read_regular
from fercurate.sources.base import Record
from fercurate.sources.options import FileDecoder, KnownFile, SourceOptions

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
    pictures: Iterable[PictureFile | Reject], root: Path, options: SourceOptions
) -> Iterator[Record]:
    """Read and decode files, keeping their order; only so many bytes of files are held at a time.

    Pixels are dropped as soon as their digest is known. A file that is a link out of ``root``,
    missing, too large or no picture becomes a reject. The options say who decodes.
    """
    boundary = Boundary(root)
    known = _unknown(pictures)
    if options.decoder is not None:
        known = _known(pictures, root, options.decoder)

    def load(pair: _Known) -> Record:
        item, found = pair
        return item if isinstance(item, Reject) else _load(item, root, boundary, found)

    return map_ordered(load, known, options.jobs, _AHEAD, _file_size)


_Known = tuple[PictureFile | Reject, KnownFile | None]


def _unknown(pictures: Iterable[PictureFile | Reject]) -> Iterator[_Known]:
    for item in pictures:
        yield item, None


def _known(
    pictures: Iterable[PictureFile | Reject], root: Path, decoder: FileDecoder
) -> Iterator[_Known]:
    """Yield every item with what the decoder knows of its file."""
    waiting: deque[PictureFile | Reject] = deque()

    def files() -> Iterator[Path]:
        for item in pictures:
            waiting.append(item)
            if isinstance(item, PictureFile):
                yield item.path

    for found in decoder.known_files(root, files()):
        while isinstance(waiting[0], Reject):
            yield waiting.popleft(), None
        yield waiting.popleft(), found
    for item in waiting:
        if isinstance(item, Reject):
            yield item, None


def encode_image(content: bytes, file: str = "", facts: ImageFacts | None = None) -> EncodedImage:
    """Decode an image file to learn what is known of it, and keep its bytes alone.

    It is not decoded where the ``facts`` are known already.

    Raises:
        ValueError: empty, truncated, too large, or no image of a known format.
    """
    facts = facts or image_facts(content)
    return EncodedImage(content, facts.shape, facts.digest, decode_image, facts.frames, file)


def _file_size(pair: _Known) -> int:
    """The bytes that a loaded item will hold; those of a file that will not be read are none."""
    item, _ = pair
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


def _load(picture: PictureFile, root: Path, boundary: Boundary, known: KnownFile | None) -> Record:
    file = _below(picture.path, root)

    def reject(code: RejectCode, message: str) -> Reject:
        return Reject(code, message, picture.sample.origin, picture.sample.line, file)

    try:
        code, problem = file_problem(picture.path, boundary)
        if problem:
            return reject(code, problem)
        content = read_regular(picture.path)
        facts = known.facts if known is not None and known.is_of(content) else None
        return replace(picture.sample, image=encode_image(content, file, facts))
    except FileNotFoundError:
        return reject(RejectCode.MISSING, "no such file")
    except OSError as error:
        return reject(RejectCode.DECODE, error.strerror or "cannot be read")
    except (ValueError, RuntimeError) as error:
        return reject(RejectCode.DECODE, str(error))


def file_problem(path: Path, boundary: Boundary) -> tuple[RejectCode, str]:
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
