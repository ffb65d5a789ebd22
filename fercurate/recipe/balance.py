"""The parts of a recipe that say how train is balanced and augmented."""

from collections.abc import Sequence
from functools import partial, reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias, cast

from pydantic import (
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
    model_validator,
    with_config,
)

from fercurate.balance.targets import OVER_WORDS, UNDER_WORDS
from fercurate.domain.plan import EVALUATION_SPLITS, REPEAT
from fercurate.recipe.augmentation import DRAWN, DrawnCopy
from fercurate.recipe.sections import STRICT, Section
from fercurate.transforms.augment import Augmentation
from fercurate.transforms.base import Transform
from fercurate.transforms.chain import COPIES

SplitName = Literal["train", "val", "test"]
MOST_ROWS = 2_000_000
"""More rows of a class than any corpus has pictures in all; they must be planned in memory."""

Count = Annotated[int, Field(ge=1, le=MOST_ROWS)]
Ratio = Annotated[float, Field(ge=1e-6, le=1)]


def _clear(words: str, value: Any, check: ValidatorFunctionWrapHandler) -> Any:
    """Check a strategy; say in one sentence what it may be."""
    try:
        return check(value)
    except ValidationError:
        raise ValueError(
            f"{value!r}; expected one of {words}, a ratio above 0 and up to 1, or whole numbers "
            f"by class, at most {MOST_ROWS:,}"
        ) from None


Over = Annotated[
    Literal["auto", "minority", "not minority", "not majority", "all"] | Ratio | dict[str, Count],
    WrapValidator(partial(_clear, ", ".join(OVER_WORDS))),
]
Under = Annotated[
    Literal["auto", "majority", "not minority", "not majority", "all"] | Ratio | dict[str, Count],
    WrapValidator(partial(_clear, ", ".join(UNDER_WORDS))),
]


def levels_all(strategy: object) -> bool:
    """Whether over-sampling by a strategy makes all classes equal."""
    return strategy in ("auto", "not majority", "all") or strategy == 1.0


class _Derived(Section):
    """A step that adds rows which are no pictures of a corpus."""

    splits: tuple[SplitName, ...] = Field(default=("train",), min_length=1)
    allow_derived_in_evaluation: bool = Field(
        default=False,
        description="Permit such rows in val or test. They are not new pictures; they are "
        "marked, counted in the datasheet, and accuracy on them is not comparable",
    )

    @model_validator(mode="after")
    def _evaluation_is_explicit(self) -> Self:
        touched = [name for name in self.splits if name in EVALUATION_SPLITS]
        if touched and not self.allow_derived_in_evaluation:
            raise ValueError(
                f"derived rows in {' and '.join(touched)}: a changed copy of a test picture is no "
                "new test picture; to do it all the same, set allow_derived_in_evaluation: true"
            )
        return self


class RandomUnder(Section):
    """Random under-sampling of train: some samples of large classes are left out."""

    kind: Literal["random_under"]
    strategy: Under = Field(default="auto", description="Which classes are cut, and to what")


class RandomOver(_Derived):
    """Random over-sampling: samples of small classes stand there more than once."""

    kind: Literal["random_over"]
    strategy: Over = Field(default="auto", description="Which classes are raised, and to what")


