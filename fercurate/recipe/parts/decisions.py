"""The part of a recipe that says which decisions by people count, and how."""

from typing import Literal

from pydantic import Field, field_validator

from fercurate.domain.decisions.consensus import DropRule, LabelRule
from fercurate.domain.plan import EVALUATION_SPLITS, SPLIT_NAMES, SplitName
from fercurate.recipe.sections import Section

MOST_FILES = 64
"""Files of decisions at most."""


class Decisions(Section):
    """Decisions by people: whose, by which rule, and in which splits they count."""

    files: tuple[str, ...] = Field(
        default=(),
        max_length=MOST_FILES,
        description="Files of decisions, in the recipe's folder or below it; without any, the "
        "store's own",
    )
    labels: Literal["none"] | LabelRule = Field(
        default="majority", description="How labels by several authors become one; none: not at all"
    )
    drop: Literal["none"] | DropRule = Field(
        default="majority",
        description="How many authors must find a sample faulty to drop it; none: drop nothing",
    )
    splits: tuple[SplitName, ...] = Field(
        default=("train",), min_length=1, description="Splits in which decisions count"
    )
    allow_relabeled_evaluation: bool = Field(
        default=False,
        description="Permit val and test in splits, and folds: their labels are then not the "
        "corpus's",
    )

    @field_validator("files")
    @classmethod
    def _plain_names(cls, files: tuple[str, ...]) -> tuple[str, ...]:
        for name in files:
            parts = name.replace("\\", "/").split("/")
            if not name.strip() or not name.isprintable() or name.startswith(("/", "~")):
                raise ValueError(f"{name!r}; expected the name of a file in the recipe's folder")
            if ".." in parts:
                raise ValueError(f"{name!r}: leads out of the recipe's folder; copy the file there")
        if len(set(files)) != len(files):
            raise ValueError("a file is named more than once")
        return files

    def split_fault(self, *, drawn: bool, folds: bool) -> str:
        """What is wrong with ``splits`` that are ``drawn`` by chance, or cut into ``folds``."""
        evaluated = ("folds of train",) if folds else self.evaluation_splits
        if evaluated and not self.allow_relabeled_evaluation:
            return (
                f"{' and '.join(evaluated)}: results on relabeled pictures compare to no others; "
                "to do it all the same, set allow_relabeled_evaluation: true"
            )
        if drawn and self.splits != ("train",) and {*self.splits} != {*SPLIT_NAMES}:
            return "splits are drawn by chance here; expected [train], or all of them"
        return ""

    @property
    def evaluation_splits(self) -> tuple[str, ...]:
        """Those of val and test in which decisions count."""
        return tuple(name for name in EVALUATION_SPLITS if name in self.splits)
