"""AffectNet in the layouts that circulate: the 2017 and 2021 releases and packs made from them.

Mollahosseini, Hasani, Mahoor, "AffectNet: A Database for Facial Expression, Valence, and Arousal
Computing in the Wild", IEEE TAC 2017. Layouts and counts: see ``docs/corpora.md``.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import ClassVar

from fercurate.domain.sample import Reject
from fercurate.sources.affectnet import lists as affectnet_lists
from fercurate.sources.affectnet import mini as affectnet_mini
from fercurate.sources.affectnet import packs as affectnet_packs
from fercurate.sources.affectnet import yolo as affectnet_yolo
from fercurate.sources.affectnet.entries import SPLIT_WORDS, Entry, load_entries
from fercurate.sources.base import IngestOptions, Recognition, Record, Tally

LISTED_ROWS: dict[str, int] = {"Training": 414_800, "Validation": 5_500}
"""Rows of the published lists of 2017, including those of no expression."""

PUBLISHED: dict[str, dict[str, tuple[int, ...]]] = {
    affectnet_lists.LAYOUT: {"Training": (287_651, 287_652), "Validation": (4_000,)},
    affectnet_mini.LAYOUT: {"Training": (287_651,), "Validation": (3_999,)},
}
"""Layout -> native split -> samples of the eight expressions in the published release.

One training picture of 2017 is empty as published (0 bytes), so copies have it or do not.
"""

KAGGLE_ROWS = 29_042
"""Rows of the ``labels.csv`` that circulates on Kaggle."""

_Reader = Callable[[Recognition, IngestOptions, str], Iterator[Entry | Reject]]

_READERS: dict[str, _Reader] = {
    affectnet_lists.LAYOUT: affectnet_lists.list_entries,
    affectnet_mini.LAYOUT: affectnet_mini.mini_entries,
    affectnet_packs.LAYOUT: affectnet_packs.pack_entries,
    affectnet_yolo.LAYOUT: affectnet_yolo.yolo_entries,
}
_RECOGNIZERS = (
    affectnet_lists.recognize_lists,
    affectnet_mini.recognize_mini,
    affectnet_packs.recognize_pack,
    affectnet_yolo.recognize_yolo,
)


class AffectNet:
    """Source ``affectnet``."""

    name: ClassVar[str] = "affectnet"
    title: ClassVar[str] = "AffectNet"
    license: ClassVar[str] = (
        "by agreement with the University of Denver; research only, not redistributable"
    )

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize lists, annotations, a ``labels.csv`` or YOLO labels; no image tree is walked.

        Raises:
            InputError: several lists of AffectNet that their names do not tell apart.
        """
        found = (recognize(path, self.name) for recognize in _RECOGNIZERS)
        return next((recognition for recognition in found if recognition is not None), None)

    def read(self, recognition: Recognition, options: IngestOptions) -> Iterator[Record]:
        """Yield every row or picture as a sample or a reject, in the order of the lists.

        With ``options.per_class`` at most so many pictures of each native split and expression
        are drawn before any is read; one that turns out to be broken is not replaced.

        Raises:
            InputError: YOLO labels whose class numbers have no names and no label map.
        """
        read = _READERS[recognition.layout]
        entries = partial(read, recognition, options, options.name or self.name)
        for record in load_entries(entries, recognition.root, options):
            yolo = recognition.layout == affectnet_yolo.LAYOUT
            yield affectnet_yolo.in_pixels(record) if yolo else record

    def variant(self, recognition: Recognition, tally: Tally, md5: str) -> str:
        """Name the release and compare the counts with what was published."""
        counts = ", ".join(f"{s or 'no split'} {n:,}" for s, n in _in_order(tally))
        facts = f"{_things(tally.records, recognition)} ({counts or 'no sample'})"
        if recognition.layout in PUBLISHED:
            release = "2017" if recognition.layout == affectnet_lists.LAYOUT else "2021"
            return f"the {release} release: {facts}; {_compared(recognition, tally)}"
        if recognition.layout == affectnet_yolo.LAYOUT:
            return f"a copy in YOLO format: {facts}"
        return f"class folders with labels.csv: {facts}; {_pack_remarks(recognition, tally)}"


def _in_order(tally: Tally) -> list[tuple[str, int]]:
    order = [*SPLIT_WORDS, *sorted(set(tally.splits) - set(SPLIT_WORDS))]
    return [(split, tally.splits[split]) for split in order if split in tally.splits]


def _things(count: int, recognition: Recognition) -> str:
    lists = recognition.layout in (affectnet_lists.LAYOUT, affectnet_packs.LAYOUT)
    noun = "row" if lists else "record"
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _compared(recognition: Recognition, tally: Tally) -> str:
    published = PUBLISHED[recognition.layout]
    compared = {split: n for split, n in tally.splits.items() if split in published}
    if compared and all(n in published[split] for split, n in compared.items()):
        return f"the published counts of {' and '.join(s for s in published if s in compared)}"
    lists = recognition.layout == affectnet_lists.LAYOUT
    rows = {s: f" of {n:,} rows" for s, n in LISTED_ROWS.items()} if lists else {}
    text = " and ".join(f"{s} {n[0]:,}{rows.get(s, '')}" for s, n in published.items())
    if lists and compared.get("Validation") == published["Validation"][0] - 1:
        return f"published are {text}; in a list without header the first row is easily lost"
    return f"not the published counts, which are {text}"


def _pack_remarks(recognition: Recognition, tally: Tally) -> str:
    differing = affectnet_packs.count_disagreements(recognition)
    rows = "row names a picture" if differing == 1 else "rows name a picture"
    known = ", as many as in the copy on Kaggle" if tally.records == KAGGLE_ROWS else ""
    return f"{differing:,} {rows} in the folder of another class (the row counts){known}"
