"""What lies beside RAF-DB's list: points and attributes by hand, and shares of votes."""

from collections.abc import Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from fercurate.domain.sample import Reject
from fercurate.sources.rafdb.manual import ManualAnnotations
from fercurate.sources.rafdb.shares import Shares, read_shares, shares_file, unlisted
from fercurate.sources.reading.loading import PictureFile


@dataclass(frozen=True)
class ToldBeside:
    """What is told of pictures by their names, and the lines that tell nothing.

    Points count only where ``original`` pictures are read: they are in the pixels of these.
    """

    manual: ManualAnnotations | None
    shares: dict[str, Shares]
    faults: tuple[Reject, ...]
    original: bool

    @classmethod
    def of(cls, root: Path, pictures: Path, listed: Set[str], *, basic: bool) -> Self:
        """What lies below the root of a set whose ``pictures`` are read; shares of the basic one.

        ``listed`` are the names of the pictures.

        Raises:
            InputError: the file of shares cannot be read as a table.
        """
        shares: dict[str, Shares] = {}
        path = shares_file(root) if basic else None
        faults: tuple[Reject, ...] = ()
        if path is not None:
            faults = tuple(read_shares(path, root, shares))
            faults += tuple(unlisted(path, root, shares, listed))
        manual = ManualAnnotations.of(root)
        return cls(manual, shares, faults, pictures.name.casefold() == "original")

    def annotated(self, name: str, item: PictureFile) -> PictureFile:
        """A picture with what is told of it."""
        sample = replace(item.sample, shares=self.shares.get(name))
        if self.manual is not None:
            found = self.manual.of_picture(name)
            points = found.landmarks if self.original else None
            sample = replace(sample, landmarks=points, attributes=found.attributes)
        return replace(item, sample=sample)
