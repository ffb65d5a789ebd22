"""The splits that a corpus was published with."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.manifest import Manifest
from fercurate.domain.plan import SPLIT_NAMES, SplitAssignment
from fercurate.domain.text import decode_text
from fercurate.splits.base import SplitEvidence, Splitter
from fercurate.splits.stratified import stratified_share


@dataclass(frozen=True, kw_only=True)
class NativeShare:
    """A share of native splits, each class alike, drawn at random.

    In a recipe ``native`` is written ``from``. People, recordings and duplicates stay together.
    """

    native: str | tuple[str, ...] = field(
        metadata={"alias": "from", "description": "Native splits of train"}
    )
    share: float = field(metadata={"gt": 0, "lt": 1, "description": "0.1 takes a tenth"})

    @property
    def natives(self) -> tuple[str, ...]:
        """The native splits that it is taken from."""
        return (self.native,) if isinstance(self.native, str) else self.native


ValidationRows = tuple[str, ...] | NativeShare | float
"""Native splits, a share of some that train has, or a share of all of train."""


@dataclass(frozen=True, kw_only=True)
class NativeSplits(Splitter):
    """Splits as the corpora were published: which native splits form train, val and test.

    A native split is named by itself (``Training``) or for one source (``affectnet:Training``).
    Where a corpus has no split for it, ``val`` may be a share of train.
    """

    kind: Literal["native"] = "native"
    train: tuple[str, ...] = field(metadata={"min_length": 1})
    val: ValidationRows = field(
        default=(),
        metadata={
            "description": "Native splits, or a share of train: {from: Training, share: 0.1}"
        },
    )
    test: tuple[str, ...] = ()

    unassigned: ClassVar[str] = "native split not used"
    native: ClassVar[bool] = True

    def __post_init__(self) -> None:
        names = self.listed
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)} named more than once among train, val and test")
        natives = () if self._share is None else self._share.natives
        foreign = [name for name in natives if not {name, _bare(name)} & {*self.train}]
        if foreign:
            raise ValueError(
                f"val takes a share of {', '.join(foreign)}, which train does not have; expected "
                f"from: {' or '.join(self.train)}"
            )

    @property
    def listed(self) -> tuple[str, ...]:
        """The native splits that a recipe names, in the order train, val, test."""
        return (*self.train, *(self.val if isinstance(self.val, tuple) else ()), *self.test)

    @property
    def names(self) -> tuple[str, ...]:
        """The splits that it makes, in the order train, val, test."""
        return tuple(name for name in SPLIT_NAMES if getattr(self, name))

    @property
    def looks_for_duplicates(self) -> bool:
        """Whether its groups rest on nearly identical pictures: those of a share do."""
        return self._share is not None

    @property
    def drawn_splits(self) -> tuple[str, ...]:
        """Between train and a share of it chance decides."""
        return () if self._share is None else ("train", "val")

    @property
    def _share(self) -> NativeShare | None:
        """The share of train that val is, if it is one."""
        if isinstance(self.val, tuple):
            return None
        if isinstance(self.val, float):
            return NativeShare(native=self.train, share=self.val)
        return self.val

    def sides(self, manifest: Manifest) -> NDArray[np.object_]:
        """The split (N,) that a sample will stand in; empty where its native split is not used.

        Samples of which a share becomes val stand in train until it is drawn.

        Raises:
            ValueError: a native split is taken for two splits.
        """
        sides = np.full(len(manifest), "", dtype=object)
        for name in self.names:
            listed = getattr(self, name)
            if not isinstance(listed, tuple):
                continue
            mine = _is_native(manifest, listed)
            twice = np.flatnonzero(mine & (sides != ""))
            if len(twice):
                one = manifest.take(twice[:1])
                named = f"{one.text('source')[0]}:{one.text('native_split')[0]}"
                raise ValueError(f"the native split {named} is taken for more than one split")
            sides[mine] = name
        return sides

    def assign(self, evidence: SplitEvidence) -> SplitAssignment:
        """Put every sample into the split that its native split is part of, or a share into val."""
        sides = self.sides(evidence.manifest)[evidence.rows]
        if self._share is not None:
            sides[_drawn(evidence, np.flatnonzero(sides == "train"), self._share)] = "val"
        return SplitAssignment({name: evidence.rows[sides == name] for name in self.names})


def _drawn(
    evidence: SplitEvidence, places: NDArray[np.int64], share: NativeShare
) -> NDArray[np.int64]:
    """Of the places (M,) of train among the samples to split, those of a share."""
    rows = evidence.rows[places]
    taken = stratified_share(
        evidence.labels[rows],
        evidence.kin(rows),
        _is_native(evidence.manifest, share.natives)[rows],
        share.share,
        evidence.draw_keys[places],
    )
    return places[taken]


def _is_native(manifest: Manifest, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Mask (N,) of the samples of native splits, named by themselves or for one source."""
    native, source = manifest.coded("native_split"), manifest.coded("source")
    splits, sources = decode_text(native.values), decode_text(source.values)
    named = np.zeros((len(sources), len(splits)), dtype=bool)
    for row, one in zip(named, sources, strict=True):
        row[:] = [f"{one}:{split}" in names for split in splits]
    named |= np.array([split in names for split in splits], dtype=bool)
    return np.asarray(named[source.codes, native.codes])


def _bare(name: str) -> str:
    """A native split's name without the source it is named for."""
    return name.rpartition(":")[2]
