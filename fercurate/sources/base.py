"""What every source offers, and what recognizing a path gives."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from fercurate.domain.sample import Reject, Sample
from fercurate.sources.options import SourceOptions

Record = Sample | Reject


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
class RecordCounts:
    """What reading a corpus came across: data rows or files, and what they say.

    ``classes`` counts samples by native split and expression, ``labels`` by native label and
    expression; ``unexplained`` counts the labels of rejects that were no known ones,
    ``subjects`` samples by person.
    """

    records: int = 0
    splits: Counter[str] = field(default_factory=Counter)
    classes: Counter[tuple[str, str]] = field(default_factory=Counter)
    labels: Counter[tuple[str, str]] = field(default_factory=Counter)
    unexplained: Counter[str] = field(default_factory=Counter)
    subjects: Counter[str] = field(default_factory=Counter)

    def add(self, record: Record) -> None:
        """Count one record; rejected ones count as read."""
        self.records += 1
        if isinstance(record, Sample):
            self.splits[record.native_split] += 1
            self.classes[record.native_split, record.expression] += 1
            self.labels[record.native_label, record.expression] += 1
            if record.subject:
                self.subjects[record.subject] += 1
        elif record.label:
            self.unexplained[record.label] += 1

    def by_split(self) -> str:
        """Samples by native split and expression, in words: ``Test: happy 2; Training: sad 1``."""
        texts = []
        for split in sorted(self.splits):
            own = sorted((name, n) for (told, name), n in self.classes.items() if told == split)
            counts = ", ".join(f"{name} {n:,}" for name, n in own)
            texts.append((f"{split}: " if split else "") + counts)
        return "; ".join(texts)


OptionsT = TypeVar("OptionsT", bound=SourceOptions)


class Source(Protocol[OptionsT]):
    """Reader of one corpus."""

    name: ClassVar[str]
    title: ClassVar[str]
    license: ClassVar[str]
    redistributable: ClassVar[bool | None]
    """Whether its pictures may be passed on; None where its owners do not say, or the user does."""

    @property
    def options(self) -> type[OptionsT]:
        """The class of the options that it takes."""
        ...

    def recognize(self, path: Path) -> Recognition | None:
        """Return what ``path`` is if this source can read it, else None. Reads little."""
        ...

    def read(self, recognition: Recognition, options: OptionsT) -> Iterator[Record]:
        """Yield every data row or file, in a fixed order, as a sample or a reject."""
        ...

    def unread(self, recognition: Recognition, file: str) -> str:
        """Why a file gave no sample, in a few words; "" if it was read for its labels.

        ``file`` is a path below the root with forward slashes, of a file that no record is about.
        """
        ...

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Say which known variant of the corpus this copy is, in one sentence."""
        ...


AnySource = Source[Any]
"""A source whatever options it takes."""
