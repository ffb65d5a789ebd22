"""AffectNet in the layouts that circulate: the 2017 and 2021 releases and packs made from them.

Mollahosseini, Hasani, Mahoor, "AffectNet: A Database for Facial Expression, Valence, and Arousal
Computing in the Wild", IEEE TAC 2017. Layouts and counts: see ``docs/corpora.md``.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar

from fercurate.domain.sample import Reject
from fercurate.sources.affectnet import choice, lists, mini, packs, yolo
from fercurate.sources.affectnet.entries import Entry, load_entries
from fercurate.sources.affectnet.options import AffectNetOptions
from fercurate.sources.affectnet.variant import describe
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.names.unread import NOT_LISTED, unread_file

_Reader = Callable[[Recognition, AffectNetOptions, str], Iterator[Entry | Reject]]

_READERS: dict[str, _Reader] = {
    lists.LAYOUT: lists.list_entries,
    mini.LAYOUT: mini.mini_entries,
    packs.LAYOUT: packs.pack_entries,
    yolo.LAYOUT: yolo.yolo_entries,
}
_RECOGNIZERS = (
    choice.recognize_lists,
    mini.recognize_mini,
    packs.recognize_pack,
    yolo.recognize_yolo,
)


class AffectNet:
    """Source ``affectnet``."""

    name: ClassVar[str] = "affectnet"
    title: ClassVar[str] = "AffectNet"
    license: ClassVar[str] = (
        "by agreement with the University of Denver; research only, not redistributable"
    )
    redistributable: ClassVar[bool | None] = False
    options: ClassVar[type[AffectNetOptions]] = AffectNetOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize lists, annotations, a ``labels.csv`` or YOLO labels; no image tree is walked.

        Raises:
            InputError: several lists of AffectNet that their names do not tell apart.
        """
        asked = (recognize(path, self.name) for recognize in _RECOGNIZERS)
        return next((recognition for recognition in asked if recognition is not None), None)

    def read(self, recognition: Recognition, options: AffectNetOptions) -> Iterator[Record]:
        """Yield every row or picture as a sample or a reject, in the order of the lists.

        With ``options.per_class`` at most so many pictures of each native split and expression
        are drawn before any is read; one that turns out to be broken is not replaced.

        Raises:
            InputError: YOLO labels whose class numbers have no names and no label map.
        """
        read = _READERS[recognition.layout]
        entries = partial(read, recognition, options, options.name or self.name)
        for record in load_entries(entries, recognition.root, options):
            yield yolo.in_pixels(record) if recognition.layout == yolo.LAYOUT else record

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say that nothing names a picture; files of annotations were read."""
        labels = {mini.LAYOUT: (".npy",), yolo.LAYOUT: (".txt", ".yaml", ".yml")}
        return unread_file(file, NOT_LISTED, labels.get(recognition.layout, ()))

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Name the release and compare the counts with what was published."""
        del md5
        return describe(recognition, totals)
