"""Small synthetic corpora: a plan of drawn faces with planted, recorded faults.

A ``SyntheticSet`` is layout-free: writers such as ``write_fer2013`` put it on disk in the form of
a real corpus. Every fault is recorded, so that tests can ask for exactly what was planted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fercurate.domain.expression import EXPRESSIONS
from fercurate.synthetic.disturb import brighten, darken, non_face, occlude, watermark
from fercurate.synthetic.faces import Identity, Scene, cartoon, draw_face

Face = NDArray[np.uint8]

FER_CLASSES: tuple[str, ...] = EXPRESSIONS[:7]
FER_SHARES: tuple[float, ...] = (0.139, 0.015, 0.143, 0.251, 0.168, 0.110, 0.174)
"""Class shares of FER-2013's Training, so that synthetic sets are imbalanced in the same way."""


@dataclass(frozen=True)
class Portrait:
    """One synthetic picture (48, 48) uint8 with its label and the fault planted in it, if any.

    ``label`` is the label as published (wrong for a planted contradiction), ``expression`` what the
    face shows.
    """

    image: Face
    label: str
    expression: str
    usage: str
    fault: str = ""


@dataclass
class SyntheticSet:
    """Pictures in file order, and row numbers by kind of planted fault."""

    portraits: list[Portrait]
    planted: dict[str, list[list[int]]] = field(default_factory=dict)

    def record(self, fault: str, *rows: int) -> None:
        """Record a planted fault and the rows that show it."""
        self.planted.setdefault(fault, []).append(list(rows))


def draw_portraits(usage: str, count: int, rng: np.random.Generator) -> Iterator[Portrait]:
    """Yield faces of different people; every class occurs, in FER-2013's proportions."""
    labels = [*FER_CLASSES, *rng.choice(FER_CLASSES, max(count - 7, 0), p=FER_SHARES)][:count]
    for label in rng.permutation(np.array(labels, dtype=object)):
        intensity = float(rng.uniform(0.6, 1.0))
        face = draw_face(Identity.draw(rng), label, Scene.draw(rng), intensity=intensity)
        yield Portrait(face, label, label, usage)


def synthetic_fer2013(counts: Sequence[tuple[str, int]], seed: int) -> SyntheticSet:
    """Draw a set with the usages and sizes given, in this order, and plant faults in it.

    Planted: pictures of Training repeated in the other usages, repeated with another label,
    non-faces, cartoons, occluded, dark, washed-out, watermarked and constant pictures.
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = [p for usage, count in counts for p in draw_portraits(usage, count, rng)]
    result = SyntheticSet(drawn)
    _plant_disturbed(result, rng)
    _plant_repeats(result, rng)
    return result


def _plant_disturbed(result: SyntheticSet, rng: np.random.Generator) -> None:
    rows = list(rng.permutation(len(result.portraits)))
    each = max(len(rows) // 80, 1)
    for fault in ("occluded", "not_human", "not_face", "dark", "bright", "watermark", "constant"):
        for _ in range(each):
            row = int(rows.pop())
            result.portraits[row] = _disturbed(result.portraits[row], fault, rng)
            result.record(fault, row)


def _disturbed(portrait: Portrait, fault: str, rng: np.random.Generator) -> Portrait:
    face = portrait.image
    match fault:
        case "occluded":
            face = occlude(face, rng)
        case "not_human":
            face = cartoon(Identity.draw(rng), portrait.expression, Scene.draw(rng))
        case "not_face":
            face = non_face(rng)
        case "dark":
            face = darken(face, rng)
        case "bright":
            face = brighten(face, rng)
        case "watermark":
            face = watermark(face, rng)
        case _:
            face = np.zeros_like(face)
    return Portrait(face, portrait.label, portrait.expression, portrait.usage, fault)


def _plant_repeats(result: SyntheticSet, rng: np.random.Generator) -> None:
    """Repeat clean pictures of the first usage: in later ones, and with another label."""
    first = result.portraits[0].usage
    clean = [row for row, p in enumerate(result.portraits) if not p.fault]
    train = list(rng.permutation([r for r in clean if result.portraits[r].usage == first]))
    later = [r for r in clean if result.portraits[r].usage != first]
    for row in rng.permutation(later)[: max(len(later) // 12, 1)]:
        _repeat(result, int(train.pop()), int(row), "duplicate_across_usages")
    for _ in range(max(len(train) // 100, 1)):
        _repeat(result, int(train.pop()), int(train.pop()), "contradictory_label")


def _repeat(result: SyntheticSet, source: int, target: int, fault: str) -> None:
    original, replaced = result.portraits[source], result.portraits[target]
    label = original.label
    if fault == "contradictory_label":
        label = FER_CLASSES[(FER_CLASSES.index(label) + 3) % len(FER_CLASSES)]
    result.portraits[target] = Portrait(
        original.image, label, original.expression, replaced.usage, fault
    )
    result.record(fault, source, target)