class Smote(_Derived):
    """Synthetic rows between two pictures of a class, by imbalanced-learn."""

    kind: Literal["smote", "borderline_smote", "adasyn", "smote_enn", "smote_tomek"]
    strategy: Over = Field(default="auto", description="Which classes are raised, and to what")
    k_neighbors: int = Field(default=5, ge=1, le=100, description="Neighbors to mix with")
    m_neighbors: int = Field(
        default=10, ge=1, le=100, description="borderline_smote: neighbors that tell the border"
    )
    variant: Literal["borderline-1", "borderline-2"] = Field(
        default="borderline-1", description="borderline_smote: which of its two forms"
    )
    pca: int | None = Field(
        default=None,
        ge=1,
        le=1024,
        description="Look for neighbors by so many principal components, not by all pixels",
    )
    allow_across_folds: bool = Field(
        default=False, description="Permit parents from two folds of a train.h5 for all folds"
    )
    allow_augmented_parents: bool = Field(
        default=False, description="Permit copies made by earlier steps as parents"
    )

    @model_validator(mode="after")
    def _of_borderline(self) -> Self:
        theirs = sorted({"m_neighbors", "variant"} & self.model_fields_set)
        if theirs and self.kind != "borderline_smote":
            raise ValueError(f"{' and '.join(theirs)}: only for kind: borderline_smote")
        return self


def _exact_copies() -> list[Any]:
    return [with_config(STRICT)(transform) for transform in COPIES]


if TYPE_CHECKING:
    Copy: TypeAlias = Transform | DrawnCopy
else:
    Copy = Annotated[
        reduce(or_, cast("list[Any]", [*_exact_copies(), *DRAWN])), Field(discriminator="kind")
    ]


class OfflineCopies(_Derived):
    """Offline augmentation: changed copies of every picture, or just enough for a target."""

    kind: Literal["offline"]
    copies: tuple[Copy, ...] = Field(min_length=1)
    strategy: Over | None = Field(
        default=None,
        description="Make just enough copies to bring classes to this; default: all copies",
    )
    times: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="How many copies of every picture each random operation makes",
    )

    @field_validator("copies")
    @classmethod
    def _different(cls, copies: "tuple[Copy, ...]") -> "tuple[Copy, ...]":
        labels = [copy.label for copy in copies]
        twice = sorted({label for label in labels if labels.count(label) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} stands here more than once")
        return copies

    @model_validator(mode="after")
    def _times_fit(self) -> Self:
        if self.times > 1 and (self.strategy is not None or not self.augmentations):
            raise ValueError(
                "times: for copies of every picture by random operations (albumentations, "
                "sequence, named); exact ones give the same copy each time"
            )
        return self

    @property
    def augmentations(self) -> dict[str, Augmentation]:
        """The operations that draw at random, by label."""
        return {c.label: c.augmentation for c in self.copies if isinstance(c, DrawnCopy)}

    @property
    def exact(self) -> dict[str, Transform]:
        """The operations that always give the same, by label."""
        return {c.label: c for c in self.copies if not isinstance(c, DrawnCopy)}


BalanceStep = Annotated[
    RandomUnder | RandomOver | Smote | OfflineCopies, Field(discriminator="kind")
]


def _labels(step: RandomUnder | RandomOver | Smote | OfflineCopies) -> list[str]:
    """The names of the rows that a step adds, but for synthetic ones."""
    if isinstance(step, OfflineCopies):
        return [copy.label for copy in step.copies]
    return [REPEAT] if isinstance(step, RandomOver) else []


def check_order(steps: Sequence[RandomUnder | RandomOver | Smote | OfflineCopies]) -> str:
    """Say what is wrong with the order of steps; empty if nothing is."""
    if any(isinstance(step, RandomUnder) for step in steps[1:]):
        return "random_under must be the first step: it chooses among the originals"
    labels = [label for step in steps for label in _labels(step)]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        return f"{', '.join(twice)} stands here more than once; join them in one step"
    mixing = [place for place, step in enumerate(steps) if isinstance(step, Smote)]
    if len(mixing) > 1:
        return "more than one step mixes synthetic rows; keep one"
    for place in mixing:
        step, before = steps[place], steps[:place]
        copied = [s.kind for s in before if isinstance(s, OfflineCopies | RandomOver)]
        if copied and not cast("Smote", step).allow_augmented_parents:
            return (
                f"{step.kind} after {copied[0]}: mixing copies of one picture gives no new "
                "faces; put it before, or set its allow_augmented_parents: true"
            )
    return ""
