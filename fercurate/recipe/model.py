"""What a recipe may say. Every key is checked; unknown ones are faults, never ignored."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias, cast

from pydantic import Field, field_validator, model_validator, with_config

from fercurate.domain.plan import EVALUATION_SPLITS, SPLIT_NAMES
from fercurate.recipe.screening import Screen, Select
from fercurate.recipe.sections import (
    STRICT,
    Labels,
    LeaveOneSubjectOut,
    NativeSplits,
    Section,
    SourceChoice,
    Splits,
    SubjectFolds,
)
from fercurate.recipe.suggest import did_you_mean
from fercurate.transforms.base import Transform
from fercurate.transforms.chain import COPIES, NORMALIZERS
from fercurate.transforms.crop import Crop
from fercurate.transforms.illumination import EQUALIZERS, REFLECTANCES


def _one_of(transforms: Sequence[type[Transform]]) -> Any:
    """A field type that takes any of these transforms, told apart by ``kind``."""
    checked = [with_config(STRICT)(transform) for transform in transforms]
    return Annotated[reduce(or_, cast("list[Any]", checked)), Field(discriminator="kind")]


if TYPE_CHECKING:
    Normalizer: TypeAlias = Transform
    Copy: TypeAlias = Transform
else:
    Normalizer = _one_of(NORMALIZERS)
    Copy = _one_of(COPIES)


class OfflineCopies(Section):
    """Offline augmentation: one more row for every original and every operation."""

    kind: Literal["offline"]
    copies: tuple[Copy, ...] = Field(min_length=1)
    splits: tuple[Literal["train", "val", "test"], ...] = ("train",)
    allow_derived_in_evaluation: bool = Field(
        default=False,
        description="Permit copies in val or test. Such rows are not new pictures; they are "
        "marked, counted in the datasheet, and accuracy on them is not comparable",
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
    def _evaluation_is_explicit(self) -> Self:
        touched = [name for name in self.splits if name in EVALUATION_SPLITS]
        if touched and not self.allow_derived_in_evaluation:
            raise ValueError(
                f"copies in {' and '.join(touched)}: a changed copy of a test picture is no new "
                "test picture; to do it all the same, set allow_derived_in_evaluation: true"
            )
        return self


class OnlineAugmentation(Section):
    """Random changes during training, in Keras's terms; recorded for the training script."""

    rotation: float = Field(default=0, ge=0, le=180, description="Largest angle, degrees")
    shear: float = Field(default=0, ge=0, le=90, description="Largest shear angle, degrees")
    zoom: float = Field(default=0, ge=0, lt=1, description="Zoom range: 1 - zoom .. 1 + zoom")
    shift: float = Field(default=0, ge=0, lt=1, description="Largest shift, share of the side")
    horizontal_flip: bool = False
    brightness: tuple[float, float] | None = Field(default=None, description="Factor range")

    @field_validator("brightness")
    @classmethod
    def _range(cls, brightness: tuple[float, float] | None) -> tuple[float, float] | None:
        if brightness is not None and not 0 <= brightness[0] <= brightness[1]:
            raise ValueError(f"{list(brightness)}; expected [low, high] with 0 <= low <= high")
        return brightness


class Recipe(Section):
    """A whole recipe."""

    version: Literal[1]
    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$", description="Name of the data set")
    description: str = Field(min_length=1, description="One line, shown by `fercurate recipes`")
    sources: tuple[str | SourceChoice, ...] = Field(
        min_length=1, description="Names of stored sources, or {name, per_class}"
    )
    labels: Labels
    splits: Splits
    leaks: Literal["keep", "drop_train", "drop_eval", "move"] = Field(
        default="keep",
        description="What to do with people, sequences and copies that lie in several splits",
    )
    contradictions: Literal["keep", "drop", "vote"] = Field(
        default="keep", description="What to do with identical pictures of different labels"
    )
    screen: Screen | None = Field(default=None, description="Which samples are good enough")
    select: Select | None = Field(default=None, description="Only the best samples of a class")
    normalize: tuple[Normalizer, ...] = Field(default=(), description="For every split alike")
    allow_equalizing_twice: bool = Field(
        default=False, description="Permit a second step that evens out gray values or light"
    )
    balance: tuple[OfflineCopies, ...] = Field(default=(), max_length=1)
    class_weights: Literal["none", "balanced"] = "none"
    online: OnlineAugmentation | None = None
    seed: int = Field(default=0, ge=0, lt=2**63)

    @model_validator(mode="after")
    def _sections_agree(self) -> Self:
        names = self.source_names
        if len(set(names)) != len(names):
            raise ValueError(f"sources: {', '.join(names)}: a source is named more than once")
        if any(isinstance(step, Crop) for step in self.normalize[1:]):
            raise ValueError(
                "normalize: crop must be the first step; boxes belong to the originals"
            )
        if self.leaks != "keep" and isinstance(self.splits, SubjectFolds | LeaveOneSubjectOut):
            raise ValueError("leaks: folds keep people apart already; remove this key")
        return self

    @model_validator(mode="after")
    def _equalized_once(self) -> Self:
        if self.allow_equalizing_twice:
            return self
        for kinds in (EQUALIZERS, REFLECTANCES):
            named = [step.kind for step in self.normalize if isinstance(step, kinds)]
            if len(named) > 1:
                raise ValueError(
                    f"normalize: {' and '.join(named)}: a second step of this kind only magnifies "
                    "noise; to do it all the same, set allow_equalizing_twice: true"
                )
            if named and kinds is EQUALIZERS and self.screen and self.screen.policy().enhance:
                raise ValueError(
                    f"normalize: {named[0]}: screen enhances pictures by histogram equalization "
                    "already; to do both, set allow_equalizing_twice: true"
                )
        return self

    @model_validator(mode="after")
    def _screening_fits(self) -> Self:
        native, parts = isinstance(self.splits, NativeSplits), (self.screen, self.select)
        if not native and any(part and set(part.splits) != {*SPLIT_NAMES} for part in parts):
            raise ValueError(
                "screen, select: splits are native ones; here samples are screened before they "
                "are split, remove this key"
            )
        if self.screen and self.screen.test_screened:
            named = isinstance(self.splits, NativeSplits) and bool(self.splits.test)
            if not named or "test" in self.screen.splits:
                raise ValueError(
                    "screen: test_screened: repeats an unscreened native test split: it needs "
                    "splits of the kind native with test, and screen.splits without test"
                )
        classes = self.labels.resolve().classes
        for name in self.select.per_class if self.select else ():
            if name not in classes:
                near = did_you_mean(name, classes)
                raise ValueError(
                    f"select: per_class: {name!r} is no class of the scheme{near}; "
                    f"expected {', '.join(classes)}"
                )
        return self

    @property
    def source_names(self) -> tuple[str, ...]:
        """Names of the sources."""
        return tuple(s if isinstance(s, str) else s.name for s in self.sources)

    def caps(self) -> dict[str, dict[str, int]]:
        """Largest number of samples per class, by source and split."""
        chosen = [s for s in self.sources if not isinstance(s, str) and s.per_class is not None]
        return {s.name: s.per_class.by_split() for s in chosen if s.per_class is not None}

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the results has to know, one sentence each."""
        return tuple(
            f"{name} holds changed copies of its own pictures: report accuracy on the rows whose "
            "op is 'original'"
            for step in self.balance
            for name in step.splits
            if name in EVALUATION_SPLITS
        )
