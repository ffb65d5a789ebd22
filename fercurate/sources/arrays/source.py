"""Arrays: pictures and labels under keys of a ``.npz``, an HDF5 file, or in pairs of ``.npy``."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from fercurate.errors import InputError
from fercurate.sources.arrays.files import ArrayFiles, read_array_files
from fercurate.sources.arrays.pictures import gray_levels
from fercurate.sources.arrays.rows import derived_rows, set_records
from fercurate.sources.arrays.sets import ArraySet
from fercurate.sources.arrays.texts import row_texts
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.names.label_orders import codes_said
from fercurate.sources.names.unread import unread_file
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.tables.label_codes import LabelMeaning, count_labels, label_meaning
from fercurate.sources.tables.precedence import holds_class_folders

FOLDER = "folder of arrays"
"""The layout of several files; one file has its suffix."""

_SHOWN = 8


class Arrays:
    """Source ``arrays``."""

    name: ClassVar[str] = "arrays"
    title: ClassVar[str] = "arrays"
    license: ClassVar[str] = "as given by the user"
    redistributable: ClassVar[bool | None] = None
    options: ClassVar[type[LabelMapOptions]] = LabelMapOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize files whose keys name pictures and labels; class folders come before them."""
        contents = read_array_files(path)
        if not (contents.sets or contents.fault) or holds_class_folders(path):
            return None
        keys = [one.pictures.origin for one in contents.sets] or [f.name for f in contents.files]
        more = ", ..." if len(keys) > _SHOWN else ""
        why = f"arrays of pictures with labels ({', '.join(keys[:_SHOWN])}{more})"
        files = contents.read_files
        root = path if path.is_dir() else path.parent
        layout = FOLDER if path.is_dir() else files[0].suffix.casefold().removeprefix(".")
        return Recognition(self.name, layout, why, root, files, complete=True)

    def read(self, recognition: Recognition, options: LabelMapOptions) -> Iterator[Record]:
        """Yield every row as a sample or a reject, set after set.

        Raises:
            InputError: arrays that do not go together or cannot be read, pictures of no known
                shape or that are no gray levels, codes without names or label map.
        """
        contents = _contents(recognition)
        if contents.fault is not None:
            raise contents.fault
        meaning = _meaning(contents.sets, options)
        for arrays, levels in [(one, gray_levels(one.pictures)) for one in contents.sets]:
            yield from set_records(arrays, levels, meaning, options.name or self.name)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say what lies beside the arrays."""
        del recognition
        return unread_file(file, "a picture beside arrays")

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Name the sets with their shapes, how values were read, and what was left."""
        del md5
        contents = _contents(recognition)
        text = "; ".join(map(_described, contents.sets))
        names = ", ".join(f"{code}={name}" for code, name in enumerate(_names(contents.sets)))
        text += f"; codes named in the file: {names}" if names else ""
        derived = sum(map(derived_rows, contents.sets))
        text += f"; {derived:,} rows that an operation made are not read" if derived else ""
        left = [column.text for column in contents.unread]
        more = ", ..." if len(left) > _SHOWN else ""
        text += f"; not read: {', '.join(left[:_SHOWN])}{more}" if left else ""
        return f"{totals.records:,} rows of arrays: {text}{codes_said(totals)}"


def _contents(recognition: Recognition) -> ArrayFiles:
    """What was recognized, seen again: of the one file or the whole folder."""
    folder = recognition.layout == FOLDER
    return read_array_files(recognition.root if folder else recognition.files[0])


def _described(arrays: ArraySet) -> str:
    levels = gray_levels(arrays.pictures)
    shape = "x".join(map(str, arrays.shape.size))
    text = f"{arrays.pictures.origin}, {arrays.pictures.rows:,} pictures of {shape}"
    split = f", {arrays.split}" if arrays.split else ""
    return text + split + (f", {levels.text}" if levels.text else "")


def _names(sets: Sequence[ArraySet]) -> tuple[str, ...]:
    """The names of the codes.

    Raises:
        InputError: two files name them differently.
    """
    named = {one.names: one.labels.origin for one in sets if one.names}
    if len(named) > 1:
        texts = " and ".join(f"{', '.join(names)} in {place}" for names, place in named.items())
        raise InputError(f"codes have two orders: {texts}", fix="Ingest the files one by one")
    return next(iter(named), ())


def _meaning(sets: Sequence[ArraySet], options: LabelMapOptions) -> LabelMeaning:
    """What the labels of all sets mean: codes are the same in all of them."""
    where = ", ".join(dict.fromkeys(one.labels.origin for one in sets))
    counts: Counter[str] = Counter()
    for one in sets:
        counts += count_labels(row_texts(one.labels), one.labels.origin)
    return label_meaning(counts, _names(sets), options.label_map, where)
