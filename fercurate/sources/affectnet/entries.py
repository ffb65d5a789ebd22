"""What the layouts of AffectNet share: entries, the draw of some per class, and their pictures."""

import heapq
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import isfinite, nan
from pathlib import Path

import numpy as np

from fercurate.domain.expression import EXPRESSIONS
from fercurate.domain.sample import Points, Reject
from fercurate.domain.seeding import draw_key
from fercurate.domain.taxonomy import LabelMap
from fercurate.sources.affectnet.options import AffectNetOptions
from fercurate.sources.base import Record
from fercurate.sources.reading.loading import PictureFile, load_images

Box = tuple[float, float, float, float]

NON_CLASSES: dict[str, str] = {"8": "none", "9": "uncertain", "10": "no face"}
"""Codes of AffectNet that are known and stand for no expression."""

SPLIT_WORDS: dict[str, str] = {
    "Training": "train",
    "Validation": "val",
    "Test": "test",
    "Automatic": "auto",
}
"""Native split -> its word in ids."""

SKIPPED = re.compile(
    r"\d+|annotations|labels|__macosx"
    r"|anger|angry|contempt|disgust|fear|happy|happiness|neutral|sad|sadness|surprise"
)
"""Folders (case-folded) that hold pictures or labels by the thousand and nothing to recognize."""

DEPTH = 3
"""Levels of folders below the ingested path in which lists are looked for."""

_FAR = 1e6


@dataclass(frozen=True, slots=True)
class Entry:
    """One labeled picture of which only the annotation has been read.

    ``find`` looks up the file and gives the sample without pixels, or says what is wrong;
    ``picture`` names the file in messages if ``find``'s origin does not.
    """

    id: str
    split: str
    expression: str
    find: Callable[[], PictureFile | Reject]
    picture: str = ""


Entries = Callable[[], Iterator[Entry | Reject]]


def load_entries(entries: Entries, root: Path, options: AffectNetOptions) -> Iterator[Record]:
    """Yield the samples and rejects of ``entries()`` in its order, drawn per class if asked for.

    ``entries`` is called twice for a draw, since half a million entries are not kept in memory.
    """
    chosen = choose(entries(), options.per_class, options.seed) if options.per_class > 0 else None
    pictures: deque[str] = deque()
    for record in load_images(_files(entries(), chosen, pictures), root, options):
        picture = pictures.popleft()
        if isinstance(record, Reject) and picture:
            yield replace(record, message=f"{picture}: {record.message}")
        else:
            yield record


def _files(
    entries: Iterable[Entry | Reject], chosen: frozenset[str] | None, pictures: deque[str]
) -> Iterator[PictureFile | Reject]:
    for entry in entries:
        if isinstance(entry, Reject):
            pictures.append("")
            yield entry
        elif chosen is None or entry.id in chosen:
            pictures.append(entry.picture)
            yield entry.find()


def choose(entries: Iterable[Entry | Reject], per_class: int, seed: int) -> frozenset[str]:
    """Draw at most ``per_class`` ids of each native split and expression.

    Taken are the ids for which the BLAKE2b digest of seed, NUL and id is smallest, so the draw
    depends on nothing but the seed and the ids, and a larger draw contains a smaller one. No
    picture is looked at: one that is missing or broken is not replaced by another.
    """
    drawn: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for entry in entries:
        if isinstance(entry, Entry):
            heap = drawn.setdefault((entry.split, entry.expression), [])
            item = (-int(draw_key(seed, entry.id), 16), entry.id)
            if len(heap) < per_class:
                heapq.heappush(heap, item)
            else:
                heapq.heappushpop(heap, item)
    return frozenset(id_ for heap in drawn.values() for _, id_ in heap)


class Repeats:
    """Tells the second, third ... entry of one picture apart: ``#2``, ``#3``."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """Return the name, with a suffix if it came before."""
        count = self._seen.get(name, 0) + 1
        self._seen[name] = count
        return name if count == 1 else f"{name}#{count}"


def expression_of(text: str, labels: LabelMap) -> str:
    """The expression of a label.

    Raises:
        ValueError: the label is unknown or stands for no expression; the message says which.
    """
    expression = labels.expression(text)
    if expression in EXPRESSIONS:
        return expression
    if expression is not None:
        code = f"{number(text):g}"
        reason = NON_CLASSES.get(code, "no expression")
        raise ValueError(f"expression {code} ({reason}): a known label that is no expression")
    raise ValueError(f"expression {text.strip()[:40]!r}; expected {labels.describe()}")


def number(text: str | bytes) -> float:
    """Read a number; NaN for what is empty, NULL, infinite or no number."""
    try:
        value = float(text)
    except ValueError:
        return nan
    return value if isfinite(value) else nan


def affect(text: str | bytes) -> float:
    """Read a valence or arousal in -1..1; NaN for everything else (-2: not annotated)."""
    value = number(text)
    return value if -1 <= value <= 1 else nan


def face_box(values: Iterable[float]) -> Box | None:
    """Left, top, width, height in pixels; None if one is missing or the box is empty."""
    left, top, width, height = values
    usable = all(abs(v) < _FAR for v in (left, top)) and 0 < width < _FAR and 0 < height < _FAR
    return (left, top, width, height) if usable else None


def points68(values: Sequence[float]) -> Points | None:
    """Landmarks (68, 2) float32 from x0, y0, x1, y1 ...; None unless all 136 are there."""
    points = np.array(values, dtype=np.float64)
    if points.shape != (136,) or not bool((np.abs(points) < _FAR).all()):
        return None
    return points.astype(np.float32).reshape(68, 2)
