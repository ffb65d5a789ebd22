"""RAF-DB, the compound set: other pictures than the basic set, of two expressions at once.

Li et al., CVPR 2017, as the basic set. Its files are laid out in the same way and bear the same
names; codes are 1..11, in the order of ``COMPOUND_EXPRESSIONS``.
"""

from pathlib import Path
from typing import ClassVar

from fercurate.sources.base import Recognition, RecordCounts
from fercurate.sources.rafdb.lists import recognize_list
from fercurate.sources.rafdb.published import COMPOUND, OFFICIAL_COMPOUND
from fercurate.sources.rafdb.source import RafDb


class RafDbCompound(RafDb):
    """Source ``rafdb_compound``."""

    name: ClassVar[str] = "rafdb_compound"
    title: ClassVar[str] = "RAF-DB (compound)"
    order: ClassVar[str] = "rafdb_compound"

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize the list in a folder ``compound``, or by its codes above 7."""
        return recognize_list(path, COMPOUND, self.name) if path.is_dir() else None

    def comparison(self, totals: RecordCounts) -> str:
        """Say whether there are as many pictures as were published."""
        if totals.splits.total() == OFFICIAL_COMPOUND:
            return "the published number of the compound set"
        return f"not the published number ({OFFICIAL_COMPOUND:,}) of the compound set"
