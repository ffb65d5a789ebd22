"""Which copy of AffectNet this is, in words: the release, and its counts beside the published."""

from fercurate.sources.affectnet import lists, packs, yolo
from fercurate.sources.affectnet.entries import SPLIT_WORDS
from fercurate.sources.affectnet.published import KAGGLE_ROWS, LISTED_ROWS, PUBLISHED
from fercurate.sources.base import Recognition, RecordCounts
from fercurate.sources.reading.class_tree import rows_of_another_class


def describe(recognition: Recognition, totals: RecordCounts) -> str:
    """Name the release and compare the counts with what was published."""
    counts = ", ".join(f"{s or 'no split'} {n:,}" for s, n in _in_order(totals))
    facts = f"{_things(totals.records, recognition)} ({counts or 'no sample'})"
    if recognition.layout in PUBLISHED:
        release = "2017" if recognition.layout == lists.LAYOUT else "2021"
        return f"the {release} release: {facts}; {_compared(recognition, totals)}"
    if recognition.layout == yolo.LAYOUT:
        return f"a copy in YOLO format: {facts}"
    return f"class folders with labels.csv: {facts}; {_pack_remarks(recognition, totals)}"


def _in_order(totals: RecordCounts) -> list[tuple[str, int]]:
    order = [*SPLIT_WORDS, *sorted(set(totals.splits) - set(SPLIT_WORDS))]
    return [(split, totals.splits[split]) for split in order if split in totals.splits]


def _things(count: int, recognition: Recognition) -> str:
    noun = "row" if recognition.layout in (lists.LAYOUT, packs.LAYOUT) else "record"
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _compared(recognition: Recognition, totals: RecordCounts) -> str:
    published = PUBLISHED[recognition.layout]
    compared = {split: n for split, n in totals.splits.items() if split in published}
    if compared and all(n in published[split] for split, n in compared.items()):
        return f"the published counts of {' and '.join(s for s in published if s in compared)}"
    listed = recognition.layout == lists.LAYOUT
    rows = {s: f" of {n:,} rows" for s, n in LISTED_ROWS.items()} if listed else {}
    text = " and ".join(f"{s} {n[0]:,}{rows.get(s, '')}" for s, n in published.items())
    if listed and compared.get("Validation") == published["Validation"][0] - 1:
        return f"published are {text}; in a list without header the first row is easily lost"
    return f"not the published counts, which are {text}"


def _pack_remarks(recognition: Recognition, totals: RecordCounts) -> str:
    differing = packs.count_disagreements(recognition)
    known = ", as many as in the copy on Kaggle" if totals.records == KAGGLE_ROWS else ""
    return f"{rows_of_another_class(differing)}{known}"
