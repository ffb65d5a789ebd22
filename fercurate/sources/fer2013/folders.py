"""The image-folder copies of FER-2013 that circulate on Kaggle and GitHub.

The usage is recovered from a file name such as ``PublicTest_123.jpg`` where there is one, even
below a plain ``test`` folder. Basenames repeat across classes and usages, so a sample is keyed
by its path below the root.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from fercurate.files.pictures.decode import decode_image
from fercurate.files.regular import read_regular
from fercurate.sources.base import Recognition, Record
from fercurate.sources.fer2013.published import KNOWN_COUNTS
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.class_folders import read_class_folders
from fercurate.sources.reading.class_tree import ClassFile, class_files
from fercurate.sources.reading.loading import MOST_BYTES

USAGE_PREFIX = re.compile(r"^(Training|PublicTest|PrivateTest)_\d+\.\w+$")
_CK_NAME = re.compile(r"^S\d{3}_\d{3}_\d{8}\.\w+$")
"""Pictures of CK+ (``S010_004_00000017.png``), which circulate in 48x48 gray as well."""

FER_SIZE = (48, 48)
_LOOKED_AT = 3
_LOOKED_THROUGH = 64


def recognize_folder(path: Path, source: str) -> Recognition | None:
    """Recognize class folders of files named for their usage, or with published counts by split.

    48x48 gray alone proves nothing: other corpora are made so as well.
    """
    for file in islice(class_files(path), 1):
        if USAGE_PREFIX.match(file.path.name):
            why = f"class folders with files named for their usage ({file.path.name})"
            return Recognition(source, "class folders", why, path, (path,))
    first = list(islice(_pictures(path), _LOOKED_AT))
    if not first or any(shape != FER_SIZE or _CK_NAME.match(f.path.name) for f, shape in first):
        return None
    known = _published_counts(path)
    if not known:
        return None
    why = f"class folders of 48x48 gray pictures with the counts of {known}"
    return Recognition(source, "class folders", why, path, (path,))


def _published_counts(path: Path) -> str:
    """The copy that has these files by split, or ""; no more are counted than the largest has."""
    most = max(sum(counts.values()) for _, counts in KNOWN_COUNTS)
    splits = Counter(file.split for file in islice(class_files(path), most + 1))
    return next((text for text, counts in KNOWN_COUNTS if counts == splits), "")


def _pictures(path: Path) -> Iterator[tuple[ClassFile, tuple[int, ...]]]:
    """The first pictures that can be decoded, with their shapes; broken ones tell nothing."""
    for file in islice(class_files(path), _LOOKED_THROUGH):
        if not file.escapes and file.path.is_file():
            with suppress(OSError, ValueError):
                yield file, decode_image(read_regular(file.path, MOST_BYTES)).shape


def read_folder(
    recognition: Recognition, options: LabelMapOptions, source: str
) -> Iterator[Record]:
    """Yield every picture as a sample or a reject; a nested second copy is read once.

    Raises:
        InputError: numeric class folders without a label map.
    """
    yield from read_class_folders(recognition.root, options, source, picture_usage)


def picture_usage(file: ClassFile) -> str:
    """The usage that the name of a picture tells, else the split that its folders tell."""
    named = USAGE_PREFIX.match(file.path.name)
    return named[1] if named else file.split
