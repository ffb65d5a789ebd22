"""CK+48 and its like: class folders of pictures whose names tell subject, sequence and frame."""

from collections.abc import Iterator
from pathlib import Path

from fercurate.domain.expression import EXPRESSIONS, parse_expression
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.errors import InputError
from fercurate.files.containment import LEADS_OUT
from fercurate.sources.base import Recognition, Record
from fercurate.sources.ckplus.sequences import regular
from fercurate.sources.ckplus.tree import SEQUENCE, Key, Name, parse_name, relative, walk_top
from fercurate.sources.names.file_kinds import IMAGE_SUFFIXES
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.class_tree import ClassFile, class_files, is_class_name
from fercurate.sources.reading.loading import NOT_READ, PictureFile, load_images

LAYOUT = "class folders"

Picture = tuple[str, Key, int]
"""What makes two files one picture: class, sequence and frame."""

_LOOKED_AT = 8


def find_class_trees(root: Path) -> tuple[Path, ...]:
    """Return the folders below (or at) a root whose class folders hold pictures of CK+."""
    trees: dict[Path, None] = {}
    for listing in walk_top(root):
        if listing.depth and _is_class(listing.path.name):
            images = [n for n in listing.files if Path(n).suffix.casefold() in IMAGE_SUFFIXES]
            if images and all(_ck_name(name) for name in images[:_LOOKED_AT]):
                trees[listing.path.parent] = None
    return tuple(trees)


def _is_class(name: str) -> bool:
    """Whether a folder may be a class; three digits are a sequence of the original tree."""
    return is_class_name(name) and not SEQUENCE.fullmatch(name)


def _ck_name(name: str) -> Name | None:
    parsed = parse_name(name)
    return parsed if parsed is not None and parsed.kind == "images" else None


def recognize_folders(path: Path, source: str) -> Recognition | None:
    """Recognize class folders with files such as ``S010_004_00000017.png``."""
    trees = find_class_trees(path)
    if not trees:
        return None
    first, *others = (relative(tree, path) for tree in trees)
    where = "" if first == "." else f" in {first}"
    why = f"class folders{where} with files named S<subject>_<sequence>_<frame>"
    if others:
        why += f" (again in {', '.join(others)}: a picture that is there twice is read once)"
    return Recognition(source, LAYOUT, why, path, (path,))


def files_of_trees(root: Path) -> Iterator[ClassFile]:
    """Yield the files of all class trees of CK+ below a root, in a fixed order."""
    trees = frozenset(find_class_trees(root))
    for file in class_files(root):
        if file.path.parent.parent in trees or (file.escapes and file.path.parent in trees):
            yield file


def picture_of(file: ClassFile) -> Picture | None:
    """The picture that a file is by its name, or None if it is not named as one of CK+."""
    parsed = _ck_name(file.path.name)
    label = parse_expression(file.label) or file.label
    return (label, parsed.key, parsed.frame) if parsed is not None else None


def read_folders(
    recognition: Recognition, options: LabelMapOptions, source: str
) -> Iterator[Record]:
    """Yield every picture as a sample or a reject; the copy of a picture is passed over.

    Raises:
        InputError: numeric class folders without a label map.
    """
    root = recognition.root
    pictures = (_picture(file, options.label_map, source) for file in files_of_trees(root))
    first: dict[tuple[str, str, int], tuple[str, str]] = {}
    for record in load_images(pictures, root, options):
        if isinstance(record, Sample):
            key = (record.expression, record.sequence, record.frame)
            this = (record.origin, record.digest)
            known = first.setdefault(key, this)
            if known is not this:
                yield from _differing(known, this)
                continue
        yield record


def _differing(first: tuple[str, str], second: tuple[str, str]) -> Iterator[Reject]:
    if first[1] != second[1]:
        message = f"another picture of the frame that {first[0]} shows"
        yield Reject(RejectCode.CONFLICT, message, second[0])


def _picture(file: ClassFile, label_map: LabelMap | None, source: str) -> PictureFile | Reject:
    if file.escapes:
        return Reject(RejectCode.PATH, LEADS_OUT, file.relative)
    expression = _expression(file, label_map)
    if expression not in EXPRESSIONS:
        known = f"; expected {label_map.describe()}" if label_map is not None else ""
        message = f"class folder {file.label!r}{known}"
        return Reject(RejectCode.LABEL, message, file.relative, label=file.label)
    parsed = _ck_name(file.path.name)
    if parsed is None:
        message = "the name tells no subject; expected a name such as S010_004_00000017"
        return Reject(RejectCode.LABEL, message, file.relative)
    subject, number = parsed.key
    sample = Sample(
        id=f"{source}:48/{file.label}/{subject}_{number}_{parsed.frame:08d}",
        source=source,
        image=NOT_READ,
        native_label=file.label,
        expression=expression,
        native_split=file.split,
        origin=file.relative,
        subject=subject,
        sequence=f"{subject}/{number}",
        frame=parsed.frame,
    )
    return regular(PictureFile(file.path, sample))


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
