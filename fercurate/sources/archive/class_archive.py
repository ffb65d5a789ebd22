"""From class folders in an archive to samples, as from the folder that it would unpack into."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.errors import FormatError, InputError
from fercurate.files.archives.contents import read_members
from fercurate.files.archives.members import LEADS_OUT, LINK, ArchiveMember
from fercurate.files.archives.packing import Packing, packing_of
from fercurate.files.parallel import map_ordered
from fercurate.sources.archive.listing import (
    class_members,
    class_obstacle,
    is_member_archive,
    unread_members,
)
from fercurate.sources.base import Record
from fercurate.sources.names.label_orders import code_question
from fercurate.sources.names.people import naming_of
from fercurate.sources.names.subject_rule import SubjectRule
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.class_folders import (
    ClassPictures,
    NestedCopies,
    is_nested,
    tree_split,
)
from fercurate.sources.reading.class_tree import ClassFile, class_names, split_part
from fercurate.sources.reading.loading import encode_image

LAYOUT = "archive of class folders"

_NAMES = 64
_AHEAD = 64

_Item = tuple[Sample, bytes] | Reject


def first_class_picture(path: Path) -> str:
    """The path in an archive of a picture in a class folder; "" if the archive is not read so."""
    if not is_member_archive(path):
        return ""
    try:
        first = next((file.relative for file, _ in class_members(path)), "")
        return "" if not first or class_obstacle(path) else first
    except InputError:
        return ""


def read_class_archive(
    path: Path,
    options: LabelMapOptions,
    source: str,
    split_of: Callable[[ClassFile], str] = tree_split,
    subject: SubjectRule | None = None,
) -> Iterator[Record]:
    """Yield every picture in a class folder of an archive as a sample or a reject.

    Ids and options are those of ``read_class_folders``; nothing is unpacked to a path.

    Raises:
        InputError: damaged; numeric class folders without a label map; a tar that holds a tree
            and its copy.
    """
    is_class = class_names(options.label_map)
    placed = {member.position: (file, member) for file, member in class_members(path, is_class)}
    _check_numbers(path, [file for file, _ in placed.values()], options)
    first = [file.path.name for file, _ in islice(placed.values(), _NAMES)]
    known = ClassPictures(path, options.label_map, source, subject, naming_of(first))
    if packing_of(path) is Packing.TAR:
        _check_copies(path, [file for file, _ in placed.values()])

    def items() -> Iterator[_Item]:
        for member, content in _contents(path, [member for _, member in placed.values()]):
            file, _ = placed[member.position]
            yield _item(known.sample(file, split_of(file)), content)

    copies = NestedCopies()
    for record in map_ordered(_decoded, items(), options.jobs, _AHEAD, _weight):
        if not (isinstance(record, Sample) and copies.repeats(record)):
            yield record


def _contents(
    path: Path, members: list[ArchiveMember]
) -> Iterator[tuple[ArchiveMember, bytes | str]]:
    try:
        yield from read_members(path, members)
    except FormatError as error:
        raise InputError(error.found, where=str(path)) from None


def _item(sample: Sample | Reject, content: bytes | str) -> _Item:
    if isinstance(sample, Reject):
        return sample
    if isinstance(content, str):
        code = RejectCode.PATH if content in (LINK, LEADS_OUT) else RejectCode.DECODE
        return Reject(code, content, sample.origin, file=sample.origin)
    return sample, content


def _decoded(item: _Item) -> Record:
    if isinstance(item, Reject):
        return item
    sample, content = item
    try:
        return replace(sample, image=encode_image(content, sample.origin))
    except (ValueError, RuntimeError) as error:
        return Reject(RejectCode.DECODE, str(error), sample.origin, file=sample.origin)


def _weight(item: _Item) -> int:
    return 0 if isinstance(item, Reject) else len(item[1])


def _check_numbers(path: Path, files: list[ClassFile], options: LabelMapOptions) -> None:
    numbers = Counter(file.label for file in files if file.label.isdecimal())
    if numbers and options.label_map is None:
        why = "the class folders are numbers, and number orders differ between copies"
        raise code_question(numbers, str(path), why)


def _check_copies(path: Path, files: list[ClassFile]) -> None:
    """Refuse a tar with a tree and its nested copy: which is the first only a folder tells."""
    seen: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for file in files:
        *folders, name = file.relative.split("/")
        parts = tuple(folders)
        first = seen.setdefault((split_part(parts), file.label, name), parts)
        if first != parts and is_nested(first, parts):
            raise InputError(
                f"holds {'/'.join(first)} and what looks like its copy, {'/'.join(parts)}",
                where=str(path),
                fix="Unpack it first, and ingest the folder",
            )


def archive_remark(path: Path) -> str:
    """What of an archive was passed over, to be said behind its counts; "" if nothing was."""
    unread = unread_members(path)
    reasons = [f"{reason} ({count:,})" for reason, count in sorted(unread.items())]
    return f"; passed over in the archive: {', '.join(reasons)}" if reasons else ""
