"""The parts of a recipe that say whose pictures, and under which labels."""

import re
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from fercurate.domain.annotations.vote_set import SET_NAME, VoteRule
from fercurate.domain.expression import COMPOUND_EXPRESSIONS, EXPRESSIONS, KNOWN_EXPRESSIONS
from fercurate.domain.taxonomy import Scheme, mixed_fault, schemes
from fercurate.domain.text import did_you_mean
from fercurate.domain.votes import VoteMode
from fercurate.recipe.conditions import sample_condition

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
    """A source of which only some samples are taken: those of a condition, or a drawn number."""

    name: str
    per_class: PerClass | None = None
    where: str = Field(
        default="",
        description="Which samples to take: a condition over columns, scores, votes, verdict, such "
        "as occluded < 0.3 and votes.happiness >= 5",
    )

    @field_validator("where")
    @classmethod
    def _is_condition(cls, where: str) -> str:
        if where:
            sample_condition(where)
        return where


def fault_at(path: str, message: str) -> PydanticCustomError:
    """Return the error for a fault that is shown at a path of its own, with its line."""
    return PydanticCustomError("fault_at", "{said}", {"said": message, "at": path})


Merged = dict[str, tuple[str, ...]]
"""The expressions of each class, by its name."""


def _form(value: Any) -> str:
    """Which of its two forms ``classes`` has in a recipe."""
    return "merged" if isinstance(value, dict) else "names"


class OwnScheme(Section):
    """A label space stated in the recipe itself."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$", description="Name written to the export")
    classes: Annotated[
        Annotated[tuple[str, ...], Tag("names")] | Annotated[Merged, Tag("merged")],
        Discriminator(_form),
    ] = Field(
        description="Expressions in the order of their labels, or classes made of several: "
        "{negative: [angry, disgust], happy: [happy]}"
    )

    @field_validator("classes")
    @classmethod
    def _known(cls, classes: tuple[str, ...] | Merged) -> tuple[str, ...] | Merged:
        if isinstance(classes, dict):
            _check_merged(classes)
            return classes
        for name in classes:
            if name not in KNOWN_EXPRESSIONS:
                near = did_you_mean(name, KNOWN_EXPRESSIONS)
                raise ValueError(f"unknown expression {name!r}{near}")
        Scheme("own", classes)
        return classes

    @property
    def scheme(self) -> Scheme:
        """The label space."""
        if isinstance(self.classes, tuple):
            return Scheme(self.name, self.classes)
        return Scheme(self.name, tuple(self.classes), merged=self.classes)


def _check_merged(classes: Merged) -> None:
    """See that each expression is known and has one class, and that names mislead nobody."""
    at = "labels.scheme.classes"
    place: dict[str, str] = {}
    for name, expressions in classes.items():
        if not _CLASS_NAME.fullmatch(name):
            raise fault_at(at, f"class {name!r}; expected a letter, then letters, digits, - and _")
        if not expressions:
            raise fault_at(f"{at}.{name}", f"no expression; expected some of {_LISTED}")
        if name in KNOWN_EXPRESSIONS and name not in expressions:
            raise fault_at(
                f"{at}.{name}", f"the class {name!r} does not hold the expression of that name"
            )
        for number, one in enumerate(expressions):
            here = f"{at}.{name}[{number}]"
            if one not in KNOWN_EXPRESSIONS:
                near = did_you_mean(one, KNOWN_EXPRESSIONS)
                raise fault_at(here, f"unknown expression {one!r}{near}; known are {_LISTED}")
            if one in place:
                raise fault_at(here, f"{one} is in the class {place[one]!r} already")
            place[one] = name
    if mixed := mixed_fault(list(place)):
        raise fault_at(at, mixed)
    if len(classes) < _FEWEST:
        raise fault_at(at, "a scheme needs at least two classes")


_CLASS_NAME = re.compile("[A-Za-z][A-Za-z0-9_-]*")
_LISTED = f"{', '.join(EXPRESSIONS)}; or of compound ones {', '.join(COMPOUND_EXPRESSIONS)}"
_FEWEST = 2


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


class VoteSetLabels(Section):
    """Labels from a set of votes by its name, `fercurate votes add`; FER+'s is `ferplus`.

    Samples of a source that has no votes in the set keep their own label.
    """

    set: str = Field(pattern=f"^{SET_NAME.pattern}$", description="Name of the set in the store")
    mode: VoteRule
    evaluation: Literal["native", "same"] = Field(
        default="native", description="Labels of val and test: the corpus's own, or by these votes"
    )
    without_votes: Literal["keep", "drop"] = Field(
        default="keep",
        description="Samples without votes, of a source where others have some: keep them under "
        "their own label, or drop them",
    )


class Labels(Section):
    """Which classes the export has, in which order, and where labels come from."""

    scheme: str | OwnScheme = Field(description="Name of a scheme, or {name, classes}")
    contempt: str = Field(
        default=DROP, description="Where the scheme lacks contempt: drop, or a class to count it to"
    )
    ferplus: VoteLabels | None = None
    votes: VoteSetLabels | None = None

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
        written = self._written()
        classes = written.classes
        if self.contempt != DROP and written.is_compound:
            raise ValueError(
                "contempt is a simple expression and the scheme has compound ones; expected drop"
            )
        if self.contempt != DROP and "contempt" in written.codes:
            raise ValueError("contempt is a class of the scheme; it cannot be counted to another")
        if self.contempt not in (DROP, *classes):
            near = did_you_mean(self.contempt, (DROP, *classes))
            raise ValueError(
                f"contempt: {self.contempt!r}{near}; expected drop or one of {', '.join(classes)}"
            )
        return self

    @model_validator(mode="after")
    def _votes_of_one_kind(self) -> Self:
        if self.ferplus is not None and self.votes is not None:
            raise fault_at("labels.votes", "labels come from ferplus already; remove one of both")
        if self.by_votes and self._written().is_compound:
            at = "labels.votes" if self.ferplus is None else "labels.ferplus"
            raise fault_at(at, "votes are for simple expressions, and the scheme has compound ones")
        return self

    @property
    def by_votes(self) -> bool:
        """Whether labels come from votes."""
        return self.ferplus is not None or self.votes is not None

    def resolve(self) -> Scheme:
        """The scheme itself; contempt counted to a merged class is one of its expressions."""
        scheme = self._written()
        if not scheme.merged or self.contempt == DROP:
            return scheme
        joined = (*scheme.expressions(self.contempt), "contempt")
        return replace(scheme, merged={**scheme.merged, self.contempt: joined})

    def _written(self) -> Scheme:
        return schemes()[self.scheme] if isinstance(self.scheme, str) else self.scheme.scheme

    def renamed(self) -> dict[str, str]:
        """Expressions that count as another one."""
        apart = self.contempt == DROP or self._written().merged
        return {} if apart else {"contempt": self.contempt}
