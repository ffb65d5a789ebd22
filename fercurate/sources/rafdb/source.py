"""RAF-DB, the basic set: its list of labels, and the Kaggle copy in numbered folders.

Li et al., "Reliable crowdsourcing and deep locality-preserving learning for expression
recognition in the wild", CVPR 2017. Codes are 1..7: surprise, fear, disgust, happy, sad, angry,
neutral. The compound set, in lists of the same name with codes up to 11, is another source.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.names.unread import NOT_LISTED, unread_file
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.rafdb.folders import read_numbered, recognize_numbered
from fercurate.sources.rafdb.lists import (
    labels_of_set,
    picture_folder,
    read_listed,
    recognize_list,
)
from fercurate.sources.rafdb.manual import ENDING
from fercurate.sources.rafdb.published import BASIC, OFFICIAL
from fercurate.sources.rafdb.shares import SHARES_FILE
from fercurate.sources.reading.loading import load_images


class RafDb:
    """Source ``rafdb``."""

    name: ClassVar[str] = "rafdb"
    title: ClassVar[str] = "RAF-DB (basic)"
    license: ClassVar[str] = (
        "by agreement with the authors: non-commercial research; not redistributable"
    )
    redistributable: ClassVar[bool | None] = False
    options: ClassVar[type[LabelMapOptions]] = LabelMapOptions
    order: ClassVar[str] = "rafdb"
    """Name of the label map of its codes."""

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize the list by its name, numbered folders by label CSVs or file names."""
        if not path.is_dir():
            return None
        return recognize_list(path, BASIC, self.name) or recognize_numbered(path, self.name)

    def read(self, recognition: Recognition, options: LabelMapOptions) -> Iterator[Record]:
        """Yield every row of the list, or every file, as a sample or a reject.

        Raises:
            InputError: no folder of pictures beside the list, a list of the other set, or a label
                map for it.
        """
        source = options.name or self.name
        labels = labels_of_set(options.label_map, self.order)
        if recognition.layout == "list":
            pictures = read_listed(recognition, labels, source)
        else:
            pictures = read_numbered(recognition, labels, source)
        yield from load_images(pictures, recognition.root, options)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say that no line of the list names a picture; "" of what tells of pictures beside it."""
        told = file.endswith((ENDING, SHARES_FILE)) and recognition.layout == "list"
        return "" if told else unread_file(file, NOT_LISTED)

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Compare the counts with those published."""
        del md5
        counts = ", ".join(
            f"{name or 'no split'} {n:,}" for name, n in sorted(totals.splits.items())
        )
        facts = f"{totals.records:,} pictures ({counts or 'no sample'})"
        framing = ""
        folder = picture_folder(recognition.root) if recognition.layout == "list" else None
        if folder is not None:
            framing = f"{folder.name.casefold()} pictures, "
        return f"{framing}{self.comparison(totals)}: {facts}"

    def comparison(self, totals: RecordCounts) -> str:
        """Say whether the counts are those published."""
        if dict(totals.splits) == OFFICIAL:
            return "the published counts of the basic set"
        return "not the published counts (Training 12,271, Test 3,068)"
