"""What every source offers, and what recognizing a path gives."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

from fercurate.domain.sample import Reject, Sample
from fercurate.domain.taxonomy import LabelMap

Record = Sample | Reject


@dataclass(frozen=True, slots=True)
class IngestOptions:
    """What the user may say about a corpus that cannot be read from the corpus itself.

    ``name`` replaces the source's own name as the prefix of ids; ``label_map`` gives meaning to
    numeric labels; ``image_size`` is the side in pixels of the square pictures in a CSV. ``peak``
    frames at the end of a labeled CK+ sequence carry its label, and with ``neutral`` its first
    frame is a neutral one. ``per_class`` pictures of each class and split are drawn from AffectNet
    with ``seed`` (0: all). ``jobs`` workers decode image files (0: one a core).
    """

    name: str = ""
    label_map: LabelMap | None = None
    image_size: int = 48
    peak: int = 3
    neutral: bool = True
    per_class: int = 0
    seed: int = 0
    jobs: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Recognition:
    """A path understood as a corpus: which source and layout, which files, and why.

    ``complete`` says that nothing but ``files`` is read; otherwise anything below ``root`` may be.
    """

    source: str
    layout: str
    why: str
    root: Path
    files: tuple[Path, ...]
    ignored: tuple[str, ...] = ()
    complete: bool = False


@dataclass
class Tally:
    """What reading a corpus came across: data rows or files, and rows by native split."""

    records: int = 0
    splits: Counter[str] = field(default_factory=Counter)

    def add(self, record: Record) -> None:
        """Count one record; rejected ones count as read."""
        self.records += 1
        if isinstance(record, Sample):
            self.splits[record.native_split] += 1


class Source(Protocol):
    """Reader of one corpus."""

    name: ClassVar[str]
    title: ClassVar[str]
    license: ClassVar[str]

    def recognize(self, path: Path) -> Recognition | None:
        """Return what ``path`` is if this source can read it, else None. Reads little."""
        ...

    def read(self, recognition: Recognition, options: IngestOptions) -> Iterator[Record]:
        """Yield every data row or file, in a fixed order, as a sample or a reject."""
        ...

    def variant(self, recognition: Recognition, tally: Tally, md5: str) -> str:
        """Say which known variant of the corpus this copy is, in one sentence."""
        ...
