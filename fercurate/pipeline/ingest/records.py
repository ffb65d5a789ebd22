"""What an ingest does to each record before it is stored: its split, its size, its id."""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from fercurate.domain.sample import EncodedImage, Reject, RejectCode, Sample
from fercurate.files.regular import real_path
from fercurate.pipeline.ingest.request import IngestRequest
from fercurate.sources.base import Record, RecordCounts

_TWICE_SHARE = 0.5
_TWICE_LEAST = 4

_SHOWN_PEOPLE = 5


@dataclass
class RecordFilter:
    """Gives samples the split and the id that were asked for, and refuses pictures too small.

    ``prefix`` stands before the rest of an id (``A/`` makes ``folder:A/happy/0.png``), where
    several inputs of one source are read at once. ``given_split`` and ``several_frames`` count.
    """

    request: IngestRequest
    prefix: str = ""
    given_split: int = 0
    several_frames: int = 0

    def __call__(self, record: Record) -> Record:
        """The record as it is stored."""
        if not isinstance(record, Sample):
            return record
        image = record.image
        if isinstance(image, EncodedImage):
            self.several_frames += image.frames > 1
            if min(image.shape[:2]) < self.request.least_side:
                return self._too_small(record, image)
        if self.request.split and not record.native_split:
            self.given_split += 1
            record = replace(record, native_split=self.request.split)
        if self.prefix:
            source, _, rest = record.id.partition(":")
            record = replace(record, id=f"{source}:{self.prefix}{rest}")
        return record

    def _too_small(self, sample: Sample, image: EncodedImage) -> Reject:
        height, width = image.shape[:2]
        least = self.request.least_side
        message = f"{width}x{height} pixels; expected {least} at least (--least-side)"
        return Reject(RejectCode.SIZE, message, sample.origin, sample.line, image.file)


@dataclass
class RepeatedFolders:
    """Finds folders at the top of a tree that hold the same pictures as others there."""

    _first: dict[str, str] = field(default_factory=dict)
    _sizes: Counter[str] = field(default_factory=Counter)
    _same: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, sample: Sample) -> None:
        """Note one picture that is a file."""
        image = sample.image
        if not isinstance(image, EncodedImage) or "/" not in image.file:
            return
        top = image.file.partition("/")[0]
        self._sizes[top] += 1
        key = f"{image.digest[:16]}{sample.expression}"
        other = self._first.setdefault(key, top)
        if other != top:
            self._same[top, other] += 1

    def remarks(self) -> list[str]:
        """A line for each folder of which half or more is in another one as well."""
        total = self._sizes.total()
        return [
            f"{count:,} of {total:,} pictures are there twice: {top}/ holds the same as {other}/; "
            "to read one copy, name its folder"
            for (top, other), count in sorted(self._same.items())
            if count >= _TWICE_LEAST
            and count >= _TWICE_SHARE * min(self._sizes[top], self._sizes[other])
        ]


def input_prefixes(folders: tuple[Path, ...]) -> tuple[str, ...]:
    """What ids of folders read at once begin with: each one's path below what they share.

    One folder alone needs none.
    """
    if len(set(folders)) < 2:
        return ("",) * len(folders)
    resolved = [real_path(folder) for folder in folders]
    shared = next(p for p in resolved[0].parents if all(p in one.parents for one in resolved))
    return tuple(f"{one.relative_to(shared).as_posix()}/" for one in resolved)


def people_remark(totals: RecordCounts) -> str:
    """Who was found, to be said: people of own pictures are told by names of files and folders."""
    if not totals.subjects:
        return ""
    people = sorted(totals.subjects)
    rest = ", ..." if len(people) > _SHOWN_PEOPLE else ""
    return f"; people: {len(people):,} ({', '.join(people[:_SHOWN_PEOPLE])}{rest})"


def frames_remark(count: int) -> str:
    """How many pictures hold several frames, to be said."""
    holds = "picture holds" if count == 1 else "pictures hold"
    return f"; {count:,} {holds} several frames, of which the first is read" if count else ""
