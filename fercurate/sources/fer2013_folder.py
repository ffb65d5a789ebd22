"""The image-folder copies of FER-2013 that circulate on Kaggle and GitHub.

The usage is recovered from a file name such as ``PublicTest_123.jpg`` where there is one, even
below a plain ``test`` folder. Basenames repeat across classes and usages, so a sample is keyed
by its path below the root.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from fercurate.domain.expression import EXPRESSIONS, parse_expression
from fercurate.domain.sample import EncodedImage, Reject, RejectCode, Sample, pixel_digest
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError
from fercurate.sources.base import IngestOptions, Recognition, Record
from fercurate.sources.class_tree import ClassFile, class_files
from fercurate.sources.decode import decode_image

_USAGE_PREFIX = re.compile(r"^(Training|PublicTest|PrivateTest)_\d+\.\w+$")
_CK_NAME = re.compile(r"^S\d{3}_\d{3}_\d{8}\.\w+$")
"""Pictures of CK+ (``S010_004_00000017.png``), which circulate in 48x48 gray as well."""

_FER_SIZE = (48, 48)
_LOOKED_AT = 3
_LOOKED_THROUGH = 64


def recognize_folder(path: Path, source: str) -> Recognition | None:
    """Recognize class folders of 48x48 gray pictures, or of files named for their usage."""
    for file in islice(class_files(path), 1):
        if _USAGE_PREFIX.match(file.path.name):
            why = f"class folders with files named for their usage ({file.path.name})"
            return Recognition(source, "class folders", why, path, (path,))
    first = list(islice(_pictures(path), _LOOKED_AT))
    if not first or any(shape != _FER_SIZE or _CK_NAME.match(f.path.name) for f, shape in first):
        return None
    why = f"class folders of 48x48 gray pictures ({first[0][0].relative})"
    return Recognition(source, "class folders", why, path, (path,))


def _pictures(path: Path) -> Iterator[tuple[ClassFile, tuple[int, ...]]]:
    """The first pictures that can be decoded, with their shapes; broken ones tell nothing."""
    for file in islice(class_files(path), _LOOKED_THROUGH):
        if not file.escapes and file.path.is_file():
            with suppress(OSError, ValueError):
                yield file, decode_image(file.path.read_bytes()).shape


def read_folder(recognition: Recognition, options: IngestOptions, source: str) -> Iterator[Record]:
    """Yield every picture as a sample or a reject; a nested second copy is read once.

    Raises:
        InputError: numeric class folders without a label map.
    """
    copies = _NestedCopies()
    for file in class_files(recognition.root):
        record = _read(file, options.label_map, source)
        if not (isinstance(record, Sample) and copies.repeats(file, record)):
            yield record


class _NestedCopies:
    """Knows the second copy of a tree that contains itself (``images/images``)."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, str, str], tuple[str, str]] = {}

    def repeats(self, file: ClassFile, sample: Sample) -> bool:
        """Whether the same split, class, file name and pixels came from another folder."""
        this = (file.relative, pixel_digest(sample.pixels))
        first = self._first.setdefault((file.split, file.label, file.path.name), this)
        return first != this and first[1] == this[1]


def _read(file: ClassFile, label_map: LabelMap | None, source: str) -> Record:
    if file.escapes:
        return Reject(RejectCode.PATH, "a link that leads out of the corpus", file.relative)
    expression = _expression(file, label_map)
    if expression not in EXPRESSIONS:
        known = f"; expected {label_map.describe()}" if label_map is not None else ""
        return Reject(RejectCode.LABEL, f"class folder {file.label!r}{known}", file.relative)
    if not file.path.is_file():
        return Reject(RejectCode.MISSING, "a broken link, or no regular file", file.relative)
    try:
        content = file.path.read_bytes()
        image = EncodedImage(content, decode_image(content))
    except OSError as error:
        return Reject(RejectCode.DECODE, f"cannot be read: {error.strerror}", file.relative)
    except ValueError as error:
        return Reject(RejectCode.DECODE, str(error), file.relative)
    usage = _USAGE_PREFIX.match(file.path.name)
    return Sample(
        id=f"{source}:{file.relative}",
        source=source,
        image=image,
        native_label=file.label,
        expression=expression,
        native_split=usage[1] if usage else file.split,
        origin=file.relative,
    )


def _expression(file: ClassFile, label_map: LabelMap | None) -> str | None:
    if label_map is not None:
        return label_map.expression(file.label)
    expression = parse_expression(file.label)
    if expression is None:
        raise InputError(
            f"the class folder {file.label!r} is a number, and number orders differ between copies",
            where=file.relative,
            fix=f"Say what the numbers mean with --label-map ({', '.join(label_maps())}, "
            "or pairs such as 0=angry,1=disgust)",
        )
    return expression
