"""The parts of a recipe that say whose pictures, and under which labels."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.taxonomy import Scheme, schemes
from fercurate.domain.text import did_you_mean
from fercurate.domain.votes import VoteMode

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
    """Labels from FER+'s votes, by the rules of its authors.

    Samples of a source that has no votes at all keep their own label.
    """

    mode: VoteMode
    evaluation: Literal["majority", "same"] = Field(
        default="majority", description="Rule for val and test; FER+'s authors always use majority"
    )
    without_votes: Literal["drop", "keep"] = Field(
        default="drop",
        description="Samples without votes, of a source where others have some: drop them, or keep"
        " them under their own label",
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
