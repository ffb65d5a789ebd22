"""The parts of a recipe that say whose pictures, under which labels, in which splits."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.taxonomy import Scheme, schemes
from fercurate.domain.text import did_you_mean

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True)

DROP = "drop"


class Section(BaseModel):
    """A part of a recipe: strict types, no unknown keys, not changed once read."""

    model_config = STRICT


class PerClass(Section):
    """Largest number of samples of each class that a source gives to a split."""

    train: int | None = Field(default=None, ge=1)
    val: int | None = Field(default=None, ge=1)
    test: int | None = Field(default=None, ge=1)

    def by_split(self) -> dict[str, int]:
        """The caps that are set."""
        caps = {"train": self.train, "val": self.val, "test": self.test}
        return {split: cap for split, cap in caps.items() if cap is not None}


class SourceChoice(Section):
    """A source of which only some samples are taken, drawn by the recipe's seed."""

    name: str
    per_class: PerClass | None = None


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


class VoteLabels(Section):
    """Labels from FER+'s votes, by the rules of its authors, where a sample has votes."""

    mode: Literal["majority", "probability", "crossentropy", "multi_target"]
    evaluation: Literal["majority", "same"] = Field(
        default="majority", description="Rule for val and test; FER+'s authors always use majority"
    )


class Labels(Section):
    """Which classes the export has, in which order, and where labels come from."""

    scheme: str | OwnScheme = Field(description="Name of a scheme, or {name, classes}")
    contempt: str = Field(
        default=DROP, description="Where the scheme lacks contempt: drop, or a class to count it to"
    )
    ferplus: VoteLabels | None = None

    @field_validator("scheme")
    @classmethod
    def _known(cls, scheme: str | OwnScheme) -> str | OwnScheme:
        if isinstance(scheme, str) and scheme not in schemes():
            raise ValueError(
                f"unknown scheme {scheme!r}{did_you_mean(scheme, schemes())}; "
                f"known are {', '.join(schemes())}"
            )
        return scheme

    @model_validator(mode="after")
    def _contempt_has_a_place(self) -> Self:
        classes = self.resolve().classes
        if self.contempt != DROP and "contempt" in classes:
            raise ValueError("contempt is a class of the scheme; it cannot be counted to another")
        if self.contempt not in (DROP, *classes):
            near = did_you_mean(self.contempt, (DROP, *classes))
            raise ValueError(
                f"contempt: {self.contempt!r}{near}; expected drop or one of {', '.join(classes)}"
            )
        return self

    def resolve(self) -> Scheme:
        """The scheme itself."""
        if isinstance(self.scheme, str):
            return schemes()[self.scheme]
        return Scheme(self.scheme.name, self.scheme.classes)

    def renamed(self) -> dict[str, str]:
        """Expressions that count as another one."""
        return {} if self.contempt == DROP else {"contempt": self.contempt}


class NativeSplits(Section):
    """Splits as the corpora were published: which native splits form train, val and test."""

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


class StratifiedSplits(Section):
    """Random splits with equal class shares; people, sequences and copies stay together."""

    kind: Literal["grouped_stratified"]
    train: float = Field(gt=0, lt=1)
    val: float = Field(default=0, ge=0, lt=1)
    test: float = Field(default=0, ge=0, lt=1)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        total = self.train + self.val + self.test
        if abs(total - 1) > 1e-9:
            raise ValueError(f"train, val and test sum to {total:g}; expected 1")
        return self

    def shares(self) -> dict[str, float]:
        """Share of the samples by split."""
        return {"train": self.train, "val": self.val, "test": self.test}


class SubjectFolds(Section):
    """Cross-validation in which no person stands in two folds."""

    kind: Literal["subject_kfold"]
    folds: int = Field(default=10, ge=2, le=100)
    variant: Literal["ordered", "balanced"] = Field(
        default="ordered",
        description="ordered: sorted(subjects)[k::folds]; balanced: classes evenly spread",
    )
    fold_files: bool = Field(default=False, description="Also write fold-00/train.h5, ...")


class LeaveOneSubjectOut(Section):
    """Cross-validation with one fold a person."""

    kind: Literal["leave_one_subject_out"]
    fold_files: bool = Field(default=False, description="Also write fold-00/train.h5, ...")


Splits = Annotated[
    NativeSplits | StratifiedSplits | SubjectFolds | LeaveOneSubjectOut,
    Field(discriminator="kind"),
]
