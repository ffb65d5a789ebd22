"""The parts of a recipe that name random changes: for offline copies, or during training."""

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Discriminator, Field, Tag, field_validator, model_validator

from fercurate.domain.text import did_you_mean
from fercurate.recipe.sections import Section
from fercurate.transforms.augment import (
    NAMED,
    Augmentation,
    KerasTerms,
    Step,
    check_step,
    keras_steps,
)

CHANNELS = (1, 3)
SIZES = (48, 64, 112, 224)
"""Usual sizes of exported pictures."""


class _DrawnCopy(Section):
    """An operation that draws at random, and so can give any number of different copies."""

    family: ClassVar[str] = "augmented"
    draws: ClassVar[bool] = True


class AlbumentationsCopy(_DrawnCopy):
    """A transform of albumentations by its name; all other keys are its parameters.

    It is always applied unless ``p``, the chance of it, is given.
    """

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)

    kind: Literal["albumentations"]
    transform: str = Field(description="Name of the class, such as Affine")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        """Leave it to the recipe to say how large pictures are and of how many channels."""
        first = ""
        for size in SIZES:
            for channels in CHANNELS:
                problem = self.problem(channels, size)
                if not problem:
                    return self
                first = first or problem
        raise ValueError(first)

    def problem(self, channels: int, size: int) -> str:
        """Say why this cannot be done to pictures of a size and channels; empty if it can."""
        try:
            check_step(self.transform, self.parameters, channels, size)
        except ValueError as error:
            return str(error)
        return ""

    @property
    def parameters(self) -> dict[str, Any]:
        """What the transform is given."""
        return dict(self.model_extra or {})

    @property
    def steps(self) -> tuple[Step, ...]:
        """The transform as one step."""
        return (Step(self.transform, self.parameters),)

    @property
    def augmentation(self) -> Augmentation:
        """What draws and changes."""
        return Augmentation(self.steps)

    @property
    def label(self) -> str:
        """Name with parameters, as recorded in exports."""
        return self.augmentation.label


class SequenceCopy(_DrawnCopy):
    """Several transforms of albumentations, one after the other."""

    kind: Literal["sequence"]
    steps: tuple[AlbumentationsCopy, ...] = Field(min_length=1, max_length=16)

    def problem(self, channels: int, size: int) -> str:
        """Say why this cannot be done to pictures of a size and channels; empty if it can."""
        return next((p for step in self.steps if (p := step.problem(channels, size))), "")

    @property
    def augmentation(self) -> Augmentation:
        """What draws and changes."""
        return Augmentation(tuple(step for part in self.steps for step in part.steps))

    @property
    def label(self) -> str:
        """Names with parameters, as recorded in exports."""
        return self.augmentation.label


class NamedCopy(_DrawnCopy):
    """The online augmentation of a published system, drawn once for each copy."""

    kind: Literal["named"]
    set: str = Field(description=f"One of {', '.join(NAMED)}")

    @field_validator("set")
    @classmethod
    def _known(cls, name: str) -> str:
        return known_set(name)

    def problem(self, channels: int, size: int) -> str:
        """Return nothing: the named sets suit all pictures."""
        return ""

    @property
    def augmentation(self) -> Augmentation:
        """What draws and changes."""
        return Augmentation(keras_steps(NAMED[self.set]))

    @property
    def label(self) -> str:
        """``ewu_online``."""
        return self.set


DrawnCopy = AlbumentationsCopy | SequenceCopy | NamedCopy
DRAWN_COPIES: tuple[type[Section], ...] = (AlbumentationsCopy, SequenceCopy, NamedCopy)
"""Operations that draw at random, and so can give any number of different copies."""


def known_set(name: str) -> str:
    """Return the name of a set of augmentations if there is one.

    Raises:
        ValueError: there is none of that name.
    """
    if name not in NAMED:
        raise ValueError(
            f"unknown set {name!r}{did_you_mean(name, NAMED)}; known are {', '.join(NAMED)}"
        )
    return name


_BRIGHTEST = 100


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
        if brightness is not None and not 0 <= brightness[0] <= brightness[1] <= _BRIGHTEST:
            text = f"{list(brightness)}; expected [low, high] with 0 <= low <= high <= {_BRIGHTEST}"
            raise ValueError(text)
        return brightness

    @property
    def terms(self) -> KerasTerms:
        """The same as plain values."""
        return KerasTerms(**self.model_dump())


def _form(value: Any) -> str:
    """Which of its three forms ``online`` has in a recipe."""
    if isinstance(value, str):
        return "named"
    return "steps" if isinstance(value, list | tuple) else "terms"


NamedSet = Annotated[str, Field(description=f"One of {', '.join(NAMED)}")]

Online = Annotated[
    Annotated[OnlineAugmentation, Tag("terms")]
    | Annotated[NamedSet, Tag("named")]
    | Annotated[tuple[AlbumentationsCopy, ...], Field(max_length=16), Tag("steps")],
    Discriminator(_form),
]
"""Keras's terms, the name of a set of them, or transforms of albumentations in order."""


def online_settings(
    online: OnlineAugmentation | str | tuple[AlbumentationsCopy, ...] | None,
) -> dict[str, Any]:
    """Return what the training script is told, JSON-ready.

    Keras's terms by name (also those of a named set, with ``set``), or ``albumentations``: a list
    of transforms, each with ``transform``, its parameters and ``p``. Empty for no augmentation.
    """
    if online is None:
        return {}
    if isinstance(online, OnlineAugmentation):
        return online.model_dump()
    if isinstance(online, str):
        return {"set": online, **vars(NAMED[online])}
    return {
        "albumentations": [{"transform": s.transform, "p": 1.0, **s.parameters} for s in online]
    }


def online_augmentation(
    online: OnlineAugmentation | str | tuple[AlbumentationsCopy, ...] | None,
) -> Augmentation | None:
    """Return what an epoch would do to a picture, for a look at it; None for nothing."""
    if online is None:
        return None
    if isinstance(online, OnlineAugmentation):
        return Augmentation(keras_steps(online.terms))
    if isinstance(online, str):
        return Augmentation(keras_steps(NAMED[online]))
    return Augmentation(tuple(step for part in online for step in part.steps))
