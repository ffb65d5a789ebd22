"""Which copy of CK+ this is, in words: what it holds, counted anew, beside what was published."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fercurate.sources.base import RecordCounts
from fercurate.sources.ckplus.extended import ExtendedReader
from fercurate.sources.ckplus.folders import Picture, files_of_trees, picture_of
from fercurate.sources.ckplus.published import PUBLISHED, PUBLISHED_48
from fercurate.sources.ckplus.sequences import FaceSequence, OriginalTree


@dataclass
class _Census:
    counts: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    subjects: set[str] = field(default_factory=set)
    labeled_subjects: set[str] = field(default_factory=set)


def describe_original(root: Path) -> str:
    """Say what an original tree holds: sequences, labels, classes, FACS codes, landmarks."""
    tree, census = OriginalTree(root), _Census()
    for sequence in tree.sequences():
        _count(sequence, tree, census)
    counts = census.counts
    facts = {
        "sequences": counts["sequences"],
        "subjects": len(census.subjects),
        "labeled": counts["labeled"],
        **census.classes,
    }
    text = (
        f"{_verdict(facts, PUBLISHED, 'CK+')}: {counts['sequences']:,} sequences of "
        f"{len(census.subjects)} subjects; {counts['labeled']} labeled, of "
        f"{len(census.labeled_subjects)} subjects ({_in_order(census.classes, PUBLISHED)}); "
        f"{counts['unlabeled']} without a label give no sample"
    )
    return text + "".join(_extras(tree, counts))


def _count(sequence: FaceSequence, tree: OriginalTree, census: _Census) -> None:
    counts, label = census.counts, sequence.label
    if sequence.frames:
        counts["sequences"] += 1
        census.subjects.add(sequence.key[0])
    if label is None:
        counts["unusable" if sequence.rejects else "unlabeled"] += bool(sequence.frames)
        return
    counts["labeled"] += 1
    census.classes[label.expression] += 1
    census.labeled_subjects.add(sequence.key[0])
    counts["later"] += label.frame != max(sequence.frames)
    units = tree.action_units(sequence.key, label.frame)
    counts["facs"] += bool(units)
    counts["bad facs"] += units is None
    files = tree.landmark_files(sequence.key)
    for frame in sequence.frames:
        counts["frames"] += 1
        usable = tree.landmarks(files.get(frame, ())) is not None
        counts["landmarks"] += usable
        counts["bad landmarks"] += frame in files and not usable


def _extras(tree: OriginalTree, counts: Counter[str]) -> Iterable[str]:
    if counts["unusable"]:
        yield f"; {counts['unusable']} with a label that cannot be used"
    if counts["later"]:
        yield f"; {counts['later']} go on after the frame that their label names"
    if "facs" in tree.kinds:
        yield f"; FACS codes for {counts['facs']} of the labeled"
        yield f" ({counts['bad facs']} files unusable)" if counts["bad facs"] else ""
    else:
        yield "; no FACS folder"
    if "landmarks" in tree.kinds:
        yield f"; landmarks for {counts['landmarks']:,} of their {counts['frames']:,} frames"
        yield f" ({counts['bad landmarks']} files unusable)" if counts["bad landmarks"] else ""
    else:
        yield "; no Landmarks folder, so face boxes are assumed"


def describe_folders(root: Path) -> str:
    """Say what class folders hold by the names of their files, copies counted once."""
    named = [picture for file in files_of_trees(root) if (picture := picture_of(file)) is not None]
    pictures: set[Picture] = set(named)
    classes = Counter(label for label, _, _ in pictures)
    sequences = {key for _, key, _ in pictures}
    facts = {
        "files": len(pictures),
        "sequences": len(sequences),
        "subjects": len({subject for subject, _ in sequences}),
        **classes,
    }
    copies = len(named) - len(pictures)
    return (
        f"{_verdict(facts, PUBLISHED_48, 'CK+48')}: {len(pictures):,} pictures "
        f"({_in_order(classes, PUBLISHED_48)}) of {facts['sequences']} sequences and "
        f"{facts['subjects']} subjects" + (f"; {copies:,} copies passed over" if copies else "")
    )


def describe_extended(path: Path, totals: RecordCounts) -> str:
    """Say what ``ckextended.csv`` holds, and what cannot be done with it."""
    classes = ExtendedReader(path, "").classes()
    splits = ", ".join(f"{name or 'no usage'} {n}" for name, n in sorted(totals.splits.items()))
    return (
        f"CK+ as a CSV of {totals.records:,} rows ({_in_order(classes, PUBLISHED)}; "
        f"{splits or 'no sample'}); it names no subjects, so subject-independent evaluation is "
        "impossible, and its own Usage has the same faces on both sides"
    )


def _verdict(facts: Mapping[str, int], published: Mapping[str, int], name: str) -> str:
    names = [*published, *sorted(set(facts) - set(published))]
    gaps = {n: facts.get(n, 0) - published.get(n, 0) for n in names}
    missing = ", ".join(f"{n} {-gap}" for n, gap in gaps.items() if gap < 0)
    surplus = ", ".join(f"{n} {gap}" for n, gap in gaps.items() if gap > 0)
    if not missing and not surplus:
        return f"the counts of the published {name}"
    told = (missing and f"missing: {missing}", surplus and f"surplus: {surplus}")
    return f"not the counts of the published {name} ({'; '.join(filter(None, told))})"


def _in_order(classes: Counter[str], published: Mapping[str, int]) -> str:
    names = [n for n in published if n in classes]
    names += sorted(set(classes) - set(names))
    return ", ".join(f"{name} {classes[name]}" for name in names) or "no label"
