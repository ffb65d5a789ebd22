"""The splitters by name."""

from fercurate.splits.base import Splitter
from fercurate.splits.folds import StratifiedFolds
from fercurate.splits.native import NativeSplits
from fercurate.splits.stratified import StratifiedSplits
from fercurate.splits.subjects import LeaveOneSubjectOut, SubjectFolds

SPLITTERS: tuple[type[Splitter], ...] = (
    NativeSplits,
    StratifiedSplits,
    StratifiedFolds,
    SubjectFolds,
    LeaveOneSubjectOut,
)
"""What ``splits`` in a recipe may be; the recipe, its schema and the contract tests ask here."""
