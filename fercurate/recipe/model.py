"""What a recipe may say. Every key is checked; unknown ones are faults, never ignored."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator, with_config

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.plan import EVALUATION_SPLITS
from fercurate.domain.taxonomy import Scheme, schemes
from fercurate.recipe.suggest import did_you_mean
from fercurate.transforms.base import Transform
from fercurate.transforms.chain import COPIES, NORMALIZERS

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)


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


class Section(BaseModel):
    """A part of a recipe: strict types, no unknown keys, not changed once read."""

    model_config = STRICT


class OwnScheme(Section):
    """A label space stated in the recipe itself."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$", description="Name written to the export")
    classes: tuple[str, ...] = Field(description="Expressions in the order of their labels")

    @field_validator("classes")
    @classmethod
    def _known(cls, classes: tuple[str, ...]) -> tuple[str, ...]:
        for name in classes:
            if name not in EXPRESSIONS:
                raise ValueError(f"unknown expression {name!r}{did_you_mean(name, EXPRESSIONS)}")
        Scheme("own", classes)
        return classes


class Labels(Section):
    """Which classes the export has, and in which order."""

    scheme: str | OwnScheme = Field(description="Name of a scheme, or {name, classes}")

    @field_validator("scheme")
    @classmethod
    def _known(cls, scheme: str | OwnScheme) -> str | OwnScheme:
        if isinstance(scheme, str) and scheme not in schemes():
            raise ValueError(
                f"unknown scheme {scheme!r}{did_you_mean(scheme, schemes())}; "
                f"known are {', '.join(schemes())}"
            )
        return scheme

    def resolve(self) -> Scheme:
        """The scheme itself."""
        if isinstance(self.scheme, str):
            return schemes()[self.scheme]
        return Scheme(self.scheme.name, self.scheme.classes)


class NativeSplits(Section):
    """Splits as the corpus was published: which native splits form train, val and test."""

    kind: Literal["native"]
    train: tuple[str, ...] = Field(min_length=1)
    val: tuple[str, ...] = ()
    test: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _disjoint(self) -> Self:
        names = [*self.train, *self.val, *self.test]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} named more than once among train, val and test")
        return self

    def members(self) -> dict[str, tuple[str, ...]]:
        """Native split names of train, val and test."""
        return {"train": self.train, "val": self.val, "test": self.test}


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


class Recipe(Section):
    """A whole recipe."""

    version: Literal[1]
    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$", description="Name of the data set")
    description: str = Field(min_length=1, description="One line, shown by `fercurate recipes`")
    sources: tuple[str, ...] = Field(min_length=1, description="Names of stored sources")
    labels: Labels
    splits: NativeSplits
    normalize: tuple[Normalizer, ...] = Field(default=(), description="For every split alike")
    balance: tuple[OfflineCopies, ...] = Field(default=(), max_length=1)
    class_weights: Literal["none", "balanced"] = "none"
    online: OnlineAugmentation | None = None
    seed: int = Field(default=0, ge=0, lt=2**63)

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
