"""What a recipe may say. Every key is checked; unknown ones are faults, never ignored."""

from functools import cached_property
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

from pydantic import Field, field_validator, model_validator

from fercurate.balance.base import MOST_ROWS, CopyOperation
from fercurate.balance.weights import ClassWeighting
from fercurate.domain.plan import SPLIT_NAMES
from fercurate.domain.taxonomy import Scheme
from fercurate.domain.text import did_you_mean
from fercurate.domain.verdict import ContradictionPolicy
from fercurate.recipe.parts.augmentation import (
    CHANNELS,
    SIZES,
    DrawnCopy,
    Online,
    known_set,
)
from fercurate.recipe.parts.balance import BalanceStep, check_order
from fercurate.recipe.parts.decisions import Decisions
from fercurate.recipe.parts.label_noise import WithLabelNoise
from fercurate.recipe.parts.layouts import LaidOut
from fercurate.recipe.parts.screening import Screen, Select
from fercurate.recipe.parts.splits import VALIDATION_ROWS
from fercurate.recipe.sections import Labels, SourceChoice, fault_at
from fercurate.recipe.steps import one_of
from fercurate.splits.base import Splitter
from fercurate.splits.leakage import LeakPolicy
from fercurate.splits.native import ValidationRows
from fercurate.splits.registry import SPLITTERS
from fercurate.transforms.base import FaceStep, Transform
from fercurate.transforms.chain import Chain
from fercurate.transforms.illumination import EQUALIZERS, REFLECTANCES
from fercurate.transforms.registry import NORMALIZERS

if TYPE_CHECKING:
    Normalizer: TypeAlias = Transform | FaceStep
    Splits: TypeAlias = Splitter
else:
    Normalizer = one_of(NORMALIZERS)
    Splits = one_of(SPLITTERS, {ValidationRows: VALIDATION_ROWS})


MOST_BYTES = 64_000_000_000
"""Bytes of all pictures of an export at most, unless the recipe asks for more knowingly."""

MOST_STEPS = 16
"""Steps in a row at most: more only cost time."""


