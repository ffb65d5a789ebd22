"""WebDataset: rows of a picture and a label in tar files."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.files.parallel import map_ordered
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.names.label_orders import codes_said
from fercurate.sources.names.unread import unread_file
from fercurate.sources.options import LabelMapOptions
from fercurate.sources.reading.loading import NOT_READ, encode_image
from fercurate.sources.tables.label_codes import LabelMeaning, count_labels, label_meaning
from fercurate.sources.tables.row_ids import check_prefixes
from fercurate.sources.web_dataset.labels import NAME_LISTS, RowLabels, names_beside
from fercurate.sources.web_dataset.shards import Shard, TarRow, shards_of

FOLDER = "folder of shards"
_AHEAD = 64
_SHOWN = 6

_Item = tuple[Sample, bytes] | Reject


class WebDataset:
    """Source ``webdataset``."""

    name: ClassVar[str] = "webdataset"
    title: ClassVar[str] = "WebDataset"
    license: ClassVar[str] = "as given by the user"
    redistributable: ClassVar[bool | None] = None
    options: ClassVar[type[LabelMapOptions]] = LabelMapOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize tar files that begin with a picture and its label, named alike."""
        shards = shards_of(path)
        if not shards:
            return None
        names = ", ".join(shard.relative for shard in shards[:_SHOWN])
        why = f"rows of pictures and labels in tar files ({names}"
        why += ", ...)" if len(shards) > _SHOWN else ")"
        layout, root = (FOLDER, path) if path.is_dir() else ("file", path.parent)
        files = tuple(shard.file for shard in shards)
        return Recognition(self.name, layout, why, root, files, complete=True)

    def read(self, recognition: Recognition, options: LabelMapOptions) -> Iterator[Record]:
        """Yield every row as a sample or a reject, shard after shard.

        Raises:
            InputError: a damaged archive, codes without names or label map.
        """
        shards = _shards(recognition)
        check_prefixes({shard.relative: shard.stem for shard in shards})
        labels = {shard.relative: RowLabels.of(shard) for shard in shards}
        meaning = _meaning(recognition, labels, options)
        source = options.name or self.name
        items = (
            item
            for shard in shards
            for item in _items(shard, labels[shard.relative], meaning, source)
        )
        yield from map_ordered(_decoded, items, options.jobs, _AHEAD, _weight)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say what lies beside the shards."""
        del recognition
        named = Path(file).name in NAME_LISTS
        return "" if named else unread_file(file, "a picture beside the shards")

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Count rows and files."""
        del md5
        count = len(recognition.files)
        text = f"{totals.records:,} rows in {count} tar file{'s' if count != 1 else ''}"
        return f"{text} ({totals.by_split() or 'no sample'}){codes_said(totals)}"


def _shards(recognition: Recognition) -> tuple[Shard, ...]:
    folder = recognition.layout == FOLDER
    return shards_of(recognition.root if folder else recognition.files[0])


def _meaning(
    recognition: Recognition, labels: Mapping[str, RowLabels], options: LabelMapOptions
) -> LabelMeaning:
    counts: Counter[str] = Counter()
    for relative, own in labels.items():
        counts += count_labels(own.texts.values(), relative)
    where = ", ".join(list(labels)[:_SHOWN])
    return label_meaning(counts, names_beside(recognition.root), options.label_map, where)


def _items(shard: Shard, labels: RowLabels, meaning: LabelMeaning, source: str) -> Iterator[_Item]:
    """Yield the rows of a shard in its order, each with the bytes of its picture."""
    pictures: dict[int, tuple[int, TarRow]] = {}
    seen: set[str] = set()
    for number, row in enumerate(shard.rows()):
        fault = _fault(row, number, seen, labels, shard)
        if fault is not None:
            yield fault
        elif row.picture is not None:
            seen.add(row.key)
            pictures[row.picture.position] = number, row
    members = [row.picture for _, row in pictures.values() if row.picture is not None]
    for position, content in shard.read(members):
        number, row = pictures[position]
        label = labels.texts[number]
        if label not in meaning.expressions:
            yield meaning.unknown_label(label, shard.relative, number)
        elif isinstance(content, str):
            yield Reject(RejectCode.DECODE, content, shard.relative, number + 1)
        else:
            yield _sample(row, label, meaning, shard, source), content


def _fault(
    row: TarRow, number: int, seen: set[str], labels: RowLabels, shard: Shard
) -> Reject | None:
    """Why a row cannot be a sample whatever its picture is, if there is a reason."""
    where = (shard.relative, number + 1)
    if row.picture is None:
        message = f"{row.key[:80]!r} has a label and no picture beside it"
        return Reject(RejectCode.MISSING, message, *where)
    if row.key in seen:
        message = f"{row.key[:80]!r} comes twice in the archive"
        return Reject(RejectCode.CONFLICT, message, *where)
    if row.label is None:
        message = f"{row.key[:80]!r} has no label behind or before it: the members of a row are "
        return Reject(RejectCode.LABEL, message + "neighbors", *where)
    fault = labels.faults.get(number, "")
    return Reject(RejectCode.LABEL, f"the label: {fault}", *where) if fault else None


def _sample(row: TarRow, label: str, meaning: LabelMeaning, shard: Shard, source: str) -> Sample:
    path = row.picture.path if row.picture is not None else ""
    return Sample(
        id=f"{source}:{shard.stem}/{row.key}",
        source=source,
        image=NOT_READ,
        native_label=meaning.native.get(label, label),
        expression=meaning.expressions[label],
        native_split=shard.split,
        origin=f"{shard.relative}/{path}",
    )


def _decoded(item: _Item) -> Record:
    if isinstance(item, Reject):
        return item
    sample, content = item
    try:
        return replace(sample, image=encode_image(content))
    except (ValueError, RuntimeError) as error:
        return Reject(RejectCode.DECODE, str(error), sample.origin, sample.line)


def _weight(item: _Item) -> int:
    return 0 if isinstance(item, Reject) else len(item[1])
