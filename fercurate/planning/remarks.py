"""What has to be known of the splits of a build: who is in them, and which classes are not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import SplitAssignment
from fercurate.domain.text import did_you_mean
from fercurate.domain.verdict import Verdicts
from fercurate.planning.screening import SCREENED
from fercurate.planning.splitting import SplitState
from fercurate.screening.fairness import unfair_classes
from fercurate.splits.base import Splitter
from fercurate.splits.native import NativeSplits


def source_remarks(
    manifest: Manifest, splitter: Splitter, sources: Sequence[str], state: SplitState
) -> tuple[str, ...]:
    """What is to be said of the sources of a recipe and of their splits, a sentence each."""
    return (
        *misspelled_natives(manifest, splitter),
        *unused_sources(manifest, sources, state),
        *unknown_people(manifest, splitter, state.assignment),
    )


def unknown_people(
    manifest: Manifest, splitter: Splitter, assignment: SplitAssignment
) -> tuple[str, ...]:
    """The sources that are split at random without any subject known, in one sentence."""
    rows = [assignment.rows.get(name, np.empty(0, np.int64)) for name in splitter.drawn_splits]
    drawn = manifest.take(np.concatenate([np.empty(0, np.int64), *rows]))
    source, known = drawn.text("source"), drawn.text("subject") != ""
    nobody = [name for name in sorted(set(source)) if not known[source == name].any()]
    if not nobody:
        return ()
    return (
        f"no subjects are known in {', '.join(nobody)}: the same person may lie on both sides of "
        "a random split",
    )


def unused_sources(
    manifest: Manifest, sources: Sequence[str], state: SplitState
) -> tuple[str, ...]:
    """The sources of a recipe that no split has a sample of, and why, a sentence each."""
    every, reasons = manifest.text("source"), state.verdicts.reasons
    rows = [np.empty(0, np.int64), *state.assignment.rows.values()]
    used = set(every[np.concatenate(rows)])
    said = []
    for source in sorted({*sources} - used):
        why = Counter(str(reason) for reason in reasons[every == source] if reason)
        told = ", ".join(f"{count:,} {reason}" for reason, count in why.most_common(3))
        said.append(f"no split has a sample of {source}{f' ({told})' if told else ''}")
    return tuple(said)


def misspelled_natives(manifest: Manifest, splitter: Splitter) -> tuple[str, ...]:
    """The native splits of a recipe that no sample has, but nearly, in a sentence each.

    Recipes also list names that only other copies of a corpus have: those are nobody's fault.
    """
    if not isinstance(splitter, NativeSplits):
        return ()
    pairs = {*zip(manifest.text("source"), manifest.text("native_split"), strict=True)}
    said = []
    for name in splitter.listed:
        source, _, bare = name.rpartition(":")
        known = {split for one, split in pairs if split and source in ("", one)}
        near = "" if bare in known else did_you_mean(bare, known)
        if near:
            said.append(f"splits: no sample has the native split {name!r}{near}")
    return tuple(said)


def empty_classes(
    classes: Sequence[str], counts: Mapping[str, NDArray[np.int64]], *, weighted: bool
) -> tuple[str, ...]:
    """The classes of which a split has no sample, a sentence a split.

    ``counts`` are rows (C,) by split, ``weighted``: classes have weights.
    """
    nowhere = [c for c in range(len(classes)) if not any(rows[c] for rows in counts.values())]
    said = []
    if nowhere:
        which = _listed(classes, nowhere)
        said.append(f"no split has a sample of {which}{_unlearned(nowhere, weighted=weighted)}")
    for split, rows in counts.items():
        empty = [c for c in np.flatnonzero(rows == 0).tolist() if c not in nowhere]
        if empty:
            unlearned = _unlearned(empty, weighted=weighted) if split == "train" else ""
            said.append(f"{split} has no sample of {_listed(classes, empty)}{unlearned}")
    return tuple(said)


def untested_classes(
    classes: Sequence[str], labels: NDArray[np.int64], folds: NDArray[np.int64]
) -> tuple[str, ...]:
    """The classes that some folds do not test, in one sentence.

    ``labels`` and ``folds`` (M,) are those of train's samples.
    """
    count = len(np.unique(folds))
    tested = [
        (name, len(np.unique(folds[labels == code])))
        for code, name in enumerate(classes)
        if (labels == code).any()
    ]
    few = [f"{name} in {number} of {count}" for name, number in tested if number < count]
    return (f"not every fold tests every class: {', '.join(few)}",) if few else ()


def _listed(classes: Sequence[str], codes: Sequence[int]) -> str:
    return ", ".join(classes[code] for code in codes)


def _unlearned(codes: Sequence[int], *, weighted: bool) -> str:
    what = "this class" if len(codes) == 1 else "these classes"
    return f": nothing is learned of {what}{', and the weight is 0' if weighted else ''}"


@dataclass(frozen=True)
class DroppedSamples:
    """For the samples (M,) of a recipe's sources: why each is dropped, if it is, and its class."""

    reasons: NDArray[np.object_]
    expressions: NDArray[np.object_]

    @classmethod
    def of(
        cls, manifest: Manifest, sources: tuple[str, ...], state: SplitState
    ) -> "DroppedSamples":
        """Those of the sources of a recipe, by what the splits left out."""
        ours = manifest.is_one_of("source", sources)
        return cls(state.verdicts.reasons[ours], manifest.text("expression")[ours])

    def counts(self) -> dict[str, dict[str, int]]:
        """How many by reason and class."""
        return Verdicts(self.reasons).count(self.expressions)

    def unfair(self) -> tuple[str, ...]:
        """Classes that the screening treats unfairly, one sentence each."""
        screened = {reason for reason in set(self.reasons) if str(reason).startswith(SCREENED)}
        if not screened:
            return ()
        reasons = np.array([reason if reason in screened else "" for reason in self.reasons])
        return tuple(
            f"screening: {one.message}" for one in unfair_classes(reasons, self.expressions)
        )