class Recipe(LaidOut, WithLabelNoise):
    """A whole recipe."""

    version: Literal[1]
    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$", description="Name of the data set")
    description: str = Field(
        min_length=1, max_length=500, description="One line, shown by `fercurate recipes`"
    )
    sources: tuple[str | SourceChoice, ...] = Field(
        min_length=1, description="Names of stored sources, or {name, per_class}"
    )
    labels: Labels
    splits: Splits
    leaks: LeakPolicy = Field(
        default="keep",
        description="What to do with people, sequences and duplicates that lie in several splits",
    )
    contradictions: ContradictionPolicy = Field(
        default="keep", description="What to do with identical pictures of different labels"
    )
    decisions: Decisions | None = Field(
        default=None, description="Which decisions by people count, and how"
    )
    screen: Screen | None = Field(default=None, description="Which samples are good enough")
    select: Select | None = Field(default=None, description="Only the best samples of a class")
    normalize: tuple[Normalizer, ...] = Field(
        default=(), max_length=MOST_STEPS, description="For every split alike"
    )
    allow_equalizing_twice: bool = Field(
        default=False, description="Permit a second step that evens out gray values or light"
    )
    balance: tuple[BalanceStep, ...] = Field(
        default=(), max_length=MOST_STEPS, description="In order, after the split"
    )
    class_weights: ClassWeighting = "none"
    allow_weights_with_oversampling: bool = Field(
        default=False,
        description="Permit class_weights beside over-sampling that makes all classes equal; "
        "they are then those of the samples before it",
    )
    online: Online | None = Field(
        default=None,
        description="Keras's terms, the name of a set of them, or a list of albumentations steps",
    )
    allow_large: bool = Field(
        default=False,
        description=f"Permit more than {MOST_ROWS:,} rows in a split, or pictures of more than "
        f"{MOST_BYTES // 10**9} GB in all",
    )
    seed: int = Field(default=0, ge=0, lt=2**63)

    @field_validator("version", mode="before")
    @classmethod
    def _is_number(cls, version: object) -> object:
        if isinstance(version, bool):
            raise ValueError(f"{str(version).lower()}; expected 1")  # noqa: TRY004  # pydantic's
        return version

    @field_validator("description")
    @classmethod
    def _one_line(cls, description: str) -> str:
        if not description.isprintable():
            raise ValueError("more than one line, or a control character; expected one line")
        return description

    @model_validator(mode="after")
    def _sections_agree(self) -> Self:
        names = self.source_names
        if len(set(names)) != len(names):
            raise ValueError(f"sources: {', '.join(names)}: a source is named more than once")
        for late in (step for step in self.normalize[1:] if isinstance(step, FaceStep)):
            raise ValueError(
                f"normalize: {late.kind} must be the first step, and the only one of "
                "crop, align and frontalize; places of faces belong to the originals"
            )
        if self.leaks != "keep" and self.splits.cross_validates:
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
        native, parts = self.splits.native, (self.screen, self.select)
        if not native and any(part and set(part.splits) != {*SPLIT_NAMES} for part in parts):
            raise ValueError(
                "screen, select: splits are native ones; here samples are screened before they "
                "are split, remove this key"
            )
        if self.screen and self.screen.test_screened:
            named = native and "test" in self.splits.names
            if not named or "test" in self.screen.splits:
                raise ValueError(
                    "screen: test_screened: repeats an unscreened native test split: it needs "
                    "splits of the kind native with test, and screen.splits without test"
                )
        classes = self.scheme.classes
        for name in self.select.per_class if self.select else ():
            if name not in classes:
                near = did_you_mean(name, classes)
                raise ValueError(
                    f"select: per_class: {name!r} is no class of the scheme{near}; "
                    f"expected {', '.join(classes)}"
                )
        return self

    @model_validator(mode="after")
    def _decisions_fit(self) -> Self:
        wanted, splits = self.decisions, self.splits
        kind = {"drawn": not splits.native, "folds": splits.cross_validates}
        wrong = wanted.split_fault(**kind) if wanted else ""
        if wrong:
            raise fault_at("decisions.splits", wrong)
        return self

    @field_validator("online")
    @classmethod
    def _known_set(cls, online: "Online | None") -> "Online | None":
        if isinstance(online, str):
            known_set(online)
        return online

    @model_validator(mode="after")
    def _balance_fits(self) -> Self:
        wrong = check_order(self.balance)
        if wrong:
            raise fault_at("balance", wrong)
        classes = self.scheme.classes
        for place, step in enumerate(self.balance):
            for name in step.wanted:
                if name not in classes:
                    near = did_you_mean(name, classes)
                    raise fault_at(
                        f"balance[{place}].strategy",
                        f"{name!r} is no class of the scheme{near}; expected {', '.join(classes)}",
                    )
        return self

    @model_validator(mode="after")
    def _weighted_once(self) -> Self:
        if self.class_weights == "none" or self.allow_weights_with_oversampling:
            return self
        for step in self.balance:
            if step.equalizes:
                raise fault_at(
                    "class_weights",
                    f"{step.kind} makes all classes equal already; weighting them as well counts "
                    "rare classes twice; to do it all the same, set "
                    "allow_weights_with_oversampling: true",
                )
        return self

    @model_validator(mode="after")
    def _folds_stay_apart(self) -> Self:
        splits = self.splits
        if not splits.cross_validates or splits.writes_fold_files:
            return self
        for place, step in enumerate(self.balance):
            if step.mixes and not step.crosses_folds:
                raise fault_at(
                    f"balance[{place}]",
                    f"{step.kind} in a train.h5 for all folds mixes pictures of a fold that is "
                    "tested with those that are trained on; set splits.fold_files: true, and each "
                    "fold is balanced for itself, or allow_across_folds: true here",
                )
        return self

    @model_validator(mode="after")
    def _channels_fit(self) -> Self:
        steps: list[tuple[str, DrawnCopy]] = [
            (f"balance[{place}].copies[{number}]", copy)
            for place, step in enumerate(self.balance)
            for number, copy in enumerate(step.copy_operations)
            if isinstance(copy, DrawnCopy)
        ]
        if isinstance(self.online, tuple):
            steps += [(f"online[{number}]", step) for number, step in enumerate(self.online)]
        for path, step in steps:
            problems = [step.problem(channels, self.size) for channels in self.channels]
            if all(problems):
                raise fault_at(path, problems[0])
        return self

    @property
    def channels(self) -> tuple[int, ...]:
        """Channels that exported pictures may have: 1, 3, or either where no step says."""
        kinds = [step.kind for step in self.normalize if step.kind in ("grayscale", "rgb")]
        return CHANNELS if not kinds else (3 if kinds[-1] == "rgb" else 1,)

    @property
    def size(self) -> int:
        """Side in pixels of exported pictures; FER-2013's 48 where no step says."""
        sizes = [step.size for step in self.normalize if hasattr(step, "size")]
        return int(sizes[-1]) if sizes else SIZES[0]

    @cached_property
    def scheme(self) -> Scheme:
        """The label space."""
        return self.labels.resolve()

    @cached_property
    def chain(self) -> Chain:
        """The steps of ``normalize``."""
        return Chain(tuple(self.normalize))

    @cached_property
    def copy_operations(self) -> dict[str, CopyOperation]:
        """What makes offline copies, by label."""
        return {copy.label: copy for step in self.balance for copy in step.copy_operations}

    @property
    def source_names(self) -> tuple[str, ...]:
        """Names of the sources."""
        return tuple(s if isinstance(s, str) else s.name for s in self.sources)

    def caps(self) -> dict[str, dict[str, int]]:
        """Largest number of samples per class, by source and split."""
        return {
            source.name: source.per_class.by_split()
            for source in self.sources
            if not isinstance(source, str) and source.per_class is not None
        }

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader of the results has to know, one sentence each."""
        return tuple(
            f"{name} holds changed copies of its own pictures: report accuracy on the rows whose "
            "op is 'original'"
            for step in self.balance
            for name in step.evaluation_splits
        )
