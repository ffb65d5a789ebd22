"""One CSV of FER-2013: what tells that it is one, and its rows."""

from pathlib import Path
from typing import ClassVar

from fercurate.domain.taxonomy import LabelMap
from fercurate.sources.fer2013.published import PRECEDENCE, USAGES
from fercurate.sources.names.split_words import native_split
from fercurate.sources.reading.pixel_shape import peek_usages, pixel_shape
from fercurate.sources.reading.pixel_table import PixelTable

_WHOLE = frozenset(PRECEDENCE[0] + PRECEDENCE[1])
_HALVES = frozenset(("train.csv", "test.csv", "test_with_emotions.csv"))
_PUBLISHED = frozenset(USAGES.values())


def is_challenge_csv(path: Path) -> bool:
    """Whether a file is FER-2013's: its columns, and a name or usages that were published.

    The columns alone prove nothing: people write their own pictures in them. A ``train.csv`` is
    one of the challenge only where no validation table lies beside it.
    """
    shape = pixel_shape(path)
    if shape is None or not shape.is_challenge:
        return False
    name = path.name.casefold()
    if name in _WHOLE or shape.alone or peek_usages(path, shape) & _PUBLISHED:
        return True
    return name in _HALVES and shape.usage < 0 and not _has_validation_beside(path)


def _has_validation_beside(path: Path) -> bool:
    tables = path.parent.glob("*.[cC][sS][vV]")
    return any(native_split(table.stem) == "Validation" for table in tables)


class ChallengeTable(PixelTable):
    """Reads one CSV of FER-2013; rows of ``test.csv`` have ids of their own."""

    is_published: ClassVar[bool] = True

    def __init__(
        self, path: Path, source: str, labels: LabelMap | None = None, side: int = 48
    ) -> None:
        super().__init__(path, source, labels, side)
        if self.default_split == "Test" and self.shape.usage < 0:
            self.prefix = f"{source}:test/"
