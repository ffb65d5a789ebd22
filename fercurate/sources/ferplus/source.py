"""FER+: ten annotators' votes for the rows of FER-2013, joined by row position.

Barsoum et al., ICMI 2016 (``microsoft/FERPlus``).
"""

from pathlib import Path
from typing import ClassVar

from fercurate.domain.manifest import Manifest
from fercurate.files.containment import Boundary
from fercurate.sources.base import Recognition
from fercurate.sources.ferplus.join import JoinedVotes, join_votes
from fercurate.sources.ferplus.published import NEW_CSV
from fercurate.sources.ferplus.vote_files import is_label_csv, is_new_csv
from fercurate.sources.options import SourceOptions
from fercurate.sources.reading.class_tree import tree_folders


class FerPlus:
    """Overlay ``ferplus``: votes for a stored FER-2013."""

    name: ClassVar[str] = "ferplus"
    title: ClassVar[str] = "FER+"
    license: ClassVar[str] = "MIT (labels only)"
    redistributable: ClassVar[bool | None] = True
    options: ClassVar[type[SourceOptions]] = SourceOptions

    def recognize(self, path: Path) -> Recognition | None:
        """Recognize ``fer2013new.csv`` by its header and ``label.csv`` by its twelve fields."""
        if path.is_file():
            return self._recognize_file(path)
        holds = Boundary(path).holds
        new = next((p for p in sorted(path.glob("*.csv")) if holds(p) and is_new_csv(p)), None)
        if new is not None:
            return self._new_csv(new, path)
        found = [folder / "label.csv" for folder in tree_folders(path)]
        labels = tuple(sorted(p for p in found if holds(p) and is_label_csv(p)))
        return self._label_csv(labels, path) if labels else None

    def _recognize_file(self, path: Path) -> Recognition | None:
        if is_new_csv(path):
            return self._new_csv(path, path.parent)
        return self._label_csv((path,), path.parent) if is_label_csv(path) else None

    def _new_csv(self, path: Path, root: Path) -> Recognition:
        why = "a CSV with the columns Image name and NF"
        return Recognition(self.name, NEW_CSV, why, root, (path,), complete=True)

    def _label_csv(self, files: tuple[Path, ...], root: Path) -> Recognition:
        why = "header-less CSV with an image name, a face rectangle and ten votes"
        return Recognition(self.name, "label.csv", why, root, files, complete=True)

    @staticmethod
    def join(recognition: Recognition, samples: Manifest, records: int) -> JoinedVotes:
        """Join the votes to stored FER-2013 rows by position.

        ``samples`` holds the FER-2013 rows that were kept, ``records`` how many rows its CSV had.

        Raises:
            InputError: other row counts or usages, or labels that disagree as misaligned ones do.
        """
        return join_votes(recognition, samples, records)
