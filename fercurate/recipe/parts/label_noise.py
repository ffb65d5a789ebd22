"""Label noise on purpose: which labels of train are changed, to study learning from wrong ones."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from fercurate.domain.text import did_you_mean
from fercurate.recipe.sections import Section, fault_at


class LabelNoise(Section):
    """Changed labels of train, drawn by ``seed`` and sample id alone; the truth is kept beside."""

    kind: Literal["symmetric", "asymmetric", "votes"] = Field(
        description="symmetric: to any other class; asymmetric: to the class that `to` names; "
        "votes: to one of FER+'s votes, drawn by their counts"
    )
    rate: float = Field(ge=0, le=1, description="Share of train's samples, of each class in `to`")
    to: dict[str, str] = Field(
        default_factory=dict, description="asymmetric: what a class is taken for: {fear: surprise}"
    )
    seed: int = Field(default=0, ge=0, lt=2**63)

    @model_validator(mode="after")
    def _kind_and_classes_fit(self) -> Self:
        if (self.kind == "asymmetric") != bool(self.to):
            raise fault_at(
                "label_noise.to",
                "asymmetric needs what classes are taken for, and only it: {fear: surprise}",
            )
        same = [name for name, other in self.to.items() if name == other]
        if same:
            raise fault_at(f"label_noise.to.{same[0]}", "a class that is taken for itself")
        return self


class WithLabelNoise(Section):
    """The part of a recipe that asks for label noise."""

    label_noise: LabelNoise | None = Field(
        default=None, description="Change labels of train on purpose, after splitting"
    )

    @model_validator(mode="after")
    def _noise_fits(self) -> Self:
        noise, recipe = self.label_noise, _rest(self)
        if noise is None:
            return self
        classes = recipe.scheme.classes
        for name in [*noise.to, *noise.to.values()]:
            if name not in classes:
                near = did_you_mean(name, classes)
                raise fault_at(
                    "label_noise.to",
                    f"{name!r} is no class of the scheme{near}; expected {', '.join(classes)}",
                )
        if recipe.splits.cross_validates:
            raise fault_at(
                "label_noise", "folds test what they train on elsewhere; it needs a test"
            )
        soft = [one for one in (recipe.labels.ferplus, recipe.labels.votes) if one is not None]
        if any(one.mode != "majority" for one in soft):
            raise fault_at("label_noise", "labels are distributions here; it needs mode: majority")
        return self


def _rest(recipe: object) -> Any:
    """The recipe with its other parts, which stand in a class of their own."""
    return recipe
