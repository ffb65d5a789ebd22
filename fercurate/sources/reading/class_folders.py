"""From a tree of class-named folders to samples: what the name of a folder means, copies once."""

from collections.abc import Callable, Iterator
from pathlib import Path

from fercurate.domain.expression import EXPRESSIONS, parse_expression
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError
from fercurate.files.containment import LEADS_OUT
from fercurate.sources.base import Record
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.class_tree import ClassFile, class_files, split_part
from fercurate.sources.reading.loading import NOT_READ, PictureFile, load_images
from fercurate.sources.reading.picture_folder import is_regular_file


def tree_split(file: ClassFile) -> str:
    """The native split that the folders of a picture tell."""
    return file.split


def read_class_folders(
    root: Path,
    options: LabelMapOptions,
    source: str,
    split_of: Callable[[ClassFile], str] = tree_split,
) -> Iterator[Record]:
    """Yield every picture of a class tree as a sample or a reject.

    Ids are ``source:path``. A tree that contains itself a second time is read once. ``split_of``
    gives the native split of a picture.

    Raises:
        InputError: numeric class folders without a label map.
    """
    copies = NestedCopies()
    pictures = (
        _picture(file, options.label_map, source, split_of(file)) for file in class_files(root)
    )
    for record in load_images(pictures, root, options.jobs):
        if not (isinstance(record, Sample) and copies.repeats(record)):
            yield record


class NestedCopies:
    """Knows the second copy of a tree that contains itself (``images/images``)."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str], list[tuple[tuple[str, ...], str]]] = {}

    def repeats(self, sample: Sample) -> bool:
        """Whether the same split, class, file name and pixels came from a nested folder."""
        *folders, name = sample.origin.split("/")
        parts, digest = tuple(folders), sample.digest
        seen = self._seen.setdefault((split_part(parts), sample.native_label, name), [])
        if any(digest == other and is_nested(parts, first) for first, other in seen):
            return True
        seen.append((parts, digest))
        return False


def is_nested(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one path is the other with folders put in at one place (``a/b`` and ``a/x/b``)."""
    short, long = sorted((one, other), key=len)
    surplus = len(long) - len(short)
    return surplus > 0 and any(
        long[:start] + long[start + surplus :] == short for start in range(len(short) + 1)
    )


def _picture(
    file: ClassFile, label_map: LabelMap | None, source: str, split: str
) -> PictureFile | Reject:
    if file.escapes:
        return Reject(RejectCode.PATH, LEADS_OUT, file.relative)
    expression = class_expression(file, label_map)
    if isinstance(expression, Reject):
        return expression
    if not is_regular_file(file.path):
        return Reject(RejectCode.MISSING, "a broken link, or no regular file", file.relative)
    sample = Sample(
        id=f"{source}:{file.relative}",
        source=source,
        image=NOT_READ,
        native_label=file.label,
        expression=expression,
        native_split=split,
        origin=file.relative,
    )
    return PictureFile(file.path, sample)


def class_expression(file: ClassFile, label_map: LabelMap | None) -> str | Reject:
    """The expression of a picture's class folder; a number needs a label map.

    Raises:
        InputError: a numeric class folder without a label map.
    """
    outer = _outer_class(file)
    if outer:
        message = f"folder {file.label!r} lies in the class folder {outer!r}; which is the class?"
        return Reject(RejectCode.LABEL, message, file.relative)
    named = parse_expression(file.label)
    expression = label_map.expression(file.label) if label_map is not None else named
    if label_map is None and expression is None:
        raise InputError(
            f"the class folder {file.label!r} is a number, and number orders differ between copies",
            where=file.relative,
            fix=f"Say what the numbers mean with --label-map ({', '.join(label_maps())}, "
            "or pairs such as 0=angry,1=disgust)",
        )
    if expression not in EXPRESSIONS:
        known = f"; expected {label_map.describe()}" if label_map is not None else ""
        return Reject(RejectCode.LABEL, f"class folder {file.label!r}{known}", file.relative)
    return expression


def _outer_class(file: ClassFile) -> str:
    """The named class folder around a numeric one (``sad/007``: a subject, not a class)."""
    if not file.label.isdecimal():
        return ""
    outer = (part for part in file.relative.split("/")[:-1] if parse_expression(part))
    return next(outer, "")
