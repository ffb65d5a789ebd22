"""The picture folders that FER+'s own exporter writes: ``FER2013Train/fer0000000.png``.

Flat folders of FER-2013's pictures, each with a ``label.csv`` of votes. There are no labels but
the votes: a sample's expression is their majority, and it has none where they are undecided.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from fercurate.domain.expression import UNLABELED
from fercurate.domain.sample import Reject, RejectCode, Sample
from fercurate.domain.votes import VOTE_EXPRESSIONS, majority
from fercurate.sources.base import Recognition, Record, RecordCounts
from fercurate.sources.ferplus.published import LABEL_FOLDERS, LABEL_ROWS
from fercurate.sources.ferplus.vote_files import is_label_csv, read_label_csvs
from fercurate.sources.names.file_kinds import is_clutter, is_picture
from fercurate.sources.names.unread import NOT_LISTED, unread_file
from fercurate.sources.options import SourceOptions
from fercurate.sources.reading.loading import NOT_READ, PictureFile, load_images


class FerPlusFolders:
    """Source ``ferplus_folders``."""

    name: ClassVar[str] = "ferplus_folders"
    title: ClassVar[str] = "FER+ picture folders"
    license: ClassVar[str] = "labels MIT; images as FER-2013"
    redistributable: ClassVar[bool | None] = None
    options: ClassVar[type[SourceOptions]] = SourceOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize folders named as FER+'s that hold pictures beside their ``label.csv``."""
        if not path.is_dir():
            return None
        lists = tuple(sorted(p for p in path.glob("*/label.csv") if _is_export(p)))
        if not lists:
            return None
        folders = ", ".join(file.parent.name for file in lists)
        why = f"pictures with votes in {folders}"
        return Recognition(self.name, "picture folders", why, path, lists)

    def read(self, recognition: Recognition, options: SourceOptions) -> Iterator[Record]:
        """Yield every row of the lists as a sample with votes, or as a reject."""
        name = options.name or self.name
        pictures = (item for file in recognition.files for item in _rows(file, name))
        return load_images(pictures, recognition.root, options)

    def unread(self, recognition: Recognition, file: str) -> str:
        """Say that no ``label.csv`` names a picture."""
        del recognition
        return "" if Path(file).name.casefold() == "label.csv" else unread_file(file, NOT_LISTED)

    def variant(self, recognition: Recognition, totals: RecordCounts, md5: str) -> str:
        """Compare the counts with the release's."""
        counts = ", ".join(f"{name} {totals.splits[name]:,}" for name in LABEL_ROWS)
        same = dict(totals.splits) == LABEL_ROWS
        return f"{'the' if same else 'not the'} counts of the published lists: {counts}"


def _is_export(labels: Path) -> bool:
    known = labels.parent.name.casefold() in LABEL_FOLDERS
    return known and is_label_csv(labels) and next(labels.parent.glob("*.png"), None) is not None


def _rows(labels: Path, source: str) -> Iterator[PictureFile | Reject]:
    table = read_label_csvs((labels,))
    yield from table.rejects
    folder, winners = labels.parent, majority(table.votes)
    seen: set[str] = set()
    for row, name in enumerate(table.names):
        origin = f"{folder.name}/{name}"
        if Path(name).name != name or is_clutter(name) or "\\" in name:
            yield Reject(RejectCode.PATH, f"the name {name[:60]!r}", f"{folder.name}/label.csv")
        elif name in seen or not is_picture(name):
            message = "named twice in label.csv" if name in seen else "no name of a picture"
            yield Reject(RejectCode.CONFLICT, message, origin)
        elif table.valid[row]:
            seen.add(name)
            winner = int(winners[row])
            yield PictureFile(
                folder / name,
                Sample(
                    id=f"{source}:{origin}",
                    source=source,
                    image=NOT_READ,
                    native_label="",
                    expression=VOTE_EXPRESSIONS[winner] if winner >= 0 else UNLABELED,
                    native_split=table.usages[row],
                    origin=origin,
                    votes=tuple(int(count) for count in table.votes[row]),
                ),
            )
