"""Inner folds of a grid search: never the same person, recording or picture on both sides."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from ..shared.errors import ExportError
from ..shared.export import Subset, text_columns
from ..shared.identical import picture_digests

_COLUMNS = ("sample_id", "source", "subject", "sequence", "parent_a", "parent_b")

Codes = NDArray[np.int64]


@dataclass(frozen=True)
class InnerFolds:
    """The inner fold of rows (M,).

    A row made from two others has the folds of both in ``first`` and ``second``; elsewhere they
    are equal.
    """

    first: Codes
    second: Codes
    original: NDArray[np.bool_]
    count: int

    def take(self, rows: Codes) -> "InnerFolds":
        """Those of some rows, by position."""
        return InnerFolds(self.first[rows], self.second[rows], self.original[rows], self.count)

    def sides(self, fold: int) -> tuple[Codes, Codes]:
        """Positions of the rows to learn from, and of those to test on.

        Tests are pictures of a corpus alone. A row that was made from others teaches where all of
        them do.
        """
        learned = (self.first != fold) & (self.second != fold)
        tested = self.original & (self.first == fold)
        return np.flatnonzero(learned), np.flatnonzero(tested)


def inner_folds(rows: Subset, folds: int, seed: int) -> InnerFolds:
    """Deal rows out to folds by groups, with classes as even as groups allow.

    A group is a person; where the export names none, a recording, or else a single sample.
    Groups that share an identical picture are one. Rows made from others belong to these.

    Raises:
        ExportError: there are fewer than two groups, or the export lacks a column.
    """
    text = text_columns(rows.split, _COLUMNS)
    chosen = {name: values[rows.rows] for name, values in text.items()}
    original = rows.original
    first = _roots(np.where(original, chosen["sample_id"], chosen["parent_a"]))
    second = _roots(np.where(chosen["parent_b"] == "", first, chosen["parent_b"]))
    names, codes = np.unique(np.concatenate([first, second]).astype(str), return_inverse=True)
    first_code, second_code = codes[: len(rows)], codes[len(rows) :]
    group = _joined(len(names), first_code, _marks(chosen, rows))
    owned = group[first_code]
    classes = int(rows.labels.max(initial=0)) + 1
    counts = np.zeros((int(group.max(initial=-1)) + 1, classes), dtype=np.int64)
    np.add.at(counts, (owned[original], rows.labels[original]), 1)
    if len(counts) < 2:
        raise ExportError(
            f"{rows.split.path}: rows of one person only; there is nothing to hold out"
        )
    number = min(folds, len(counts))
    fold = _dealt(counts, number, seed)[group]
    return InnerFolds(fold[first_code], fold[second_code], original, number)


def _roots(ids: NDArray[np.object_]) -> NDArray[np.object_]:
    """The samples that rows were made from; "sample#operation" is the name of a derived row."""
    return np.array([name.partition("#")[0] for name in ids], dtype=object)


def _marks(columns: dict[str, NDArray[np.object_]], rows: Subset) -> list[tuple[str, str, str]]:
    """What each row shares with others of its group, two marks a row."""
    marks = []
    people = zip(columns["source"], columns["subject"], columns["sequence"], strict=True)
    for number, ((source, subject, sequence), digest) in enumerate(
        zip(people, picture_digests(rows), strict=True)
    ):
        if subject or sequence:
            marks.append(("person" if subject else "recording", source, subject or sequence))
        else:
            marks.append(("row", "", str(number)))
        marks.append(("picture", "", digest.hex()))
    return marks


def _joined(samples: int, sample_of_row: Codes, marks: list[tuple[str, str, str]]) -> Codes:
    """The group (S,) of every sample: those whose rows share a mark are in one."""
    known: dict[tuple[str, str, str], int] = {}
    mark = np.array([known.setdefault(one, len(known)) for one in marks], dtype=np.int64)
    nodes = samples + len(known)
    ones = np.ones(len(mark), dtype=np.int8)
    links = coo_matrix((ones, (np.repeat(sample_of_row, 2), samples + mark)), shape=(nodes, nodes))
    _, component = connected_components(links, directed=False)
    _, group = np.unique(component[:samples], return_inverse=True)
    return np.asarray(group, dtype=np.int64)


def _dealt(counts: Codes, folds: int, seed: int) -> Codes:
    """The fold (G,) of groups with so many rows of each class (G, C).

    The largest groups go first, equal ones in random order; each to the fold that has least of
    its classes.
    """
    order = np.random.default_rng(seed).permutation(len(counts))
    order = order[np.argsort(-counts[order].sum(axis=1), kind="stable")]
    shares = counts / np.maximum(counts.sum(axis=0), 1)
    held = np.zeros((folds, counts.shape[1]))
    fold = np.zeros(len(counts), dtype=np.int64)
    for group in order:
        fold[group] = np.argmin(held @ shares[group])
        held[fold[group]] += shares[group]
    return fold
