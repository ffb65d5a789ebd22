"""From a tree of class-named folders to samples: what the name of a folder means, copies once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from fercurate.domain.expression import KNOWN_EXPRESSIONS, parse_label
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError
from fercurate.files.containment import LEADS_OUT
from fercurate.sources.base import Record
from fercurate.sources.names.people import NamePattern, naming_of
from fercurate.sources.names.subject_rule import SubjectRule
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.class_tree import (
    ClassFile,
    class_files,
    class_names,
    class_part,
    split_part,
    tree_folders,
)
from fercurate.sources.reading.loading import NOT_READ, PictureFile, load_images
from fercurate.sources.reading.picture_folder import is_regular_file

_NAMES = 64


def tree_split(file: ClassFile) -> str:
    """The native split that the folders of a picture tell."""
    return file.split


def read_class_folders(
    root: Path,
    options: LabelMapOptions,
    source: str,
    split_of: Callable[[ClassFile], str] = tree_split,
    subject: SubjectRule | None = None,
) -> Iterator[Record]:
    """Yield every picture of a class tree as a sample or a reject.

    Ids are ``source:path``. A tree that contains itself a second time is read once. ``split_of``
    gives the native split of a picture, ``subject`` says where its person stands; without it, names
    of files and folders are tried.

    Raises:
        InputError: numeric class folders without a label map.
    """
    is_class = class_names(options.label_map)
    first = [file.path.name for file in islice(class_files(root, is_class), _NAMES)]
    picture = ClassPictures(root, options.label_map, source, subject, naming_of(first))
    copies = NestedCopies()
    pictures = (picture.of(file, split_of(file)) for file in class_files(root, is_class))
    for record in load_images(pictures, root, options):
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


@dataclass(frozen=True, slots=True)
class ClassPictures:
    """What is known of the pictures of one tree before they are opened."""

    root: Path
    label_map: LabelMap | None
    source: str
    subject: SubjectRule | None
    naming: NamePattern | None

    def of(self, file: ClassFile, split: str) -> PictureFile | Reject:
        """A picture with all that its place and name tell, or what is wrong with it."""
        if file.escapes:
            return Reject(RejectCode.PATH, LEADS_OUT, file.relative)
        sample = self.sample(file, split)
        if isinstance(sample, Reject):
            return sample
        if not is_regular_file(file.path):
            return Reject(RejectCode.MISSING, "a broken link, or no regular file", file.relative)
        return PictureFile(file.path, sample)

    def sample(self, file: ClassFile, split: str) -> Sample | Reject:
        """All that the place and name of a picture tell; its pixels are not read."""
        expression = class_expression(file, self.label_map, self.root)
        if isinstance(expression, Reject):
            return expression
        return Sample(
            id=f"{self.source}:{file.relative}",
            source=self.source,
            image=NOT_READ,
            native_label=file.label,
            expression=expression,
            native_split=split,
            origin=file.relative,
            subject=self._person(file),
        )

    def _person(self, file: ClassFile) -> str:
        if self.subject is not None:
            return self.subject.of_path(file.relative)
        named = self.naming.subject(file.path.stem) if self.naming is not None else ""
        return named or file.subject


def class_expression(file: ClassFile, label_map: LabelMap | None, root: Path) -> str | Reject:
    """The expression of a picture's class folder; a number needs a label map.

    Raises:
        InputError: a numeric class folder without a label map.
    """
    outer = _outer_class(file)
    if outer:
        message = f"folder {file.label!r} lies in the class folder {outer!r}; which is the class?"
        return Reject(RejectCode.LABEL, message, file.relative, label=file.label)
    named = parse_label(file.label)
    expression = label_map.expression(file.label) if label_map is not None else named
    if label_map is None and expression is None:
        raise number_question(file, root)
    if expression not in KNOWN_EXPRESSIONS:
        known = f"; expected {label_map.describe()}" if label_map is not None else ""
        message = f"class folder {file.label!r}{known}"
        return Reject(RejectCode.LABEL, message, file.relative, label=file.label)
    return expression


def number_question(file: ClassFile, root: Path) -> InputError:
    """What is asked of numbered class folders: which of the orders that explain them it is."""
    labels = (class_part(folder.relative_to(root).parts) for folder in tree_folders(root))
    numbers = sorted({label for label in labels if label.isdecimal()}, key=int)
    every = [m for m in label_maps().values() if all(map(m.knows, numbers))]
    fitting = [m.name for m in every if not m.is_compound] or [m.name for m in every]
    return InputError(
        f"the class folder {file.label!r} is a number, and number orders differ between copies "
        f"(here: {', '.join(numbers[:12])})",
        where=file.relative,
        fix=f"Say what the numbers mean with --label-map ({', '.join(fitting or label_maps())}, "
        "or pairs such as 0=angry,1=disgust)",
    )


def _outer_class(file: ClassFile) -> str:
    """The named class folder around a numeric one (``sad/7``: which is the class?)."""
    if not file.label.isdecimal():
        return ""
    outer = (part for part in file.relative.split("/")[:-1] if parse_label(part))
    return next(outer, "")
