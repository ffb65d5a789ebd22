"""What is done to some pictures and not to others, counted: squeezed, enlarged, left whole."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fercurate.transforms.base import FaceStep, Sizes
from fercurate.transforms.chain import Chain
from fercurate.transforms.face.align import Align
from fercurate.transforms.face.geometry import FaceGeometry
from fercurate.transforms.geometry import Resize
from fercurate.transforms.sizes import SizeChanges, size_changes

_NAMED = 3
"""So many sizes are named."""

_TINY = 2
"""Pictures that are enlarged more than so many times are warned of."""

_FITS = "write fit: pad, crop or stretch in resize to say what is wanted"


@dataclass(frozen=True)
class PictureChanges:
    """What a recipe's chain does to the exported samples (N,), of sources and classes (N,).

    ``residual`` (N,) is how far five points stay from those of a template, in pixels of its 112, if
    faces are brought to one.
    """

    chain: Chain
    sources: NDArray[np.object_]
    classes: NDArray[np.object_]
    changes: SizeChanges
    residual: NDArray[np.float64] | None = None

    @classmethod
    def of(
        cls,
        chain: Chain,
        sizes: Sizes,
        geometry: FaceGeometry | None,
        groups: tuple[NDArray[np.object_], NDArray[np.object_]],
    ) -> "PictureChanges":
        """Those of samples of stored sizes (N, 2), height and width; all entries are theirs.

        ``groups`` are their sources and their classes.
        """
        step, residual = chain.face_step, None
        if isinstance(step, Align) and step.template != "eyes" and geometry is not None:
            residual = step.similarities(sizes, geometry).residual
        return cls(chain, *groups, size_changes(chain, sizes, geometry), residual)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What asks for attention, one sentence each."""
        said = [self._without_face()]
        if self._silent:
            said.append(self._stretched())
        if self._most_enlarged > _TINY:
            said.append(self._enlarged())
        return tuple(text for text in said if text)

    @property
    def notes(self) -> tuple[str, ...]:
        """What else is to be known, one sentence each."""
        said = [] if self._silent else [self._stretched()]
        for name, mask in (("padded", self.changes.padded), ("cut", self.changes.cut)):
            if mask.any():
                sizes = _listed(self.changes.taken[mask])
                said.append(f"{self._share(mask)} are not square ({sizes}) and were {name}")
        if self._most_enlarged <= _TINY:
            said.append(self._enlarged())
        return tuple(text for text in said if text)

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        changes = self.changes
        stretched, enlarged = changes.stretched > 1, changes.enlarged > 1
        values: dict[str, Any] = {
            "samples": len(self.sources),
            "stretched": _measured(stretched, changes.stretched),
            "padded": int(changes.padded.sum()),
            "cut": int(changes.cut.sum()),
            "enlarged": _measured(enlarged, changes.enlarged)
            | {"smallest": _smallest(changes.taken[enlarged])},
        }
        step = self.chain.face_step
        if step is None:
            return values
        by_source = Counter(self.sources[~changes.placed].tolist())
        fit = {} if self.residual is None else {"residual": _residual(self.residual)}
        return values | {
            "without_face": {
                "step": step.kind,
                "needed": step.needed,
                "samples": int((~changes.placed).sum()),
                "by_source": dict(sorted(by_source.items())),
            },
            "faces": {
                "by_source": _coverage(self.sources, changes.placed),
                "by_class": _coverage(self.classes, changes.placed),
                **fit,
            },
        }

    @property
    def _silent(self) -> bool:
        """Whether nothing in the recipe says that pictures are to be stretched."""
        written = [step for step in self.chain.pixel_steps if isinstance(step, Resize)]
        return self._by_face_step or any(step.fit is None for step in written[:1])

    @property
    def _by_face_step(self) -> bool:
        """Whether the face step brings pictures to squares."""
        step = self.chain.face_step
        return step is not None and step.resizes_unplaced

    @property
    def _most_enlarged(self) -> float:
        return float(self.changes.enlarged.max(initial=1))

    def _share(self, mask: NDArray[np.bool_]) -> str:
        return f"{int(mask.sum()):,} of {len(mask):,} pictures"

    def _without_face(self) -> str:
        step, unplaced = self.chain.face_step, ~self.changes.placed
        if step is None or not unplaced.any():
            return ""
        share = f"{int(unplaced.sum()):,} of {len(unplaced):,} samples"
        return f"{step.kind}: {share} have no {step.needed}; {_fate(step)}"

    def _stretched(self) -> str:
        mask = self.changes.stretched > 1
        if not mask.any():
            return ""
        most = float(self.changes.stretched.max())
        advice = f"; {_FITS}" if self._silent and not self._by_face_step else ""
        return (
            f"{self._share(mask)} are not square ({_listed(self.changes.taken[mask])}) and were "
            f"stretched, one side up to {most:.3g} times as much as the other{advice}"
        )

    def _enlarged(self) -> str:
        mask = self.changes.enlarged > 1
        if not mask.any():
            return ""
        smallest = _smallest(self.changes.taken[mask])
        return (
            f"{self._share(mask)} were enlarged, up to {self._most_enlarged:.3g} times; "
            f"the smallest is {smallest}"
        )


def _coverage(groups: NDArray[np.object_], placed: NDArray[np.bool_]) -> dict[str, Any]:
    """Of each group, how many samples there are, and of how many the face is known."""
    return {
        name: {"samples": int(own.sum()), "known": int((own & placed).sum())}
        for name in sorted(set(groups.tolist()))
        for own in [groups == name]
    }


def _residual(residual: NDArray[np.float64]) -> dict[str, float]:
    """Median and 90th percentile, in pixels of the template."""
    known = residual[np.isfinite(residual)]
    if not len(known):
        return {}
    median, most = np.percentile(known, [50, 90])
    return {"median": round(float(median), 2), "p90": round(float(most), 2)}


def face_reason(step: FaceStep) -> str:
    """The reason by which samples without a known face are left out where a step drops them."""
    return f"{step.kind}: no {step.needed}"


def _fate(step: FaceStep) -> str:
    return f"their pictures are {'only resized' if step.resizes_unplaced else 'kept whole'}"


def _measured(mask: NDArray[np.bool_], factor: NDArray[np.float64]) -> dict[str, Any]:
    return {"samples": int(mask.sum()), "most": round(float(factor.max(initial=1)), 4)}


def _smallest(taken: Sizes) -> str:
    """The size with the fewest pixels; empty if there is none."""
    return _named(taken[taken.prod(axis=1).argmin()]) if len(taken) else ""


def _listed(taken: Sizes) -> str:
    """The commonest sizes by name, and how many others there are."""
    sizes, counts = np.unique(np.rint(taken), axis=0, return_counts=True)
    common = sizes[np.argsort(-counts, kind="stable")]
    others = len(common) - _NAMED
    named = ", ".join(map(_named, common[:_NAMED]))
    return f"{named} and {others:,} other sizes" if others > 0 else named


def _named(size: NDArray[np.float64]) -> str:
    """``200x400``: width, then height."""
    return f"{round(size[1])}x{round(size[0])}"
