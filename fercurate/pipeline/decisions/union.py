"""``decisions merge``: several files of decisions as one, the same for any order of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fercurate.domain.decisions.history import DecisionHistory
from fercurate.domain.text import plural
from fercurate.errors import ConflictError, InputError, UsageError
from fercurate.files.regular import real_path
from fercurate.report.overview.base import HasOverview, Overview
from fercurate.store.decision_file import DecisionFile

SCHEMA_VERSION = 1


@dataclass(frozen=True, repr=False)
class DecisionUnion(HasOverview):
    """Files of decisions as one: how many lines, of which so many count, and by whom."""

    path: Path
    history: DecisionHistory
    read: int

    def to_json(self) -> dict[str, Any]:
        """JSON-ready values with stable keys."""
        return {
            "schema_version": SCHEMA_VERSION,
            "kind": "decisions-merge",
            "file": str(self.path),
            "read": self.read,
            "lines": len(self.history),
            "counted": len(self.history.valid),
            "authors": list(self.history.authors),
            "sha256": self.history.digest,
        }

    def overview(self) -> Overview:
        """How many there are now."""
        authors = ", ".join(self.history.authors) or "nobody"
        return Overview(f"{self.path.name}: {plural(len(self.history), 'line')} by {authors}")


def read_files(paths: Sequence[Path]) -> list[DecisionHistory]:
    """Read files of decisions that must be there.

    Raises:
        InputError: one is missing, or holds something else.
    """
    for path in paths:
        if not path.exists():
            raise InputError(
                "no such file of decisions",
                where=str(path),
                fix="Check the path; review and decide write STORE.decisions.jsonl",
            )
    return [DecisionFile(path).read() for path in paths]


def merge_decisions(paths: Sequence[Path], into: Path, overwrite: bool = False) -> DecisionUnion:
    """Write the union of files; the output may be one of them.

    Raises:
        ConflictError: the output is there already, and is neither read nor to be replaced.
        InputError: a file is missing, or holds something else.
        UsageError: no file is named.
    """
    if not paths:
        raise UsageError("no file to merge", expected="files of decisions")
    histories = read_files(paths)
    read = {real_path(path) for path in paths}
    if into.exists() and real_path(into) not in read and not overwrite:
        raise ConflictError(
            "it is there already", where=str(into), fix="Pass --overwrite, or name another file"
        )
    output = DecisionFile(real_path(into))
    if real_path(into) in read:
        history = output.unite(histories)  # more may have been written to it since
    else:
        history = DecisionHistory.union(histories)
        output.replace(history)
    return DecisionUnion(into, history, sum(map(len, histories)))
