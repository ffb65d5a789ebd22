"""AffectNet's 2021 release: numbered pictures, and a ``.npy`` file for each annotation of each."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.taxonomy import LabelMap, label_maps
from fercurate.sources.affectnet.entries import (
    SPLIT_WORDS,
    Entry,
    affect,
    expression_of,
    number,
    points68,
)
from fercurate.sources.affectnet.npy_values import npy_texts
from fercurate.sources.affectnet.parts import (
    Part,
    by_number,
    file_names,
    find_parts,
    picture_names,
)
from fercurate.sources.base import Recognition
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.loading import NOT_READ, PictureFile
from fercurate.sources.reading.path_index import PathFault, PathIndex, first_names

LAYOUT = "2021 release"
KINDS: tuple[str, ...] = ("exp", "val", "aro", "lnd")

_ENDINGS = tuple(f"_{kind}.npy" for kind in KINDS)
_MAX_NPY = 1 << 16


def _is_annotated(part: Part) -> bool:
    return bool(first_names(part.annotations, lambda entry: entry.name.endswith(_ENDINGS)))


def recognize_mini(path: Path, source: str) -> Recognition | None:
    """Recognize ``images`` beside ``annotations/*_exp.npy``, below split folders or alone."""
    parts = find_parts(path, "annotations", _is_annotated)
    if not parts.kept:
        return None
    index = PathIndex(path)
    names = ", ".join(index.relative(part.images) for part in parts.kept)
    ignored = tuple(index.relative(part.images) for part in parts.further)
    why = f"pictures with annotations in .npy files ({names})"
    return Recognition(source, LAYOUT, why, path, (path,), ignored)


def mini_entries(
    recognition: Recognition, options: LabelMapOptions, source: str
) -> Iterator[Entry | Reject]:
    """Yield every picture and every annotation without one, split by split."""
    index = PathIndex(recognition.root)
    labels = options.label_map or label_maps()["affectnet"]
    for part in find_parts(recognition.root, "annotations", _is_annotated).kept:
        yield from PartReader(part, index, labels, source).entries()


class PartReader:
    """Reads one part: its pictures in the order of their numbers, then what is left over."""

    def __init__(self, part: Part, index: PathIndex, labels: LabelMap, source: str) -> None:
        self.part = part
        self.index = index
        self.labels = labels
        self.source = source
        self.prefix = f"{source}:{SPLIT_WORDS[part.split]}/" if part.split else f"{source}:"
        self.images = index.relative(part.images)
        self.annotations = index.relative(part.annotations)

    def entries(self) -> Iterator[Entry | Reject]:
        """Yield an entry or reject for each picture, and a reject for each left-over number."""
        annotated = self._annotated()
        pictures = picture_names(self.part.images)
        for name in pictures:
            yield self._entry(name)
        for stem in sorted(annotated.keys() - {Path(n).stem for n in pictures}, key=by_number):
            origin = f"{self.annotations}/{annotated[stem]}"
            yield Reject(RejectCode.MISSING, f"no picture {stem} in {self.images}", origin)

    def _annotated(self) -> dict[str, str]:
        """Number -> the first of its annotation files (in the order of ``KINDS``)."""
        names = [n for n in file_names(self.part.annotations) if n.endswith(_ENDINGS)]
        first: dict[str, str] = {}
        for name in sorted(names, key=lambda n: KINDS.index(n[-7:-4])):
            first.setdefault(name[:-8], name)
        return first

    def _entry(self, name: str) -> Entry | Reject:
        stem = Path(name).stem
        value = self._values(stem, "exp")
        if isinstance(value, Reject):
            return value
        origin = f"{self.annotations}/{stem}_exp.npy"
        if value is None:
            message = f"no annotation {stem}_exp.npy"
            return Reject(RejectCode.MISSING, message, f"{self.images}/{name}")
        if len(value) != 1:
            return Reject(RejectCode.LABEL, f"{len(value)} values; expected one", origin)
        try:
            expression = expression_of(value[0], self.labels)
        except ValueError as error:
            return Reject(RejectCode.LABEL, str(error), origin, label=value[0].strip())
        sample_id = self.prefix + name
        find = partial(self._picture, name, sample_id, value[0].strip(), expression)
        return Entry(sample_id, self.part.split, expression, find)

    def _picture(
        self, name: str, sample_id: str, label: str, expression: str
    ) -> PictureFile | Reject:
        side: dict[str, list[str]] = {}
        for kind in KINDS[1:]:
            values = self._values(Path(name).stem, kind)
            if isinstance(values, Reject):
                return values
            side[kind] = values or []
        sample = Sample(
            id=sample_id,
            source=self.source,
            image=NOT_READ,
            native_label=label,
            expression=expression,
            native_split=self.part.split,
            origin=f"{self.images}/{name}",
            valence=affect(_one(side["val"])),
            arousal=affect(_one(side["aro"])),
            landmarks=points68([number(text) for text in side["lnd"]]),
        )
        return PictureFile(self.part.images / name, sample)

    def _values(self, stem: str, kind: str) -> list[str] | Reject | None:
        """The values of one annotation file; None if there is no such file."""
        name = f"{stem}_{kind}.npy"
        content = self.index.read_bytes(self.part.annotations / name, _MAX_NPY)
        origin = f"{self.annotations}/{name}"
        if isinstance(content, PathFault):
            missing = content.code is RejectCode.MISSING
            return None if missing else Reject(content.code, content.message, origin)
        try:
            return npy_texts(content)
        except ValueError as error:
            return Reject(RejectCode.DECODE, str(error), origin)


def _one(values: list[str]) -> str:
    return values[0] if len(values) == 1 else ""
